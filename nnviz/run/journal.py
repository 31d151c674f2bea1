"""The journal: what the user changed during a run, and at which step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from nnviz.core.descent import HyperParameters

HYPER_PARAMETERS = tuple(f.name for f in fields(HyperParameters))


@dataclass(frozen=True)
class Change:
    """One hyper-parameter has another value from a step on: "η = 0.5 from step 1200".

    Parameters
    ----------
    step : int
        The number of steps made before the change.
    name : str
        A field of `HyperParameters`.
    value : float or int

    Raises
    ------
    ValueError
        If there is no such hyper-parameter or it cannot have this value.
    """

    step: int
    name: str
    value: float

    def __post_init__(self) -> None:
        if isinstance(self.step, bool) or not isinstance(self.step, int) or self.step < 0:
            raise ValueError(f"A change happens at a step, counted from 0; given was {self.step!r}.")
        if self.name not in HYPER_PARAMETERS:
            raise ValueError(
                f"There is no hyper-parameter {self.name!r}; there are {', '.join(HYPER_PARAMETERS)}."
            )
        checked = self.applied_to(HyperParameters())
        object.__setattr__(self, "value", getattr(checked, self.name))  # a plain number, which JSON can hold

    def applied_to(self, hyper: HyperParameters) -> HyperParameters:
        """Return the hyper-parameters after this change."""
        change: dict[str, Any] = {self.name: self.value}
        return replace(hyper, **change)


class Journal:
    """Changes in the order of their steps; the only thing beside the specification that a run depends on."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self._changes: list[Change] = []
        for change in changes:
            self.add(change)

    def add(self, change: Change) -> None:
        """Write a change at the end.

        A second change of the same hyper-parameter at the same step takes the first one's place: dragging a
        control while the run is paused leaves one entry.

        Raises
        ------
        ValueError
            If the change lies before the last one.
        """
        if self._changes and change.step < self._changes[-1].step:
            raise ValueError(
                f"The journal has come to step {self._changes[-1].step}; a change at step {change.step} "
                "would rewrite what has already happened."
            )
        self._changes = [
            c for c in self._changes if not (c.step == change.step and c.name == change.name)
        ] + [change]

    def at(self, step: int) -> list[Change]:
        """Return the changes to make after `step` steps."""
        return [change for change in self._changes if change.step == step]

    def steps(self) -> frozenset[int]:
        """Return the steps at which something changes."""
        return frozenset(change.step for change in self._changes)

    def __iter__(self) -> Iterator[Change]:
        return iter(self._changes)

    def __len__(self) -> int:
        return len(self._changes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Journal) and self._changes == other._changes

    __hash__ = None  # type: ignore[assignment]

    def to_json(self) -> list[dict[str, Any]]:
        """Return the journal as a list that JSON can hold."""
        return [asdict(change) for change in self._changes]

    @classmethod
    def from_json(cls, value: object) -> Journal:
        """Read what `to_json` wrote; raise ValueError with a sentence for anything else."""
        if not isinstance(value, list):
            raise ValueError(f"A journal is a list of changes; found was {value!r:.80}.")
        changes = []
        for entry in value:
            if not isinstance(entry, dict) or set(entry) != {"step", "name", "value"}:
                raise ValueError(f"A change has a step, a name and a value; found was {entry!r:.80}.")
            changes.append(Change(**entry))
        return cls(changes)
