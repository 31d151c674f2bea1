from dataclasses import replace

import numpy as np
import pytest
from app.graphics.scenes import painted
from PySide6.QtCore import QPointF
from run.test_planes import trained, whereabouts
from run.test_surveying import spec

from nnviz.app.graphics.landscape.heat import LEVELS, height_table, shares
from nnviz.app.graphics.landscape.map import AXES, MapPicture, height_text
from nnviz.app.theme import THEMES, Theme
from nnviz.core.plane import Window
from nnviz.core.survey import Surface
from nnviz.run.planes import DIRECTIONS
from nnviz.run.surveying import landscapes


@pytest.fixture
def theme(qapp):
    return Theme(qapp)


def found(directions="principal", **more):
    *_, last = landscapes(spec(directions, **more), whereabouts(trained()))
    return last


def slope_in(landscape, window):
    """Return a landscape whose surface rises from left to right."""
    alphas, betas = np.linspace(window.left, window.right, 9), np.linspace(window.bottom, window.top, 9)
    costs = np.tile(np.linspace(0.1, 0.9, 9), (9, 1))
    return replace(landscape, surface=Surface(alphas, betas, costs, is_finest=True))


def bright(colour):
    return colour.red() + colour.green() + colour.blue()


def map_of(theme, landscape, window, logarithmic=False, size=(620, 420)):
    picture = MapPicture(theme)
    image = painted(
        theme,
        lambda painter, area: picture.paint(painter, area, landscape, window, logarithmic),
        *size,
    )
    return picture.chart, image


def test_higher_is_brighter_and_beside_the_surface_there_is_nothing(theme):
    far = Window(500, 504, 500, 504)  # from the path
    landscape = slope_in(found(), far)
    chart, image = map_of(theme, landscape, Window(500, 508, 500, 504))
    row = round(chart.box.top() + 0.55 * chart.box.height())
    colours = [image.pixelColor(round(chart.across(alpha)), row) for alpha in (500.3, 501.3, 502.3, 503.3)]
    assert [bright(c) for c in colours] == sorted({bright(c) for c in colours})
    raised = theme.colour("raised")
    assert image.pixelColor(round(chart.across(506)), row) == raised


def test_where_there_is_no_number_there_is_no_height(theme):
    far = Window(500, 504, 500, 504)
    landscape = slope_in(found(), far)
    landscape.surface.costs[4:, 4:] = np.nan
    chart, image = map_of(theme, landscape, far)
    pixel = image.pixelColor(round(chart.across(503)), round(chart.down(503)))
    assert pixel == theme.colour("raised")


def test_the_present_point_is_marked_where_its_shadow_falls(theme):
    landscape = found()
    window = landscape.ground.window
    chart, image = map_of(theme, landscape, window)
    alpha, beta = landscape.shadow.coordinates[-1]
    here = QPointF(chart.across(alpha), chart.down(beta))
    assert image.pixelColor((here + QPointF(-2, 0)).toPoint()) == theme.colour("highlight")


def test_the_arrow_points_downhill_on_the_map(theme):
    landscape = found()
    window = landscape.ground.window
    chart, with_arrow = map_of(theme, landscape, window)
    _, without = map_of(theme, replace(landscape, downhill=None), window)
    changed = [
        (x, y)
        for x in range(with_arrow.width())
        for y in range(with_arrow.height())
        if with_arrow.pixel(x, y) != without.pixel(x, y)
    ]
    alpha, beta = landscape.shadow.coordinates[-1]
    here = np.array([chart.across(alpha), chart.down(beta)])
    ahead = landscape.downhill.on_plane * [
        chart.across(1.0) - chart.across(0.0),
        chart.down(1.0) - chart.down(0.0),
    ]
    middle = np.mean(changed, axis=0) - here
    cosine = middle @ ahead / np.linalg.norm(middle) / np.linalg.norm(ahead)
    assert cosine > 0.95


@pytest.mark.parametrize("size", [(90, 70), (220, 160), (1200, 800)])
@pytest.mark.parametrize("logarithmic", [False, True])
def test_any_size_can_be_painted(theme, size, logarithmic):
    landscape = found()
    map_of(theme, landscape, landscape.ground.window, logarithmic, size)


def test_before_any_height_is_known_the_path_is_there(theme):
    first, *_ = landscapes(spec(), whereabouts(trained()))
    chart, image = map_of(theme, first, first.ground.window)
    alpha, beta = first.shadow.coordinates[-1]
    place = QPointF(chart.across(alpha) - 2, chart.down(beta)).toPoint()
    assert image.pixelColor(place) == theme.colour("highlight")


def test_a_path_that_is_nowhere_is_left_out(theme):
    landscape = found()
    nowhere = np.full_like(landscape.shadow.coordinates, np.nan)
    shadow = replace(landscape.shadow, coordinates=nowhere, distances=nowhere[:, 0])
    map_of(theme, replace(landscape, shadow=shadow), landscape.ground.window)


def test_every_direction_has_names_for_its_axes():
    assert set(AXES) == set(DIRECTIONS)


@pytest.mark.parametrize("colours", THEMES.values(), ids=THEMES)
def test_the_scale_of_heights_goes_steadily_from_dark_to_bright_or_back(colours):
    table = height_table(colours)[:LEVELS]
    luma = ((table >> 16) & 255) * 0.3 + ((table >> 8) & 255) * 0.59 + (table & 255) * 0.11
    steps = np.diff(luma)
    assert (steps >= -1).all() or (steps <= 1).all()
    assert abs(luma[-1] - luma[0]) > 90


def test_shares_of_heights():
    heights = np.array([1.0, 10, 100, np.nan])
    assert shares(heights, 1, 100, True)[:3] == pytest.approx([0, 0.5, 1])
    assert shares(heights, 1, 100, False)[:3] == pytest.approx([0, 1 / 11, 1])
    assert np.isnan(shares(heights, 1, 100, True)[3])
    assert shares(np.array([2.0, np.nan]), 2, 2, False)[0] == 0


@pytest.mark.parametrize(
    ("height", "text"), [(0.08391, "0.0839"), (12.34, "12.3"), (np.nan, "NaN"), (3.2e8, "3.2·10⁸")]
)
def test_heights_have_about_three_figures(height, text):
    assert height_text(height) == text
