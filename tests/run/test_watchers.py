import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from run.json_values import is_sentence
from run.small import bits, small_data, small_spec

from nnviz.core.response import respond
from nnviz.data.order import epoch_order
from nnviz.run.breakpoints import (
    ABOVE,
    BELOW,
    COST,
    EITHER,
    KINDS,
    SMOOTHED,
    AccuracyReaches,
    CostCrosses,
    CostJumps,
    EpochReached,
    GradientNormCrosses,
    NeuronCrosses,
    ParameterNotFinite,
    PredictionChanges,
    SaturatedShareExceeds,
    StepReached,
    UpdateRatioLeaves,
    WeightCrosses,
)
from nnviz.run.divergence import DivergenceError
from nnviz.run.trainer import Trainer, replay
from nnviz.run.watchers import Hit, Watchers

STEPS = 120
SPECS = {
    "plain": {"sizes": (20, 7, 5, 10), "eta": 4.0, "init": "large"},
    "tanh, softmax, momentum, dropout": {
        "sizes": (20, 7, 10),
        "activation": "tanh",
        "cost": "log-likelihood",
        "momentum": 0.8,
        "dropout": 0.4,
        "eta": 0.4,
    },
    "relu, regularised": {
        "sizes": (20, 6, 10),
        "activation": "relu",
        "init": "scaled",
        "l2": 0.5,
        "eta": 1.0,
    },
}


class History:
    """A run that nobody watched, and its numbers, computed once more in the plainest way."""

    def __init__(self, spec):
        self.spec = spec
        self.data = small_data()
        trainer = Trainer(spec, self.data)
        self.thetas, self.epochs, self.accuracies, self.batches = [trainer.network.theta.copy()], [0], [], []
        order, position = epoch_order(53, spec.seed, 0), 0
        for _ in range(STEPS):
            self.batches.append(order[position : position + spec.hyper.batch_size])
            trainer.advance(1)
            position += len(self.batches[-1])
            if position >= 53:
                order, position = epoch_order(53, spec.seed, trainer.epoch), 0
            self.thetas.append(trainer.network.theta.copy())
            self.epochs.append(trainer.epoch)
            self.accuracies.append(None if trainer.evaluated is None else trainer.evaluated.record)
        self.log = trainer.log.rows(0, STEPS).astype(float)
        self.bits = bits(trainer)

        self.networks = [spec.network().at(theta) for theta in self.thetas]

    def network(self, step):
        return self.networks[step]

    @cache  # noqa: B019, since it lives as long as the tests
    def responses(self, source, index):
        x = getattr(self.data, source).images[index].astype(np.float32) / np.float32(255)
        return [respond(self.network(step), x) for step in range(STEPS + 1)]

    @cache  # noqa: B019
    def saturated_shares(self, layer):
        """Return the share at each step's mini-batch, as the network was before the step."""
        shares = [math.nan]
        for step, batch in enumerate(self.batches):
            network = self.network(step)
            some = [respond(network, self.data.training.images[i] / np.float32(255)) for i in batch]
            shares.append(float(np.mean([one.saturated[layer - 1] for one in some])))
        return shares

    def update_ratios(self, layer):
        ratios = [math.nan]
        for before, after in zip(self.thetas, self.thetas[1:], strict=False):
            part = self.spec.network().layer_slices[layer - 1]
            change = np.linalg.norm(after[part].astype(float) - before[part])
            ratios.append(change / np.linalg.norm(after[part].astype(float)))
        return ratios

    def parameters(self, layer, neuron, source):
        views = [self.network(step) for step in range(STEPS + 1)]
        if source is None:
            return [float(network.biases[layer - 1][neuron]) for network in views]
        return [float(network.weights[layer - 1][neuron, source]) for network in views]

    def logged(self, column):
        return [math.nan, *self.log[:, column]]


@pytest.fixture(scope="module", params=SPECS)
def history(request):
    return History(small_spec(**SPECS[request.param]))


def between(numbers, share):
    """Return a bound at that share of the numbers' range, with as much room to the next number on either side."""
    some = np.unique([number for number in numbers if not math.isnan(number)])
    place = int(np.searchsorted(some, some[0] + share * (some[-1] - some[0]), "right"))
    return float(some[place - 1] + some[place]) / 2


def crossings(numbers, direction, bound, looks=None, starts=False):
    """Return the steps at which numbers, by step from 0, cross a bound: the reference, in a few plain lines.

    With `starts`, what is beyond the bound from the first step on has crossed it there.
    """
    steps, above = [], (direction == BELOW if starts and direction != EITHER else None)
    for step, number in enumerate(numbers):
        if math.isnan(number) or (looks is not None and step not in looks):
            continue
        was, above = above, number > bound
        if was is not None and was != above and direction in (EITHER, ABOVE if above else BELOW):
            steps.append(step)
    return steps


def watched(history, points, closely=False, until=STEPS):
    """Return what fires in the same run, and the run's bits."""
    trainer = Trainer(history.spec, history.data)
    watchers = Watchers(points, trainer)
    assert watchers.misfits == ()
    hits = []

    def look():
        if watchers.check(closely) is not None:
            hits.extend(watchers.hits)

    trainer.advance(until, look)
    return hits, bits(trainer)


def steps_of(hits, point):
    return [hit.step for hit in hits if hit.breakpoint == point]


# At the right step


@pytest.mark.parametrize("direction", [ABOVE, BELOW, EITHER])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_every_bound_is_crossed_where_the_plain_numbers_cross_it(history, direction, share):
    expected = {}

    def expect(make, numbers, starts=False):
        if np.ptp(numbers[1:]) < 0.01:
            return  # a neuron that is dead, or saturated all the time
        bound = between(numbers, share)
        expected[make(direction=direction, bound=bound)] = crossings(numbers, direction, bound, starts=starts)

    layers = len(history.spec.sizes) - 1
    expect(lambda **given: CostCrosses(COST, **given), history.logged(0))
    expect(lambda **given: CostCrosses(SMOOTHED, **given), history.logged(1))
    for layer in range(1, layers + 1):
        expect(
            lambda layer=layer, **given: GradientNormCrosses(layer, **given),
            history.logged(1 + layer),
            starts=True,
        )
        for source in (4, None):
            numbers = history.parameters(layer, 3, source)
            expect(
                lambda layer=layer, source=source, **given: WeightCrosses(layer, 3, source, **given), numbers
            )
        for where in (("test", 5), ("training", 50)):
            numbers = [float(one.a[layer - 1][2]) for one in history.responses(*where)]
            expect(
                lambda layer=layer, where=where, **given: NeuronCrosses(layer, 2, *where, **given, every=1),
                numbers,
            )
    hits, _ = watched(history, expected)
    assert sum(map(len, expected.values())) > 20
    for point, steps in expected.items():
        assert steps_of(hits, point) == steps, point


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_layer_is_saturated_where_its_neurons_are(history, share):
    fired = 0
    for layer in range(1, len(history.spec.sizes)):
        numbers = history.saturated_shares(layer)
        if len(np.unique(numbers)) < 6:
            continue  # a softmax never counts as saturated
        point = SaturatedShareExceeds(layer, between(numbers, share), every=1)
        hits, _ = watched(history, [point])
        assert steps_of(hits, point) == crossings(numbers, ABOVE, point.bound, starts=True)
        fired += len(hits)
    assert fired


def test_an_update_ratio_leaves_its_band_where_the_plain_one_does(history):
    for layer in range(1, len(history.spec.sizes)):
        numbers = history.update_ratios(layer)
        low, high = between(numbers, 0.1), between(numbers, 0.4)
        point = UpdateRatioLeaves(layer, low, high, every=1)
        outside = [math.nan if math.isnan(number) else float(not low <= number <= high) for number in numbers]
        hits, _ = watched(history, [point])
        assert steps_of(hits, point) == crossings(outside, ABOVE, 0.5, starts=True)
        assert len(hits) > 3


def test_a_prediction_changes_where_the_strongest_output_does(history):
    points = [PredictionChanges("test", index, every=1) for index in range(10)]
    hits, _ = watched(history, points)
    assert len(hits) > 10
    for point in points:
        predicted = [one.predicted for one in history.responses("test", point.index)]
        changes = [step for step in range(1, STEPS + 1) if predicted[step] != predicted[step - 1]]
        assert steps_of(hits, point) == changes
        for hit in hits:
            if hit.breakpoint == point:
                was, now = predicted[hit.step - 1], predicted[hit.step]
                assert hit.reason == (
                    f"The prediction for test image {point.index} changed from {was} to {now}, at step {hit.step}."
                )


@pytest.mark.parametrize("of", [COST, SMOOTHED])
@pytest.mark.parametrize(
    ("factor", "within"), [(1.05, 1), (1.2, 1), (1.1, 10), (1.5, 30), (1.0, 3), (4.0, 1)]
)
def test_a_cost_jumps_where_the_log_says_so(history, of, factor, within):
    point = CostJumps(of, factor, within)
    values, smoothed = history.logged(0 if of == COST else 1), history.logged(1)
    jumps = [
        float(step > within and values[step] > factor * smoothed[step - within]) for step in range(STEPS + 1)
    ]
    hits, _ = watched(history, [point])
    assert steps_of(hits, point) == crossings(jumps, ABOVE, 0.5)


def test_steps_and_epochs_are_reached_once(history):
    points = [StepReached(1), StepReached(50), StepReached(STEPS), EpochReached(1), EpochReached(4)]
    hits, _ = watched(history, points)
    assert [hit.step for hit in hits] == sorted(
        [1, 50, STEPS, history.epochs.index(1), history.epochs.index(4)]
    )
    assert {hit.reason for hit in hits} >= {
        "Step 50 is reached.",
        f"Epoch 4 is finished, at step {history.epochs.index(4)}.",
    }


@pytest.mark.parametrize("of", ["training", "test"])
def test_an_accuracy_is_reached_once_by_the_first_evaluation_that_has_it(history, of):
    records = {record.step: getattr(record, f"{of}_accuracy") for record in history.accuracies if record}
    for bound in {0.0, max(records.values()), sorted(records.values())[len(records) // 2]}:
        step = min(step for step, accuracy in records.items() if accuracy >= bound)
        hits, _ = watched(history, [AccuracyReaches(of, bound)])
        assert [hit.step for hit in hits] == [step]
        assert hits[0].reason.startswith(f"The {of} accuracy has reached ")
        assert hits[0].reason.endswith(f", at step {step}.")
    assert watched(history, [AccuracyReaches(of, 1.0)])[0] == [] or max(records.values()) == 1


def test_a_check_after_an_evaluation_finds_its_accuracy_at_once():
    trainer = Trainer(small_spec(), small_data())
    watchers = Watchers([AccuracyReaches(bound=0.0)], trainer)
    trainer.request_evaluation()
    assert watchers.check() is None
    while not trainer.evaluate_piece():
        pass
    accuracy = 100 * trainer.evaluated.record.test_accuracy
    assert watchers.check().reason == f"The test accuracy has reached 0 %: it is {accuracy:.7g} %, at step 0."
    assert watchers.check() is None


@pytest.mark.parametrize("every", [2, 7, 10, 64])
def test_what_is_looked_at_now_and_then_is_looked_at_every_so_many_steps(history, every):
    looks = set(range(0, STEPS + 1, every))
    activations = [float(one.a[0][2]) for one in history.responses("test", 5)]
    ratios = history.update_ratios(1)
    shares = history.saturated_shares(1)
    neuron = NeuronCrosses(1, 2, "test", 5, EITHER, between(activations, 0.5), every=every)
    ratio = UpdateRatioLeaves(1, 0.0, between(ratios, 0.5), every=every)
    share = SaturatedShareExceeds(1, between(shares, 0.5), every=every)
    hits, _ = watched(history, [neuron, ratio, share])
    assert steps_of(hits, neuron) == crossings(activations, EITHER, neuron.bound, looks)
    assert steps_of(hits, ratio) == crossings(ratios, ABOVE, ratio.high, looks, starts=True)
    assert steps_of(hits, share) == crossings(shares, ABOVE, share.bound, looks, starts=True)
    for hit in hits:
        assert hit.since == hit.step - every
        assert hit.reason.endswith(f"between step {hit.since} and step {hit.step}.")
    exact, _ = watched(history, [neuron, ratio, share], closely=True)
    assert steps_of(exact, neuron) == crossings(activations, EITHER, neuron.bound)
    assert steps_of(exact, ratio) == crossings(ratios, ABOVE, ratio.high, starts=True)
    assert steps_of(exact, share) == crossings(shares, ABOVE, share.bound, starts=True)


def test_what_happens_where_no_number_leaves_its_range_is_noticed_as_well():
    trainer = Trainer(small_spec(), small_data())
    watchers = Watchers([EpochReached(1), AccuracyReaches(bound=0.0)], trainer)
    with np.errstate(all="ignore"):
        while trainer.epoch == 0:
            assert watchers.check() is None
            trainer.make_step()
        assert watchers.check().reason == "Epoch 1 is finished, at step 8."
        trainer.make_step()
        assert watchers.check() is None
        while not trainer.evaluate_piece():
            pass
        trainer.make_step()  # before anybody looked at the evaluation
        assert watchers.check().reason.endswith(", at step 8.")


# What does not happen


def one_of_every_kind(**given):
    """Return breakpoints that all fire sooner or later."""
    return [
        CostCrosses(COST, EITHER, 0.5),
        CostJumps(COST, 1.2, 1),
        AccuracyReaches(bound=0.0),
        GradientNormCrosses(1, EITHER, 0.2),
        SaturatedShareExceeds(1, 0.3, **given),
        NeuronCrosses(1, 2, "test", 5, EITHER, 0.5, **given),
        WeightCrosses(1, 2, 3, EITHER, 0.1),
        UpdateRatioLeaves(1, 0.001, 0.05, **given),
        PredictionChanges(**given),
        ParameterNotFinite(),
        StepReached(7),
        EpochReached(2),
    ]


@pytest.mark.parametrize("closely", [False, True])
@pytest.mark.parametrize("every", [1, 3])
def test_looking_changes_nothing_of_the_run(history, every, closely):
    points = one_of_every_kind(every=every)
    assert {point.kind for point in points} == set(KINDS)
    hits, after = watched(history, points, closely)
    assert after == history.bits
    assert len({hit.breakpoint for hit in hits}) >= 7


def test_what_is_switched_off_does_not_fire(history):
    points = [replace(point, enabled=False) for point in one_of_every_kind(every=1)]
    assert watched(history, points) == ([], history.bits)


def test_what_does_not_fit_the_run_is_told_and_left_out():
    trainer = Trainer(small_spec((20, 6, 10)), small_data())
    points = [GradientNormCrosses(3), StepReached(1), PredictionChanges(index=31)]
    watchers = Watchers(points, trainer)
    assert [point for point, _ in watchers.misfits] == [points[0], points[2]]
    assert all(is_sentence(sentence) for _, sentence in watchers.misfits)
    hits = []
    trainer.advance(1, lambda: hits.append(watchers.check()))
    assert [hit.breakpoint for hit in hits] == [points[1]]


# On numbers that are known


@pytest.fixture
def trainer():
    return Trainer(small_spec((20, 6, 10)), small_data())


def feed(trainer, cost, norms=(1.0, 1.0)):
    """Log a step of which only the numbers matter."""
    trainer.log.add(cost, list(norms))
    trainer.step += 1


def fired(trainer, points, costs, first=()):
    """Return the steps at which something fires as these costs come, with those of `first` before anybody looks."""
    for cost in first:
        feed(trainer, cost)
    watchers, steps = Watchers(points, trainer), []
    for cost in costs:
        feed(trainer, cost)
        hit = watchers.check()
        if hit is not None:
            assert hit.step == trainer.step
            assert is_sentence(hit.reason)
            steps.append(trainer.step)
    return steps


@pytest.mark.parametrize(
    ("direction", "costs", "steps"),
    [
        (ABOVE, [0, 2, 3, 0, 2], [2, 5]),
        (BELOW, [0, 2, 3, 0, 2], [4]),
        (EITHER, [0, 2, 3, 0, 2], [2, 4, 5]),
        (ABOVE, [2, 3, 2], []),  # it held from the beginning
        (ABOVE, [1, 1, 2], [3]),  # the bound itself is not above it
        (BELOW, [2, 1, 0.5, 1, 0.5], [3, 5]),
        (EITHER, [2, 1, 2, 1, 0, 1, 0, 1, 2], [5, 9]),  # to touch the bound is not to cross it
        (EITHER, [1, 1, 2, 0], [4]),
        (ABOVE, [0, math.inf, 0], [2]),
        (ABOVE, [0, math.nan, 2, math.nan, 2, 0, 2], [3, 7]),
        (BELOW, [2, math.nan, 0, math.nan, 0], [3]),
        (EITHER, [math.nan, 2, math.nan, 2, 0], [5]),
    ],
)
def test_a_bound_is_crossed_from_one_side_to_the_other(trainer, direction, costs, steps):
    assert fired(trainer, [CostCrosses(COST, direction, 1.0)], costs) == steps


def test_what_holds_when_a_breakpoint_is_set_has_to_be_left_first(trainer):
    assert fired(trainer, [CostCrosses(COST, ABOVE, 1.0)], [3, 2, 0, 2], first=[0, 2]) == [6]


def test_what_came_before_a_breakpoint_was_set_counts_as_the_step_before(trainer):
    assert fired(trainer, [CostCrosses(COST, ABOVE, 1.0)], [2], first=[2, 0]) == [3]
    assert fired(trainer, [CostJumps(COST, 3.0, 2)], [9], first=[1, 2]) == [6]


def test_a_bound_is_compared_as_float32_has_it(trainer):
    # 0.1 in float32 is a little above 0.1: what was set to the bound has not crossed it.
    assert fired(trainer, [CostCrosses(COST, ABOVE, 0.1)], [0.05, 0.1, 0.05, 0.1 + 1e-9, 0.1001]) == [5]


def test_a_jump_fires_when_it_begins_not_as_long_as_it_lasts(trainer):
    # After hundreds of ones the smoothed cost stays close to 1.
    costs = [5, 5, 1, 5, 1, 2.5, 4]
    assert fired(trainer, [CostJumps(COST, 3.0, 1)], costs, first=[1] * 400) == [401, 404, 407]


def test_a_jump_needs_something_to_be_compared_with(trainer):
    assert fired(trainer, [CostJumps(COST, 3.0, 2)], [1, 50, 1]) == []


def test_a_jump_from_what_nobody_looked_at_is_one(trainer):
    watchers = Watchers([CostJumps(COST, 4.0, 1)], trainer)
    for cost, looks in ((4, True), (4, True), (0, False), (0, False), (0, False), (7, True)):
        feed(trainer, cost)
        hit = watchers.check() if looks else None
    assert hit.reason.startswith("The cost jumped to 7, 4.")
    assert hit.reason.endswith("between step 2 and step 6.")


def test_a_jump_from_zero_is_one(trainer):
    watchers = Watchers([CostJumps(COST, 3.0, 1)], trainer)
    feed(trainer, 0.0)
    assert watchers.check() is None
    feed(trainer, 0.5)
    assert watchers.check().reason == (
        "The cost jumped to 0.5, up from the smoothed cost a step before, which was 0, at step 2."
    )


def test_several_fire_in_their_own_order(trainer):
    points = [StepReached(2), CostCrosses(COST, ABOVE, 1.0), CostCrosses(SMOOTHED, ABOVE, 0.4)]
    for order in (points, points[::-1]):
        watchers = Watchers(order, trainer)
        trainer.step, trainer.log = 0, type(trainer.log)(2)
        watchers.begin()
        feed(trainer, 0.0)
        assert watchers.check() is None
        feed(trainer, 2.0)
        assert watchers.check().breakpoint == order[0]
        assert [hit.breakpoint for hit in watchers.hits] == order


@pytest.mark.parametrize(
    ("point", "numbers", "reason"),
    [
        (
            GradientNormCrosses(1, BELOW, 0.001),
            [(1, 1, 1), (1, 0.00093, 1)],
            "The gradient norm of layer 1 fell below 0.001: it is 0.00093, at step 2.",
        ),
        (
            GradientNormCrosses(2, ABOVE, 1000),
            [(1, 1, 1), (1, 1, 1000.04)],
            "The gradient norm of the output layer rose above 1000: it is 1000.04, at step 2.",
        ),
        (
            CostCrosses(SMOOTHED, BELOW, 0.75),
            [(1, 1, 1), (0, 1, 1)],
            "The smoothed cost fell below 0.75: it is 0.4975, at step 2.",
        ),
        (
            CostCrosses(COST, EITHER, 0.75),
            [(1, 1, 1), (0.5, 1, 1)],
            "The cost fell below 0.75: it is 0.5, at step 2.",
        ),
        (
            CostJumps(COST, 4, 1),
            [(0.25, 1, 1), (1.5, 1, 1)],
            "The cost jumped to 1.5, 6 times the smoothed cost a step before, which was 0.25, at step 2.",
        ),
    ],
)
def test_a_reason_has_the_numbers_and_the_step(trainer, point, numbers, reason):
    watchers = Watchers([point], trainer)
    for cost, *norms in numbers:
        feed(trainer, cost, norms)
        hit = watchers.check()
    assert (hit.breakpoint, hit.step, hit.since, hit.reason) == (point, 2, 1, reason)


@pytest.mark.parametrize(
    ("point", "value", "reason"),
    [
        (
            WeightCrosses(1, 3, 4, ABOVE, 0.5),
            0.75,
            "The weight from input 4 to neuron 3 of layer 1 rose above 0.5: it is 0.75, at step 1.",
        ),
        (
            WeightCrosses(2, 3, 4, BELOW, -0.5),
            -2,
            "The weight from neuron 4 of layer 1 to output neuron 3 fell below -0.5: it is -2, at step 1.",
        ),
        (
            WeightCrosses(2, 3, None, EITHER, 1),
            1.25,
            "The bias of output neuron 3 rose above 1: it is 1.25, at step 1.",
        ),
    ],
)
def test_a_weight_is_the_one_that_is_named(trainer, point, value, reason):
    trainer.network.theta[...] = 0
    watchers = Watchers([point], trainer)
    trainer.network.theta[...] = -np.sign(value) * 9  # every other one goes the other way
    kind = trainer.network.biases if point.input is None else trainer.network.weights
    kind[point.layer - 1][(point.neuron,) if point.input is None else (point.neuron, point.input)] = value
    feed(trainer, 1.0)
    assert watchers.check().reason == reason


def test_a_neurons_activation_is_for_its_sample(trainer):
    trainer.network.theta[...] = 0
    watchers = Watchers([NeuronCrosses(1, 3, "test", 8, ABOVE, 0.7, every=1)], trainer)
    pixel = int(trainer.data.test.images[8].argmax())
    trainer.network.weights[0][3, pixel] = 4
    feed(trainer, 1.0)
    x = trainer.data.test.images[8][pixel] / 255
    assert watchers.check().reason == (
        "The activation of neuron 3 of layer 1 for test image 8 rose above 0.7: "
        f"it is {1 / (1 + math.exp(-4 * x)):.4g}, at step 1."
    )


def test_an_answer_of_nan_is_no_prediction(trainer):
    watchers = Watchers([PredictionChanges(every=1), NeuronCrosses(2, 0, direction=EITHER, every=1)], trainer)
    trainer.network.theta[...] = math.nan
    with np.errstate(all="ignore"):
        feed(trainer, 1.0)
        assert watchers.check() is None


numbers = st.floats(0, 10, width=32) | st.sampled_from([0.0, 0.5, 1.0, 2.0, math.inf, math.nan])


@settings(max_examples=120)
@given(
    st.lists(numbers, max_size=25),
    st.lists(numbers, min_size=1, max_size=25),
    st.sampled_from([ABOVE, BELOW, EITHER]),
    st.sampled_from([0.5, 1.0, 3.0]),
    st.floats(1, 5, width=32),
    st.integers(1, 6),
)
def test_ranges_hide_nothing_whatever_the_costs(first, costs, direction, bound, factor, within):
    # The reference looks at everything after every step; what checks pass over may never have fired.
    def run(point, closely):
        trainer = Trainer(small_spec((20, 2, 10)), small_data())
        with np.errstate(all="ignore"):
            for cost in first:
                feed(trainer, cost)
            watchers, hits = Watchers([point], trainer), []
            for cost in costs:
                feed(trainer, cost)
                hits.append(watchers.check(closely))
        return hits

    for point in (
        CostCrosses(COST, direction, bound),
        CostJumps(COST, factor, within),
        CostJumps(SMOOTHED, factor, within),
    ):
        assert run(point, False) == run(point, True)


# Divergence


def test_a_parameter_that_is_no_number_any_more_is_named():
    trainer = Trainer(
        small_spec((20, 6, 10), eta=1e30, cost="cross-entropy", activation="relu"), small_data()
    )
    watchers = Watchers([ParameterNotFinite()], trainer)
    with pytest.raises(DivergenceError):
        trainer.advance(100, watchers.check)
    hit = watchers.check()
    finite = np.isfinite(trainer.network.theta)
    assert not finite.all()
    assert hit.step == trainer.step
    assert is_sentence(hit.reason)
    assert f"as did {np.count_nonzero(~finite) - 1:,} others" in hit.reason
    assert f"at step {trainer.step}." in hit.reason
    assert watchers.check() is None


@pytest.mark.parametrize(
    ("layer", "neuron", "source", "value", "reason"),
    [
        (
            1,
            0,
            0,
            math.nan,
            "The weight from input 0 to neuron 0 of layer 1 became no number (NaN), at step 1.",
        ),
        (1, 5, None, math.inf, "The bias of neuron 5 of layer 1 became infinite, at step 1."),
        (
            2,
            9,
            5,
            -math.inf,
            "The weight from neuron 5 of layer 1 to output neuron 9 became infinite, at step 1.",
        ),
        (2, 9, None, math.nan, "The bias of output neuron 9 became no number (NaN), at step 1."),
    ],
)
def test_the_first_parameter_that_is_not_finite_is_found(trainer, layer, neuron, source, value, reason):
    watchers = Watchers([ParameterNotFinite()], trainer)
    if source is None:
        trainer.network.biases[layer - 1][neuron] = value
    else:
        trainer.network.weights[layer - 1][neuron, source] = value
    feed(trainer, 1.0)
    trainer._diverged = DivergenceError("It has diverged.")
    assert watchers.check().reason == reason
    assert Watchers([ParameterNotFinite()], trainer).check() is None  # it was so before


def test_a_cost_that_diverges_while_the_parameters_stay_finite_is_not_taken_for_one(trainer):
    watchers = Watchers([ParameterNotFinite(), CostCrosses(COST, ABOVE, 1.0)], trainer)
    feed(trainer, 0.5)
    assert watchers.check() is None
    feed(trainer, math.inf)
    trainer._diverged = DivergenceError("It has diverged.")
    assert watchers.check().reason == "The cost rose above 1: it is inf, at step 2."
    assert len(watchers.hits) == 1


# Going back, and other breakpoints


def looks_until(trainer, watchers, step):
    hits = []
    trainer.advance(step - trainer.step, lambda: hits.extend(watchers.hits if watchers.check() else []))
    return hits


def test_steps_that_are_made_once_more_fire_once_more(history):
    points = [point for point in one_of_every_kind(every=1) if not isinstance(point, AccuracyReaches)]
    trainer = Trainer(history.spec, history.data)
    watchers = Watchers(points, trainer)
    first = looks_until(trainer, watchers, STEPS)
    for step in (0, 33, 80):
        trainer.go_to(step)
        watchers.begin()
        again = looks_until(trainer, watchers, STEPS)
        # Only the saturation that was seen at a step before is unknown where no step was made.
        assert [hit for hit in again if not isinstance(hit.breakpoint, SaturatedShareExceeds)] == [
            hit for hit in first if hit.step > step and not isinstance(hit.breakpoint, SaturatedShareExceeds)
        ]


def test_who_goes_back_without_a_word_is_noticed(history):
    trainer = Trainer(history.spec, history.data)
    watchers = Watchers([StepReached(20), WeightCrosses(1, 2, 3, EITHER, 0.1)], trainer)
    looks_until(trainer, watchers, 60)
    trainer.go_to(10)
    assert watchers.check() is None
    assert [hit.step for hit in looks_until(trainer, watchers, 30) if hit.breakpoint == StepReached(20)] == [
        20
    ]


def test_steps_at_which_nobody_looked_are_looked_at_together(history):
    numbers = history.parameters(1, 3, 4)
    bound = between([numbers[0], numbers[40]], 0.5)
    points = [WeightCrosses(1, 3, 4, EITHER, bound), StepReached(17), EpochReached(1)]
    trainer = Trainer(history.spec, history.data)
    watchers = Watchers(points, trainer)
    trainer.advance(40)
    watchers.check()
    assert [hit.breakpoint for hit in watchers.hits] == points
    assert watchers.hits[0].since == 0
    assert watchers.hits[0].reason.endswith("between step 0 and step 40.")


def test_a_fork_is_watched_from_where_it_is(history):
    trainer = Trainer(history.spec, history.data)
    trainer.advance(50)
    other = trainer.fork()
    points = [point for point in one_of_every_kind(every=1) if not isinstance(point, AccuracyReaches)]
    hits = looks_until(other, Watchers(points, other), STEPS)
    expected, _ = watched(history, points)
    exact = [
        hit for hit in expected if hit.step > 50 and not isinstance(hit.breakpoint, SaturatedShareExceeds)
    ]
    assert [hit for hit in hits if not isinstance(hit.breakpoint, SaturatedShareExceeds)] == exact


def test_other_breakpoints_leave_those_that_stay_as_they_were(trainer):
    stays = AccuracyReaches(bound=0.0)
    watchers = Watchers([stays], trainer)
    trainer.advance(8, watchers.check)
    assert [hit.breakpoint for hit in watchers.hits] == [stays]
    watchers.watch([StepReached(12), stays])
    assert [hit.reason for hit in looks_until(trainer, watchers, 30)] == ["Step 12 is reached."]
    watchers.watch([])
    assert looks_until(trainer, watchers, 40) == []


def test_other_breakpoints_in_between_do_not_hide_what_has_happened_since_the_last_look(trainer):
    stays = NeuronCrosses(1, 3, "test", 8, ABOVE, 0.7, every=10)
    trainer.network.theta[...] = 0
    watchers = Watchers([stays], trainer)
    trainer.network.biases[0][3] = 4
    for _ in range(9):
        feed(trainer, 1.0)
        assert watchers.check() is None
    watchers.watch([stays, StepReached(100)])
    feed(trainer, 1.0)
    assert (watchers.check().since, trainer.step) == (0, 10)


def test_who_edits_the_parameters_begins_anew(trainer):
    trainer.network.theta[...] = 0
    watchers = Watchers(
        [NeuronCrosses(1, 3, "test", 8, EITHER, 0.7, every=1), PredictionChanges(every=1)], trainer
    )
    trainer.network.biases[0][3] = 4
    trainer.network.biases[1][6] = 4
    watchers.begin()
    feed(trainer, 1.0)
    assert watchers.check() is None
    trainer.network.biases[0][3] = -4
    feed(trainer, 1.0)
    assert watchers.check().breakpoint.kind == "neuron"
    assert len(watchers.hits) == 1


# Where exactly


def test_what_was_found_late_is_traced_to_its_own_step(history):
    located = 0
    for index in range(8):
        exact, late = PredictionChanges(index=index, every=1), PredictionChanges(index=index, every=37)
        steps = [hit.step for hit in watched(history, [exact])[0]]
        trainer = Trainer(history.spec, history.data)
        watchers = Watchers([late, StepReached(STEPS)], trainer)
        for _ in range(STEPS):
            trainer.advance(1)
            hit = watchers.check()
            if hit is not None and hit.breakpoint == late:
                break
        else:
            continue
        (found,) = watchers.locate()
        located += 1
        assert found.step == trainer.step == min(step for step in steps if step > hit.since)
        assert found.reason.endswith(f"at step {found.step}.")
        assert found.breakpoint == late
        same = replay(history.spec, history.data, trainer.journal, found.step)
        assert trainer.network.theta.tobytes() == same.network.theta.tobytes()
        assert looks_until(trainer, watchers, STEPS)[-1].reason == f"Step {STEPS} is reached."
    assert located > 2


def test_what_was_found_at_once_is_where_it_is(history):
    trainer = Trainer(history.spec, history.data)
    watchers = Watchers([StepReached(30)], trainer)
    hit = looks_until(trainer, watchers, 30)[0]
    assert watchers.locate() == [hit]
    assert trainer.step == 30


def test_of_several_found_late_the_run_goes_back_to_the_first_and_comes_to_the_others_later(history):
    exact = {
        index: [hit.step for hit in watched(history, [PredictionChanges(index=index, every=1)])[0]]
        for index in range(31)
    }
    firsts = {index: steps[0] for index, steps in exact.items() if steps and steps[0] < STEPS}
    early, late = min(firsts, key=firsts.get), max(firsts, key=firsts.get)
    if firsts[early] == firsts[late]:
        pytest.skip("all change at once")
    points = [PredictionChanges(index=late, every=STEPS), PredictionChanges(index=early, every=STEPS)]
    trainer = Trainer(history.spec, history.data)
    watchers = Watchers(points, trainer)
    trainer.advance(STEPS)
    for point in points:
        watchers.hits.append(Hit(point, STEPS, 0, "It changed."))
    (found,) = watchers.locate()
    assert (found.breakpoint, found.step, trainer.step) == (points[1], firsts[early], firsts[early])
    assert watchers.hits == [found]


def test_what_was_found_at_once_with_something_late_keeps_its_place(history):
    """The prediction changed at the last step, too, so the run stays there."""
    index, step = next(
        (index, hits[0].step)
        for index in range(31)
        if (hits := watched(history, [PredictionChanges(index=index, every=1)])[0])
    )
    points = [StepReached(step), PredictionChanges(index=index, every=step)]
    trainer = Trainer(history.spec, history.data)
    watchers = Watchers(points, trainer)
    looks_until(trainer, watchers, step)
    if len(watchers.hits) == 1:
        pytest.skip("it changed at its first step")
    assert [hit.breakpoint for hit in watchers.locate()] == points
    assert trainer.step == step
    assert watchers.hits[1].since == step - 1


def test_an_evaluation_that_ends_later_takes_the_run_back_to_what_was_evaluated():
    trainer = Trainer(small_spec(), small_data())
    watchers = Watchers([AccuracyReaches(bound=0.0)], trainer)
    trainer.make_step()
    assert watchers.check() is None
    trainer.request_evaluation()
    for _ in range(3):
        trainer.make_step()
        assert watchers.check() is None
    while not trainer.evaluate_piece():
        pass
    assert watchers.check().step == 1
    (hit,) = watchers.locate()
    assert hit.reason.endswith("at step 1.")
    assert trainer.step == 1
    trainer.make_step()
    assert watchers.check() is None


# What a run is like from its first step on


def first_hits(spec, points, steps=30):
    """Return what fires first in a run, and where the run then stands, as the worker would have it."""
    trainer = Trainer(spec, small_data())
    watchers = Watchers(points, trainer)
    for _ in range(steps):
        trainer.make_step()
        if watchers.check() is not None:
            return watchers.locate(), trainer.step
    return [], trainer.step


@pytest.mark.parametrize(
    ("point", "beginning"),
    [
        (
            SaturatedShareExceeds(1, 0.1, every=25),
            "The saturated share of layer 1 is from the start above 10 %: it is ",
        ),
        (
            GradientNormCrosses(1, BELOW, 1e6),
            "The gradient norm of layer 1 is from the start below 1000000: ",
        ),
        (
            GradientNormCrosses(2, ABOVE, 1e-9),
            "The gradient norm of the output layer is from the start above ",
        ),
        (
            UpdateRatioLeaves(1, 10.0, 20.0, every=25),
            "The update-to-weight ratio of layer 1 is from the start below 10: ",
        ),
        (
            UpdateRatioLeaves(1, 0.0, 1e-9, every=25),
            "The update-to-weight ratio of layer 1 is from the start above ",
        ),
    ],
)
def test_a_layer_that_is_ill_from_the_first_step_on_is_told_of_there_and_only_once(point, beginning):
    spec = small_spec((20, 7, 10), init="large")
    hits, step = first_hits(spec, [point])
    assert [(hit.step, step) for hit in hits] == [(1, 1)]
    assert hits[0].reason.startswith(beginning)
    assert hits[0].reason.endswith(", at step 1.")

    trainer = Trainer(spec, small_data())
    watchers, fired = Watchers([point], trainer), []
    trainer.advance(20, lambda: fired.append(watchers.check(closely=True)))
    assert [hit is not None for hit in fired] == [True] + [False] * 19


def test_after_going_back_to_the_start_a_layer_that_is_ill_is_told_of_again():
    trainer = Trainer(small_spec((20, 7, 10), init="large"), small_data(), recording=True)
    point = SaturatedShareExceeds(1, 0.1, every=1)
    watchers, steps = Watchers([point], trainer), []
    trainer.advance(3, lambda: steps.append(watchers.check() is not None))
    trainer.go_to(0)
    watchers.begin()
    trainer.advance(3, lambda: steps.append(watchers.check() is not None))
    assert steps == [True, False, False, True, False, False]
