import numpy as np
import pytest
from app.pad_hand import painted
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from nnviz.app.graphics.pad.bars import OutputBars

A = np.array([0.1, 0.9, 0.5, 0.0], np.float32)


def picture(theme, a, strongest=None, pinned=None, size=(400, 200), wants_number=True):
    bars = OutputBars(theme)

    def paint(painter, area):
        painter.fillRect(area, theme.colour("surface"))
        bars.paint(painter, area, wants_number, np.asarray(a, np.float32), strongest, pinned)

    return painted(paint, *size), bars.plot(QRectF(0, 0, *size), wants_number)


def height_of(image, plot, j, n, ground):
    """Return how high the bar is, as a share of the plot."""
    x = int(plot.left() + (j + 0.5) * plot.width() / n)
    inked = [
        y for y in range(int(plot.top()) + 2, int(plot.bottom()) - 1) if image.pixelColor(x, y) != ground
    ]
    return len(inked) / plot.height()


def test_a_bar_is_as_high_as_its_activation(theme):
    image, plot = picture(theme, A)
    for j, a in enumerate(A):
        assert height_of(image, plot, j, 4, QColor(theme.colours.surface)) == pytest.approx(a, abs=0.03)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_strongest_bar_has_the_colour_of_a_neuron_that_is_on(theme, name):
    theme.choose(name, False)
    image, plot = picture(theme, A, strongest=1)
    x, y = int(plot.left() + 1.5 * plot.width() / 4), int(plot.bottom() - 10)
    assert image.pixelColor(x, y).name() == theme.colours.activation
    x = int(plot.left() + 2.5 * plot.width() / 4)
    assert image.pixelColor(x, y).name() != theme.colours.activation


def test_the_pinned_neuron_is_marked(theme):
    def has_highlight(image):
        names = {image.pixelColor(x, y).name() for x in range(400) for y in range(200)}
        return theme.colours.highlight in names

    assert not has_highlight(picture(theme, A, strongest=1)[0])
    assert has_highlight(picture(theme, A, strongest=1, pinned=2)[0])
    picture(theme, A, pinned=17)


def test_a_place_leads_to_the_neuron_whose_bar_is_there(theme):
    bars, area = OutputBars(theme), QRectF(10, 20, 400, 200)
    plot = bars.plot(area, True)
    for j in range(10):
        x = plot.left() + (j + 0.5) * plot.width() / 10
        for y in (plot.top() + 1, plot.bottom() - 1, area.bottom() - 1):
            assert bars.index_at(area, True, 10, QPointF(x, y)) == j
    assert bars.index_at(area, True, 10, QPointF(plot.left() - 2, plot.center().y())) is None
    assert bars.index_at(area, True, 10, QPointF(plot.center().x(), area.top() + 1)) is None


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30, 3, -5])
def test_what_is_no_activation_is_painted_within_the_plot(theme, bad):
    image, plot = picture(theme, [0.5, bad, 0.5])
    ground = QColor(theme.colours.surface)
    assert height_of(image, plot, 0, 3, ground) == pytest.approx(0.5, abs=0.03)
    for y in range(0, int(plot.top()) - 20):
        assert image.pixelColor(int(plot.center().x()), y) == ground


@pytest.mark.parametrize("n", [1, 2, 20, 100])
@pytest.mark.parametrize("size", [(400, 200), (120, 50), (60, 20), (10, 10), (0, 0)])
def test_any_number_of_bars_in_any_room_is_no_fault(theme, n, size):
    if size == (0, 0):
        assert OutputBars(theme).index_at(QRectF(), False, n, QPointF(0, 0)) is None
    else:
        picture(theme, np.linspace(0, 1, n), n - 1, 0, size, False)
