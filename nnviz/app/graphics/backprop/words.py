"""What the backprop inspector says: names of neurons and parameters, numbers in the figures that count, sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nnviz.app.choice import Sample
from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, PIXEL, Spot, Subject
from nnviz.app.graphics.text import number, raised
from nnviz.core.components import Component
from nnviz.core.sensitivity import Avenues, LostError

DIVERGED = "Some of these are no numbers any more: training has diverged."
DIVERGED_SHORT = "Training has diverged."
NOTHING_LOST = "No large error is lost: none meets a flat slope."
EXACT = 5
"""Figures of an exact number."""
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def figures(value: float, count: int = 3) -> str:
    """Return a number in so many figures that count: "0.0123", "−4.21", "1.23·10⁻⁶", with a real minus."""
    if value == 0 or not math.isfinite(value):
        return number(value, 0)
    mantissa, exponent = f"{value:.{count - 1}e}".split("e")
    power = int(exponent)
    if -3 <= power < 5:
        return number(value, max(count - 1 - power, 0))
    return f"{mantissa}·10{raised(power)}".replace("-", "−")


def signed_figures(value: float, count: int = 3) -> str:
    """Return the same with a plus before what is above 0."""
    text = figures(value, count)
    return f"+{text}" if value > 0 else text


def layer_title(layer: int, n_layers: int) -> str:
    """Return "Layer 2", or "Layer 3, output"."""
    return f"Layer {layer}, output" if layer == n_layers else f"Layer {layer}"


def neuron_name(subject: Subject, layer: int, index: int) -> str:
    """Return "neuron 4 of layer 1", "output neuron 3", or "pixel (14, 15)" of layer 0."""
    if layer == 0:
        return input_name(subject, 1, index)
    return f"output neuron {index}" if layer == subject.n_layers else f"neuron {index} of layer {layer}"


def input_name(subject: Subject, layer: int, k: int) -> str:
    """Return what a layer's input k is called: "pixel (14, 15)", "input 7" or "neuron 7"."""
    if layer > 1:
        return f"neuron {k}"
    if subject.shape is None:
        return f"input {k}"
    row, col = divmod(k, subject.shape[1])
    return f"pixel ({row}, {col})"


def parameter_name(component: Component) -> str:
    """Return "w(1, 3, 407)" for a weight, by layer, neuron and input, or "b(1, 3)" for a bias."""
    place = f"{component.layer}, {component.neuron}"
    return f"b({place})" if component.input is None else f"w({place}, {component.input})"


def parameter_place(subject: Subject, component: Component) -> str:
    """Return where a parameter is: "from pixel (14, 15) to neuron 3 of layer 1"."""
    neuron = neuron_name(subject, component.layer, component.neuron)
    if component.input is None:
        return f"bias of {neuron}"
    return f"from {input_name(subject, component.layer, component.input)} to {neuron}"


def sample_name(sample: Sample) -> str:
    """Return "test image 42, labelled 7"."""
    return sample.name if sample.label is None else f"{sample.name}, labelled {sample.label}"


def capital(text: str) -> str:
    """Return a text that begins with a capital letter; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def tell(subject: Subject, spot: Spot) -> list[str]:
    """Return the exact numbers of a neuron, a pixel or a parameter, in lines; the first says what it is."""
    trace = subject.trace
    if spot.part == PIXEL:
        x, derivative = float(trace.x[spot.index]), float(trace.dC_dx[spot.index])
        return [
            capital(input_name(subject, 1, spot.index)),
            f"x = {figures(x, EXACT)}",
            f"∂C/∂x = {figures(derivative, EXACT)}",
        ]
    if spot.part == NEURON:
        z, a, slope, error, delta = (
            float(layers[spot.layer - 1][spot.index])
            for layers in (trace.z, trace.a, trace.slope, trace.error, trace.delta)
        )
        return [
            capital(neuron_name(subject, spot.layer, spot.index)),
            f"z = {figures(z, EXACT)}",
            f"a = {figures(a, EXACT)}",
            f"σ′(z) = {figures(slope, EXACT)}",
            f"∂C/∂a = {figures(error, EXACT)}",
            f"δ = {figures(delta, EXACT)}",
        ]
    component = spot.component
    return [] if component is None or spot.part != PARAMETER else tell_parameter(subject, component)


def tell_parameter(subject: Subject, component: Component) -> list[str]:
    """Return the exact numbers of a parameter, in lines: what its derivative is the product of."""
    value = figures(subject.value(component), EXACT)
    derivative = figures(subject.derivative(component), EXACT)
    name, place = parameter_name(component), parameter_place(subject, component)
    if component.input is None:
        return [name, place, f"b = {value}", f"∂C/∂b = δ = {derivative}"]
    a = figures(float(subject.activations(component.layer - 1)[component.input]), EXACT)
    delta = figures(float(subject.trace.delta[component.layer - 1][component.neuron]), EXACT)
    return [name, place, f"w = {value}", f"∂C/∂w = a δ = {a} · {delta}", f"= {derivative}"]


def about_lost(subject: Subject, lost: Sequence[LostError]) -> list[str]:
    """Return what is said of large errors that die in a flat slope, the longest first."""
    if subject.diverged:
        return [DIVERGED, DIVERGED_SHORT]
    if not lost:
        return [NOTHING_LOST, "No large error is lost."]
    worst = lost[0]
    name = neuron_name(subject, worst.layer, worst.neuron)
    error, slope, delta = (figures(value, 2) for value in (worst.error, worst.slope, worst.delta))
    more = len(lost) - 1
    others = f" {more} more neurons lose a large error." if more > 1 else " So does one more." if more else ""
    flat = f"{capital(name)} is saturated: an error of {error} dies in its slope of {slope}"
    return [
        f"{flat} and leaves δ = {delta}.{others}",
        f"{flat}.{others}",
        f"{flat}.",
        f"{capital(name)} loses its error of {error}.",
        f"{capital(name)} loses its error.",
        f"{len(lost)} errors lost",
    ]


def titles_of(subject: Subject, asked: Avenues) -> list[str]:
    """Return what is said above the three avenues of a neuron, the longest first."""
    name = capital(neuron_name(subject, asked.layer, asked.neuron))
    if not math.isfinite(asked.bias):
        return [f"{name}: its −δ is {number(asked.bias)}", name]
    way = "go up" if asked.bias > 0 else "go down" if asked.bias < 0 else "stay"
    wish = f"−δ = {signed_figures(asked.bias, 3)}"
    return [
        f"{name}: for {subject.sample.name} its z should {way}, {wish}",
        f"{name}: its z should {way}, {wish}",
        f"{name}: {wish}",
        name,
    ]


def sentences_of(subject: Subject, asked: Avenues) -> list[str]:
    """Return how a neuron comes by its δ, the longest first."""
    trace, place, j = subject.trace, asked.layer - 1, asked.neuron
    a, slope, error = (figures(float(v[place][j]), 3) for v in (trace.a, trace.slope, trace.error))
    delta = figures(asked.delta, 3)
    made = f"δ = ∂C/∂a · σ′(z) = {error} · {slope} = {delta}"
    if subject.is_softmax and asked.layer == subject.n_layers:
        made = f"δ = a − y = {delta}"
    texts = [f"a = {a}; {made}", made, f"δ = {delta}"]
    if subject.pinned is None:
        why = ("The label's output, as no neuron is pinned.", "The label's output.")
        texts = [*(f"{reason} {texts[0]}" for reason in why), *texts]
    return texts


def equation_of(subject: Subject, layer: int) -> str:
    """Return how a layer's δ comes about, as LaTeX: BP1 at the output, BP2 elsewhere."""
    if layer < subject.n_layers:
        return rf"\delta^{{{layer}}}=(w^{{{layer + 1}}})^T\delta^{{{layer + 1}}}\odot\sigma'(z^{{{layer}}})"
    if subject.is_softmax:
        return rf"\delta^{{{layer}}}=a^{{{layer}}}-y"
    return rf"\delta^{{{layer}}}=\nabla_{{\!a}}C\odot\sigma'(z^{{{layer}}})"
