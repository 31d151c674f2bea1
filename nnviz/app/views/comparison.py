"""Two branches compared: how far apart they are, how well each does, and the samples on which they disagree."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.choice import TEST, Choice
from nnviz.app.events import Compared
from nnviz.app.graphics.contact_sheet import Contents
from nnviz.app.manners import Manners
from nnviz.app.theme import Theme
from nnviz.app.views.sample_grid import SampleGrid

SIZE = QSize(640, 560)
SIDE = 56.0
"""Pixels of an image, at the usual size of text."""
SHARE = 0.92
"""Of its window's width and height that the box takes up at most."""


class ComparisonBox(QDialog):
    """What is different between two branches; a click on a sample chooses it, and the box stays open beside.

    Parameters
    ----------
    parent : QWidget
    theme : Theme
    choice : Choice
    compared : Compared
    """

    def __init__(self, parent: QWidget, theme: Theme, choice: Choice, compared: Compared) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"“{compared.one.name}” and “{compared.other.name}”")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self._choice = choice
        self._compared = compared
        self._numbers = compared.comparison.disagreements
        self.summary = QLabel(self._summary())
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.which = QComboBox()
        self.which.setAccessibleName("Which disagreements")
        self.which.setToolTip(
            "Shows all images with different answers, or those that only one, or none, gets right."
        )
        for name, numbers in self._groups():
            self.which.addItem(f"{name} ({len(numbers):,})", numbers)
        self.which.currentIndexChanged.connect(self._show_group)
        self.grid = SampleGrid(theme)
        self.grid.set_side(SIDE * theme.text_scale)
        self.grid.chosen.connect(self._choose)
        choice.sample_changed.connect(self._mark)
        choice.data_changed.connect(self.close)
        self._lay_out()
        self._show_group()
        Manners(self)
        wanted = (SIZE * theme.text_scale).boundedTo(parent.window().size() * SHARE)
        self.resize(wanted)

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.addWidget(self.which)
        below.addStretch(1)
        note = QLabel("each: its label, then both answers")
        note.setProperty("role", "muted")
        below.addWidget(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip("Close this box.")
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(self._table())
        column.addWidget(self.summary)
        column.addLayout(below)
        column.addWidget(self.grid, 1)
        column.addWidget(buttons)

    def _table(self) -> QGridLayout:
        """Return the branches' names, steps and accuracies, one below the other."""
        table = QGridLayout()
        table.setHorizontalSpacing(24)
        table.setColumnStretch(0, 1)
        for column, name in enumerate(("Branch", "Step", "Test accuracy")):
            heading = QLabel(name)
            heading.setProperty("role", "muted")
            table.addWidget(heading, 0, column)
        found = self._compared.comparison
        rows = zip((self._compared.one, self._compared.other), found.steps, found.accuracies, strict=True)
        for row, (info, step, accuracy) in enumerate(rows, 1):
            for column, text in enumerate((info.name, f"{step:,}", f"{accuracy:.2%}".replace("%", " %"))):
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                table.addWidget(label, row, column)
        return table

    def _summary(self) -> str:
        found = self._compared.comparison
        count, total = len(self._numbers), len(found.answers[0])
        same = "They agree on all test images." if count == 0 else ""
        return (
            f"Their parameters are ‖θ − θ′‖ = {found.distance:.4g} apart, {100 * found.relative:.3g} % of the length "
            f"of the first’s. {same or f'They disagree on {count:,} of {total:,} test images.'}"
        )

    def _groups(self) -> list[tuple[str, np.ndarray[tuple[int], np.dtype[np.intp]]]]:
        """Return the images on which they disagree, all and by who is right."""
        data, numbers, compared = self._choice.data, self._numbers, self._compared
        if data is None:
            return [("All", numbers)]
        labels = data.test.labels[numbers]
        first, second = (answers[numbers] == labels for answers in compared.comparison.answers)
        return [
            ("All", numbers),
            (f"Only “{compared.one.name}” is right", numbers[first]),
            (f"Only “{compared.other.name}” is right", numbers[second]),
            ("Both are wrong", numbers[~first & ~second]),
        ]

    @Slot()
    def _show_group(self) -> None:
        data, numbers = self._choice.data, self.which.currentData()
        if data is None or numbers is None or not len(numbers):
            self.grid.show_nothing("There is no such image.")
            return
        first, second = self._compared.comparison.answers
        test = data.test
        contents = Contents(test.images, test.labels, test.shape, np.asarray(numbers), first, second)
        self.grid.show_contents(contents, from_top=True)
        self._mark()

    @Slot(int)
    def _choose(self, place: int) -> None:
        contents = self.grid.contents
        if contents is not None:
            self._choice.choose(TEST, int(contents.numbers[place]))

    @Slot()
    def _mark(self) -> None:
        contents, sample = self.grid.contents, self._choice.sample
        if contents is not None:
            is_test = sample is not None and sample.source == TEST
            place = contents.place_of(sample.index) if sample is not None and is_test else None
            self.grid.mark(place, reveal=False)
