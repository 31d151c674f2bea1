"""While a step is walked through, the views that the stage is about are lit, and the rest is dimmed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, QVariantAnimation, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QWidget

from nnviz.app.stage_walk import StageWalk
from nnviz.app.theme import Theme
from nnviz.core.stages import Kind

ALWAYS_LIT = ("stages", "diagram", "edit", "breakpoints")
"""Views that follow the walk themselves, and those in which a person changes what is walked through, or the run."""
LIT = {
    Kind.MINI_BATCH: ("samples", "pad"),
    Kind.FORWARD: ("neuron", "pad"),
    Kind.COST: ("pad", "costs"),
    Kind.OUTPUT_ERROR: ("backprop",),
    Kind.BACKWARD: ("backprop",),
    Kind.GRADIENT: ("backprop", "health"),
    Kind.UPDATE: ("setup", "weights", "costs", "health"),
}
"""Which other views, by the keys of their docks, each stage is about."""
DIMMED = 0.6
"""How opaque the veil over a view is that a stage is not about."""
FADE_MS = 220


class Veil(QWidget):
    """The ground's colour over a view, through which it can still be seen and used.

    Parameters
    ----------
    theme : Theme
    over : QWidget
    """

    def __init__(self, theme: Theme, over: QWidget) -> None:
        super().__init__(over)
        self._theme = theme
        self._over = over
        self.strength = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def set_strength(self, strength: float) -> None:
        """Be so opaque, from 0 to 1; at 0, the view is as if there were no veil."""
        if strength == self.strength:
            return
        self.strength = strength
        if strength > 0 and self.isHidden():
            self._over.installEventFilter(self)
            self.setGeometry(self._over.rect())
            self.raise_()
            self.show()
        elif strength <= 0:
            self._over.removeEventFilter(self)
            self.hide()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what is under it."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground's colour."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.colour("background", self.strength))


class StageLight(QObject):
    """Dims the docks that the present stage is not about; while no walk is on, it does nothing.

    Parameters
    ----------
    walk : StageWalk
    docks : mapping
        By key.
    theme : Theme
    parent : QObject
    """

    def __init__(
        self, walk: StageWalk, docks: Mapping[str, QDockWidget], theme: Theme, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._walk = walk
        self._docks = docks
        self._theme = theme
        self._lit: frozenset[str] | None = None
        self.veils: dict[str, Veil] = {}
        self._fading: dict[str, tuple[float, float]] = {}
        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.setDuration(FADE_MS)
        self._fade.valueChanged.connect(self._show_fade)
        walk.changed.connect(self.follow)

    @Slot()
    def follow(self) -> None:
        """Light what the present stage is about, also among views that were not there before."""
        stage = self._walk.stage
        lit = None if stage is None else frozenset((*ALWAYS_LIT, *LIT[stage.kind]))
        unveiled = [
            (key, view)
            for key, dock in self._docks.items()
            # A view that nobody has seen yet is not there.
            if lit is not None and key not in lit | self.veils.keys() and (view := dock.widget()) is not None
        ]
        if lit == self._lit and not unveiled:
            return
        self._lit = lit
        self.veils |= {key: Veil(self._theme, view) for key, view in unveiled}
        self._fading = {
            key: (veil.strength, 0.0 if lit is None or key in lit else DIMMED)
            for key, veil in self.veils.items()
        }
        self._fade.stop()
        if self._theme.motion:
            self._fade.start()
        else:
            self._show_fade(1.0)

    @Slot(object)
    def _show_fade(self, share: float) -> None:
        for key, (start, end) in self._fading.items():
            self.veils[key].set_strength(end if share >= 1 else start + share * (end - start))
