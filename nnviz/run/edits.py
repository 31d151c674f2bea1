"""Edits: what the user does to parameters by hand, at a step of a run.

Each is an entry of the journal, beside the changes of hyper-parameters: state(k) follows from it bit for bit.
"""

from __future__ import annotations

import base64
import binascii
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from nnviz.core.components import component
from nnviz.core.encoding import Floats
from nnviz.core.network import Network, initial_parameters

MOST_PLACES = 100_000
"""Of one edit; a first-layer neuron has 785."""


def _whole(what: str, value: Any, least: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise ValueError(f"{what} is a whole number, at least {least}; given was {value!r:.80}.")
    return int(value)


@dataclass(frozen=True)
class SetParameters:
    """Some parameters have other values from a step on.

    Parameters
    ----------
    step : int
        The number of steps made before.
    places : tuple of int
        Where in θ.
    values : tuple of float
        One for each place, finite; as float32 has them.
    """

    kind: ClassVar[str] = "set"
    step: int
    places: tuple[int, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", _whole("An edit's step", self.step))
        places, values = self.places, self.values
        for what, given in (("places", places), ("values", values)):
            if not isinstance(given, tuple | list) or not 1 <= len(given) <= MOST_PLACES:
                raise ValueError(f"An edit has a list of 1 to {MOST_PLACES:,} {what}.")
        if len(places) != len(values) or len(set(places)) != len(places):
            raise ValueError("An edit has a value for each place, and no place twice.")
        object.__setattr__(self, "places", tuple(_whole("A place in θ", place) for place in places))
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int | float | np.floating):
                raise ValueError(f"A parameter is a number; given was {value!r:.80}.")
            if not math.isfinite(value) or abs(value) > np.finfo(np.float32).max:
                raise ValueError(f"A parameter is a finite number; given was {value!r:.80}.")
        object.__setattr__(self, "values", tuple(float(np.float32(value)) for value in values))

    def refuse_unless_fit(self, network: Network) -> None:
        """Raise ValueError if the network has no such parameters."""
        if max(self.places) >= network.theta.size:
            raise ValueError(
                f"This network has {network.theta.size:,} parameters; there is none at {max(self.places):,}."
            )

    def apply(self, network: Network, init: str) -> None:
        """Make the edit."""
        network.theta[list(self.places)] = self.values

    def describe(self, network: Network) -> str:
        """Say what it does, in a few words."""
        if len(self.places) == 1:
            return f"{parameter_name(network, self.places[0])} = {self.values[0]:.4g}"
        count = f"{len(self.places):,} parameters"
        names = {(c.layer, c.neuron) for c in (component(network, place) for place in self.places)}
        if len(names) > 1:
            return f"{count} set"
        layer, neuron = names.pop()
        return f"{count} of neuron {neuron}, layer {layer}, set"


@dataclass(frozen=True)
class Lesion:
    """A hidden neuron is cut off: the weights that lead from it are 0 from a step on.

    Parameters
    ----------
    step : int
    layer, neuron : int
        The layer from 1, not the last; the neuron from 0.
    """

    kind: ClassVar[str] = "lesion"
    step: int
    layer: int
    neuron: int

    def __post_init__(self) -> None:
        for name, least in (("step", 0), ("layer", 1), ("neuron", 0)):
            object.__setattr__(self, name, _whole(f"A lesion's {name}", getattr(self, name), least))

    def refuse_unless_fit(self, network: Network) -> None:
        """Raise ValueError if the network has no such hidden neuron."""
        if self.layer >= len(network.sizes) - 1 or self.neuron >= network.sizes[self.layer]:
            raise ValueError("Only a hidden neuron that the network has can be cut off.")

    def apply(self, network: Network, init: str) -> None:
        """Make the edit."""
        network.weights[self.layer][:, self.neuron] = 0

    def describe(self, network: Network) -> str:
        """Say what it does, in a few words."""
        return f"neuron {self.neuron} of layer {self.layer} cut off"


@dataclass(frozen=True)
class Rerandomise:
    """A layer's weights and biases are drawn anew, as the specification's initialisation says.

    Parameters
    ----------
    step : int
    layer : int
        From 1.
    seed : int
        Another than the run's gives other numbers.
    """

    kind: ClassVar[str] = "rerandomise"
    step: int
    layer: int
    seed: int

    def __post_init__(self) -> None:
        for name, least in (("step", 0), ("layer", 1), ("seed", 0)):
            object.__setattr__(self, name, _whole(f"A redrawing's {name}", getattr(self, name), least))
        if self.seed >= 2**63:
            raise ValueError("A seed is below 2⁶³.")

    def refuse_unless_fit(self, network: Network) -> None:
        """Raise ValueError if the network has no such layer."""
        if self.layer >= len(network.sizes):
            raise ValueError(f"This network has {len(network.sizes) - 1} layers with weights.")

    def apply(self, network: Network, init: str) -> None:
        """Make the edit."""
        where = network.layer_slices[self.layer - 1]
        network.theta[where] = initial_parameters(network.sizes, init, self.seed)[where]

    def describe(self, network: Network) -> str:
        """Say what it does, in a few words."""
        return f"layer {self.layer} drawn anew"


@dataclass(frozen=True)
class Placement:
    """All parameters have other values from a step on: the run is put somewhere else in their space.

    Parameters
    ----------
    step : int
        The number of steps made before.
    theta : str
        All of θ, (P,), finite: float32 with the least byte first, in base64, which a journal can hold.
    """

    kind: ClassVar[str] = "place"
    step: int
    theta: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "step", _whole("A placement's step", self.step))
        if not isinstance(self.theta, str) or not self.theta:
            raise ValueError("A placement has all parameters, in base64.")
        try:
            content = base64.b64decode(self.theta, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError(f"A placement's parameters are no base64: {error}.") from error
        if len(content) % 4:
            raise ValueError("A placement's parameters have 4 bytes each; some are missing.")
        if not np.isfinite(np.frombuffer(content, "<f4")).all():
            raise ValueError("A run can only be put where all parameters are finite numbers.")

    @classmethod
    def at(cls, step: int, theta: Floats) -> Placement:
        """Return the placement at a position, (P,).

        Raises
        ------
        ValueError
            If it is not finite.
        """
        with np.errstate(all="ignore"):
            content = theta.astype("<f4").tobytes()
        return cls(step, base64.b64encode(content).decode("ascii"))

    @property
    def position(self) -> NDArray[np.float32]:
        """θ, (P,)."""
        return np.frombuffer(base64.b64decode(self.theta), "<f4").astype(np.float32)

    def refuse_unless_fit(self, network: Network) -> None:
        """Raise ValueError if the network has not as many parameters."""
        count = len(self.position)
        if count != network.theta.size:
            raise ValueError(
                f"This network has {network.theta.size:,} parameters; the point has {count:,} coordinates."
            )

    def apply(self, network: Network, init: str) -> None:
        """Make the edit."""
        network.theta[...] = self.position

    def describe(self, network: Network) -> str:
        """Say what it does, in a few words."""
        return f"all {network.theta.size:,} parameters set"


Edit = SetParameters | Lesion | Rerandomise | Placement
KINDS: dict[str, type[SetParameters | Lesion | Rerandomise | Placement]] = {
    kind.kind: kind for kind in (SetParameters, Lesion, Rerandomise, Placement)
}


def edit_to_json(edit: Edit) -> dict[str, Any]:
    """Return an edit as an object that JSON can hold."""
    return {"kind": edit.kind} | {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(edit).items()
    }


def edit_from_json(value: dict[str, Any]) -> Edit:
    """Read what `edit_to_json` wrote; raise ValueError with a sentence for anything else."""
    kind = KINDS.get(value["kind"]) if isinstance(value.get("kind"), str) else None
    if kind is None:
        raise ValueError(f"There is no edit {value.get('kind')!r:.80}; there are {', '.join(KINDS)}.")
    given = {name: entry for name, entry in value.items() if name != "kind"}
    names = [field.name for field in fields(kind)]
    if set(given) != set(names):
        raise ValueError(f"The edit {kind.kind!r} has {', '.join(names)}; found was {value!r:.80}.")
    return kind(**given)


def parameter_name(network: Network, place: int) -> str:
    """Return what a place in θ is called: "w(1, 3, 407)" for layer, neuron and input; "b(1, 3)" for a bias."""
    for layer, where in enumerate(network.layer_slices, 1):
        if place < where.stop:
            neuron, source = divmod(place - where.start, network.sizes[layer - 1] + 1)
            if source == network.sizes[layer - 1]:
                return f"b({layer}, {neuron})"
            return f"w({layer}, {neuron}, {source})"
    raise ValueError(f"This network has {network.theta.size:,} parameters; there is none at {place:,}.")


def place_of(network: Network, layer: int, neuron: int, source: int | None) -> int:
    """Return where in θ a weight is, or, with `source` None, a bias; layers from 1, neurons from 0."""
    columns = network.sizes[layer - 1] + 1
    start: int = network.layer_slices[layer - 1].start
    return start + neuron * columns + (columns - 1 if source is None else source)
