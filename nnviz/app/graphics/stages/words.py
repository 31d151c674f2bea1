"""What each stage of a step does, in a sentence, in the book's equation, and with one sample's numbers put in."""

from __future__ import annotations

import math

from nnviz.app.graphics.stages.shown import StageShown, plural
from nnviz.core.components import component, rank
from nnviz.core.stages import Kind

FUNCTIONS = {
    "sigmoid": r"\sigma",
    "tanh": r"\mathrm{tanh}",
    "relu": r"\mathrm{ReLU}",
    "softmax": r"\mathrm{softmax}",
}


def sentences(shown: StageShown) -> tuple[str, str]:
    """Return what the stage does in a plain sentence, and in a shorter one."""
    trace, layer = shown.trace, shown.stage.layer or 0
    of_all = plural(trace.m, "sample")
    match shown.stage.kind:
        case Kind.MINI_BATCH:
            return (
                f"Step {shown.step + 1:,} takes the next {of_all} of the shuffled training images, "
                "and will follow the mean of what they ask for.",
                f"Step {shown.step + 1:,} takes the next {of_all}.",
            )
        case Kind.FORWARD:
            dropped = trace.masks is not None and layer < shown.n_layers
            return (
                f"Each neuron of layer {layer} adds up what comes in, times its weights, and its bias; "
                f"{_function_words(shown, layer)} makes its activation of the sum."
                + (" Dropout leaves some of them out of this step." if dropped else ""),
                f"Each neuron of layer {layer} adds up its inputs times its weights.",
            )
        case Kind.COST:
            how = {
                "quadratic": "half the squared distance from what they should be",
                "cross-entropy": "their cross-entropy with what they should be",
                "log-likelihood": "minus the logarithm of the output that should be 1",
            }[trace.network.cost.name]
            return (
                f"How wrong the outputs are: {how}, averaged over the {of_all}.",
                "How wrong the outputs are.",
            )
        case Kind.OUTPUT_ERROR:
            cancelled = trace.network.cost.name != "quadratic"
            return (
                "The error of each output: how the cost answers to its weighted input."
                + (" With this cost, the slope of the activation cancels." if cancelled else ""),
                "How the cost answers to each output's weighted input.",
            )
        case Kind.BACKWARD:
            return (
                f"The errors of layer {layer + 1} go back along the weights, and through the slope of each neuron "
                f"of layer {layer}: where it is flat, they die.",
                f"The errors of layer {layer + 1} go back along the weights.",
            )
        case Kind.GRADIENT:
            return (
                f"What each sample asks of a weight is its activation times its error; the mean over the {of_all} "
                "is the gradient, and where they disagree, they cancel.",
                f"The mean over the {of_all} of activation times error.",
            )
        case Kind.UPDATE:
            return (
                f"Every parameter goes a little downhill: by η = {trace.hyper.eta:g} times its part of the gradient"
                + (f", and {trace.hyper.momentum:g} of its last change." if trace.hyper.momentum else "."),
                "Every parameter goes a little downhill.",
            )


def equation(shown: StageShown) -> str | None:
    """Return the stage's equation in LaTeX, with its name in the book; None where it computes nothing."""
    trace, layer = shown.trace, shown.stage.layer or 0
    last, before = shown.n_layers, layer - 1
    match shown.stage.kind:
        case Kind.FORWARD:
            function = _function(shown, layer)
            return (
                rf"z^{{{layer}}}=w^{{{layer}}}a^{{{before}}}+b^{{{layer}}}\quad "
                rf"a^{{{layer}}}={function}(z^{{{layer}}})"
            )
        case Kind.COST:
            each = {
                "quadratic": rf"C_x=\frac{{1}}{{2}}\sum_j (a^{{{last}}}_j-y_j)^2",
                "cross-entropy": (rf"C_x=-\sum_j [y_j\ln a^{{{last}}}_j+(1-y_j)\ln(1-a^{{{last}}}_j)]"),
                "log-likelihood": rf"C_x=-\ln a^{{{last}}}_{{\mathrm{{label}}}}",
            }[trace.network.cost.name]
            penalty = r"+\text{penalty}" if trace.regularisation else ""
            return rf"{each}\quad C=\frac{{1}}{{m}}\sum_x C_x{penalty}"
        case Kind.OUTPUT_ERROR:
            if trace.network.cost.name == "quadratic":
                right = rf"(a^{{{last}}}-y)\odot\sigma'(z^{{{last}}})"
                return rf"\text{{BP1}}\quad \delta^{{{last}}}=\nabla_a C\odot\sigma'(z^{{{last}}})={right}"
            return rf"\text{{BP1}}\quad \delta^{{{last}}}=a^{{{last}}}-y"
        case Kind.BACKWARD:
            after = layer + 1
            return (
                rf"\text{{BP2}}\quad \delta^{{{layer}}}=((w^{{{after}}})^T\delta^{{{after}}})"
                rf"\odot\sigma'(z^{{{layer}}})"
            )
        case Kind.GRADIENT:
            return (
                r"\text{BP3}\quad \frac{\partial C}{\partial b^l_j}=\delta^l_j\qquad "
                r"\text{BP4}\quad \frac{\partial C}{\partial w^l_{jk}}=a^{l-1}_k\delta^l_j"
            )
        case Kind.UPDATE:
            if trace.hyper.momentum:
                return r"v\to\mu v-\eta\nabla C\qquad \theta\to\theta+v"
            return r"\theta\to\theta-\eta\nabla C"
    return None


def with_numbers(shown: StageShown) -> str | None:
    """Return the equation with the sample's numbers put in, for one neuron or one parameter."""
    trace, place, layer = shown.trace, shown.place, shown.stage.layer or 0
    match shown.stage.kind:
        case Kind.FORWARD:
            j = shown.focus(layer)
            z, a = float(trace.z[layer - 1][j, place]), float(trace.a[layer - 1][j, place])
            b = float(trace.network.biases[layer - 1][j])
            index = f"{{{layer}}}_{{{j}}}"
            mask = ""
            if trace.masks is not None and layer < shown.n_layers:
                mask = rf"{tex(float(trace.masks[layer - 1][j, 0]))}\cdot "
            argument = tex(z) if trace.network.activations[layer - 1].name != "softmax" else rf"z^{{{layer}}}"
            outcome = rf"a^{index}={mask}{_function(shown, layer)}({argument})"
            if argument != tex(z):
                outcome += f"_{{{j}}}"
            return rf"z^{index}={tex(z - b)}{plus(b)}={tex(z)}\quad {outcome}={tex(a)}"
        case Kind.COST:
            penalty = rf"\quad +\text{{penalty}}\ {tex(trace.penalty)}" if trace.regularisation else ""
            label = ""
            if trace.network.cost.name == "log-likelihood":
                label = rf"-\ln {tex(float(trace.a[-1][shown.label, place]))}="
            return rf"C_x={label}{tex(float(trace.costs[place]))}\quad C={tex(trace.mean_cost)}{penalty}"
        case Kind.OUTPUT_ERROR:
            last = shown.n_layers
            j = shown.focus(last)
            a, y = float(trace.a[-1][j, place]), float(trace.targets[j, place])
            delta = float(trace.delta[-1][j, place])
            left = rf"\delta^{{{last}}}_{{{j}}}="
            if trace.network.cost.name == "quadratic":
                slope = float(trace.slope[-1][j, place])
                return rf"{left}({tex(a)}-{tex(y)})\cdot {tex(slope)}={tex(delta)}"
            return rf"{left}{tex(a)}-{tex(y)}={tex(delta)}"
        case Kind.BACKWARD:
            j = shown.focus(layer)
            error, slope, delta = (
                float(values[layer - 1][j, place]) for values in (trace.error, trace.slope, trace.delta)
            )
            return rf"\delta^{{{layer}}}_{{{j}}}={_in_brackets(error)}\cdot {tex(slope)}={tex(delta)}"
        case Kind.GRADIENT:
            layer, j = shown.layer, shown.gradient_focus()
            delta = trace.delta[layer - 1][j]
            mean = float(trace.network.layers(trace.mean_gradient)[layer - 1][j, -1])
            return (
                rf"\frac{{\partial C_x}}{{\partial b^{{{layer}}}_{{{j}}}}}={tex(float(delta[place]))}\quad "
                rf"\frac{{\partial C}}{{\partial b^{{{layer}}}_{{{j}}}}}"
                rf"=\frac{{1}}{{{trace.m}}}\sum_x \delta^{{{layer}}}_{{{j}}}={tex(mean)}"
            )
        case Kind.UPDATE:
            first = int(rank(trace.network, trace.update).order[0])
            theta, gradient = float(trace.network.theta[first]), float(trace.gradient[first])
            found = component(trace.network, first)
            which = f"{found.neuron}" if found.input is None else f"{found.neuron},{found.input}"
            name = rf"{'b' if found.is_bias else 'w'}^{{{found.layer}}}_{{{which}}}"
            kept = plus(float(trace.kept[first])) if trace.hyper.momentum else ""
            eta, after = tex(trace.hyper.eta), tex(float(trace.after.theta[first]))
            return rf"{name}\to {tex(theta)}{kept}-{eta}\cdot {_in_brackets(gradient)}={after}"
    return None


def tex(value: float) -> str:
    r"""Return a number in LaTeX: "0.123", "1.2\cdot 10^{-5}"."""
    if math.isnan(value):
        return r"\mathrm{NaN}"
    if math.isinf(value):
        return r"\infty" if value > 0 else r"-\infty"
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if power < -3 or power > 4:
        mantissa, exponent = f"{value:.2e}".split("e")
        return rf"{mantissa.replace('-', '{-}')}\cdot 10^{{{int(exponent)}}}"
    text = f"{value:.{max(3 - max(power, 0), 0) if power >= -1 else 2 - power}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "{-}")  # in braces, it is no operator with room on both sides


def plus(value: float) -> str:
    """Return a number in LaTeX to be added to what stands before it: "+0.5", "-0.5"."""
    return f"-{tex(-value)}" if value < 0 else f"+{tex(value)}"


def _in_brackets(value: float) -> str:
    return f"({tex(value)})" if value < 0 else tex(value)


def _function(shown: StageShown, layer: int) -> str:
    return FUNCTIONS.get(shown.trace.network.activations[layer - 1].name, r"\sigma")


def _function_words(shown: StageShown, layer: int) -> str:
    return {"sigmoid": "the sigmoid σ", "relu": "ReLU"}.get(
        name := shown.trace.network.activations[layer - 1].name, name
    )
