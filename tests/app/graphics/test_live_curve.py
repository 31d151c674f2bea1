import numpy as np
import pyqtgraph as pg
import pytest
from app.small_window import no_warnings
from PySide6.QtGui import QColor, QImage

from nnviz.app.graphics.live_curve import LiveCurve, Marks

WHITE = QColor("white")
CLEAR = QColor(0, 0, 0, 0)


class Bench:
    """A curve over a bare black plot."""

    def __init__(self, size=(300, 200)):
        self.plots = pg.GraphicsLayoutWidget()
        self.plots.setBackground("k")
        self.plot = self.plots.addPlot(row=0, col=0)
        for side in ("left", "bottom"):
            self.plot.hideAxis(side)
        self.plot.disableAutoRange()
        self.plot.hideButtons()
        self.curve = LiveCurve(self.plots, self.plot)
        self.plots.resize(*size)
        self.plots.show()

    def show(self, x_range, y_range, steps, least, greatest, line=None, band=WHITE, pen=CLEAR):
        self.plot.setXRange(*x_range, padding=0)
        self.plot.setYRange(*y_range, padding=0)
        self.curve.set_colours(band, pen, CLEAR)
        self.curve.set_data(steps, least, greatest, least if line is None else line)

    def picture(self):
        image = self.curve.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        return np.array(image.constBits()).reshape(image.height(), image.width(), 4)[:, :, :3]

    def covered(self):
        return self.picture().max(axis=2) > 127

    @property
    def box(self):
        return self.plot.vb.sceneBoundingRect()

    def pixel(self, x, y):
        """Return where a point of the plot lies, as column and row with fractions."""
        (left, right), (bottom, top) = self.plot.vb.viewRange()
        box = self.box
        return (
            box.left() + (x - left) / (right - left) * box.width(),
            box.bottom() - (y - bottom) / (top - bottom) * box.height(),
        )


@pytest.fixture
def bench(qtbot):
    bench = Bench()
    qtbot.addWidget(bench.plots)
    return bench


def brute_force(bench, shape, steps, least, greatest):
    """Return which pixels of the plot the band meets: in each column, those between the nearest stretch's ends."""
    mask = np.zeros(shape, bool)
    centres = [bench.pixel(step, 0)[0] for step in steps]
    half = (centres[1] - centres[0]) / 2
    for column in range(shape[1]):
        middle = column + 0.5
        if not centres[0] - half <= middle <= centres[-1] + half:
            continue
        nearest = min(range(len(steps)), key=lambda n: abs(centres[n] - middle))
        upper = bench.pixel(0, greatest[nearest])[1]
        lower = bench.pixel(0, least[nearest])[1]
        for row in range(shape[0]):
            mask[row, column] = upper < row + 1 and lower >= row
    return mask


@pytest.mark.parametrize(
    ("x_range", "y_range", "width"),
    [
        ((0, 200), (0, 3), 1),
        ((0, 1000), (0, 3), 4),
        ((0, 30), (0, 3), 1),  # fewer stretches than pixels, and beyond the right end
        ((0, 200), (-4, 0.5), 2),
        ((0, 200), (0, 0.015), 2),
    ],
)
def test_the_band_covers_the_pixels_that_brute_force_says(bench, x_range, y_range, width):
    rng = np.random.default_rng(1)
    steps = width * np.arange(60) + width / 2 + 0.37
    ends = y_range[0] + (y_range[1] - y_range[0]) * rng.uniform(-0.3, 1.3, (2, 60))
    least, greatest = ends.min(0), ends.max(0)
    greatest[:5] = least[:5]
    bench.show(x_range, y_range, steps, least, greatest)
    found = bench.covered()
    expected = brute_force(bench, found.shape, steps, least, greatest)
    box = bench.box
    inside = np.s_[int(box.top()) + 2 : int(box.bottom()) - 1, int(box.left()) + 2 : int(box.right()) - 1]
    assert expected[inside].any()
    assert not expected[inside].all()
    assert (found[inside] != expected[inside]).sum() == 0


def test_nothing_is_painted_beside_the_plot(bench):
    bench.show((0, 50), (0, 1), np.arange(-50.0, 200.0), np.full(250, -9.0), np.full(250, 9.0), pen=WHITE)
    found, box = bench.covered(), bench.box
    outside = np.ones_like(found)
    outside[int(box.top()) - 1 : int(box.bottom()) + 2, int(box.left()) - 1 : int(box.right()) + 2] = False
    assert outside.any()
    assert not (found & outside).any()


def test_a_thin_band_is_a_pixel_high_and_does_not_vanish(bench):
    value = np.full(100, 0.5021)
    bench.show((0, 100), (0, 1), np.arange(100.0), value, value)
    box = bench.box
    assert set(bench.covered()[:, int(box.left()) + 3 : int(box.right()) - 4].sum(axis=0)) == {1}


def test_the_line_runs_through_its_points(bench):
    steps = np.arange(101.0)
    line = 0.25 + steps / 200
    bench.show((0, 100), (0, 1), steps, line, line, line=line, band=CLEAR, pen=WHITE)
    found = bench.covered()
    for step in (3, 40, 97):
        column, row = bench.pixel(step, line[step])
        assert np.flatnonzero(found[:, int(column)]).mean() + 0.5 == pytest.approx(row, abs=1.5)


def test_fewer_than_two_stretches_are_not_painted(bench):
    for n in (0, 1):
        some = np.full(n, 0.5)
        bench.show((0, 10), (0, 1), some, some, some, pen=WHITE)
        assert not bench.covered().any()


def test_the_band_has_its_colour_and_lets_the_ground_through(bench):
    bench.show((0, 2), (0, 1), np.arange(3.0), np.zeros(3), np.ones(3), band=QColor(200, 100, 50, 128))
    blue, green, red = (int(part) for part in bench.picture()[100, 150])
    assert (red, green, blue) == pytest.approx((100, 50, 25), abs=1)


def test_a_cursor_stands_at_its_step(bench):
    steps = np.arange(101.0)
    bench.show((0, 100), (0, 1), steps, steps, steps, band=CLEAR)
    bench.curve.set_colours(CLEAR, CLEAR, QColor("white"))
    bench.curve.set_cursor(25)
    columns = np.flatnonzero(bench.covered()[100])
    assert columns.mean() + 0.5 == pytest.approx(bench.pixel(25, 0)[0], abs=1)
    bench.curve.set_cursor(None)
    assert not bench.covered().any()


def test_a_cursor_before_there_is_a_curve_is_no_fault(bench):
    bench.curve.set_colours(CLEAR, CLEAR, QColor("white"))
    bench.curve.set_cursor(0.5)
    bench.curve.grab()


@pytest.mark.parametrize("joined_from", [0, 1, 2, 3])
def test_marks_are_painted_and_joined_from_where_they_should_be(bench, joined_from):
    bench.show((0, 100), (0, 1), *[np.empty(0)] * 4)
    x, y = np.array([10.0, 50.0, 90.0]), np.array([0.2, 0.8, 0.4])
    bench.curve.set_marks([Marks(x, y, QColor("white"), True, joined_from)])
    found = bench.covered()
    for place in zip(x, y, strict=True):
        column, row = bench.pixel(*place)
        assert found[int(row), int(column)]
    for number in range(2):
        column, row = bench.pixel(x[number : number + 2].mean(), y[number : number + 2].mean())
        joined = found[int(row) - 2 : int(row) + 3, int(column)].any()
        assert joined == (number >= joined_from)


def test_no_marks_and_a_single_one_are_no_fault(bench):
    for n in (0, 1):
        bench.show((0, 1), (0, 1), *[np.empty(0)] * 4)
        bench.curve.set_marks([Marks(np.full(n, 0.5), np.full(n, 0.5), QColor("white"), False, n)])
        assert bench.covered().any() == (n == 1)


def test_the_plot_itself_is_painted_again_when_it_is_said_to_have_changed(bench):
    bench.show((0, 1), (0, 1), *[np.empty(0)] * 4)
    assert not bench.covered().any()
    bench.plots.setBackground("w")
    bench.curve.plot_changed()
    assert bench.covered().all()


def test_the_curve_keeps_to_the_size_of_the_plots(qtbot, bench):
    for size in ((700, 500), (60, 40), (300, 200)):
        bench.plots.resize(*size)
        assert bench.curve.size() == bench.plots.viewport().size()
        bench.curve.grab()


def test_the_curve_follows_the_range_of_the_plot(bench):
    steps = np.arange(100.0)
    bench.show((0, 100), (0, 1), steps, np.full(100, 0.6), np.full(100, 0.9))
    high = bench.covered()
    bench.plot.setYRange(0, 10, padding=0)
    bench.curve.plot_changed()
    low = bench.covered()
    assert np.argwhere(low)[:, 0].min() > np.argwhere(high)[:, 0].max()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bad", [np.nan, np.inf, 3.4e38])
@pytest.mark.parametrize("place", [0, 10, 19])
def test_a_run_that_diverged_is_painted_without_a_warning(bench, bad, place):
    steps = np.arange(20.0)
    least, greatest = np.full(20, 0.2, np.float32), np.full(20, 0.8, np.float32)
    greatest[place] = bad
    if np.isnan(bad):
        least[place] = bad
    with no_warnings():
        bench.show((0, 20), (0, 1), steps, least, greatest, line=greatest, pen=WHITE)
        found = bench.covered()
    column, row = bench.pixel(5, 0.5)
    assert found[int(row), int(column)], "the rest of the band is gone"
