import math

import numpy as np
import pytest
from core.plain import plain
from run.small import small_data, small_spec

from nnviz.core.descent import Descent, HyperParameters
from nnviz.core.network import Network
from nnviz.core.regularisation import Regularisation
from nnviz.run.health import EVERY, NORM, RATIO, SATURATED, HealthLog, health
from nnviz.run.trainer import Trainer

SLOPES = {
    "sigmoid": (lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2, 1 / 4),
    "tanh": (lambda z: 1 / np.cosh(z) ** 2, 1.0),
    "relu": (lambda z: 1.0 * (z > 0), 1.0),
    "softmax": (None, None),
}
"""σ′ as the books write it, and its greatest value."""


def saturated_share(name, z):
    """Return which share of weighted inputs lies where σ′ is below a tenth of its greatest value."""
    slope, greatest = SLOPES[name]
    return 0.0 if slope is None else np.mean(slope(np.asarray(z, np.float64)) < greatest / 10)


class Step:
    """The next step of a trainer, made; with what plain formulas say of it."""

    def __init__(self, trainer):
        before, velocity = trainer.network.theta.astype(np.float64), trainer.descent.velocity.copy()
        hyper, network = trainer.hyper, trainer.network
        chosen = trainer._order[trainer.position : trainer.position + hyper.batch_size]
        X = trainer.training.images[chosen] / 255
        Y = np.eye(network.sizes[-1])[trainer.training.labels[chosen]]
        oracle = plain(network, Regularisation(hyper.l2, hyper.l1, len(trainer.training)))
        gradient, smooth = oracle.differences(before, X, Y)
        assert smooth.all(), "or central differences mean nothing"
        update = hyper.momentum * velocity.astype(np.float64) - hyper.eta * gradient
        after = before + update
        self.norms = [np.linalg.norm(gradient[layer]) for layer in network.layer_slices]
        self.ratios = [
            np.linalg.norm(update[layer]) / np.linalg.norm(after[layer]) for layer in network.layer_slices
        ]
        names = [activation.name for activation in network.activations]
        zs = oracle.weighted_inputs(before, X)
        self.saturated = [saturated_share(name, z) for name, z in zip(names, zs, strict=True)]
        trainer.advance(1)
        self.figures = health(trainer.descent)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"activation": "tanh", "cost": "cross-entropy", "init": "scaled"},
        {"sizes": (20, 5, 4, 10), "cost": "log-likelihood", "l2": 3.0, "l1": 0.5},
        {"momentum": 0.7, "eta": 0.2},
        {"sizes": (20, 10)},
    ],
    ids=str,
)
def test_the_figures_of_a_step_are_those_of_the_plain_formulas(changes):
    trainer = Trainer(small_spec(**changes), small_data())
    for already in (0, 1, 9, 15):
        trainer.advance(already - trainer.step if already > trainer.step else 0)
        step = Step(trainer)
        assert step.figures.shape == (3, len(trainer.spec.sizes) - 1)
        assert step.figures[NORM] == pytest.approx(step.norms, rel=2e-3)
        assert step.figures[RATIO] == pytest.approx(step.ratios, rel=2e-3)
        assert step.figures[SATURATED].tolist() == pytest.approx(step.saturated, abs=1e-6)


def test_a_relu_counts_as_saturated_where_it_is_off():
    trainer = Trainer(small_spec(activation="relu", cost="log-likelihood", eta=0.05), small_data())
    before = trainer.network.theta.astype(np.float64)
    chosen = trainer._order[:7]
    zs = plain(trainer.network).weighted_inputs(before, trainer.training.images[chosen] / 255)
    trainer.advance(1)
    off = np.mean(zs[0] <= 0)
    assert 0.1 < off < 0.9, "or the test would tell little"
    assert health(trainer.descent)[SATURATED].tolist() == pytest.approx([off, 0])


def one_neuron(weight, bias):
    """Return a descent of a single neuron on a single sample, x = 1 with the target 1."""
    network = Network((1, 1), dtype=np.float64).at(np.array([weight, bias]))
    return Descent(network, np.array([[255]], np.uint8), np.array([0], np.uint8))


def test_one_neuron_on_one_sample_by_hand():
    descent = one_neuron(0.0, 0.0)
    descent.step(np.array([0]), HyperParameters(eta=2.0))
    # a = ½, δ = (½ − 1)·¼ = −⅛; both derivatives are −⅛, so both parameters go from 0 to ¼, all of which is new
    assert health(descent) == pytest.approx(np.array([[math.sqrt(2) / 8], [1.0], [0.0]]))


def test_the_second_step_with_momentum_by_hand():
    descent = one_neuron(0.0, 0.0)
    hyper = HyperParameters(eta=2.0, momentum=0.5)
    descent.step(np.array([0]), hyper)
    descent.step(np.array([0]), hyper)
    a = 1 / (1 + math.exp(-0.5))
    delta = (a - 1) * a * (1 - a)
    v = 0.5 * 0.25 - 2 * delta
    assert health(descent) == pytest.approx(np.array([[abs(delta) * math.sqrt(2)], [v / (0.25 + v)], [0.0]]))


@pytest.mark.parametrize(("bias", "share"), [(3.6, 0.0), (3.7, 1.0), (-3.6, 0.0), (-3.7, 1.0), (50.0, 1.0)])
def test_a_sigmoid_is_saturated_from_a_slope_of_a_fortieth_on(bias, share):
    # σ′(z) = 0.025 at z = ±ln 37.97… = ±3.637
    descent = one_neuron(0.0, bias)
    descent.step(np.array([0]), HyperParameters(eta=0.0))
    assert health(descent)[SATURATED, 0] == share


def test_parameters_that_are_all_0_have_changed_by_nothing_of_their_size():
    descent = one_neuron(0.0, 0.0)
    descent.step(np.array([0]), HyperParameters(eta=0.0))
    assert health(descent)[RATIO, 0] == 0


def test_before_the_first_step_all_is_0():
    descent = one_neuron(1.0, 1.0)
    assert health(descent).tolist() == [[0.0], [0.0], [0.0]]


def test_what_dropout_leaves_out_is_judged_by_its_weighted_input():
    """A neuron that is left out hands on 0, but is not for that off, or flat."""
    spec = small_spec(sizes=(20, 8, 6, 10), dropout=0.5, activation="relu", cost="log-likelihood", eta=0.01)
    trainer = Trainer(spec, small_data())
    theta = trainer.network.theta.astype(np.float64)
    (w1, b1), (w2, b2), _ = plain(trainer.network).layers(theta)
    masks = trainer.descent.masks(0.5, 0)
    assert 0 < np.count_nonzero(masks[0]) < 8
    X = trainer.training.images[trainer._order[:7]].T / 255
    z1 = w1 @ X + b1[:, None]
    z2 = w2 @ (np.maximum(z1, 0) * masks[0]) + b2[:, None]
    trainer.advance(1)
    found = health(trainer.descent)
    assert found[SATURATED].tolist() == pytest.approx([np.mean(z1 <= 0), np.mean(z2 <= 0), 0])
    assert (found[NORM] > 0).all()


def test_looking_at_health_changes_no_bit():
    watched, alone = (
        Trainer(small_spec(dropout=0.3), small_data()),
        Trainer(small_spec(dropout=0.3), small_data()),
    )
    alone.advance(25)
    for _ in range(25):
        watched.advance(1)
        health(watched.descent)
    assert watched.network.theta.tobytes() == alone.network.theta.tobytes()
    assert watched.descent.gradient.tobytes() == alone.descent.gradient.tobytes()


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_health_of_a_network_that_diverged_is_no_number_and_no_warning(bad):
    descent = one_neuron(0.0, 0.0)
    with np.errstate(all="ignore"):
        descent.step(np.array([0]), HyperParameters(eta=1.0))
    descent.network.theta[0] = descent.gradient[0] = descent.velocity[0] = bad
    assert not np.isfinite(health(descent)[[NORM, RATIO]]).any()


def test_through_four_layers_of_sigmoids_the_gradient_vanishes_for_all_to_see():
    deep = small_spec(sizes=(20, 12, 12, 12, 12, 10), init="scaled", eta=0.5)
    trainer = Trainer(deep, small_data())
    trainer.advance(100)
    figures = trainer.health_log.figures(0, 10).astype(np.float64)
    norms = np.exp(np.log(figures[:, NORM]).mean(axis=0))
    ratios = np.exp(np.log(figures[:, RATIO]).mean(axis=0))
    assert (np.diff(norms[1:]) > 0).all(), "each layer back, it is smaller"
    assert norms[-1] > 20 * norms[0]
    assert ratios[-1] > 20 * ratios[0]
    shallow = Trainer(small_spec(sizes=(20, 12, 10), init="scaled", eta=0.5), small_data())
    shallow.advance(100)
    first, last = np.exp(np.log(shallow.health_log.figures(0, 10)[:, NORM]).mean(axis=0))
    assert last < 10 * first


# The log


def test_there_is_a_row_for_every_tenth_step():
    trainer = Trainer(small_spec(), small_data())
    seen = []
    for step in range(1, 36):
        trainer.advance(1)
        assert HealthLog.count_at(step) == step // EVERY
        if step % EVERY == 0:
            seen.append(health(trainer.descent).astype(np.float32))
    assert np.array_equal(trainer.health_log.figures(0, 3), np.stack(seen))
    assert trainer.health_log.figures(1, 2).shape == (1, 3, 2)
    assert trainer.health_log.n_layers == 2


def test_only_rows_that_there_are_are_returned():
    log = HealthLog(3)
    assert log.figures(0, 10).shape == (0, 3, 3)
    trainer = Trainer(small_spec(sizes=(20, 4, 4, 10)), small_data())
    trainer.advance(20)
    assert len(trainer.health_log.figures(-5, 100)) == 2
    assert len(trainer.health_log.figures(2, 9)) == 0
