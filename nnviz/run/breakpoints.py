"""Breakpoints: what a run is to pause at, as plain records.

A breakpoint holds numbers, and words from closed sets; a form or a file that says anything else is refused, and
nothing of what they say is ever run as a program. Holding them against a run is the work of `Watchers`.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from nnviz.data.dataset import DataSet
from nnviz.run.fields import (
    CHOICE,
    DEPENDENT,
    NUMBER,
    WHOLE,
    Field,
    field,
    fields_of,
    input_field,
    layer_field,
    neuron_field,
    sample_field,
    source_field,
)
from nnviz.run.names import cost_name, layer_name, neuron_name, parameter_name, percent, sample_name
from nnviz.run.spec import RunSpec

ABOVE, BELOW, EITHER = "above", "below", "either"
COST, SMOOTHED = "cost", "smoothed"
MOST_BREAKPOINTS = 100
LARGEST = 1e30
"""Of bounds; float32, in which a run is logged, goes on a little beyond."""

_COSTS = ((COST, "cost of the mini-batch"), (SMOOTHED, "smoothed cost"))
_DIRECTIONS = ((ABOVE, "rises above"), (BELOW, "falls below"), (EITHER, "crosses"))

_OF = Field("Cost", CHOICE, SMOOTHED, "Of each mini-batch, or the mean of the last ones.", choices=_COSTS)
_EVERY = Field(
    "Interval in steps",
    WHOLE,
    100,
    "It is looked at every so many steps; to look at each takes time.",
    1,
    10**4,
)
"""That takes a good part of a step; at full speed, a hundred of them are made in a hundredth of a second.
Between two looks there are no more steps than can be made once more while somebody waits."""


def _direction(default: str) -> Any:
    tip = "Whether the bound is crossed upwards, downwards, or either way."
    return field(Field("Direction", CHOICE, default, tip, choices=_DIRECTIONS))


def _bound(default: float, tip: str, least: float = -LARGEST, most: float = LARGEST) -> Any:
    return field(Field("Bound", NUMBER, default, tip, least, most))


@dataclass(frozen=True)
class Breakpoint(ABC):
    """What a run is to pause at.

    Parameters
    ----------
    enabled : bool
        Whether it is looked for at all.

    Raises
    ------
    ValueError
        If a field cannot have its value; the message says which and why.
    """

    kind: ClassVar[str]
    """What files call this kind of breakpoint."""
    title: ClassVar[str]
    """What a form calls it."""

    enabled: bool = dataclasses.field(default=True, kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.enabled, bool):
            raise ValueError(f"A breakpoint is enabled, or it is not; given was {self.enabled!r:.80}.")
        for one in FIELDS[self.kind]:
            object.__setattr__(self, one.name, one.checked(getattr(self, one.name)))

    @abstractmethod
    def _when(self, spec: RunSpec) -> str:
        """Return when the run pauses: "at step 1,000"."""

    def describe(self, spec: RunSpec) -> str:
        """Return a sentence that says when the run pauses."""
        how_often = "" if self.interval == 1 else f", looked at every {self.interval:,} steps"
        return f"Pause {self._when(spec)}{how_often}."

    @property
    def interval(self) -> int:
        """Steps from one look to the next."""
        return 1

    def misfit(self, spec: RunSpec, data: DataSet) -> str | None:
        """Return a sentence that says why this cannot be looked for in a run; None if it can."""
        values = asdict(self)
        for one in FIELDS[self.kind]:
            value = values[one.name]
            if one.type in DEPENDENT and value is not None:
                most = one.most_in(values, spec, data)
                if value > most:
                    return f"{one.label} goes up to {most:,} in this run; the breakpoint asks for {value:,}."
        return None

    def to_json(self) -> dict[str, Any]:
        """Return the breakpoint as an object that JSON can hold."""
        return {"kind": self.kind, **asdict(self)}

    @staticmethod
    def from_json(value: object) -> Breakpoint:
        """Read what `to_json` wrote, of any kind; raise ValueError with a sentence for anything else."""
        if not isinstance(value, dict):
            raise ValueError(f"A breakpoint is a JSON object; found was {value!r:.80}.")
        given = dict(value)
        kind = given.pop("kind", None)
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValueError(f"There is no kind of breakpoint {kind!r:.80}; there are {', '.join(KINDS)}.")
        known = {"enabled", *(one.name for one in FIELDS[kind])}
        unknown = sorted(str(name) for name in given if name not in known)
        if unknown:
            raise ValueError(
                f"A breakpoint of the kind {kind!r} has no field {unknown[0]!r:.80}; "
                f"its fields are {', '.join(sorted(known))}."
            )
        return KINDS[kind](**given)


@dataclass(frozen=True)
class Costly(Breakpoint):
    """One that takes so long to look at that it is done only now and then."""

    every: int = field(_EVERY, keyword_only=True)

    @property
    def interval(self) -> int:
        """Steps from one look to the next."""
        return self.every


class Crossing(Breakpoint):
    """A number of the run crosses a bound."""

    from_the_start: ClassVar[bool] = False
    """Whether a number that is beyond the bound at a run's first step has crossed it: there was none before."""

    bound: float
    direction: str

    @abstractmethod
    def what(self, spec: RunSpec) -> str:
        """Return what the number is: "the gradient norm of layer 1"."""

    def figure(self, value: float, digits: int = 7) -> str:
        """Return a value of the number as it is written."""
        return f"{value:.{digits}g}"

    def _when(self, spec: RunSpec) -> str:
        crosses = dict(_DIRECTIONS)[self.direction]
        return f"when {self.what(spec)} {crosses} {self.figure(self.bound)}"


@dataclass(frozen=True)
class CostCrosses(Crossing):
    """The cost, or its smoothed value, crosses a bound."""

    kind = "cost"
    title = "Cost crosses a bound"

    of: str = field(_OF)
    direction: str = _direction(BELOW)
    bound: float = _bound(0.1, "The cost to pause at.", 0.0)

    def what(self, spec: RunSpec) -> str:
        """Return what crosses."""
        return cost_name(self.of)


@dataclass(frozen=True)
class CostJumps(Breakpoint):
    """The cost, or its smoothed value, is suddenly so many times what the smoothed cost was before.

    The cost of one mini-batch may well be many times that of the one before without anything being wrong, so either
    is compared with the smoothed one.
    """

    kind = "cost jump"
    title = "Cost jumps by a factor"

    of: str = field(_OF)
    factor: float = field(Field("Factor", NUMBER, 2.0, "How many times greater it has become.", 1.0, LARGEST))
    within: int = field(Field("Steps back", WHOLE, 100, "With how long before it is compared.", 1, 1000))

    def _when(self, spec: RunSpec) -> str:
        before = f"what it was {self.ago()}" if self.of == SMOOTHED else f"the smoothed cost {self.ago()}"
        return f"when {cost_name(self.of)} is more than {self.factor:.7g} times {before}"

    def ago(self) -> str:
        """Return with how long before it is compared."""
        return "a step before" if self.within == 1 else f"{self.within:,} steps before"


@dataclass(frozen=True)
class AccuracyReaches(Breakpoint):
    """The accuracy on all training or all test samples, at an evaluation, reaches a bound."""

    kind = "accuracy"
    title = "Accuracy reaches a bound"

    of: str = source_field("Accuracy on")
    bound: float = _bound(0.95, "The share of images read right, from 0 to 1.", 0.0, 1.0)

    def _when(self, spec: RunSpec) -> str:
        return f"when an evaluation finds that the {self.of} accuracy has reached {percent(self.bound)}"


@dataclass(frozen=True)
class GradientNormCrosses(Crossing):
    """The length of a layer's gradient crosses a bound: gradients vanish, or explode."""

    kind = "gradient norm"
    title = "Gradient norm crosses a bound"
    from_the_start = True

    layer: int = layer_field()
    direction: str = _direction(BELOW)
    bound: float = _bound(
        0.001, "A small one finds gradients that vanish, a large one some that explode.", 0.0
    )

    def what(self, spec: RunSpec) -> str:
        """Return what crosses."""
        return f"the gradient norm of {layer_name(self.layer, spec)}"


@dataclass(frozen=True)
class SaturatedShareExceeds(Crossing, Costly):
    """The share of a layer's activations that are saturated, over a step's mini-batch, exceeds a bound."""

    kind = "saturation"
    title = "Saturated share exceeds a bound"
    direction = ABOVE
    from_the_start = True

    layer: int = layer_field()
    bound: float = _bound(0.5, "The share of saturated activations in a mini-batch, from 0 to 1.", 0.0, 1.0)

    def what(self, spec: RunSpec) -> str:
        """Return what exceeds."""
        return f"the saturated share of {layer_name(self.layer, spec)}"

    def figure(self, value: float, digits: int = 7) -> str:
        """Return a share as it is written."""
        return percent(value, digits)


@dataclass(frozen=True)
class NeuronCrosses(Crossing, Costly):
    """A neuron's activation for one sample crosses a value."""

    kind = "neuron"
    title = "Neuron's activation crosses a value"

    layer: int = layer_field()
    neuron: int = neuron_field()
    source: str = source_field("Sample from")
    index: int = sample_field()
    direction: str = _direction(ABOVE)
    bound: float = _bound(0.5, "The activation to pause at.")

    def what(self, spec: RunSpec) -> str:
        """Return what crosses."""
        sample = sample_name(self.source, self.index)
        return f"the activation of {neuron_name(self.layer, self.neuron, spec)} for {sample}"


@dataclass(frozen=True)
class WeightCrosses(Crossing):
    """A weight, or a bias, crosses a value."""

    kind = "weight"
    title = "Weight or bias crosses a value"

    layer: int = layer_field()
    neuron: int = neuron_field()
    input: int | None = input_field()
    direction: str = _direction(EITHER)
    bound: float = _bound(0.0, "The value to pause at.")

    def what(self, spec: RunSpec) -> str:
        """Return what crosses."""
        return parameter_name(self.layer, self.neuron, self.input, spec)


@dataclass(frozen=True)
class UpdateRatioLeaves(Costly):
    """The length of a layer's update against that of its parameters leaves a band."""

    kind = "update ratio"
    title = "Update-to-weight ratio leaves a band"

    layer: int = layer_field()
    low: float = field(Field("From", NUMBER, 1e-5, "Below this, a layer hardly learns.", 0.0, LARGEST))
    high: float = field(Field("To", NUMBER, 0.1, "Above this, a layer is thrown about.", 0.0, LARGEST))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.low > self.high:
            raise ValueError(f"A band reaches upwards; given was one from {self.low:g} to {self.high:g}.")

    def what(self, spec: RunSpec) -> str:
        """Return what leaves the band."""
        return f"the update-to-weight ratio of {layer_name(self.layer, spec)}"

    def _when(self, spec: RunSpec) -> str:
        return f"when {self.what(spec)} leaves the band from {self.low:.7g} to {self.high:.7g}"


@dataclass(frozen=True)
class PredictionChanges(Costly):
    """The network takes a sample for another digit than before."""

    kind = "prediction"
    title = "Prediction for a sample changes"

    source: str = source_field("Sample from")
    index: int = sample_field()

    def _when(self, spec: RunSpec) -> str:
        return f"when the prediction for {sample_name(self.source, self.index)} changes"


@dataclass(frozen=True)
class ParameterNotFinite(Breakpoint):
    """A parameter becomes infinite, or no number at all."""

    kind = "non-finite"
    title = "Parameter becomes non-finite"

    def _when(self, spec: RunSpec) -> str:
        return "when a parameter becomes infinite, or no number at all"


@dataclass(frozen=True)
class StepReached(Breakpoint):
    """So many steps are made."""

    kind = "step"
    title = "Step is reached"

    step: int = field(Field("Step", WHOLE, 1000, "The number of steps made.", 1, 10**15))

    def _when(self, spec: RunSpec) -> str:
        return f"at step {self.step:,}"


@dataclass(frozen=True)
class EpochReached(Breakpoint):
    """So many epochs are finished."""

    kind = "epoch"
    title = "Epoch is reached"

    epoch: int = field(Field("Epochs", WHOLE, 1, "The number of epochs finished.", 1, 10**9))

    def _when(self, spec: RunSpec) -> str:
        return f"at the end of epoch {self.epoch:,}"


KINDS: dict[str, type[Breakpoint]] = {
    one.kind: one
    for one in (
        CostCrosses,
        CostJumps,
        AccuracyReaches,
        GradientNormCrosses,
        SaturatedShareExceeds,
        NeuronCrosses,
        WeightCrosses,
        UpdateRatioLeaves,
        PredictionChanges,
        ParameterNotFinite,
        StepReached,
        EpochReached,
    )
}
"""Every kind of breakpoint, by its name."""

FIELDS: dict[str, tuple[Field, ...]] = {kind: fields_of(one) for kind, one in KINDS.items()}
"""What a form asks for, by kind; "enabled", which all have, is not among them."""


def breakpoints_to_json(some: Iterable[Breakpoint]) -> list[dict[str, Any]]:
    """Return breakpoints as a list that JSON can hold."""
    return [one.to_json() for one in some]


def breakpoints_from_json(value: object) -> list[Breakpoint]:
    """Read what `breakpoints_to_json` wrote; raise ValueError with a sentence for anything else."""
    if not isinstance(value, list):
        raise ValueError(f"Breakpoints are a list; found was {value!r:.80}.")
    if len(value) > MOST_BREAKPOINTS:
        raise ValueError(f"There are up to {MOST_BREAKPOINTS} breakpoints; found were {len(value):,}.")
    return [Breakpoint.from_json(one) for one in value]
