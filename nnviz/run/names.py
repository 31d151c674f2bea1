"""What the parts of a run are called in sentences."""

from nnviz.run.spec import RunSpec


def layer_name(layer: int, spec: RunSpec) -> str:
    """Return what a layer is called: "layer 1", "the output layer"."""
    return "the output layer" if layer == len(spec.sizes) - 1 else f"layer {layer}"


def neuron_name(layer: int, neuron: int, spec: RunSpec) -> str:
    """Return what a neuron is called: "neuron 3 of layer 1", "output neuron 3", "input 407"."""
    if layer == 0:
        return f"input {neuron}"
    return f"output neuron {neuron}" if layer == len(spec.sizes) - 1 else f"neuron {neuron} of layer {layer}"


def parameter_name(layer: int, neuron: int, source: int | None, spec: RunSpec) -> str:
    """Return what a parameter is called: "the weight from input 407 to neuron 3 of layer 1"; a bias has no source."""
    to = neuron_name(layer, neuron, spec)
    return (
        f"the bias of {to}"
        if source is None
        else f"the weight from {neuron_name(layer - 1, source, spec)} to {to}"
    )


def sample_name(source: str, index: int) -> str:
    """Return what a sample is called: "test image 42"."""
    return f"{source} image {index:,}"


def percent(share: float, digits: int = 7) -> str:
    """Return a share as it is written: "97.5 %"."""
    return f"{100 * share:.{digits}g} %"


def cost_name(of: str) -> str:
    """Return what a cost is called: "the smoothed cost", "the cost"."""
    return "the smoothed cost" if of == "smoothed" else "the cost"


def no_answers(count: int) -> str:
    """Return a sentence that says how many images have no answer, and why."""
    return f"{count:,} {'image has' if count == 1 else 'images have'} no answer: the outputs are not numbers."
