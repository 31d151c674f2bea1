"""Draws surfaces in three dimensions, on the display there is, and prints what it finds as JSON."""

import json
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtTest import QTest

from nnviz.app.application import make_application
from nnviz.app.figure_file import figure_png, figure_svg
from nnviz.app.graphics.landscape.camera import Camera
from nnviz.app.graphics.landscape.gl import stage
from nnviz.app.graphics.landscape.height_scale import HeightScale
from nnviz.app.graphics.landscape.marks import Marble, Marks, Trail
from nnviz.app.graphics.landscape.relief_picture import LIFT
from nnviz.app.graphics.landscape.relief_shape import Box
from nnviz.app.theme import Theme
from nnviz.app.views.relief import Relief
from nnviz.app.views.toys import ToysView
from nnviz.core.surfaces import TOYS
from nnviz.core.survey import Surface

TICKS = np.linspace(-2, 2, 41)
X, Y = np.meshgrid(TICKS, TICKS)
HILL = Surface(TICKS, TICKS, np.exp(-(X**2) - Y**2), is_finest=True)
TORN = Surface(TICKS, TICKS, np.where(np.hypot(X, Y) < 1, np.nan, 1.0 + 0 * X), is_finest=True)
EMPTY = Surface(TICKS, TICKS, np.full_like(X, np.nan), is_finest=True)
FRONT = Camera(azimuth=270, elevation=25)
"""From the side of small y."""


def grabbed(relief):
    """Return the picture once it is at rest."""
    relief.canvas._come_to_rest()
    return relief.canvas.grab().toImage()


def at(relief, surface, point, height, image, above=0.0):
    """Return the colour of a picture where a point appears."""
    box = Box(surface, HeightScale.of(surface.extremes))
    place = box.places(point, height) + [0, 0, above]
    seen = relief.camera.seen(place, QRectF(relief.canvas.rect()))
    return image.pixelColor(QPointF(*seen[:2].tolist()).toPoint()).name()


def hue_of(relief, surface, point, height, image):
    """Return the hue a little above a point, where a ball on it is."""
    box = Box(surface, HeightScale.of(surface.extremes))
    place = box.places(point, height) + [0, 0, 0.04]
    seen = relief.camera.seen(place, QRectF(relief.canvas.rect()))
    return image.pixelColor(QPointF(*seen[:2].tolist()).toPoint()).hslHue()


def main(folder: Path) -> None:
    application = make_application()
    theme = Theme(application)
    theme.choose("dark", colour_blind_safe=False)
    found = {}
    relief = Relief(theme)
    said = []
    relief.canvas.unavailable.connect(said.append)
    relief.resize(640, 480)
    relief.show()
    QTest.qWaitForWindowExposed(relief)
    relief.camera = FRONT

    relief.show_surface(HILL)
    plain = grabbed(relief)
    found["said"] = list(said)
    found["renderer"] = stage().renderer
    found["colours"] = len({plain.pixel(x, y) for x in range(0, 640, 4) for y in range(0, plain.height(), 4)})
    found["is the same twice"] = grabbed(relief) == plain

    highlight = theme.colour("highlight").hslHue()
    for name, point in (("before", (0.0, -1.0)), ("behind", (0.0, 1.2))):
        height = float(np.exp(-(point[1] ** 2)))
        relief.show_surface(HILL, Marks((), [Marble(point, height)]))
        hue = hue_of(relief, HILL, point, height, grabbed(relief))
        found[f"a ball {name} the hill is seen"] = abs(hue - highlight) < 12
    way = np.array([[-1.5, -1.5], [1.5, -1.5]])
    for name, opacity in (("opaque", 1.0), ("faint", 0.1)):
        trail = Trail(way, np.array([0.9, 0.9]), "test", np.full(2, opacity))
        relief.show_surface(HILL, Marks([trail]))
        found[f"a trail, {name}"] = at(relief, HILL, (0.0, -1.5), 0.9, grabbed(relief), LIFT)
    behind = np.array([[-1.5, 1.2], [1.5, 1.2]])
    relief.show_surface(HILL, Marks([Trail(behind, np.array([0.3, 0.3]), "test")]))
    found["a trail, behind"] = at(relief, HILL, (0.0, 1.2), 0.3, grabbed(relief), LIFT)
    relief.show_surface(HILL, Marks([Trail(way * 1e6, np.array([0.5, np.nan]))], [Marble((9.0, 9.0), 1e9)]))
    found["what is outside is left out"] = grabbed(relief) == plain

    relief.show_surface(HILL)
    relief.canvas.setFocus()
    QTest.keyClick(relief.canvas, Qt.Key.Key_Left)
    found["a key turns it"] = grabbed(relief) != plain
    QTest.keyClick(relief.canvas, Qt.Key.Key_Right)
    relief.canvas.clearFocus()
    found["and back"] = grabbed(relief) == plain
    box = Box(HILL, HeightScale.of(HILL.extremes))
    top = FRONT.seen(box.places((0.0, 0.0), 1.0), QRectF(relief.canvas.rect()))
    QTest.mouseMove(relief.canvas, QPoint(3, 3))
    QTest.mouseMove(relief.canvas, QPointF(*top[:2].tolist()).toPoint())
    QTest.qWait(50)
    found["numbers"] = relief.canvas._picture.told_at(
        QPointF(*top[:2].tolist()), QRectF(relief.canvas.rect())
    )[1:]
    relief.canvas.pointer = None
    relief.logarithmic.click()
    found["logarithms change it"] = grabbed(relief) != plain
    relief.logarithmic.click()
    theme.choose("light", colour_blind_safe=True)
    found["light ground"] = grabbed(relief).pixelColor(2, 2).name() == theme.colours.surface
    theme.choose("dark", colour_blind_safe=False)

    relief.camera = Camera(elevation=89)
    relief.show_surface(TORN)
    found["through the hole"] = at(relief, TORN, (0.4, 0.3), 1.0, grabbed(relief))
    found["beside the hole"] = at(relief, TORN, (1.6, 1.6), 1.0, grabbed(relief))
    for surface in (EMPTY, Surface(TICKS[:1], TICKS[:2], np.ones((2, 1)), is_finest=True)):
        relief.show_surface(surface)
        grabbed(relief)
    found["ground"] = theme.colours.surface
    relief.close()

    toys = ToysView(theme)
    toys.told.connect(said.append)
    toys.resize(1100, 600)
    toys.show()
    QTest.qWaitForWindowExposed(toys)
    toys.choose_toy(TOYS[2])
    for _ in range(5):
        QTest.mouseClick(toys.controls.buttons["step"], Qt.MouseButton.LeftButton)
    found["relief beside the map"] = toys.relief.isVisible() and toys.relief.width() > 300
    toys.grab().save(str(folder / "toys.png"))
    (folder / "figure.png").write_bytes(figure_png(toys, QSize(1120, 560), 2))
    found["svg has a picture"] = b"<image" in figure_svg(toys, QSize(1120, 560))
    QTest.mouseClick(toys.controls.relief, Qt.MouseButton.LeftButton)
    found["relief can be hidden"] = toys.relief.isHidden()
    toys.close()

    stage().is_broken = True  # as after an error of the driver
    relief.camera = Camera()
    relief.show_surface(HILL)
    relief.show()
    relief.canvas.grab()
    found["said in the end"] = len(said)
    relief.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
