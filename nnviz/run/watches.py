"""Watches: for each kind of breakpoint, how it is looked for in a run.

What is on neither side of a bound, a NaN, changes nothing of what a watch remembers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nnviz.run.breakpoints import (
    ABOVE,
    BELOW,
    COST,
    EITHER,
    AccuracyReaches,
    Breakpoint,
    CostCrosses,
    CostJumps,
    Crossing,
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
from nnviz.run.epochs import FullEvaluation
from nnviz.run.fields import TEST
from nnviz.run.names import cost_name, parameter_name, percent, sample_name
from nnviz.run.readings import Readings
from nnviz.run.step_log import COST as COST_COLUMN
from nnviz.run.step_log import FIRST_NORM
from nnviz.run.step_log import SMOOTHED as SMOOTHED_COLUMN
from nnviz.run.watch import ANYTHING, LOG, THETA, Range, Watch

NOWHERE = (math.inf, -math.inf)


class CrossingWatch(Watch):
    """A number crosses a bound; both in float32, as the run has them: a weight of 0.1 is not above 0.1.

    Parameters
    ----------
    point : Crossing
    readings : Readings
    value : callable
        Returns the number; NaN where there is none.
    """

    def __init__(self, point: Crossing, readings: Readings, value: Callable[[], float]) -> None:
        super().__init__(point, readings)
        self._crossing = point
        self._value = value
        self._bound = float(np.float32(point.bound))
        self._side: int | None = None
        self._starts = False

    def begin(self) -> None:
        """Remember on which side of the bound the number is."""
        self._side, self._starts = None, False
        self.look()
        self._starts = self._crossing.from_the_start and self.readings.trainer.step == 0

    def look(self) -> str | None:
        """Return what the number did, if it crossed the bound."""
        value, bound, point = self._value(), self._bound, self._crossing
        side = (value > bound) - (value < bound)
        if side == self._side or math.isnan(value) or (side == 0 and point.direction == EITHER):
            return None
        before, self._side = self._side, side
        wanted = {ABOVE: side > 0, BELOW: side < 0, EITHER: before is not None}[point.direction]
        starts, self._starts = self._starts, False
        if (before is None and not starts) or not wanted:
            return None
        name = _capital(point.what(self.readings.trainer.spec))
        verb = _verb(side, starts)
        number = _apart(point.figure, value, point.bound)
        return f"{name} {verb} {point.figure(point.bound)}: it is {number}, {self.when()}."

    def _side_of_the_bound(self) -> tuple[float, float]:
        """Return from where to where the number may go without crossing the bound."""
        margin = _margin(self._bound)
        if self._side == 1:
            return self._bound + margin, math.inf
        return (-math.inf, self._bound - margin) if self._side == -1 else NOWHERE


class LogWatch(CrossingWatch):
    """A number of the log crosses a bound."""

    waits_for = LOG

    def __init__(self, point: CostCrosses | GradientNormCrosses, readings: Readings) -> None:
        super().__init__(point, readings, lambda: readings.logged(self._column))
        self._column = _column(point.of) if isinstance(point, CostCrosses) else FIRST_NORM + point.layer - 1

    def quiet(self) -> list[Range]:
        """Return the side of the bound on which the number is."""
        return [(self._column, *self._side_of_the_bound())]


class WeightWatch(CrossingWatch):
    """A weight or a bias crosses a bound."""

    waits_for = THETA

    def __init__(self, point: WeightCrosses, readings: Readings) -> None:
        network = readings.trainer.network
        super().__init__(point, readings, lambda: network.theta.item(self._place))
        inputs = network.sizes[point.layer - 1]
        column = inputs if point.input is None else point.input  # a neuron's bias stands behind its weights
        self._place = network.layer_slices[point.layer - 1].start + point.neuron * (inputs + 1) + column

    def quiet(self) -> list[Range]:
        """Return the side of the bound on which the parameter is."""
        return [(self._place, *self._side_of_the_bound())]


class JumpWatch(Watch):
    """The cost is so many times what the smoothed cost was so many steps before."""

    waits_for = LOG

    def __init__(self, point: CostJumps, readings: Readings) -> None:
        super().__init__(point, readings)
        self._jump = point
        self._column = _column(point.of)
        self._holds = False

    def begin(self) -> None:
        """Remember whether the last cost was a jump."""
        self._holds = False
        self.look()

    def look(self) -> str | None:
        """Return how the cost jumped, if it did."""
        jump = self._jump
        value, before = self.readings.logged(self._column), self.readings.logged(SMOOTHED_COLUMN, jump.within)
        held, self._holds = self._holds, value > jump.factor * before
        if held or not self._holds:
            return None
        times = f"{_apart(_figure, value / before, jump.factor)} times" if before else "up from"
        compared = f"{times} the smoothed cost {jump.ago()}, which was {_figure(before, 4)}"
        return f"{_capital(cost_name(jump.of))} jumped to {_figure(value, 4)}, {compared}, {self.when()}."

    def quiet(self) -> list[Range]:
        """Return ranges in which the smoothed cost stays so high, and the cost so low, that no jump is possible."""
        trainer, jump = self.readings.trainer, self._jump
        recent = trainer.log.rows(trainer.step - jump.within, trainer.step)[:, SMOOTHED_COLUMN]
        if self._holds or not len(recent):
            return [(self._column, *NOWHERE)]
        least = float(recent.min()) / math.sqrt(jump.factor)  # with as much leeway above as below
        most = jump.factor * least
        return [(SMOOTHED_COLUMN, least, math.inf), (self._column, -math.inf, most - _margin(most))]


def _watch_saturation(point: SaturatedShareExceeds, readings: Readings) -> Watch:
    return CrossingWatch(point, readings, lambda: readings.saturated_share(point.layer))


def _watch_neuron(point: NeuronCrosses, readings: Readings) -> Watch:
    def activation() -> float:
        return readings.activations(point.source, point.index)[point.layer - 1].item(point.neuron)

    return CrossingWatch(point, readings, activation)


class AccuracyWatch(Watch):
    """Reads the accuracy off each new evaluation, until one has reached the bound."""

    waits_for = ANYTHING

    def __init__(self, point: AccuracyReaches, readings: Readings) -> None:
        super().__init__(point, readings)
        self._accuracy = point
        self._seen: FullEvaluation | None = None
        self._fired = False

    def begin(self) -> None:
        """Wait for the next evaluation."""
        self._seen = self.readings.trainer.evaluated

    def look(self) -> str | None:
        """Return the accuracy, if it has reached the bound for the first time."""
        point, evaluated = self._accuracy, self.readings.trainer.evaluated
        if self._fired or evaluated is None or evaluated is self._seen:
            return None
        self._seen, record = evaluated, evaluated.record
        accuracy = record.test_accuracy if point.of == TEST else record.training_accuracy
        if not accuracy >= point.bound:
            return None
        self._fired = True
        reached = f"The {point.of} accuracy has reached {percent(point.bound)}"
        return f"{reached}: it is {percent(accuracy)}, at step {record.step:,}."

    def came_about(self) -> int:
        """Return the step that was evaluated, which the run may have gone on from meanwhile."""
        return super().came_about() if self._seen is None else self._seen.step


class UpdateRatioWatch(Watch):
    """Reads the update ratio of a layer."""

    def __init__(self, point: UpdateRatioLeaves, readings: Readings) -> None:
        super().__init__(point, readings)
        self._band = point
        self._low, self._high = float(np.float32(point.low)), float(np.float32(point.high))
        self._side: int | None = None
        self._starts = False

    def begin(self) -> None:
        """Remember whether the ratio is in the band."""
        self._side, self._starts = None, False
        self.look()
        self._starts = self.readings.trainer.step == 0

    def look(self) -> str | None:
        """Return what the ratio did, if it left the band."""
        band = self._band
        ratio = self.readings.update_ratio(band.layer)
        side = (ratio > self._high) - (ratio < self._low)
        if math.isnan(ratio) or side == self._side:
            return None
        before, self._side = self._side, side
        starts, self._starts = self._starts, False
        if side == 0 or not (before == 0 or (before is None and starts)):
            return None
        bound, verb = (band.high if side > 0 else band.low), _verb(side, starts)
        name = _capital(band.what(self.readings.trainer.spec))
        number = _apart(_figure, ratio, bound)
        return f"{name} {verb} {_figure(bound, 7)}: it is {number}, {self.when()}."


class PredictionWatch(Watch):
    """Reads which output neuron answers strongest to a sample."""

    def __init__(self, point: PredictionChanges, readings: Readings) -> None:
        super().__init__(point, readings)
        self._where = point.source, point.index
        self._predicted: int | None = None

    def begin(self) -> None:
        """Remember the prediction."""
        self._predicted = None
        self.look()

    def look(self) -> str | None:
        """Return how the prediction changed, if it did."""
        outputs = self.readings.activations(*self._where)[-1]
        predicted = int(outputs.argmax())
        if predicted == self._predicted or not np.isfinite(outputs).all():
            return None
        before, self._predicted = self._predicted, predicted
        if before is None:
            return None
        name = sample_name(*self._where)
        return f"The prediction for {name} changed from {before} to {predicted}, {self.when()}."


class NotFiniteWatch(Watch):
    """Looks for a parameter that is not finite, once the trainer has found that something is not."""

    waits_for = ANYTHING

    def begin(self) -> None:
        """Remember whether there is one already."""
        self._holds = not np.isfinite(self.readings.trainer.network.theta).all()

    def look(self) -> str | None:
        """Return the first parameter that is not finite, and how many others are not."""
        trainer = self.readings.trainer
        if trainer.divergence is None:
            return None
        finite = np.isfinite(trainer.network.theta)
        held, self._holds = self._holds, not finite.all()
        if held or not self._holds:
            return None
        place = int(finite.argmin())
        became = "no number (NaN)" if math.isnan(trainer.network.theta[place]) else "infinite"
        others = int(np.count_nonzero(~finite)) - 1
        so_did = "" if not others else f", as did {others:,} {'other' if others == 1 else 'others'}"
        return f"{_capital(self._name(place))} became {became}{so_did}, {self.when()}."

    def _name(self, place: int) -> str:
        network, spec = self.readings.trainer.network, self.readings.trainer.spec
        layer, where = next((n, s) for n, s in enumerate(network.layer_slices, 1) if place < s.stop)
        inputs = network.sizes[layer - 1]
        neuron, column = divmod(place - where.start, inputs + 1)
        return parameter_name(layer, neuron, None if column == inputs else column, spec)


class StepWatch(Watch):
    """Waits for its step."""

    def __init__(self, point: StepReached, readings: Readings) -> None:
        super().__init__(point, readings)
        self._wanted = point.step

    def begin(self) -> None:
        """There is nothing to remember: a step that was reached before is not due any more."""

    def due_after(self, step: int) -> float:
        """Return the step, if it is still to come."""
        return self._wanted if step < self._wanted else math.inf

    def look(self) -> str | None:
        """Return that the step is reached, if it is."""
        if not self.looked < self._wanted <= self.readings.trainer.step:
            return None
        self.looked = self._wanted - 1  # it was known before that it would not be reached earlier
        return f"Step {self._wanted:,} is reached."


class EpochWatch(Watch):
    """Looks at the number of epochs finished."""

    waits_for = ANYTHING

    def __init__(self, point: EpochReached, readings: Readings) -> None:
        super().__init__(point, readings)
        self._wanted = point.epoch
        self._epoch = 0

    def begin(self) -> None:
        """Remember the number of epochs finished."""
        self._epoch = self.readings.trainer.epoch

    def look(self) -> str | None:
        """Return that the epoch is finished, if it is."""
        before, self._epoch = self._epoch, self.readings.trainer.epoch
        is_reached = before < self._wanted <= self._epoch
        return f"Epoch {self._wanted:,} is finished, {self.when()}." if is_reached else None


WATCHES: dict[type[Breakpoint], Callable[[Any, Readings], Watch]] = {
    CostCrosses: LogWatch,
    CostJumps: JumpWatch,
    AccuracyReaches: AccuracyWatch,
    GradientNormCrosses: LogWatch,
    SaturatedShareExceeds: _watch_saturation,
    NeuronCrosses: _watch_neuron,
    WeightCrosses: WeightWatch,
    UpdateRatioLeaves: UpdateRatioWatch,
    PredictionChanges: PredictionWatch,
    ParameterNotFinite: NotFiniteWatch,
    StepReached: StepWatch,
    EpochReached: EpochWatch,
}


def _column(of: str) -> int:
    return COST_COLUMN if of == COST else SMOOTHED_COLUMN


def _margin(bound: float) -> float:
    """Return how near to a bound float32 may round a number onto it or across, with plenty to spare."""
    return 1e-6 * abs(bound) + 1e-37


def _verb(side: int, starts: bool) -> str:
    """Return how a number has come to be above a bound or below it; `starts` where it never was anywhere else."""
    if starts:
        return "is from the start above" if side > 0 else "is from the start below"
    return "rose above" if side > 0 else "fell below"


def _figure(value: float, digits: int) -> str:
    return f"{value:.{digits}g}"


def _apart(figure: Callable[[float, int], str], value: float, bound: float) -> str:
    """Return a value with as few digits, four at least, as tell it from its bound."""
    return next(
        (text for digits in range(4, 9) if (text := figure(value, digits)) != figure(bound, digits)),
        figure(value, 9),
    )


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
