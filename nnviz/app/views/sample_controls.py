"""Controls that put together a question to the samples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QWidget

from nnviz.run.sample_query import CONFIDENCE, COST, NATURAL, SampleQuery

GAP = 6
NO_ANSWERS_TIP = "There are no answers yet: they come when the network has been evaluated on all images."
ORDERS = (
    ("By number", (NATURAL, False)),
    ("From the last", (NATURAL, True)),
    ("Highest cost", (COST, True)),
    ("Lowest cost", (COST, False)),
    ("Most confident", (CONFIDENCE, True)),
    ("Least confident", (CONFIDENCE, False)),
)


class SampleControls(QWidget):
    """Combo boxes for the source, the digit, right or wrong, the answer and the order.

    They stand in rows, as many as there is room for; those that do not fit are left out, the last first.
    """

    query_changed = Signal(object)
    """The query that the user has put together."""

    def __init__(self) -> None:
        super().__init__()
        self._query = SampleQuery()
        self._most_rows = 1
        self.source = _Choices(
            self, "Source", "Show the images the network learns from, or those it is tested on."
        )
        self.digit = _Choices(self, "Digit", "Show the images of one digit, by their label.")
        self.right = _Choices(
            self, "Right or wrong", "Show the images that the network gets right, or wrong."
        )
        self.predicted = _Choices(self, "Answer", "Show the images that the network takes for one digit.")
        self.order = _Choices(
            self,
            "Order",
            "Sort by what each image costs, or by the activation of the output neuron that answers.",
        )
        self._boxes = (self.source, self.digit, self.right, self.predicted, self.order)
        self._labels: tuple[int, ...] = ()
        self._answers: tuple[int, ...] = ()
        self._is_filling = False
        self.source.offer([("Test", "test"), ("Training", "training")])
        self.right.offer([("Right or wrong", None), ("Right", True), ("Wrong", False)])
        self.order.offer(ORDERS)
        self._fill()
        self.show_answers_known(False)
        for box in self._boxes:
            box.currentIndexChanged.connect(self._put_together)

    @property
    def query(self) -> SampleQuery:
        """What the controls show."""
        return self._query

    def show_query(self, query: SampleQuery) -> None:
        """Show a query; nothing is signalled."""
        self._query = query
        self._fill()

    def show_digits(self, labels: Iterable[int], answers: Iterable[int]) -> None:
        """Offer these labels and these answers, and those of the query, whatever they are."""
        self._labels, self._answers = tuple(labels), tuple(answers)
        self._fill()

    def show_answers_known(self, known: bool) -> None:
        """Enable what asks for the network's answers, or say why it is not."""
        for box in (self.right, self.predicted):
            box.setEnabled(known)
            box.setToolTip(box.tip if known else NO_ANSWERS_TIP)
        self.order.enable([known or order == NATURAL for _, (order, _) in ORDERS], NO_ANSWERS_TIP)

    def _fill(self) -> None:
        query, self._is_filling = self._query, True
        labels = sorted({*self._labels, *([] if query.digit is None else [query.digit])})
        answers = sorted({*self._answers, *([] if query.predicted is None else [query.predicted])})
        self.digit.offer([("Any digit", None), *((f"Only {label}", label) for label in labels)])
        self.predicted.offer([("Any answer", None), *((f"Taken for {answer}", answer) for answer in answers)])
        self.source.show_value(query.source)
        self.digit.show_value(query.digit)
        self.right.show_value(query.right)
        self.predicted.show_value(query.predicted)
        self.order.show_value((query.order, query.descending))
        self._is_filling = False

    @Slot()
    def _put_together(self) -> None:
        if self._is_filling:
            return
        order, descending = self.order.value
        self._query = SampleQuery(
            self.source.value, self.digit.value, self.right.value, self.predicted.value, order, descending
        )
        self.query_changed.emit(self._query)

    # Their places.

    def set_most_rows(self, rows: int) -> None:
        """Set how many rows there is room for."""
        self._most_rows = rows
        self._arrange()

    def _arrange(self) -> None:
        """Put the controls side by side, in as many rows as they need and may have."""
        x, row, high = 0, 0, max(box.sizeHint().height() for box in self._boxes)
        for box in self._boxes:
            wide = min(box.sizeHint().width(), self.width())
            if x + wide > self.width():
                x, row = 0, row + 1
            if row < self._most_rows:
                box.setGeometry(x, row * (high + GAP), wide, high)
            box.setVisible(row < self._most_rows)
            x += wide + GAP
        rows = min(row + 1, self._most_rows)
        if self.height() != rows * (high + GAP) - GAP or self.minimumHeight() != self.maximumHeight():
            self.setFixedHeight(rows * (high + GAP) - GAP)

    def event(self, event: QEvent) -> bool:
        """Put the controls in their places anew where one asks for more or less room."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls in their places."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Ask for nothing: what does not fit is left out."""
        return QSize(0, 0)


class _Choices(QComboBox):
    """A combo box of values, each with a name.

    Attributes
    ----------
    tip : str
        What it does, in a sentence.
    """

    def __init__(self, parent: QWidget, name: str, tip: str) -> None:
        super().__init__(parent)
        self.tip = tip
        self._entries: list[tuple[str, Any]] = []
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    @property
    def value(self) -> Any:
        """The value chosen."""
        return self._entries[self.currentIndex()][1]

    def offer(self, entries: Sequence[tuple[str, Any]]) -> None:
        """Offer names with their values."""
        if list(entries) != self._entries:
            self._entries = list(entries)
            self.clear()
            self.addItems([name for name, _ in entries])

    def show_value(self, value: Any) -> None:
        """Choose a value that is offered."""
        self.setCurrentIndex([known for _, known in self._entries].index(value))

    def enable(self, which: Sequence[bool], why_not: str) -> None:
        """Enable some of the entries; the others say why not."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for index, enabled in enumerate(which):
            model.item(index).setEnabled(enabled)
            self.setItemData(index, None if enabled else why_not, Qt.ItemDataRole.ToolTipRole)
