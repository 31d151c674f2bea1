"""The specification of a run: with the journal, all that the run depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np

from nnviz.core.descent import HyperParameters
from nnviz.core.network import UNTRAINABLE, Network, check_structure

MNIST = "MNIST"
"""The data set that is built in; any other is named by its folder."""

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class RunSpec:
    """What a run is: the same specification and journal give the same bits at every step.

    Parameters
    ----------
    sizes : tuple of int
        Layer sizes, input and output included.
    activation, cost, init
        As for `Network`.
    seed : int
        From 0 to 2⁶³ − 1; for the initial parameters, the order of the samples and dropout.
    hyper : HyperParameters
        Those that the run starts with.
    data : str
        "MNIST", or the path of a folder that holds four files like MNIST's.
    train_size : int, optional
        Train on the first so many images; on all where not given.

    Raises
    ------
    ValueError
        If a value makes no sense, alone or with the others; the message says which and why.
    """

    sizes: tuple[int, ...] = (784, 16, 16, 10)
    activation: str = "sigmoid"
    cost: str = "quadratic"
    init: str = "large"
    seed: int = 0
    hyper: HyperParameters = field(default_factory=HyperParameters)
    data: str = MNIST
    train_size: int | None = None

    def __post_init__(self) -> None:
        for what, name in (
            ("activation", self.activation),
            ("cost", self.cost),
            ("initialisation", self.init),
            ("data set", self.data),
        ):
            if not isinstance(name, str) or not name:
                raise ValueError(f"The {what} is named by a text; given was {name!r:.80}.")
        check_structure(self.sizes, self.activation, self.cost, self.init)
        object.__setattr__(self, "sizes", tuple(int(n) for n in self.sizes))
        if self.activation == "step":
            raise ValueError(UNTRAINABLE)
        object.__setattr__(self, "seed", _whole("The seed", self.seed, 0, 2**63 - 1))
        if self.train_size is not None:
            size = _whole("The number of training images", self.train_size, 1, 2**31)
            object.__setattr__(self, "train_size", size)
        if not isinstance(self.hyper, HyperParameters):
            raise ValueError(f"Hyper-parameters were expected; given was {self.hyper!r}.")

    def network(self, dtype: type[np.floating[Any]] = np.float32) -> Network:
        """Return the network before its first step."""
        return Network(self.sizes, self.activation, self.cost, self.init, self.seed, dtype)

    def with_hyper(self, **changes: float) -> RunSpec:
        """Return the same specification starting with other hyper-parameters."""
        return replace(self, hyper=replace(self.hyper, **changes))  # type: ignore[arg-type]

    def to_json(self) -> JsonObject:
        """Return the specification as an object that JSON can hold."""
        return {**asdict(self), "sizes": list(self.sizes)}

    @classmethod
    def from_json(cls, value: object) -> RunSpec:
        """Read what `to_json` wrote; raise ValueError with a sentence for anything else."""
        given = _known_fields(cls, value, "run specification")
        if "hyper" in given:
            hyper = _known_fields(HyperParameters, given["hyper"], "set of hyper-parameters")
            given["hyper"] = HyperParameters(**hyper)
        if "sizes" in given:
            if not isinstance(given["sizes"], list):
                raise ValueError(f"Layer sizes are a list; found was {given['sizes']!r}.")
            given["sizes"] = tuple(given["sizes"])
        return cls(**given)


def _known_fields(cls: type, value: object, what: str) -> JsonObject:
    """Return `value` as keyword arguments for a dataclass, refusing what that does not have."""
    if not isinstance(value, Mapping):
        raise ValueError(f"A {what} is a JSON object; found was {value!r:.80}.")
    known = {f.name for f in fields(cls)}
    unknown = sorted(str(name) for name in value if name not in known)
    if unknown:
        raise ValueError(
            f"A {what} has no field {unknown[0]!r:.80}; its fields are {', '.join(sorted(known))}."
        )
    return dict(value)


def _whole(what: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not least <= value <= most:
        raise ValueError(f"{what} is a whole number from {least:,} to {most:,}; given was {value!r}.")
    return int(value)
