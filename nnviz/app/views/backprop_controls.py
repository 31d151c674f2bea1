"""What a person can choose about the backprop inspector: the page, and what is shown of it."""

from __future__ import annotations

from enum import Enum
from functools import partial

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.graphics.backprop.layers import Part
from nnviz.app.graphics.backprop.walk import REACH
from nnviz.app.views.control_menu import fill_menu

GAP, GROUP_GAP = 4, 14
LEAST_WIDTH = 60
"""Pixels: to this width controls shrink where there is very little room."""
STEPS = 100
"""Of the slider, for a change of 1."""
NO_LABEL = "It is a …"


class Page(Enum):
    """The pages of the inspector."""

    LAYERS = "Layers"
    NEURON = "Neuron"
    GRADIENT = "Gradient"
    CHECK = "Check"


TIPS = {
    Page.LAYERS: "Follow the error from the output back through every layer, and see each layer's gradient.",
    Page.NEURON: "See the three ways in which this sample asks the pinned neuron to change.",
    Page.GRADIENT: "List every component of the gradient by size: how sensitive the cost is to each parameter.",
    Page.CHECK: "Follow one parameter to the cost, and compare backpropagation with central differences.",
}


class BackpropControls(QWidget):
    """A row: buttons for the pages, and what belongs to the page that is shown.

    Where there is little room, what belongs to the page goes into the menu "More", and the buttons become a list.
    """

    page_chosen = Signal(object)
    """A Page."""
    changed = Signal()
    """Something else is to be shown of a page."""
    check_wanted = Signal()
    label_chosen = Signal(object)
    """Which digit the drawn one is said to be, or None."""

    def __init__(self) -> None:
        super().__init__()
        self._page = Page.LAYERS
        self._group = QButtonGroup(self)
        self.buttons = {page: self._page_button(page) for page in Page}
        self.pages = self._combo(
            "Page", "Choose what is shown: layers, one neuron, the gradient, or the check."
        )
        self.pages.addItems([page.value for page in Page])
        self.pages.activated.connect(self._take_page)
        self.part = self._combo(
            "What is shown",
            "Show the errors, the gradient, or both; one alone is larger and has more numbers.",
        )
        self.part.addItems([part.value for part in Part])
        self.part.currentIndexChanged.connect(self.changed)
        self.one_scale = QCheckBox("One scale", self)
        self.one_scale.setAccessibleName("One scale for all layers")
        self.one_scale.setToolTip(
            "Give all layers one scale, so that it shows where errors vanish; otherwise each layer has its own."
        )
        self.one_scale.toggled.connect(self.changed)
        self.check = QPushButton("Check 100", self)
        self.check.setAccessibleName("Check a hundred parameters")
        self.check.setToolTip(
            "Draw a hundred parameters at random, and compare their derivatives with central differences."
        )
        self.check.clicked.connect(self.check_wanted)
        self.label = self._combo(
            "What the drawn digit is",
            "Say which digit was drawn, so that there is something to learn from it.",
        )
        self.label.activated.connect(self._take_label)
        self._extras: dict[Page, list[QComboBox | QAbstractButton]] = {
            Page.LAYERS: [self.part, self.one_scale],
            Page.CHECK: [self.check],
        }
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        self.more = QToolButton(self)
        self.more.setText("More")
        self.more.setAccessibleName("More")
        self.more.setToolTip("Everything for which there is no room in this row.")
        self.more.setMenu(self._menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._in_menu: list[QComboBox | QAbstractButton] = []
        self._has_label = self._is_unlabelled = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_page(Page.LAYERS)

    def _page_button(self, page: Page) -> QPushButton:
        button = QPushButton(page.value, self)
        button.setCheckable(True)
        button.setAccessibleName(page.value)
        button.setToolTip(TIPS[page])
        button.clicked.connect(partial(self._choose_page, page))
        self._group.addButton(button)
        return button

    def _combo(self, name: str, tip: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(name)
        combo.setToolTip(tip)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return combo

    # What is chosen.

    @property
    def shown_part(self) -> Part:
        """What is to be shown of the layers."""
        return list(Part)[max(self.part.currentIndex(), 0)]

    @property
    def in_menu(self) -> list[QComboBox | QAbstractButton]:
        """The controls of the page for which there is no room."""
        return list(self._in_menu)

    def show_page(self, page: Page) -> None:
        """Let the controls say which page is shown; nothing is signalled."""
        self._page = page
        self.buttons[page].setChecked(True)
        with QSignalBlocker(self.pages):
            self.pages.setCurrentIndex(list(Page).index(page))
        self._arrange()

    def show_label(self, outputs: int | None, label: int | None) -> None:
        """Offer a label for each output, and show the present one; or offer none, for a sample that has its own.

        Parameters
        ----------
        outputs : int or None
            None where nobody is asked.
        label : int or None
        """
        had, self._has_label = (self._has_label, self._is_unlabelled), outputs is not None
        self._is_unlabelled = self._has_label and label is None
        if outputs is not None:
            texts = [NO_LABEL, *(_it_is(digit) for digit in range(outputs))]
            if texts != [self.label.itemText(place) for place in range(self.label.count())]:
                self.label.clear()
                self.label.addItems(texts)
            known = label is not None and 0 <= label < outputs
            self.label.setCurrentIndex(label + 1 if label is not None and known else 0)
        if had != (self._has_label, self._is_unlabelled):
            self._arrange()

    def _choose_page(self, page: Page, _checked: bool = True) -> None:
        self.show_page(page)
        self.page_chosen.emit(page)

    @Slot(int)
    def _take_page(self, index: int) -> None:
        self._choose_page(list(Page)[index])

    @Slot(int)
    def _take_label(self, index: int) -> None:
        self.label_chosen.emit(index - 1 if index > 0 else None)

    # Their places.

    def _arrange(self) -> None:
        """Put in place what there is room for."""
        # Without a label no page has anything to show: the question is what it is.
        extras = [] if self._is_unlabelled else self._extras.get(self._page, [])
        buttons: list[QWidget] = list(self.buttons.values())
        tail: list[QWidget] = [self.label] if self._has_label else []
        more: list[QWidget] = [self.more] if extras else []
        choices: list[tuple[list[QWidget], list[QWidget]]] = [
            (buttons, list(extras)),
            (buttons, more),
            ([self.pages], list(extras)),
            ([self.pages], more),
        ]
        pages, rest = next(
            (choice for choice in choices if self._width(*choice, tail) <= self.width()), choices[-1]
        )
        self._in_menu = [] if rest != more else list(extras)
        shown = [*pages, *rest, *tail]
        every = [extra for extras in self._extras.values() for extra in extras]
        for control in (*buttons, self.pages, self.more, self.label, *every):
            control.setVisible(control in shown)
        spare = self.width() - self._width(pages, rest, tail)
        left = 0
        for group in (pages, rest, tail):
            for control in group:
                size = control.sizeHint()
                width = size.width()
                if spare < 0 and control in (self.pages, self.label):
                    narrower = max(width + spare, LEAST_WIDTH)
                    spare += width - narrower
                    width = narrower
                control.setGeometry(left, (self.height() - size.height()) // 2, width, size.height())
                left += width + GAP
            left += GROUP_GAP - GAP if group else 0

    def _width(self, *groups: list[QWidget]) -> int:
        used = [group for group in groups if group]
        widths = [sum(c.sizeHint().width() for c in group) + GAP * (len(group) - 1) for group in used]
        return sum(widths) + GROUP_GAP * (len(used) - 1)

    @Slot()
    def _fill_menu(self) -> None:
        fill_menu(self._menu, self._in_menu)

    def sizeHint(self) -> QSize:
        """Ask for the height of a row; the width may be any."""
        controls = [*self.buttons.values(), self.pages, self.part, self.one_scale, self.label, self.more]
        return QSize(100, max(control.sizeHint().height() for control in controls))

    def minimumSizeHint(self) -> QSize:
        """Ask for no width: what does not fit is in the menu."""
        return QSize(0, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls in place anew."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Put the controls in place anew where their text has another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
            self._arrange()


class MoveRow(QWidget):
    """A slider that moves a parameter, for the picture only, and a button that puts it back."""

    moved = Signal(float)
    """By how much."""

    def __init__(self) -> None:
        super().__init__()
        self._name = QLabel("Δw")
        self._name.setProperty("role", "muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-round(REACH * STEPS), round(REACH * STEPS))
        self.slider.setSingleStep(5)
        self.slider.setPageStep(50)
        self.slider.setAccessibleName("Move the parameter")
        self.slider.setToolTip(
            "Move this parameter in the picture, to see what follows along the chain and what the tangent promises; "
            "the run is not changed."
        )
        self.slider.valueChanged.connect(self._tell)
        self._value = QLabel("+0.00")
        self.back = QPushButton("Put back")
        self.back.setAccessibleName("Put the parameter back")
        self.back.setToolTip("Put the parameter back to where training has brought it.")
        self.back.clicked.connect(self._put_back)
        self.back.setEnabled(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self.slider, 1)
        row.addWidget(self._value)
        row.addWidget(self.back)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def change(self) -> float:
        """By how much the parameter is moved."""
        return float(self.slider.value() / STEPS)

    def show_change(self, change: float) -> None:
        """Show by how much the parameter is moved; nothing is signalled."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(change * STEPS))
        self._label()

    def move_to(self, change: float) -> None:
        """Move the parameter, as the slider would."""
        self.slider.setValue(round(change * STEPS))

    def move_by(self, steps: int) -> None:
        """Move the parameter by some steps of the slider."""
        self.slider.setValue(self.slider.value() + steps * self.slider.singleStep())

    def name(self, is_bias: bool) -> None:
        """Say whether it is a bias or a weight that is moved."""
        self._name.setText("Δb" if is_bias else "Δw")

    @Slot()
    def _put_back(self) -> None:
        self.slider.setValue(0)

    @Slot()
    def _tell(self) -> None:
        self._label()
        self.moved.emit(self.change)

    def _label(self) -> None:
        self._value.setText(f"{self.change:+.2f}".replace("-", "−"))
        self.back.setEnabled(self.slider.value() != 0)


def put_together(view: QWidget, above: QWidget, canvas: QWidget, bar: QWidget, below: QWidget) -> None:
    """Lay out the parts of a view: a row above, a canvas with a scroll bar, and a row below."""
    column = QVBoxLayout(view)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for parts, margins in (
        ((above,), (12, 8, 12, 0)),
        ((canvas, bar), (0, 0, 0, 0)),
        ((below,), (14, 0, 14, 8)),
    ):
        row = QHBoxLayout()
        row.setContentsMargins(*margins)
        row.setSpacing(0)
        for part in parts:
            row.addWidget(part, 0 if part is bar else 1)
        column.addLayout(row, 1 if canvas in parts else 0)


def _it_is(label: int) -> str:
    """Return "It is a 7", or "It is an 8"."""
    return f"It is {'an' if label in (8, 11, 18) else 'a'} {label}"
