"""The pad's controls: a row of tools above it, and below it how the drawing is prepared and how wide the brush is."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QSlider, QWidget

from nnviz.app.graphics.pad.icons import pad_icon
from nnviz.app.theme import Theme
from nnviz.app.views.tool_row import ToolRow
from nnviz.data.sketch import BRUSH, Sketch

DEGREES = 5
ICON = 18
TENTHS = (8, 60)
"""The narrowest and the widest brush, in tenths of a 28th of the pad's width."""
GROUPS = (
    ("brush", "eraser"),
    ("undo", "redo", "clear"),
    ("take", "noise", "open"),
    ("left", "up", "down", "right"),
    ("anticlockwise", "clockwise"),
    ("thicker", "thinner"),
)
NUDGE = "Move the image that the network gets by one pixel. Centring would undo that, so it is switched off."
TURN = f"Turn the ink by {DEGREES}° about its centre of mass."
TEXTS = {
    "brush": ("Brush", "Draw with the left button; the right one always erases."),
    "eraser": ("Eraser", "Take ink away, twice as wide as the brush draws."),
    "undo": ("Undo", "Take back the last stroke or whatever was done to the pad (Ctrl+Z on the pad)."),
    "redo": ("Redo", "Do again what was undone (Ctrl+Shift+Z on the pad)."),
    "clear": ("Clear", "Wipe the pad (Delete on the pad)."),
    "take": (
        "Take the chosen sample",
        "Copy the training or test image chosen last onto the pad, to change it.",
    ),
    "noise": ("Noise", "Make every pixel of the image random: what does the network say to that?"),
    "open": (
        "Open a picture…",
        "Read a digit from any picture file. Pictures can be dropped and pasted, too.",
    ),
    "left": ("Nudge left", NUDGE),
    "up": ("Nudge up", NUDGE),
    "down": ("Nudge down", NUDGE),
    "right": ("Nudge right", NUDGE),
    "anticlockwise": ("Turn anticlockwise", TURN),
    "clockwise": ("Turn clockwise", TURN),
    "thicker": ("Thicken", "Let the ink grow by half a pixel on every side."),
    "thinner": ("Thin", "Let the ink shrink by half a pixel on every side."),
}
CENTRING = "Centre and scale as MNIST did"
CENTRING_SHORT = "Centre and scale"
CENTRING_TIP = (
    "Fit the drawing into a box of 20 × 20 pixels, and move its centre of mass into the middle of the 28 × 28, as "
    "MNIST did with its digits. Otherwise the pad is only made smaller."
)


class PadControls(QObject):
    """The controls, which the view puts above and below the pad.

    Parameters
    ----------
    theme : Theme
    parent : QWidget

    Attributes
    ----------
    above, below : QWidget
    actions : dict of QAction
        By the keys of TEXTS.
    """

    asked = Signal(str)
    """An action was chosen, by its key; for brush and eraser see `erases`."""
    centring_chosen = Signal(bool)
    brush_chosen = Signal(float)
    """The brush's width, in 28ths of the pad's."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.actions = {key: self._action(key) for group in GROUPS for key in group}
        tools = QActionGroup(self)
        for key in ("brush", "eraser"):
            self.actions[key].setCheckable(True)
            tools.addAction(self.actions[key])
        self.actions["brush"].setChecked(True)
        self.above = ToolRow([[self.actions[key] for key in group] for group in GROUPS], "Tools of the pad")
        self.below = Below()
        self.below.centring.clicked.connect(self.centring_chosen)
        self.below.width_slider.valueChanged.connect(self._choose_width)
        self.take_up_theme()

    @property
    def erases(self) -> bool:
        """Whether the eraser is the tool in hand."""
        return self.actions["eraser"].isChecked()

    @property
    def brush(self) -> float:
        """The brush's width, in 28ths of the pad's."""
        return self.below.width_slider.value() / 10

    def show_state(self, sketch: Sketch | None, can_take: bool) -> None:
        """Show what can be done now.

        Parameters
        ----------
        sketch : Sketch or None
            None where nothing can be drawn.
        can_take : bool
            Whether there is a sample to copy onto the pad.
        """
        has_ink = sketch is not None and not sketch.is_blank
        for key, action in self.actions.items():
            action.setEnabled(sketch is not None and (key in _ALWAYS or has_ink or can_take))
        self.actions["undo"].setEnabled(sketch is not None and sketch.can_undo)
        self.actions["redo"].setEnabled(sketch is not None and sketch.can_redo)
        self.actions["clear"].setEnabled(has_ink)
        self.actions["take"].setEnabled(sketch is not None and can_take)
        self.below.setEnabled(sketch is not None)
        self.below.centring.setChecked(sketch is not None and sketch.centres)

    def take_up_theme(self) -> None:
        """Draw the icons in the theme's colours, as large as text is."""
        colours = self._theme.colour("text"), self._theme.colour("line")
        for key, action in self.actions.items():
            action.setIcon(pad_icon(key, *colours))
        self.above.set_icon_size(round(ICON * self._theme.text_scale))
        self.below.arrange()

    def _action(self, key: str) -> QAction:
        name, tip = TEXTS[key]
        action = QAction(name, self)
        action.setToolTip(f"{name}. {tip}")
        action.triggered.connect(partial(self._ask, key))
        return action

    def _ask(self, key: str) -> None:
        self.asked.emit(key)

    @Slot(int)
    def _choose_width(self, tenths: int) -> None:
        self.brush_chosen.emit(tenths / 10)


_ALWAYS = {"brush", "eraser", "noise", "open"}


class Below(QWidget):
    """The check box for the preparation and the slider for the brush, as far as there is room for them."""

    def __init__(self) -> None:
        super().__init__()
        self.centring = QCheckBox(CENTRING, self)
        self.centring.setToolTip(CENTRING_TIP)
        self.centring.setAccessibleName(CENTRING)
        self.width_label = QLabel("Brush", self)
        self.width_label.setProperty("role", "muted")
        self.width_slider = QSlider(Qt.Orientation.Horizontal, self)
        self.width_slider.setRange(*TENTHS)
        self.width_slider.setValue(round(10 * BRUSH))
        self.width_slider.setToolTip(
            "How wide the brush is. As it is at first, so wide was the pen of MNIST's digits."
        )
        self.width_slider.setAccessibleName("Width of the brush")
        self.arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the controls anew."""
        self.arrange()

    def arrange(self) -> None:
        """Give each control its place; where there is little room, the text is short and the slider is left out."""
        box, label, slider = self.centring, self.width_label, self.width_slider
        self.setFixedHeight(
            max(box.sizeHint().height(), slider.sizeHint().height(), label.sizeHint().height())
        )
        gap = box.fontMetrics().averageCharWidth()
        label_width = label.sizeHint().width()
        slider_width = 12 * gap
        beside = label_width + slider_width + 4 * gap
        box.setText(CENTRING)
        if box.sizeHint().width() + beside > self.width():
            box.setText(CENTRING_SHORT)
        has_slider = box.sizeHint().width() + beside <= self.width()
        if not has_slider:
            box.setText(CENTRING)
            if box.sizeHint().width() > self.width():
                box.setText(CENTRING_SHORT)
        box.setGeometry(0, 0, min(box.sizeHint().width(), self.width()), self.height())
        left = self.width() - slider_width
        slider.setGeometry(left, 0, slider_width, self.height())
        label.setGeometry(left - label_width - gap, 0, label_width, self.height())
        slider.setVisible(has_slider)
        label.setVisible(has_slider)
