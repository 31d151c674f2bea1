"""What the network diagram tells of a neuron or an edge: its name and its exact numbers."""

from __future__ import annotations

from nnviz.app.graphics.backprop.words import EXACT, figures, parameter_name
from nnviz.app.graphics.network.values import Scene
from nnviz.app.graphics.text import number
from nnviz.core.components import Component


def describe(scene: Scene, place: tuple[int, int]) -> list[str]:
    """Return a neuron's name and its exact numbers, a line for each.

    Parameters
    ----------
    scene : Scene
    place : (layer, neuron)
        Layer 0 is the input's.
    """
    layer, index = place
    response, network = scene.response, scene.network
    lines = [_name(scene, layer, index)]
    if layer == 0:
        if response is not None:
            lines[0] += f" = {number(float(response.x[index]), 3)}"
        if scene.trace is not None:
            lines.append(f"∂C/∂x = {figures(float(scene.trace.dC_dx[index]), EXACT)}")
    else:
        if scene.trace is not None:
            lines.append(f"δ = ∂C/∂b = {figures(float(scene.trace.delta[layer - 1][index]), EXACT)}")
        if response is not None:
            lines.append(f"a = {number(float(response.a[layer - 1][index]), 4)}")
            lines.append(f"z = {number(float(response.z[layer - 1][index]), 4)}")
        lines.append(f"b = {number(float(network.biases[layer - 1][index]), 4)}")
    pinned = scene.pinned
    if pinned is not None and pinned.layer == layer + 1:
        lines += _joint(scene, "into", Component(pinned.layer, pinned.index, index))
    elif pinned is not None and pinned.layer == layer - 1:
        lines += _joint(scene, "from", Component(layer, index, pinned.index))
    return lines


def _joint(scene: Scene, way: str, edge: Component) -> list[str]:
    """Return the numbers of the edge between a neuron and the pinned one."""
    lines = [f"{way} pinned: w = {number(_weight(scene, edge), 4)}"]
    if scene.trace is not None:
        lines.append(f"{way} pinned: ∂C/∂w = {figures(_derivative(scene, edge), EXACT)}")
    return lines


def describe_edge(scene: Scene, edge: Component) -> list[str]:
    """Return the name of an edge's weight and its exact numbers, a line for each."""
    if edge.input is None:
        return []
    source, target = _name(scene, edge.layer - 1, edge.input), _name(scene, edge.layer, edge.neuron)
    lines = [parameter_name(edge), f"from {source}", f"to {target}"]
    if scene.trace is not None:
        lines.append(f"∂C/∂w = {figures(_derivative(scene, edge), EXACT)}")
    return [*lines, f"w = {number(_weight(scene, edge), 4)}"]


def _weight(scene: Scene, edge: Component) -> float:
    return float(scene.network.weights[edge.layer - 1][edge.neuron, edge.input])


def _derivative(scene: Scene, edge: Component) -> float:
    assert scene.trace is not None
    return float(scene.trace.dC_dw[edge.layer - 1][edge.neuron, edge.input])


def _name(scene: Scene, layer: int, index: int) -> str:
    if layer == 0:
        if scene.image_shape is None:
            return f"input {index}"
        row, col = divmod(index, scene.image_shape[1])
        return f"pixel ({row}, {col})"
    return f"output {index}" if layer == len(scene.network.sizes) - 1 else f"layer {layer}, neuron {index}"
