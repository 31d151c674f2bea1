from dataclasses import replace

import numpy as np
import pytest
from app.graphics.scenes import network_of, scene_of

from nnviz.app.choice import Neuron
from nnviz.app.graphics.network.words import describe, describe_edge
from nnviz.core.components import Component


@pytest.fixture
def scene():
    """A scene of a network of 4-2-2 neurons with errors, of an image of 2 × 2 pixels."""
    network = network_of((4, 2, 2))
    network.weights[0][1, 2] = -0.75
    network.biases[0][1] = 0.5
    network.weights[1][0, 1] = 2.0
    scene = scene_of(network, [0, 0, 255, 0], label=0, shape=(2, 2))
    trace = network.trace(scene.response.x, np.array([1, 0], np.float32))
    return replace(scene, trace=trace, overlay="δ")


def test_a_neuron_tells_its_error_its_activation_and_what_it_comes_from(scene):
    delta = float(scene.trace.delta[0][1])
    assert delta < 0
    lines = describe(scene, (1, 1))
    assert lines[0] == "layer 1, neuron 1"
    assert lines[1].startswith("δ = ∂C/∂b = −")
    assert float(lines[1].removeprefix("δ = ∂C/∂b = −")) == pytest.approx(-delta, rel=1e-4)
    assert lines[2:] == ["a = 0.4378", "z = −0.2500", "b = 0.5000"]


def test_without_errors_none_are_told(scene):
    assert describe(replace(scene, trace=None), (1, 1)) == [
        "layer 1, neuron 1",
        "a = 0.4378",
        "z = −0.2500",
        "b = 0.5000",
    ]


def test_a_pixel_tells_how_the_cost_answers_to_it(scene):
    lines = describe(scene, (0, 2))
    assert lines[0] == "pixel (1, 0) = 1.000"
    assert float(lines[1].removeprefix("∂C/∂x = ")) == pytest.approx(float(scene.trace.dC_dx[2]), rel=1e-4)


def test_the_edge_to_the_pinned_neuron_is_told_with_its_derivative(scene):
    into = describe(replace(scene, pinned=Neuron(2, 0)), (1, 1))
    assert into[-2] == "into pinned: w = 2.0000"
    assert into[-1].startswith("into pinned: ∂C/∂w = ")
    out = describe(replace(scene, pinned=Neuron(1, 1)), (2, 0))
    assert out[-2] == "from pinned: w = 2.0000"
    assert out[-1].endswith(into[-1].split(" = ")[1])


def test_an_edge_tells_where_it_leads_and_its_numbers(scene):
    lines = describe_edge(scene, Component(1, 1, 2))
    assert lines[:3] == ["w(1, 1, 2)", "from pixel (1, 0)", "to layer 1, neuron 1"]
    derivative = float(lines[3].removeprefix("∂C/∂w = ").replace("−", "-"))
    assert derivative == pytest.approx(float(scene.trace.dC_dw[0][1, 2]), rel=1e-4)
    assert lines[4] == "w = −0.7500"
    assert describe_edge(replace(scene, trace=None), Component(2, 0, 1)) == [
        "w(2, 0, 1)",
        "from layer 1, neuron 1",
        "to output 0",
        "w = 2.0000",
    ]
    assert describe_edge(scene, Component(1, 1)) == []
