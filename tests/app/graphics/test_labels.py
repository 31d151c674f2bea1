import math
from itertools import pairwise

import pytest
from app.ink import inked, painted, where
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from nnviz.app.graphics.labels import (
    LEADER,
    EndLabel,
    labels_width,
    paint_end_labels,
    paint_parts,
    parts_width,
    spread,
)
from nnviz.app.graphics.text import line_height

RED, GREEN, BLUE = QColor("#ff0000"), QColor("#00ff00"), QColor("#0000ff")


# Spreading


@given(st.lists(st.floats(0, 100), max_size=12), st.floats(0.5, 20))
def test_labels_are_spread_in_order_far_enough_apart_and_within_their_room(wanted, apart):
    room = max(100.0, apart * len(wanted))
    places = spread(wanted, apart, 0, room)
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    assert all(places[b] - places[a] >= apart - 1e-6 for a, b in pairwise(order))
    assert all(-1e-6 <= place <= room + 1e-6 for place in places)


@given(st.lists(st.integers(0, 20), unique=True, max_size=8))
def test_labels_that_are_far_enough_apart_stay_where_they_are(wanted):
    assert spread([10.0 * place for place in wanted], 10, 0, 200) == [10.0 * place for place in wanted]


def test_labels_of_one_place_are_spread_evenly_around_it():
    assert spread([50, 50, 50], 10, 0, 100) == [40, 50, 60]
    assert spread([50, 50], 10, 0, 100) == [45, 55]


def test_only_labels_that_are_in_each_others_way_are_moved():
    assert spread([20, 22, 80], 10, 0, 100) == [16, 26, 80]


def test_labels_at_the_edges_are_moved_inwards():
    assert spread([0, 1, 99], 10, 0, 100) == [0, 10, 99]
    assert spread([98, 99, 100], 10, 0, 100) == [80, 90, 100]


def test_where_there_is_no_room_they_keep_their_distance_all_the_same():
    assert spread([5, 5, 5], 10, 0, 10) == [0, 10, 20]
    assert spread([], 10, 0, 10) == []


# Labels


def label(name, down, colour, number=""):
    return EndLabel(name, number, down, colour)


def with_labels(theme, labels, height=200):
    area = QRectF(20, 10, labels_width(theme, labels), height - 20)
    return painted(lambda painter, _: paint_end_labels(painter, theme, area, labels), 200, height), area


def middle(image, colour, area):
    """Return how far down the text of a colour is, right of the leaders."""
    rows = where(image, colour)[:, int(area.left() + LEADER) :].any(axis=1).nonzero()[0]
    return (rows.min() + rows.max()) / 2 if len(rows) else None


def test_a_label_stands_at_the_end_of_its_line_in_its_colour(theme):
    image, area = with_labels(theme, [label("HHH", 50, RED), label("HHH", 150, BLUE)])
    assert middle(image, RED, area) == pytest.approx(50, abs=2)
    assert middle(image, BLUE, area) == pytest.approx(150, abs=2)


def test_labels_do_not_overlap_and_keep_the_order_of_their_lines(theme):
    image, area = with_labels(
        theme, [label("HHH", 101, RED), label("HHH", 100, GREEN), label("HHH", 99, BLUE)]
    )
    places = [middle(image, colour, area) for colour in (BLUE, GREEN, RED)]
    assert all(lower - upper >= line_height(theme, 9) - 1.5 for upper, lower in pairwise(places))
    assert places[1] == pytest.approx(100, abs=2)


def test_a_thin_line_leads_from_the_end_to_the_label(theme):
    image, area = with_labels(theme, [label("HHH", 100, RED), label("HHH", 100, BLUE)])
    leader = image.copy(int(area.left()), 0, int(LEADER) - 3, image.height())
    assert inked(leader).top() < 98
    assert inked(leader).bottom() > 102


@pytest.mark.parametrize("down", [-500.0, 5000.0, math.inf * 0])
def test_labels_stay_within_their_area_wherever_the_line_ends(theme, down):
    image, area = with_labels(theme, [label("HHH", down, RED, "0.123")])
    if math.isnan(down):
        assert inked(image).isEmpty(), "a line that is no number ends nowhere"
    else:
        assert area.adjusted(-1, -1, 1, 1).contains(inked(image))


def test_with_room_for_few_the_last_and_the_first_are_written(theme):
    line = line_height(theme, 9)
    names = [("a", RED), ("b", GREEN), ("c", QColor("#ffff00")), ("d", BLUE)]
    labels = [label("HHH", 10.0 * number, colour) for number, (_, colour) in enumerate(names)]
    for room, seen in (
        (1, {BLUE.name()}),
        (2, {RED.name(), BLUE.name()}),
        (3, {RED.name(), GREEN.name(), BLUE.name()}),
    ):
        image, area = with_labels(theme, labels, height=int(room * line + 22))
        found = {colour.name() for _, colour in names if middle(image, colour, area) is not None}
        assert found == seen


def test_labels_have_all_the_room_that_they_ask_for(theme):
    labels = [label("the longest name", 50, RED, "0.00123"), label("short", 80, BLUE, "1")]
    image, area = with_labels(theme, labels)
    assert area.adjusted(-1, -1, 1, 1).contains(inked(image))
    wide = painted(
        lambda painter, _: paint_end_labels(painter, theme, area.adjusted(0, 0, 60, 0), labels), 300, 200
    )
    reds = [where(picture, RED).any(axis=0).nonzero()[0] for picture in (image, wide)]
    assert reds[0].max() == reds[1].max(), "a letter of the name is cut off"


def test_without_labels_nothing_is_painted(theme):
    image, _ = with_labels(theme, [])
    assert inked(image).isEmpty()


# Titles in parts


LONG = [("The whole title of it, ", "text"), ("right", "positive"), (" and wrong", "negative")]
SHORT = [("right", "positive"), (" wrong", "negative")]


def test_a_title_is_written_in_the_colours_of_its_parts(theme):
    image = painted(lambda painter, area: paint_parts(painter, theme, area, [LONG, SHORT]), 400, 40, False)
    places = [where(image, getattr(theme.colours, role)).any(axis=0).nonzero()[0] for _, role in LONG]
    assert all(len(columns) for columns in places)
    assert places[0].max() <= places[1].min()
    assert places[1].max() <= places[2].min()
    assert inked(image).right() <= parts_width(theme, LONG) + 2


def test_a_title_that_does_not_fit_makes_way_for_a_shorter_one_or_none(theme):
    width = int(parts_width(theme, SHORT)) + 2
    image = painted(lambda painter, area: paint_parts(painter, theme, area, [LONG, SHORT]), width, 40, False)
    assert not where(image, theme.colours.text).any()
    assert where(image, theme.colours.positive).any()
    image = painted(lambda painter, area: paint_parts(painter, theme, area, [LONG, SHORT]), 20, 40)
    assert inked(image).isEmpty()
