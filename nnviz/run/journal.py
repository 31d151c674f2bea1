"""The journal: what the user changed during a run, and at which step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from nnviz.core.descent import HyperParameters
from nnviz.run.edits import Edit, edit_from_json, edit_to_json

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


Entry = Change | Edit


class Journal:
    """Changes and edits in the order of their steps; all beside the specification that a run depends on."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: list[Entry] = []
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> None:
        """Write an entry at the end.

        A second change of the same hyper-parameter at the same step takes the place of the first: dragging a control
        while the run is paused leaves one entry. Edits all stay, since each is to be undone by itself.

        Raises
        ------
        ValueError
            If the entry lies before the last one.
        """
        if self._entries and entry.step < self._entries[-1].step:
            raise ValueError(
                f"The journal has come to step {self._entries[-1].step}; a change at step {entry.step} "
                "would rewrite what has already happened."
            )
        self._entries = [other for other in self._entries if not _replaces(entry, other)] + [entry]

    def pop(self) -> Entry:
        """Strike the last entry out, and return it."""
        return self._entries.pop()

    def at(self, step: int) -> list[Entry]:
        """Return the entries that count after `step` steps."""
        return [entry for entry in self._entries if entry.step == step]

    def steps(self) -> frozenset[int]:
        """Return the steps at which something changes."""
        return frozenset(entry.step for entry in self._entries)

    def until(self, step: int) -> Journal:
        """Return a journal of the entries up to a step."""
        return Journal(entry for entry in self._entries if entry.step <= step)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Journal) and self._entries == other._entries

    __hash__ = None  # type: ignore[assignment]

    def to_json(self) -> list[dict[str, Any]]:
        """Return the journal as a list that JSON can hold."""
        return [
            asdict(entry) if isinstance(entry, Change) else edit_to_json(entry) for entry in self._entries
        ]

    @classmethod
    def from_json(cls, value: object) -> Journal:
        """Read what `to_json` wrote; raise ValueError with a sentence for anything else."""
        if not isinstance(value, list):
            raise ValueError(f"A journal is a list of changes; found was {value!r:.80}.")
        entries: list[Entry] = []
        for entry in value:
            if isinstance(entry, dict) and "kind" in entry:
                entries.append(edit_from_json(entry))
            elif isinstance(entry, dict) and set(entry) == {"step", "name", "value"}:
                entries.append(Change(**entry))
            else:
                raise ValueError(f"A change has a step, a name and a value; found was {entry!r:.80}.")
        return cls(entries)


def _replaces(entry: Entry, other: Entry) -> bool:
    """Return whether an entry takes another's place."""
    return (
        isinstance(entry, Change)
        and isinstance(other, Change)
        and (entry.step, entry.name) == (other.step, other.name)
    )
