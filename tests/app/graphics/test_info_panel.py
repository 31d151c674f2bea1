from itertools import product

import pytest
from app.graphics.scenes import Record, colours_in, painted
from PySide6.QtCore import QRectF, QSizeF

from nnviz.app.graphics import info_panel
from nnviz.app.graphics.info_panel import APART, paint_panel, place_panel

AREA = QRectF(10, 20, 300, 200)
SIZE = QSizeF(120, 70)


def test_a_panel_stands_to_the_right_at_the_same_height():
    about = QRectF(60, 100, 20, 20)
    panel = place_panel(AREA, about, SIZE)
    assert panel.left() == about.right() + APART
    assert panel.center().y() == about.center().y()
    assert panel.size() == SIZE


def test_at_the_right_edge_it_stands_to_the_left():
    about = QRectF(280, 100, 20, 20)
    assert place_panel(AREA, about, SIZE).right() == about.left() - APART


def test_it_stays_inside_and_never_covers_what_it_is_about():
    for x, y in product(range(10, 295, 7), range(20, 205, 7)):
        about = QRectF(x, y, 15, 15)
        panel = place_panel(AREA, about, SIZE)
        assert AREA.contains(panel)
        assert not panel.intersects(about)


def test_where_it_is_as_wide_as_the_area_it_stands_above_or_below():
    for y in (30, 195):
        about = QRectF(150, y, 15, 15)
        panel = place_panel(AREA, about, QSizeF(300, 70))
        assert AREA.contains(panel)
        assert not panel.intersects(about)


def test_a_panel_larger_than_the_area_begins_where_the_area_begins():
    panel = place_panel(AREA, QRectF(100, 100, 10, 10), QSizeF(400, 300))
    assert panel.topLeft() == AREA.topLeft()


LINES = ["layer 1, neuron 3", "a = 0.9999", "b = −2.3596"]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_its_lines_stand_below_each_other_on_a_ground_of_their_own(theme, monkeypatch, name):
    theme.choose(name, colour_blind_safe=False)
    record = Record(info_panel.write)
    monkeypatch.setattr(info_panel, "write", record)
    panels = []
    image = painted(
        theme,
        lambda painter, area: panels.append(paint_panel(painter, theme, area, QRectF(50, 50, 9, 9), LINES)),
        300,
        200,
    )
    assert record.texts == LINES
    rows = [row for _, row in record.calls]
    assert all(panels[0].contains(row) for row in rows)
    assert all(above.bottom() <= below.top() + 0.01 for above, below in zip(rows, rows[1:], strict=False))
    assert theme.colours.text in colours_in(image, rows[0])


@pytest.mark.parametrize("size", [(300, 200), (80, 40), (30, 12)])
def test_text_of_any_size_stays_in_the_area(theme, size):
    theme.choose_text_scale(2.0)
    areas = []

    def paint(painter, area):
        areas.append((area, paint_panel(painter, theme, area, QRectF(5, 5, 9, 9), LINES)))

    painted(theme, paint, *size)
    area, panel = areas[0]
    assert area.contains(panel)
    theme.choose_text_scale(1.0)
