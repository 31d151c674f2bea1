"""Views whose pictures are known, for tests of what is done with any view."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QVBoxLayout

from nnviz.app.graphics.canvas import Canvas
from nnviz.app.graphics.text import LEFT, TOP, write
from nnviz.app.views.dock import Dock
from nnviz.app.views.view import View


class ToyView(View):
    """Fills its area with a colour of the theme and writes its title and the step that it shows.

    Attributes
    ----------
    areas : list of QRectF
        All that it was asked to paint into.
    step : int or None
        The step shown.
    """

    figure_size = QSize(300, 200)

    def __init__(self, theme, title="A toy", role="training", choice=None):
        super().__init__(theme, title, choice)
        self.areas = []
        self.step = None
        self._role = role
        self.canvas = Canvas(theme, self.paint_figure, title)
        layout = QVBoxLayout(self)
        layout.addWidget(self.canvas)

    def show_snapshot(self, snapshot):
        self.step = snapshot.step

    def paint_figure(self, painter: QPainter, area: QRectF):
        self.areas.append(QRectF(area))
        painter.fillRect(area, self.theme.colour(self._role))
        write(painter, self.theme, area, f"{self.windowTitle()}, {self.step}", align=LEFT | TOP)


def dock_of(key, view, theme, about=""):
    """Return a dock that holds a view."""
    dock = Dock(key, view.windowTitle(), theme, about, is_exported=isinstance(view, View))
    dock.hold(view)
    return dock
