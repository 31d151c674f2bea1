import pytest
from app.backprop_scene import subject
from app.ink import painted, pixels
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from nnviz.app.graphics.backprop.avenues import WISH
from nnviz.app.graphics.backprop.chain import COST
from nnviz.app.graphics.backprop.layers import Part
from nnviz.app.graphics.backprop.list import SHARE
from nnviz.app.graphics.backprop.subject import NEURON, PARAMETER, Spot
from nnviz.app.graphics.backprop.table import checked
from nnviz.app.views import backprop_pages
from nnviz.app.views.backprop_controls import Page
from nnviz.app.views.backprop_pages import PACE, Pages, Wanted
from nnviz.core.components import Component

AREA = QRectF(0, 0, 700, 400)


@pytest.fixture
def pages(theme):
    return Pages(theme)


@pytest.mark.parametrize("page", list(Page))
def test_a_figure_is_what_the_screen_shows(pages, page):
    found = subject()
    wanted = Wanted(Part.ERRORS, True, Component(2, 1, 3), 0.5, checked(found, range(30)), 30)
    pages.show(page, found, wanted)
    pages.scrolled(page, AREA)
    pages.list.scroll_to(3)
    pages.check.table.scroll_to(3)
    screen = painted(lambda p, area: pages.picture(page).paint(p, area), 700, 400)
    figure = painted(lambda p, area: pages.paint_figure(page, found, wanted, p, area), 700, 400)
    assert (pixels(screen) == pixels(figure)).all()


def test_a_figure_of_another_size_leaves_the_screen_as_it_is(pages):
    found = subject()
    pages.show(Page.LAYERS, found, Wanted())
    painted(lambda p, area: pages.layers.paint(p, area), 700, 400)
    before = pages.layers.where(Spot(NEURON, 1, 2))
    painted(lambda p, area: pages.paint_figure(Page.LAYERS, found, Wanted(), p, area), 1000, 800)
    assert pages.layers.where(Spot(NEURON, 1, 2)) == before


def test_only_lists_scroll(pages):
    found = subject()
    for page in Page:
        pages.show(page, found, Wanted(checks=checked(found, range(43)), checks_wanted=43))
    assert pages.scrolled(Page.LAYERS, AREA)[0] == 0
    assert pages.scrolled(Page.NEURON, AREA)[0] == 0
    for page in (Page.GRADIENT, Page.CHECK):
        count, in_sight, first = pages.scrolled(page, AREA)
        assert (count, first) == (43, 0)
        assert 0 < in_sight < count


def test_a_parameter_tells_its_check_as_well(pages):
    found = subject()
    lines = pages.tell(Page.LAYERS, found, Spot(PARAMETER, 2, 1, 3))
    assert lines[0] == "w(2, 1, 3)"
    assert any(line.startswith("central difference ") for line in lines)
    assert lines[-1].startswith("relative error ")


def test_each_page_tells_what_only_it_has(pages):
    found = subject(pinned=(2, 1))
    for page in Page:
        pages.show(page, found, Wanted())
    assert pages.tell(Page.NEURON, found, Spot(WISH, 2, 1, 3))[0] == "Neuron 3"
    assert pages.tell(Page.GRADIENT, found, Spot(SHARE, 2))[0] == "Output"
    assert pages.tell(Page.CHECK, found, Spot(COST))[0] == "Cost of this sample"
    assert pages.tell(Page.LAYERS, found, Spot(NEURON, 1, 2))[0] == "Neuron 2 of layer 1"


@pytest.mark.parametrize("page", list(Page))
def test_a_page_that_takes_long_to_compute_stays_longer_as_it_is(pages, page, monkeypatch):
    found = subject()
    assert pages.show(page, found, Wanted()) >= PACE[page]
    ticks = iter([0.0, 0.1, 0.0, 60.0])
    monkeypatch.setattr(backprop_pages.time, "perf_counter", lambda: next(ticks))
    assert pages.show(page, found, Wanted()) == 2000
    assert pages.show(page, found, Wanted()) == backprop_pages.SLOWEST


def test_a_page_that_takes_long_to_paint_stays_longer_as_it_is(pages, monkeypatch):
    found = subject()
    pages.show(Page.NEURON, found, Wanted())
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    ticks = iter([0.0, 0.05, 0.0, 0.001])
    monkeypatch.setattr(backprop_pages.time, "perf_counter", lambda: next(ticks))
    with QPainter(image) as painter:
        pages.paint(Page.NEURON, painter, QRectF(0, 0, 400, 300), None)
    assert pages.show(Page.NEURON, found, Wanted()) == 600
