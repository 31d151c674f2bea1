"""Shows a run's cost surface in three dimensions, on the display there is, and prints what it finds as JSON."""

import json
import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from run.small import small_data
from run.test_planes import trained

from nnviz.app.application import make_application
from nnviz.app.choice import Choice
from nnviz.app.figure_file import figure_png, save_figure
from nnviz.app.graphics.landscape.relief_shape import Box
from nnviz.app.theme import Theme
from nnviz.app.views.landscape import LandscapeView
from nnviz.run.trail import trail_of


def until(is_so):
    for _ in range(500):
        if is_so():
            return
        QTest.qWait(20)
    raise AssertionError("it has never been so")


def settled(view):
    found, desk = view.landscape, view.play.desk
    return (
        found is not None
        and found.is_complete
        and not view._collecting.isActive()
        and len(desk.walks) == len(desk.balls)
        and not desk._collecting.isActive()
    )


def film_picture(descent, place):
    image = QImage(descent.size, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        descent.paint(place, painter, QRectF(0, 0, descent.size.width(), descent.size.height()))
    return image


def main(folder: Path) -> None:
    application = make_application()
    theme = Theme(application)
    theme.choose("dark", colour_blind_safe=False)
    choice, trainer, said = Choice(), trained(), []
    view = LandscapeView(theme, choice)
    play = view.play
    play.told.connect(said.append)
    choice.set_data(small_data())
    view.resize(1000, 560)
    view.receive(trainer.snapshot())
    view.show()
    view.take_up_trail(trail_of(trainer))
    until(lambda: settled(view))
    found = {"relief is hidden at first": play.relief.isHidden()}
    play.look.setCurrentText("Both")
    QTest.qWait(300)
    map_right = play.relief.geometry().left() >= view.canvas.geometry().right()
    found["both beside each other"] = map_right and view.canvas.isVisible() and play.relief.isVisible()
    plain = play.relief.grab().toImage()
    shadow, box = view.landscape.shadow, Box(view.landscape.surface, play.third.scale)
    place = box.places(shadow.coordinates[-1], float(shadow.costs[-1])) + [0, 0, 0.04]
    seen = play.relief.camera.seen(place, QRectF(play.relief.rect()))
    colour = plain.pixelColor(QPointF(*seen[:2].tolist()).toPoint())
    found["here has the path's hue"] = abs(colour.hslHue() - theme.colour("highlight").hslHue()) < 12
    lowest = view.landscape.surface.extremes[0]
    found["room for true costs"] = bool(play.third.scale.low <= min(lowest, np.nanmin(shadow.costs)))
    QTest.mouseClick(play.with_balls, Qt.MouseButton.LeftButton, pos=QPoint(8, play.with_balls.height() // 2))
    view.canvas.repaint()
    middle = view._picture.chart.box.center()
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=(middle + QPointF(-40, 0)).toPoint())
    play.desk.go_to(8)
    until(lambda: settled(view))
    QTest.qWait(300)
    found["a ball is seen"] = play.relief.grab().toImage() != plain
    with_ball = play.relief.grab().toImage()
    play.desk.go_to(0)
    until(lambda: settled(view))
    QTest.qWait(300)
    found["the ball moves"] = play.relief.grab().toImage() != with_ball
    trainer.advance(13)
    view.receive(trainer.snapshot())
    until(lambda: settled(view) and view.landscape.step == trainer.step)
    QTest.qWait(300)
    found["it follows the run"] = play.relief.grab().toImage() != with_ball
    size = QSize(900, 500)
    found["the figure is the same twice"] = figure_png(view, size) == figure_png(view, size)
    save_figure(view, folder / "both.png", size)
    descent = play.descent()
    first, last = film_picture(descent, 0), film_picture(descent, descent.count - 1)
    right = (descent.size.width() // 2, 0, descent.size.width() // 2, descent.size.height())
    found["the film has the third dimension"] = first.copy(*right) != last.copy(*right)
    play.look.setCurrentText("3-D")
    found["3-D alone"] = play.relief.isVisible() and not view.canvas.isVisible()
    play.look.setCurrentText("Map")
    found["the map alone"] = view.canvas.isVisible() and not play.relief.isVisible()
    found["said"] = said
    view.close()
    print(json.dumps(found))


main(Path(sys.argv[1]))
