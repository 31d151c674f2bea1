"""A surface in three dimensions with its controls: heights linear or logarithmic, and back to the first view."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnviz.app.graphics.landscape.camera import Camera
from nnviz.app.graphics.landscape.height_scale import HeightScale, takes_logarithms
from nnviz.app.graphics.landscape.marks import Marks
from nnviz.app.theme import Theme
from nnviz.app.views.relief_canvas import ReliefCanvas
from nnviz.core.survey import Surface

LOGARITHMIC = "Show heights by their logarithms, so that what is small is seen beside what is large."
NO_LOGARITHMS = "Heights below zero have no logarithms."


class Relief(QWidget):
    """The picture in three dimensions for a dock, or a place beside a map.

    Parameters
    ----------
    theme : Theme

    Attributes
    ----------
    canvas : ReliefCanvas
    """

    logarithmic_changed = Signal(bool)
    """Whether the user wants heights by their logarithms."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.canvas = ReliefCanvas(theme)
        self.logarithmic = QCheckBox("Log height")
        self.logarithmic.setAccessibleName("Logarithmic heights")
        self.logarithmic.setToolTip(LOGARITHMIC)
        self.logarithmic.toggled.connect(self._change_heights)
        self.reset = QPushButton("Reset view")
        self.reset.setToolTip("Bring back the view at the beginning (Home).")
        self.reset.setAccessibleName("Reset the view")
        self.reset.clicked.connect(self.canvas.reset_camera)
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self.logarithmic)
        row.addStretch(1)
        row.addWidget(self.reset)
        for control in (self.logarithmic, self.reset):
            control.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        self._surface: Surface | None = None
        self._marks = Marks()
        self._names = ("α", "β", "cost")
        self._extremes: tuple[float, float] | None = None
        self._scale: tuple[object, HeightScale] = None, HeightScale(0.0, 1.0)

    @property
    def camera(self) -> Camera:
        """Where the camera is; it stays there whatever is shown."""
        return self.canvas.camera

    @camera.setter
    def camera(self, camera: Camera) -> None:
        self.canvas.camera = camera

    def show_surface(
        self,
        surface: Surface | None,
        marks: Marks | None = None,
        names: tuple[str, str, str] = ("α", "β", "cost"),
        extremes: tuple[float, float] | None = None,
    ) -> None:
        """Show a surface with what moves on it.

        Parameters
        ----------
        surface : Surface or None
            None before there is one.
        marks : Marks, optional
        names : (str, str, str)
            Of α, of β and of the height.
        extremes : (float, float), optional
            Ends of the scale of heights, where they are to stay while surfaces change; the surface's own otherwise.
        """
        self._surface, self._marks, self._names = surface, marks or Marks(), names
        self._extremes = extremes
        ends = extremes or (None if surface is None else surface.extremes) or (0.0, 1.0)
        self.logarithmic.setEnabled(takes_logarithms(*ends))
        self.logarithmic.setToolTip(LOGARITHMIC if takes_logarithms(*ends) else NO_LOGARITHMS)
        key = (ends, self.logarithmic.isChecked())
        if key != self._scale[0]:
            self._scale = key, HeightScale(*ends, logarithmic=self.logarithmic.isChecked())
        self.canvas.show_surface(surface, self._scale[1], self._marks, names)

    def paint_figure(self, painter: QPainter, area: QRectF) -> None:
        """Paint the picture, or why there is none, into an area of any paint device."""
        self.canvas.paint_figure(painter, area)

    @Slot(bool)
    def _change_heights(self, wanted: bool) -> None:
        self.show_surface(self._surface, self._marks, self._names, self._extremes)
        self.logarithmic_changed.emit(wanted)
