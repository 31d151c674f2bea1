"""How the views lie in the window: five layouts to start from, as nested rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow


@dataclass(frozen=True)
class Tabs:
    """Views behind each other; the first is in front. Most often, there is only one."""

    keys: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """Parts side by side, each with its share of the width."""

    parts: tuple[tuple[float, Part], ...]


@dataclass(frozen=True)
class Column:
    """Parts above each other, each with its share of the height."""

    parts: tuple[tuple[float, Part], ...]


Part = Tabs | Row | Column


def _tabs(*keys: str) -> Tabs:
    return Tabs(keys)


LAYOUTS: Mapping[str, Part] = {
    # The network large, and beside it what it learns: to be read from the last row.
    "Lecture": Row(
        (
            (20, _tabs("setup")),
            (46, _tabs("diagram")),
            (34, Column(((55, _tabs("costs", "health")), (45, _tabs("weights", "neuron"))))),
        )
    ),
    # Everything that explains one sample, at once.
    "Explore": Column(
        (
            (54, Row(((40, _tabs("diagram")), (32, _tabs("neuron")), (28, _tabs("pad"))))),
            (
                46,
                Row(
                    (
                        (24, _tabs("samples")),
                        (24, _tabs("weights")),
                        (24, _tabs("evaluation")),
                        (28, _tabs("health", "costs")),  # where the names of both tabs have room
                    )
                ),
            ),
        )
    ),
    # What it has learnt, and where it errs.
    "Evaluate": Row(
        (
            (52, _tabs("evaluation")),
            (48, Column(((55, _tabs("samples")), (45, _tabs("diagram", "costs"))))),
        )
    ),
    # One step taken apart, beside the network that makes it.
    "Debug": Row(
        (
            (40, Column(((60, _tabs("diagram")), (40, _tabs("neuron", "weights", "costs"))))),
            (60, _tabs("stages", "backprop", "edit", "breakpoints")),
        )
    ),
    # The cost as a landscape, and the way that the run takes down it.
    "Surface": Row(
        (
            (62, _tabs("landscape", "toys")),
            (38, Column(((50, _tabs("slice", "costs")), (50, _tabs("diagram", "weights"))))),
        )
    ),
}
FIRST_LAYOUT = "Lecture"


def arrange(window: QMainWindow, docks: Mapping[str, QDockWidget], name: str) -> None:
    """Put the docks where a layout has them, and hide those that it does not have.

    Parameters
    ----------
    window : QMainWindow
    docks : mapping
        By the keys that layouts use.
    name : str
        A key of LAYOUTS.
    """
    for dock in docks.values():
        dock.setFloating(False)
        window.removeDockWidget(dock)  # which hides it, too
    layout = LAYOUTS[name]
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks[_first(layout)])
    _place(window, docks, layout)
    keys = _keys(layout)
    groups = all_tabs(layout)
    # Where there are tabs anyway: a place with a single one would show that as a tab.
    last = next((tabs for tabs in reversed(groups) if len(tabs.keys) > 1), groups[-1])
    for key, dock in docks.items():
        if key in keys:
            dock.show()
        else:  # its place is behind the last: there it opens, and a window that is remembered knows of it
            window.tabifyDockWidget(docks[last.keys[-1]], dock)
            dock.hide()
    for key in in_front(name):
        docks[key].raise_()
    _proportion(window, docks, layout, window.size())
    # At once: should the pointer move over lines between docks that are there no longer, Qt would crash.
    inside = window.layout()
    if inside is not None:
        inside.activate()


def in_front(name: str) -> list[str]:
    """Return the keys of the docks that a layout does not put behind others."""
    return [tabs.keys[0] for tabs in all_tabs(LAYOUTS[name])]


def _place(window: QMainWindow, docks: Mapping[str, QDockWidget], part: Part) -> None:
    """Split the place of a part's first dock, which is there already, among all of the part."""
    if isinstance(part, Tabs):
        for in_front, behind in pairwise(part.keys):
            window.tabifyDockWidget(docks[in_front], docks[behind])
        return
    orientation = Qt.Orientation.Horizontal if isinstance(part, Row) else Qt.Orientation.Vertical
    inner = [inside for _, inside in part.parts]
    for before, after in pairwise(inner):
        window.splitDockWidget(docks[_first(before)], docks[_first(after)], orientation)
    for inside in inner:
        _place(window, docks, inside)


def _proportion(window: QMainWindow, docks: Mapping[str, QDockWidget], part: Part, size: QSize) -> None:
    if isinstance(part, Tabs):
        return
    wide = isinstance(part, Row)
    whole = sum(share for share, _ in part.parts)
    lengths = [round((size.width() if wide else size.height()) * share / whole) for share, _ in part.parts]
    orientation = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
    window.resizeDocks([docks[_first(inside)] for _, inside in part.parts], lengths, orientation)
    for length, (_, inside) in zip(lengths, part.parts, strict=True):
        inner = QSize(length, size.height()) if wide else QSize(size.width(), length)
        _proportion(window, docks, inside, inner)


def _first(part: Part) -> str:
    return part.keys[0] if isinstance(part, Tabs) else _first(part.parts[0][1])


def all_tabs(part: Part) -> list[Tabs]:
    """Return the places for views in a layout, in reading order."""
    return [part] if isinstance(part, Tabs) else [t for _, inside in part.parts for t in all_tabs(inside)]


def _keys(part: Part) -> list[str]:
    return [key for tabs in all_tabs(part) for key in tabs.keys]
