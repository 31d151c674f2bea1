"""What every view looks like, against pictures that somebody has looked at.

`pytest tests/app/test_pictures.py --update-pictures` paints them anew; look at each before it is committed.
"""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from app.graphics.scenes import painted
from app.known_network import few_digits, known_snapshot
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from run.test_planes import trained, whereabouts

from nnviz.app.choice import TEST, Choice, Neuron
from nnviz.app.figure_file import figure_image
from nnviz.app.theme import Theme
from nnviz.app.views.backprop_controls import Page
from nnviz.app.views.honesty import HonestyStrip
from nnviz.app.views.table import FIGURES, Views
from nnviz.app.views.toys import ToysView
from nnviz.core.components import Component
from nnviz.core.surfaces import TOYS
from nnviz.run.planes import CostOver, SurfaceSpec
from nnviz.run.surveying import landscapes

FOLDER = Path(__file__).parent / "pictures"
SIZE = QSize(640, 440)
TOLERANCE = 2
LEAST_ALIKE = 0.995


def pixels(image):
    """Return an image as a uint8 array, (rows, columns, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3)


def share_alike(one, other):
    """Return the share of pixels whose three colours all differ by at most TOLERANCE; 0 for another size."""
    one, other = pixels(one).astype(int), pixels(other).astype(int)
    if one.shape != other.shape:
        return 0.0
    return float((np.abs(one - other).max(axis=2) <= TOLERANCE).mean())


def compare(image, name, update, tmp_path):
    """Compare an image with the one that is kept, or keep it."""
    kept = FOLDER / f"{name}.png"
    if update:
        FOLDER.mkdir(exist_ok=True)
        assert image.save(str(kept))
        pytest.skip(f"painted {kept.name} anew: look at it")
    assert kept.is_file(), f"there is no picture {kept.name} yet: run with --update-pictures, and look at it"
    found = tmp_path / f"{name}.png"
    image.save(str(found))
    alike = share_alike(image, QImage(str(kept)))
    assert alike >= LEAST_ALIKE, f"{alike:.2%} of {kept.name} is as it was; compare it with {found}"


@pytest.fixture
def views(qapp):
    theme = Theme(qapp)
    theme.motion = False
    choice = Choice()
    made = Views(theme, choice)
    choice.set_data(few_digits())
    choice.choose(TEST, 3)
    choice.pin(Neuron(1, 2))
    yield made
    for view in made.values():
        view.deleteLater()
    theme.deleteLater()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("key", FIGURES)
def test_a_view_looks_as_it_did(views, key, theme, pytestconfig, tmp_path):
    view = views[key]
    view.theme.choose(theme, colour_blind_safe=False)
    view.show_snapshot(known_snapshot())
    image = figure_image(view, SIZE)
    compare(image, f"{key}-{theme}", pytestconfig.getoption("--update-pictures"), tmp_path)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("page", [Page.NEURON, Page.GRADIENT, Page.CHECK])
def test_a_page_of_the_backprop_inspector_looks_as_it_did(views, page, theme, pytestconfig, tmp_path):
    view = views.backprop
    view.theme.choose(theme, colour_blind_safe=False)
    view.show_page(page)
    view.show_snapshot(known_snapshot())
    name = f"backprop-{page.value.lower()}-{theme}"
    compare(figure_image(view, SIZE), name, pytestconfig.getoption("--update-pictures"), tmp_path)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("component", [None, Component(2, 5, 3), Component(1, 4, 400)])
def test_the_errors_of_the_diagram_look_as_they_did(views, component, theme, pytestconfig, tmp_path):
    view = views.diagram
    view.theme.choose(theme, colour_blind_safe=False)
    view._choice.pin(None)
    view._choice.choose_component(component)
    view.controls.buttons["δ"].setChecked(True)
    view.show_snapshot(known_snapshot())
    name = "errors" if component is None else "weight-" + "-".join(map(str, astuple(component)))
    compare(
        figure_image(view, SIZE),
        f"diagram-{name}-{theme}",
        pytestconfig.getoption("--update-pictures"),
        tmp_path,
    )


@pytest.mark.parametrize(("place", "theme"), [(0, "dark"), (2, "dark"), (5, "light")])
def test_a_toy_surface_looks_as_it_did(qtbot, views, place, theme, pytestconfig, tmp_path):
    view = ToysView(views["diagram"].theme)
    qtbot.addWidget(view)
    view.theme.choose(theme, colour_blind_safe=False)
    view.choose_toy(TOYS[place])
    view.add_ball()
    view.race.advance(3)
    view.choose_ball(0)
    name = f"toys-{TOYS[place].name.lower().replace(' ', '-')}-{theme}"
    compare(figure_image(view, SIZE), name, pytestconfig.getoption("--update-pictures"), tmp_path)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_strip_under_the_map_looks_as_it_did(qtbot, views, theme, pytestconfig, tmp_path):
    strip = HonestyStrip(views["diagram"].theme)
    qtbot.addWidget(strip)
    views["diagram"].theme.choose(theme, colour_blind_safe=False)
    spec = SurfaceSpec(over=CostOver("all"), cells=8, fits_path=True)
    *_, landscape = landscapes(spec, whereabouts(trained()))
    strip.show_landscape(landscape)
    image = painted(views["diagram"].theme, strip.paint_figure, SIZE.width(), 180)
    compare(image, f"honesty-{theme}", pytestconfig.getoption("--update-pictures"), tmp_path)


@pytest.mark.parametrize(("eta", "theme"), [(12.0, "dark"), (40.0, "light")])
def test_an_eta_that_is_tried_looks_as_it_did(views, eta, theme, pytestconfig, tmp_path):
    view = views.slice
    view.theme.choose(theme, colour_blind_safe=False)
    view.show_snapshot(known_snapshot())
    view.try_eta(eta)
    name = f"slice-eta-{eta:.0f}-{theme}"
    compare(figure_image(view, SIZE), name, pytestconfig.getoption("--update-pictures"), tmp_path)


@pytest.mark.parametrize("key", FIGURES)
def test_a_picture_that_differs_is_noticed(views, key):
    """So that the comparison above can fail: another snapshot, another theme."""
    view = views[key]
    view.theme.choose("dark", colour_blind_safe=False)
    view.show_snapshot(known_snapshot())
    one = figure_image(view, SIZE)
    assert share_alike(one, figure_image(view, SIZE)) >= LEAST_ALIKE
    view.theme.choose("light", colour_blind_safe=False)
    assert share_alike(one, figure_image(view, SIZE)) < LEAST_ALIKE
