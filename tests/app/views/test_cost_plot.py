import math
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from app.ink import near
from app.small_window import move_mouse, no_warnings, receive, small_snapshot, small_trainer
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QPushButton

from nnviz.app.figure_file import figure_image
from nnviz.app.views.cost_plot import LEAST_COST, LEAST_STEPS, ROOM_FOR_ACCURACIES, STRETCHES, CostPlot
from nnviz.run.epochs import EpochRecord
from nnviz.run.step_log import COST, SMOOTHED, StepLog


@pytest.fixture
def plot(qtbot, theme):
    plot = CostPlot(theme)
    plot.least_ms = 0
    qtbot.addWidget(plot)
    plot.resize(560, 640)
    plot.show()
    return plot


def snapshot_of(log, epochs=()):
    return replace(small_snapshot(0), step=log.count, made=log.count, log=log, epochs=tuple(epochs))


def log_of(costs):
    log = StepLog(2)
    for cost in costs:
        log.add(cost, [0.0, 0.0])
    return log


def falling(n):
    return (0.05 + 0.5 * math.exp(-step / 2000) + 0.03 * (step * 37 % 11) / 11 for step in range(n))


def record(epoch, step, cost=0.2, accuracy=0.95):
    return EpochRecord(epoch, step, cost, accuracy, cost + 0.05, accuracy - 0.01)


def button(plot, name):
    return next(b for b in plot.findChildren(QPushButton) if b.text() == name)


def text(plot):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", "", plot._readout.text()).replace("&nbsp;", " "))


def hover(plot, step, other=None):
    """Put the pointer on a step, in one of the two plots."""
    item = plot._accuracies if other else plot._costs
    place = item.vb.mapViewToScene(QPointF(step, 0))
    plot._hover(QPointF(place.x(), item.sceneBoundingRect().center().y()))
    return text(plot)


def shown(plot):
    """Return the ranges that are visible, of steps and of costs."""
    return plot._costs.viewRange()


def drawn_epochs(plot, quantity, figure):
    """Return the steps and values of the epochs' points that are drawn."""
    if quantity == "cost":
        marks = plot._curve._marks[("training", "test").index(figure)]
        return marks.x.tolist(), marks.y.tolist()
    steps, values = plot._accuracy_curves[figure].getData()
    return ([], []) if steps is None else (steps.tolist(), values.tolist())


def settle(qtbot, plot):
    """Wait until the ranges stand still."""
    ranges = [None, shown(plot)]
    while ranges[-2] != ranges[-1]:
        qtbot.wait(200)
        ranges.append(shown(plot))
        assert len(ranges) < 60, "the ranges never stand still"


# Before a run


def test_before_a_run_there_are_axes_and_a_legend(plot):
    assert shown(plot)[0] == [0, LEAST_STEPS]
    assert [part in text(plot) for part in ("batch", "smoothed", "training", "test")] == [True] * 4
    plot.grab()


def test_every_axis_is_named(plot):
    assert plot._costs.getAxis("left").labelText == "cost C"
    assert plot._accuracies.getAxis("left").labelText == "accuracy"
    assert plot._accuracies.getAxis("bottom").labelText == "steps"


def test_hover_before_a_run_says_nothing_of_a_step(plot):
    assert "step" not in hover(plot, 10)


# What is drawn


def test_the_curve_is_the_log(qtbot, plot):
    log = log_of(falling(300))
    receive(qtbot, plot, snapshot_of(log))
    rows = log.rows(0, 300)
    assert plot._curve._steps.tolist() == list(range(1, 301))
    for drawn, column in (("_least", COST), ("_greatest", COST), ("_line", SMOOTHED)):
        assert np.allclose(getattr(plot._curve, drawn), rows[:, column])


def test_only_the_steps_of_the_snapshot_are_drawn(qtbot, plot):
    """The log is the run's own, and has grown since."""
    log = log_of(falling(300))
    receive(qtbot, plot, replace(snapshot_of(log), step=100, made=100))
    assert len(plot._curve._steps) == 100
    receive(qtbot, plot, snapshot_of(log))
    assert len(plot._curve._steps) == 300


def test_of_a_run_that_was_gone_back_in_all_steps_are_drawn_with_a_line_at_the_present_one(qtbot, plot):
    log = log_of(falling(300))
    receive(qtbot, plot, replace(snapshot_of(log), step=100))
    assert len(plot._curve._steps) == 300
    assert plot._curve._cursor == 100
    receive(qtbot, plot, snapshot_of(log))
    assert plot._curve._cursor is None


def test_a_long_history_is_drawn_with_few_points_that_leave_nothing_out(qtbot, plot):
    log = log_of(falling(200_000))
    log._table._blocks[1][1000, COST] = 9.0
    receive(qtbot, plot, snapshot_of(log))
    curve = plot._curve
    assert STRETCHES / 2 <= len(curve._steps) <= STRETCHES
    assert curve._greatest.max() == 9.0
    assert curve._least.min() == log.rows(0, 200_000)[:, COST].min()
    plot.grab()


def test_of_a_long_history_only_what_is_new_is_read(qtbot, plot, monkeypatch):
    log = log_of(falling(5000))
    receive(qtbot, plot, snapshot_of(log))
    asked = []
    rows = log.rows
    monkeypatch.setattr(log, "rows", lambda start, stop: asked.append((start, stop)) or rows(start, stop))
    for cost in falling(10):
        log.add(cost, [0.0, 0.0])
    receive(qtbot, plot, snapshot_of(log))
    assert asked == [(5000, 5010)]


def test_a_new_run_begins_anew(qtbot, plot):
    receive(qtbot, plot, snapshot_of(log_of(falling(5000)), [record(1, 5000)]))
    receive(qtbot, plot, snapshot_of(log_of(falling(20))))
    assert len(plot._curve._steps) == 20
    assert shown(plot)[0] == [0, LEAST_STEPS]
    for quantity in ("cost", "accuracy"):
        for figure in ("training", "test"):
            assert drawn_epochs(plot, quantity, figure) == ([], [])


def test_a_run_that_is_brought_back_is_drawn_again(qtbot, plot):
    first, second = snapshot_of(log_of(falling(400)), [record(0, 0)]), snapshot_of(log_of(falling(20)))
    for snapshot in (first, second, first):
        receive(qtbot, plot, snapshot)
    assert len(plot._curve._steps) == 400
    assert drawn_epochs(plot, "cost", "test")[0] == [0]


def test_epochs_are_points_at_their_last_step(qtbot, plot):
    epochs = [record(0, 0, 1.1, 0.1), record(1, 100, 0.4, 0.8), record(2, 200, 0.3, 0.9)]
    receive(qtbot, plot, snapshot_of(log_of(falling(200)), epochs))
    for figure in ("training", "test"):
        costs = [getattr(r, f"{figure}_cost") for r in epochs]
        assert drawn_epochs(plot, "cost", figure) == ([0, 100, 200], costs)
        steps, shares = drawn_epochs(plot, "accuracy", figure)
        assert steps == [0, 100, 200]
        assert shares == pytest.approx([100 * getattr(r, f"{figure}_accuracy") for r in epochs])


def test_the_accuracies_of_all_epochs_but_the_first_network_are_visible(qtbot, plot):
    epochs = [record(0, 0, 1.1, 0.1), record(1, 100, 0.4, 0.62), record(2, 200, 0.3, 0.9)]
    receive(qtbot, plot, snapshot_of(log_of(falling(200)), epochs))
    low, high = plot._accuracies.viewRange()[1]
    assert low <= 61 < 100 <= high


# Ranges


@pytest.mark.parametrize("n", [1, 50, 200, 201, 999, 5000])
def test_the_newest_step_and_the_greatest_cost_are_visible_when_the_run_pauses(qtbot, plot, n):
    """No further snapshot comes then."""
    log = log_of(falling(n))
    receive(qtbot, plot, snapshot_of(log))
    settle(qtbot, plot)
    (left, right), (bottom, top) = shown(plot)
    assert left == 0
    assert right >= n
    assert top >= plot._curve._greatest[len(plot._curve._greatest) // 30 :].max()
    assert bottom == 0


def test_what_comes_while_the_ranges_move_is_visible_too_when_the_run_pauses(qtbot, plot):
    log = log_of(falling(205))
    receive(qtbot, plot, snapshot_of(log))
    for cost in falling(1800):
        log.add(cost, [0.0, 0.0])
    receive(qtbot, plot, snapshot_of(log))
    settle(qtbot, plot)
    assert shown(plot)[0][1] >= 2005


def test_ranges_end_at_targets_that_rarely_change(qtbot, plot):
    targets = []
    log = log_of([])
    for cost in falling(2000):
        log.add(cost, [0.0, 0.0])
        if log.count % 10 == 0:
            receive(qtbot, plot, snapshot_of(log))
            targets.append(plot._last_step.target)
    assert sum(a != b for a, b in pairwise(targets)) <= 5


def test_ranges_move_smoothly(qtbot, plot):
    receive(qtbot, plot, snapshot_of(log_of(falling(200))))
    settle(qtbot, plot)
    log = log_of(falling(201))
    plot._log = log  # the same run, one step on
    receive(qtbot, plot, snapshot_of(log))
    assert LEAST_STEPS < shown(plot)[0][1] < plot._last_step.target


# Logarithmic scale


def test_the_logarithmic_scale_draws_logarithms(qtbot, plot):
    log = log_of(falling(300))
    receive(qtbot, plot, snapshot_of(log, [record(0, 0, 0.8)]))
    qtbot.mouseClick(button(plot, "Log"), Qt.MouseButton.LeftButton)
    assert np.allclose(plot._curve._greatest, np.log10(log.rows(0, 300)[:, COST]))
    assert drawn_epochs(plot, "cost", "training")[1] == pytest.approx([math.log10(0.8)])
    (_, _), (bottom, top) = shown(plot)
    assert (bottom, top) == pytest.approx((-2, 0))
    qtbot.mouseClick(button(plot, "Linear"), Qt.MouseButton.LeftButton)
    assert np.allclose(plot._curve._greatest, log.rows(0, 300)[:, COST])
    assert shown(plot)[1][0] == 0


def test_the_chosen_scale_is_the_one_that_is_pressed(qtbot, plot):
    assert (button(plot, "Linear").isChecked(), button(plot, "Log").isChecked()) == (True, False)
    qtbot.mouseClick(button(plot, "Log"), Qt.MouseButton.LeftButton)
    assert (button(plot, "Linear").isChecked(), button(plot, "Log").isChecked()) == (False, True)


def test_costs_of_nought_lie_at_the_lower_end_of_the_logarithmic_scale(qtbot, plot):
    qtbot.mouseClick(button(plot, "Log"), Qt.MouseButton.LeftButton)
    receive(qtbot, plot, snapshot_of(log_of([0.0] * 50)))
    assert np.allclose(plot._curve._least, math.log10(LEAST_COST))
    plot.grab()


def test_the_logarithmic_axis_is_labelled_with_costs(qtbot, plot):
    qtbot.mouseClick(button(plot, "Log"), Qt.MouseButton.LeftButton)
    receive(qtbot, plot, snapshot_of(log_of(falling(300))))
    axis = plot._costs.getAxis("left")
    assert axis.tickStrings([-1.0, 0.0], 1, 1) == ["0.1", "1"]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_after_a_divergence_the_logarithmic_scale_still_has_a_range_of_logarithms(qtbot, plot):
    receive(qtbot, plot, snapshot_of(log_of([*falling(300), math.inf])))
    qtbot.mouseClick(button(plot, "Log"), Qt.MouseButton.LeftButton)
    bottom, top = shown(plot)[1]
    assert -4 <= bottom < -0.5
    assert top < 1


# Hover


@pytest.mark.parametrize("step", [1, 2, 137, 300])
def test_hover_reads_out_the_logs_numbers(qtbot, plot, step):
    log = log_of(falling(300))
    receive(qtbot, plot, snapshot_of(log))
    plot._jump_ranges()
    cost, smoothed = log.row(step - 1)[[COST, SMOOTHED]]
    for other in (False, True):
        found = hover(plot, step, other)
        assert f"step {step:,} " in found
        assert f"batch {cost:.4f}" in found
        assert f"smoothed {smoothed:.4f}" in found
    assert plot._curve._cursor == step


def test_hover_of_a_long_history_reads_single_steps(qtbot, plot):
    log = log_of(falling(20_000))
    receive(qtbot, plot, snapshot_of(log))
    plot._jump_ranges()
    found = hover(plot, 12_345)
    step = int(re.search(r"step ([\d,]+)", found)[1].replace(",", ""))
    assert abs(step - 12_345) < 100
    assert f"batch {log.row(step - 1)[COST]:.4f}" in found


def test_hover_near_the_end_of_an_epoch_reads_its_record(qtbot, plot):
    epochs = [record(0, 0, 1.1, 0.1), record(1, 100, 0.4, 0.8)]
    receive(qtbot, plot, snapshot_of(log_of(falling(200)), epochs))
    found = hover(plot, 99)
    assert "training 0.4000, 80.00%" in found.replace(" %", "%")
    assert "test 0.4500, 79.00%" in found.replace(" %", "%")
    assert "epoch 1" in found
    assert "epoch" not in hover(plot, 50)


@pytest.mark.parametrize("place", [0.0, 0.4999, 0.5, 0.5001, 200.4999, 200.5, 200.5001, 250.0, -5.0])
def test_hover_where_there_is_no_step_is_no_fault(qtbot, plot, place):
    receive(qtbot, plot, snapshot_of(log_of(falling(200))))
    plot._jump_ranges()

    class At:
        def x(self):
            return place

    plot._costs.vb.mapSceneToView = lambda _: At()
    plot._hover(plot._costs.sceneBoundingRect().center())
    steps = [int(n) for n in re.findall(r"step (\d+)", text(plot))]
    assert all(1 <= step <= 200 for step in steps)


def test_hover_with_the_mouse(qtbot, plot):
    log = log_of(falling(200))
    receive(qtbot, plot, snapshot_of(log))
    plot._jump_ranges()
    scene = plot._costs.vb.mapViewToScene(QPointF(100, shown(plot)[1][1] / 2))
    move_mouse(plot._curve, scene.toPoint())
    qtbot.waitUntil(lambda: "step" in text(plot), timeout=5000)
    step = int(re.search(r"step (\d+)", text(plot))[1])
    assert abs(step - 100) <= 1


def test_leaving_the_plot_ends_the_hover(qtbot, plot, qapp):
    from PySide6.QtCore import QEvent

    receive(qtbot, plot, snapshot_of(log_of(falling(200))))
    hover(plot, 100)
    qapp.sendEvent(plot._curve, QEvent(QEvent.Type.Leave))
    assert "step" not in text(plot)
    assert plot._curve._cursor is None


def test_after_a_reset_a_resting_pointer_is_no_fault(qtbot, plot):
    receive(qtbot, plot, snapshot_of(log_of(falling(200))))
    hover(plot, 150)
    receive(qtbot, plot, snapshot_of(log_of(falling(3))))
    assert "step 150" not in text(plot)


# Divergence, theme, size


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e38])
@pytest.mark.parametrize("scale", ["Linear", "Log"])
def test_a_run_that_diverged_is_drawn_without_a_warning(qtbot, plot, bad, scale):
    button(plot, scale).click()
    epochs = [record(0, 0, 1.1, 0.1), record(1, 100, bad, 0.1)]
    with no_warnings():
        receive(qtbot, plot, snapshot_of(log_of([*falling(100), bad]), epochs))
        plot.grab()
        settle(qtbot, plot)
        plot.grab()
    assert all(math.isfinite(end) for ends in shown(plot) for end in ends)


def colours_of(widget):
    """Count the pixels of each colour."""
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.array(picture.constBits()).view(np.uint32) & 0xFFFFFF
    return Counter(
        {f"#{colour:06x}": n for colour, n in zip(*np.unique(pixels, return_counts=True), strict=True)}
    )


def test_another_theme_is_taken_up_at_once(qtbot, plot, theme):
    receive(qtbot, plot, snapshot_of(log_of(falling(200)), [record(1, 100)]))
    plot._jump_ranges()
    for name in ("light", "dark"):
        theme.choose(name, False)
        colours = colours_of(plot)
        assert colours.most_common(1)[0][0] == theme.colours.surface
        assert colours[theme.colours.highlight] > 20
        assert colours[theme.colours.text] > 20
        assert theme.colours.training in plot._readout.text()


def test_the_smoothed_line_and_the_epochs_are_painted(qtbot, plot, theme):
    receive(qtbot, plot, snapshot_of(log_of(falling(200)), [record(1, 100)]))
    plot._jump_ranges()
    colours = colours_of(plot._curve)
    for role in ("highlight", "training", "test"):
        assert colours[getattr(theme.colours, role)] > 5, role


def test_the_plot_can_be_made_tiny_and_large_again(qtbot, plot):
    receive(qtbot, plot, snapshot_of(log_of(falling(200)), [record(1, 100)]))
    for size in ((1, 1), (80, 60), (1900, 1000), (560, 640)):
        plot.resize(*size)
        plot.grab()


def test_a_real_run_is_drawn(qtbot, plot):
    trainer = small_trainer()
    trainer.request_evaluation()
    trainer.advance(30)
    receive(qtbot, plot, trainer.snapshot())
    assert len(plot._curve._steps) == 30
    assert len(drawn_epochs(plot, "accuracy", "test")[0]) == len(drawn_epochs(plot, "cost", "test")[0]) == 4


# Little room


@pytest.fixture
def sized(theme):
    yield theme
    theme.choose_text_scale(1.0)


SCALES = (0.8, 1.0, 1.5, 2.0)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("size", [(300, 200), (320, 440), (620, 420)])
def test_however_small_the_view_is_the_legend_is_not_cut_off(qtbot, plot, sized, size, scale):
    """In large text, the buttons beside it left room for half a word."""
    sized.choose_text_scale(scale)
    plot.resize(*size)
    plot.layout().activate()
    widest = QFontMetricsF(plot._readout.font()).horizontalAdvance("━ smoothed")
    assert plot._readout.width() >= widest
    buttons = [b for b in plot.findChildren(QPushButton) if b.isVisible()]
    assert len(buttons) in (0, 2)
    for each in buttons:
        assert each.geometry().left() > plot._readout.geometry().right()


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("height", [200, 280, 420, 800])
def test_the_plot_of_costs_keeps_a_height_that_shows_something(qtbot, plot, sized, height, scale):
    sized.choose_text_scale(scale)
    plot.resize(400, height)
    receive(qtbot, plot, snapshot_of(log_of(falling(500))))
    line = QFontMetricsF(sized.font(10)).lineSpacing()
    qtbot.waitUntil(lambda: plot._costs.vb.height() >= 1.5 * line, timeout=5000)
    lower = plot._accuracies if plot._accuracies.isVisible() else plot._costs
    assert lower.getAxis("bottom").style["showValues"]
    assert plot._accuracies.isVisible() == (height / line >= ROOM_FOR_ACCURACIES)


@pytest.mark.parametrize("height", [200, 240, 300, 420])
def test_the_names_of_the_upright_axes_do_not_run_into_each_other(qtbot, plot, height):
    plot.resize(400, height)
    plot.grab()
    for each in (plot._costs, plot._accuracies):
        axis = each.getAxis("left")
        qtbot.waitUntil(
            lambda axis=axis: (
                not axis.label.isVisible() or axis.label.boundingRect().width() < axis.height() + 1
            ),
            timeout=5000,
        )


def test_a_picture_of_a_small_view_has_all_that_there_is_room_for(qtbot, plot):
    plot.resize(300, 160)
    receive(qtbot, plot, snapshot_of(log_of(falling(500))))
    assert not plot._accuracies.isVisible()
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    seen = []
    plot._accuracies.vb.sigResized.connect(lambda: seen.append(plot._accuracies.isVisible()))
    with QPainter(image) as painter:
        plot.paint_figure(painter, QRectF(0, 0, 800, 600))
    assert True in seen
    assert not plot._accuracies.isVisible(), "what is on the screen is as it was"


def thickness(image, colour):
    """Return how many pixels of a colour lie below each other, in all plots."""
    columns = []
    for x in range(image.width() // 3, image.width() // 3 + 30):
        columns.append(sum(near(image.copy(x, 0, 1, image.height()), colour, 90)[:, 0]))
    return float(np.median([count for count in columns if count]))


@pytest.mark.parametrize("role", ["highlight", "test"])
def test_lines_are_as_thick_in_a_picture_of_more_pixels(qtbot, plot, role):
    level = [0.27] * 900
    receive(qtbot, plot, snapshot_of(log_of(level), [record(1, 100), record(9, 900)]))
    colour = plot.theme.colours.highlight if role == "highlight" else plot.theme.colours.test
    once, twice, fourfold = (
        thickness(figure_image(plot, QSize(560, 640), scale), colour) for scale in (1, 2, 4)
    )
    assert fourfold >= 1.7 * twice >= 1.7 * 1.4 * max(once, 1)


def test_the_names_of_the_axes_are_in_the_colour_of_text_also_after_a_picture_was_made(plot):
    for _ in range(2):
        names = [p.getAxis("left").labelStyle["color"] for p in (plot._costs, plot._accuracies)]
        assert names == [plot.theme.colours.text] * 2
        figure_image(plot, QSize(560, 640), 2)
