import math
from dataclasses import replace

import numpy as np
import pytest
from app.ink import inked, near, painted, where
from app.painted import overlapping, strings, texts_of
from app.small_window import move_mouse, no_warnings, receive, small_trainer
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF
from PySide6.QtWidgets import QComboBox

from nnviz.app.graphics.health_charts import HealthCharts
from nnviz.app.views.health import HINT, HealthView, what_norms_say
from nnviz.run.health import EVERY, NORM, RATIO, SATURATED, HealthLog
from nnviz.run.snapshot import Snapshot
from nnviz.run.table import Table

DEEP = (20, 12, 12, 12, 12, 10)


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


@pytest.fixture
def view(qtbot, theme):
    theme.motion = False
    view = HealthView(theme)
    qtbot.addWidget(view)
    view.resize(600, 420)
    view.show()
    yield view
    view.close()


def logged(figures):
    """Return a health log with these rows, (rows, 3, L)."""
    log = HealthLog(figures.shape[2])
    for row in figures:
        log._table.add(row.ravel())
    return log


def snapshot_of(figures, newest=None, step=None):
    """Return a snapshot whose health is what is given; only what the view reads of it means anything."""
    step = EVERY * len(figures) if step is None else step
    trainer = small_trainer()
    newest = figures[-1] if newest is None and len(figures) else newest
    return replace(trainer.snapshot(), step=step, health_log=logged(figures), health=newest)


def steady(rows, norms=(0.001, 0.1), ratios=(0.0001, 0.01), shares=(0.5, 0.1)):
    return np.tile(np.array([norms, ratios, shares]), (rows, 1, 1))


def charts(view):
    area = QRectF(view._canvas.rect())
    header = view._header(area)
    return view._laid_out(area.adjusted(0, header.height() + 4, 0, 0))


def texts(view, width=None, height=None):
    width, height = width or view._canvas.width(), height or view._canvas.height()
    return texts_of(lambda painter: view.paint_figure(painter, QRectF(0, 0, width, height)), width, height)


def axes(view):
    ranges = charts(view).ranges
    return ranges.last_step, ranges.decades


def choose(view, index):
    view.findChild(QComboBox).setCurrentIndex(index)


# What is shown


def test_before_the_first_step_the_view_says_what_will_come(qtbot, view):
    def said():
        return " ".join(strings(texts(view)))

    assert said() == HINT
    receive(qtbot, view, small_trainer().snapshot())
    assert said() == HINT
    move_mouse(view._canvas, QPoint(100, 100))
    view.grab()


def test_from_the_first_step_on_its_figures_are_shown(qtbot, view):
    trainer = small_trainer()
    trainer.advance(1)
    snapshot = trainer.snapshot()
    receive(qtbot, view, snapshot)
    found = strings(texts(view))
    assert "● step 1   ━ every 10th step" in "".join(found)
    assert "output" in found
    image = view._canvas.grab().toImage()
    chart = charts(view).charts[NORM]
    place = chart.across(1), chart.down(snapshot.health[NORM, 0])
    dots = near(image, charts(view).colours[0])
    assert dots[round(place[1]) - 3 : round(place[1]) + 4, round(place[0]) - 3 : round(place[0]) + 4].any()


def test_each_layer_has_a_line_in_each_chart(qtbot, view):
    figures = steady(60)
    receive(qtbot, view, snapshot_of(figures))
    image = view._canvas.grab().toImage()
    for figure, scale in ((NORM, 1), (RATIO, 1), (SATURATED, 100)):
        chart = charts(view).charts[figure]
        for layer, colour in enumerate(charts(view).colours):
            row = round(chart.down(scale * figures[0, figure, layer]))
            along = near(image, colour)[row - 2 : row + 3, round(chart.across(50)) : round(chart.across(550))]
            assert along.any(axis=0).all()


def test_the_newest_steps_exact_figures_stand_beside_the_lines(qtbot, view):
    newest = np.array([[0.00789, 0.0456], [0.000321, 0.0654], [0.25, 0.75]])
    receive(qtbot, view, snapshot_of(steady(60), newest, step=607))
    found = strings(texts(view))
    assert "● step 607   ━ every 10th step" in "".join(found)
    for text in ("0.00789", "0.0456", "3.2·10⁻⁴", "0.0654", "25 %", "75 %"):
        assert text in found


def test_the_log_is_never_read_twice(qtbot, view, monkeypatch):
    trainer = small_trainer()
    read = []
    rows = Table.rows
    monkeypatch.setattr(
        Table, "rows", lambda self, start, stop: read.append((start, stop)) or rows(self, start, stop)
    )
    for steps in (15, 30, 5, 200, 1):
        trainer.advance(steps)
        snapshot = trainer.snapshot()
        read.clear()
        before = view._history.count
        receive(qtbot, view, snapshot)
        view.grab()
        view.grab()
        own = [(start, stop) for start, stop in read if stop - start > 1]
        assert own in ([], [(before, snapshot.step // EVERY)])
    assert view._history.count == 25


def test_it_shows_no_more_than_the_snapshot_knows_of(qtbot, view):
    trainer = small_trainer()
    trainer.advance(30)
    snapshot = trainer.snapshot()
    trainer.advance(100)
    receive(qtbot, view, snapshot)
    assert view._history.count == 3


def test_another_run_begins_anew(qtbot, view):
    receive(qtbot, view, snapshot_of(steady(100, norms=(1e-7, 10.0))))
    assert axes(view) == (1000, {NORM: (-7, 1), RATIO: (-4, -2)})
    receive(qtbot, view, snapshot_of(steady(5)))
    assert view._history.count == 5
    assert axes(view) == (200, {NORM: (-3, -1), RATIO: (-4, -2)})


def test_a_run_that_is_brought_back_is_shown_whole_again(qtbot, view):
    first, second = (
        snapshot_of(steady(40)),
        snapshot_of(steady(7, norms=(0.1, 0.1, 0.1), ratios=(1, 1, 1), shares=(0, 0, 0))),
    )
    for snapshot, count in ((first, 40), (second, 7), (first, 40)):
        receive(qtbot, view, snapshot)
        assert view._history.count == count
        view.grab()


def test_a_run_that_goes_back_is_read_anew(qtbot, view):
    snapshot = snapshot_of(steady(40))
    receive(qtbot, view, snapshot)
    receive(qtbot, view, replace(snapshot, step=115))
    assert view._history.count == 11
    assert view._step == 115


# Axes


def test_axes_end_at_round_steps_and_whole_decades(qtbot, view):
    receive(qtbot, view, snapshot_of(steady(43, norms=(0.0023, 0.42), ratios=(0.00034, 0.02))))
    assert axes(view) == (500, {NORM: (-3, 0), RATIO: (-4, -1)})


def test_while_a_run_goes_on_axes_only_grow(qtbot, view):
    log = logged(steady(200))
    shown = replace(snapshot_of(steady(200)), health_log=log, step=100)
    receive(qtbot, view, shown)
    assert axes(view)[1][NORM] == (-3, -1)
    wide = np.array([[1e-5, 2.0], [1e-4, 0.01], [0, 0]])
    receive(qtbot, view, replace(shown, step=105, health=wide))
    assert axes(view)[1][NORM] == (-5, 1)
    receive(qtbot, view, replace(shown, step=900, health=steady(1)[0]))
    assert axes(view) == (1000, {NORM: (-5, 1), RATIO: (-4, -2)})


def test_a_gradient_far_below_all_others_does_not_press_these_together(qtbot, view):
    receive(qtbot, view, snapshot_of(steady(20, norms=(1e-30, 0.5))))
    low, high = axes(view)[1][NORM]
    assert (low, high) == (-8, 0)


def test_equal_figures_have_an_axis_too(qtbot, view):
    receive(qtbot, view, snapshot_of(steady(20, norms=(0.01, 0.01), ratios=(0, 0))))
    low, high = axes(view)[1][NORM]
    assert low < high
    assert axes(view)[1][RATIO] == (-3, 0), "without a figure there is a usual one"


def test_axes_glide_to_where_they_should_end_and_rest_there(qtbot, view, theme):
    theme.motion = True
    log = logged(steady(200))
    shown = replace(snapshot_of(steady(200)), health_log=log, step=100)
    receive(qtbot, view, shown)
    receive(qtbot, view, replace(shown, step=1900))
    assert 200 < axes(view)[0] < 2000
    assert view._gliding.isActive()
    qtbot.waitUntil(lambda: axes(view)[0] == 2000, timeout=10_000)
    qtbot.waitUntil(lambda: not view._gliding.isActive(), timeout=10_000)


def test_hidden_the_view_moves_nothing(qtbot, view, theme):
    theme.motion = True
    shown = replace(snapshot_of(steady(200)), step=100)
    receive(qtbot, view, shown)
    receive(qtbot, view, replace(shown, step=1900))
    assert view._gliding.isActive()
    view.hide()
    assert not view._gliding.isActive()
    assert axes(view)[0] == 2000


def test_without_motion_axes_are_there_at_once(qtbot, view):
    shown = replace(snapshot_of(steady(200)), step=100)
    receive(qtbot, view, shown)
    receive(qtbot, view, replace(shown, step=1900))
    assert axes(view)[0] == 2000
    assert not view._gliding.isActive()


# The sentence


@pytest.mark.parametrize(
    ("norms", "sentence"),
    [
        ((0.01, 0.5, 0.47), "Layer 1's gradient is 47 times smaller than the output layer's."),
        ((0.1, 0.42), "Layer 1's gradient is 4.2 times smaller than the output layer's."),
        ((0.1, 1.0), "Layer 1's gradient is 10 times smaller than the output layer's."),
        ((0.001, 1.234), "Layer 1's gradient is 1,200 times smaller than the output layer's."),
        ((1e-9, 1.0), "Layer 1's gradient is more than a million times smaller than the output layer's."),
        ((0.3, 0.1), "Layer 1's gradient is 3.0 times larger than the output layer's."),
        ((0.1, 0.12), "Layer 1's gradient is about as large as the output layer's."),
        ((0.12, 0.1), "Layer 1's gradient is about as large as the output layer's."),
        ((0.0, 0.1), "Layer 1's gradient is 0: it learns nothing."),
        ((0.1, 0.0), "The output layer's gradient is 0."),
        ((0.0, 0.0), "The gradient is 0: nothing is learnt."),
        ((math.nan, 0.1), "The gradient is no longer a finite number."),
        ((0.1, math.inf), "The gradient is no longer a finite number."),
        ((0.1,), "With no hidden layer, the gradient has no way back on which it could vanish."),
    ],
)
def test_a_sentence_compares_the_first_layers_gradient_with_the_last_ones(norms, sentence):
    figures = np.ones((3, len(norms)))
    figures[NORM] = norms
    assert what_norms_say(figures) == sentence


def test_the_sentence_is_of_the_newest_stretch_and_not_of_a_single_step(qtbot, view):
    figures = np.concatenate([steady(100, norms=(0.1, 0.1)), steady(30, norms=(0.01, 0.5))])
    receive(qtbot, view, snapshot_of(figures, newest=steady(1, norms=(1.0, 1.0))[0]))
    assert "Layer 1's gradient is 50 times smaller than the output layer's." in strings(texts(view))


def test_before_the_log_has_a_row_the_sentence_is_of_the_newest_step(qtbot, view):
    receive(qtbot, view, snapshot_of(steady(0), newest=steady(1, norms=(0.01, 0.5))[0], step=3))
    assert "Layer 1's gradient is 50 times smaller than the output layer's." in strings(texts(view))


def test_of_a_deep_network_of_sigmoids_it_says_that_the_gradient_vanishes(qtbot, view):
    trainer = small_trainer(DEEP, init="scaled")
    trainer.advance(200)
    receive(qtbot, view, trainer.snapshot())
    (sentence,) = [text for text in strings(texts(view)) if "times smaller" in text]
    assert int("".join(filter(str.isdigit, sentence.split("is")[1]))) > 20
    ends = [charts(view).charts[NORM].down(view._recent[NORM, layer]) for layer in range(5)]
    assert ends[-1] < ends[0] - 20, "the output layer's line does not lie well above the first layer's"


# Pointing at a step


@pytest.fixture
def shown_figures(monkeypatch):
    """A list of all that is shown in exact numbers: (step, figures, whether it is the newest)."""
    shown = []
    paint = HealthCharts.paint_figures

    def noting(self, painter, step, figures, is_now, *rest):
        shown.append((step, np.array(figures), is_now))
        paint(self, painter, step, figures, is_now, *rest)

    monkeypatch.setattr(HealthCharts, "paint_figures", noting)
    return shown


def point_at(view, step):
    chart = charts(view).first
    move_mouse(view._canvas, QPointF(chart.across(step), chart.box.center().y() + 40))
    view.grab()


def test_pointing_at_a_step_shows_its_exact_figures(qtbot, view, shown_figures):
    trainer = small_trainer()
    trainer.advance(437)
    receive(qtbot, view, trainer.snapshot())
    for at, step in ((100, 100), (123, 120), (126, 130), (1, 10), (430, 430)):
        point_at(view, at)
        found, figures, is_now = shown_figures[-1]
        assert (found, is_now) == (step, False)
        assert np.array_equal(figures, trainer.health_log.figures(step // EVERY - 1, step // EVERY)[0])


def test_beyond_the_newest_step_and_beside_the_charts_the_newest_figures_are_shown(
    qtbot, view, shown_figures, qapp
):
    trainer = small_trainer()
    trainer.advance(437)
    receive(qtbot, view, trainer.snapshot())
    point_at(view, 480)
    assert shown_figures[-1][0] == 437
    move_mouse(view._canvas, QPoint(3, 100))
    view.grab()
    assert shown_figures[-1][0] == 437
    point_at(view, 100)
    assert shown_figures[-1][0] == 100
    qapp.sendEvent(view._canvas, QEvent(QEvent.Type.Leave))
    view.grab()
    step, figures, is_now = shown_figures[-1]
    assert (step, is_now) == (437, True)
    assert np.array_equal(figures, view.snapshot.health)


def test_a_figure_for_a_slide_shows_the_newest_step_wherever_the_pointer_is(qtbot, view, shown_figures):
    receive(qtbot, view, snapshot_of(steady(50)))
    point_at(view, 100)
    texts(view, 960, 640)
    assert shown_figures[-1][0] == 500


# Controls


def test_one_figure_alone_is_shown_larger(qtbot, view):
    receive(qtbot, view, snapshot_of(steady(50)))
    together = charts(view).charts
    assert list(together) == [NORM, RATIO, SATURATED]
    for index, figure in ((1, NORM), (2, RATIO), (3, SATURATED)):
        choose(view, index)
        alone = charts(view).charts
        assert list(alone) == [figure]
        assert alone[figure].box.height() > 2 * together[figure].box.height()
    choose(view, 0)
    assert list(charts(view).charts) == [NORM, RATIO, SATURATED]


def test_the_control_says_what_it_does(view):
    combo = view.findChild(QComboBox)
    assert combo.toolTip().endswith(".")
    assert combo.accessibleName()
    assert view.windowTitle() == "Gradient and health"


# How it looks


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
@pytest.mark.parametrize("size", [(300, 200), (320, 220), (600, 420), (1200, 800)])
@pytest.mark.parametrize("index", [0, 2])
def test_no_text_is_cut_or_runs_into_another(qtbot, view, sized, scale, size, index):
    sized.choose_text_scale(scale)
    view.resize(*size)
    choose(view, index)
    norms = (0.001, 0.002, 0.02, 0.2)
    receive(qtbot, view, snapshot_of(steady(50, norms, norms, (0, 0.1, 0.5, 1))))
    view.grab()
    assert (view.width(), view.height()) == size, "the view does not become as small"
    found = texts(view)
    assert overlapping(found) == []
    assert not [text.text for text in found if "…" in text.text]
    area = QRectF(view._canvas.rect()).adjusted(-3, -3, 3, 3)
    assert [text for text in found if not area.contains(text.where)] == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sizes", [(20, 10), (20, 100, 10), (20, 1), DEEP, (20, *[3] * 15, 10)])
@pytest.mark.parametrize("bad", [None, 0.0, math.nan, math.inf])
def test_networks_of_all_kinds_are_shown_and_raise_nothing(qtbot, view, sizes, bad):
    rows = np.abs(np.random.default_rng(0).standard_normal((40, 3, len(sizes) - 1))).clip(0, 1)
    if bad is not None:
        rows[20:, :, 0] = bad
        rows[30:] = bad
    with no_warnings():
        for size in ((300, 200), (600, 420), (1200, 800)):
            view.resize(*size)
            for count in (0, 1, 25, 40):
                newest = rows[max(count - 1, 0)]
                view.show_snapshot(snapshot_of(rows[:count], newest, step=EVERY * count + 3))
                move_mouse(view._canvas, QPoint(view._canvas.width() // 3, view._canvas.height() // 2))
                view.grab()


def test_a_hidden_view_paints_its_figure_all_the_same(theme, qtbot):
    view = HealthView(theme)
    qtbot.addWidget(view)
    view.show_snapshot(snapshot_of(steady(70)))
    image = painted(lambda painter, area: view.paint_figure(painter, area), 960, 640)
    assert not inked(image).isEmpty()
    assert "layer 1" in strings(texts(view, 960, 640))


def test_other_colours_are_taken_up_at_once(qtbot, view, theme):
    receive(qtbot, view, snapshot_of(steady(70)))
    for name in ("light", "dark"):
        theme.choose(name, False)
        image = view._canvas.grab().toImage()
        assert where(image, theme.colours.surface).mean() > 0.5
        assert near(image, charts(view).colours[0], 30).any()


def test_axes_are_painted_only_when_they_change(qtbot, view, monkeypatch):
    calls = []
    frames = HealthCharts.paint_frames
    monkeypatch.setattr(
        HealthCharts, "paint_frames", lambda self, painter: calls.append(frames(self, painter))
    )
    log = logged(steady(300))
    shown = replace(snapshot_of(steady(300)), health_log=log, step=510)
    receive(qtbot, view, shown)
    for step in range(510, 1000, 70):
        view.show_snapshot(replace(shown, step=step))
        view.grab()
    assert len(calls) == 1
    receive(qtbot, view, replace(shown, step=1010))
    view.grab()
    assert len(calls) == 2


def test_it_takes_what_every_snapshot_has():
    assert {"health_log", "health", "step"} <= set(Snapshot.__dataclass_fields__)
