import numpy as np
import pytest
from app.graphics.landscape.slopes import bowl, slope, surface_of, torn
from app.painted import colour_at, overlapping, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.landscape.heat_map import HeatMap
from nnviz.app.graphics.landscape.height_scale import HeightScale, height_colour

WIDTH, HEIGHT = 520, 400


def map_of(theme, surface, logarithmic=False, width=WIDTH, height=HEIGHT, **more):
    scale = HeightScale.of(surface.extremes, logarithmic)
    return HeatMap(theme, QRectF(0, 0, width, height), surface, scale, ("x", "y", "C"), **more)


def test_a_point_lies_where_the_pointer_finds_it(theme):
    heat_map = map_of(theme, bowl())
    for point in [(-2, -2), (0, 0), (1.5, -0.5), (2, 2)]:
        assert heat_map.at(heat_map.point(point)) == pytest.approx(point, abs=1e-9)
    assert heat_map.at(heat_map.box.bottomLeft() + QPointF(-3, 0)) is None


def test_up_is_up_and_colours_are_those_of_the_heights(theme):
    heat_map = map_of(theme, surface_of(lambda _, y: y + 2))
    picture = picture_of(heat_map.paint, WIDTH, HEIGHT)
    for y in (-1.77, 0.23, 1.77):
        found = picture.pixelColor(heat_map.point((0.13, y)).toPoint())
        wanted = height_colour(theme, (y + 2) / 4)
        assert abs(found.red() - wanted.red()) + abs(found.blue() - wanted.blue()) < 12


def test_a_length_is_the_same_along_both_axes(theme):
    tall = surface_of(lambda x, y: x * x + y)
    for width, height in [(600, 300), (300, 600)]:
        box = map_of(theme, tall, width=width, height=height).box
        assert box.width() == pytest.approx(box.height(), rel=0.03)
    box = map_of(theme, tall, width=600, height=300, is_true=False).box
    assert box.width() > 1.5 * box.height()


def test_contour_lines_bear_their_heights_and_the_scale_bears_them_too(theme):
    heat_map = map_of(theme, bowl())
    texts = texts_of(heat_map.paint, WIDTH, HEIGHT)
    on_map = [text.text for text in texts if heat_map.box.contains(text.where.center())]
    assert {"1", "2", "3", "4"} <= set(on_map)
    beside = [text.text for text in texts if text.where.left() > heat_map.box.right()]
    assert {"C", "1", "4", "7"} <= set(beside)
    assert {"x", "y"} <= set(strings(texts))


def test_where_there_is_no_cost_the_ground_is_hatched(theme):
    heat_map = map_of(theme, torn())
    picture = picture_of(heat_map.paint, WIDTH, HEIGHT)
    seen = {
        colour_at(picture, heat_map.point((1 + dx, 1 + dy)))
        for dx in np.linspace(0, 0.2, 12)
        for dy in np.linspace(0, 0.2, 12)
    }
    assert theme.colours.background in seen
    assert len(seen) > 1


@pytest.mark.parametrize("size", [(80, 60), (160, 120), (300, 200), (900, 700)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_in_every_size_nothing_is_written_over_something_else(theme, size, scale):
    theme.choose_text_scale(scale)
    heat_map = map_of(theme, bowl(), width=size[0], height=size[1])
    assert overlapping(texts_of(heat_map.paint, *size)) == []
    theme.choose_text_scale(1.0)


@pytest.mark.parametrize(
    "surface",
    [
        surface_of(lambda x, _: np.full_like(x, np.nan)),
        surface_of(lambda x, _: 0 * x),
        surface_of(lambda x, _: 1e12 * x),
        bowl(cells=1),
    ],
)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_hostile_surfaces_are_painted_without_a_word(theme, surface, logarithmic):
    picture_of(map_of(theme, surface, logarithmic).paint, WIDTH, HEIGHT)


def test_a_logarithmic_map_shows_small_heights_apart(theme):
    heights = surface_of(lambda x, _: 10.0**x)
    linear, logarithmic = (
        picture_of(map_of(theme, heights, log).paint, WIDTH, HEIGHT) for log in (False, True)
    )
    heat_map = map_of(theme, heights)
    low, higher = (heat_map.point((x, 0.1)).toPoint() for x in (-1.7, -0.4))

    def apart(picture):
        return picture.pixelColor(higher).lightness() - picture.pixelColor(low).lightness()

    assert apart(linear) <= 2
    assert apart(logarithmic) > 20


def test_a_slope_is_painted_the_same_twice(theme):
    heat_map = map_of(theme, slope())
    assert picture_of(heat_map.paint, WIDTH, HEIGHT) == picture_of(heat_map.paint, WIDTH, HEIGHT)
