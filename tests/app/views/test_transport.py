import math
import time
from dataclasses import replace

import pytest
from app.small_window import receive, small_snapshot, small_trainer
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSlider, QToolButton, QWidget, QWidgetItem

from nnviz.app.actions import make_actions
from nnviz.app.theme import TEXT_SCALES
from nnviz.app.views import transport as transport_module
from nnviz.app.views.transport import (
    FASTEST,
    POSITIONS,
    Figure,
    Transport,
    cost_text,
    speed_at,
    speed_text,
)


@pytest.fixture
def transport(qtbot, theme):
    owner = QWidget()
    qtbot.addWidget(owner)
    actions = make_actions(owner)
    transport = Transport(theme, [actions[key] for key in ("toggle", "step", "epoch", "reset")])
    qtbot.addWidget(transport)
    transport.owner = owner
    transport.actions_by_key = actions
    transport.resize(1280, 64)
    transport.show()
    yield transport
    theme.choose_text_scale(1.0)


def slider(transport):
    return transport.findChild(QSlider)


# Speed


def test_the_slider_goes_from_1_step_a_second_to_as_many_as_there_can_be():
    assert speed_at(0) == 1
    assert speed_at(POSITIONS - 1) == pytest.approx(FASTEST)
    assert speed_at(POSITIONS) == math.inf
    speeds = [speed_at(position) for position in range(POSITIONS + 1)]
    assert speeds == sorted(speeds)


def test_equal_moves_of_the_slider_are_equal_ratios_of_speed():
    ratios = [speed_at(p + 1) / speed_at(p) for p in range(POSITIONS - 1)]
    assert max(ratios) == pytest.approx(min(ratios))


@pytest.mark.parametrize(
    ("speed", "text"),
    [
        (1.0, "1 step a second"),
        (1.12, "1.1 steps a second"),
        (9.96, "10 steps a second"),
        (123.4, "120 steps a second"),
        (10_000.0, "10,000 steps a second"),
        (math.inf, "as fast as it goes"),
    ],
)
def test_a_speed_is_said_as_a_person_says_it(speed, text):
    assert speed_text(speed) == text


def test_moving_the_slider_chooses_a_speed(qtbot, transport):
    for position in (0, 40, POSITIONS):
        before = slider(transport).value()
        with qtbot.waitSignal(transport.speed_chosen) as signal:
            slider(transport).setValue(position)
        assert before != position
        assert signal.args == [speed_at(position)]
        assert transport._speed_label.text() == speed_text(speed_at(position))


# Figures


def test_before_a_run_every_figure_is_a_dash(transport):
    for figure in (transport.step, transport.epoch, transport.cost, transport.accuracy, transport.rate):
        assert figure.text == "–"


def test_the_figures_are_those_of_the_snapshot(qtbot, transport):
    trainer = small_trainer()
    trainer.request_evaluation()
    trainer.advance(12)
    snapshot = trainer.snapshot()
    receive(qtbot, transport, snapshot)
    assert transport.step.text == "12"
    assert transport.epoch.text == f"{1 + (4 * 7) / 53:.2f}"
    assert transport.cost.text == f"{snapshot.smoothed_cost:.4f}"
    assert transport.accuracy.text == f"{100 * snapshot.epochs[-1].test_accuracy:.2f} %"


def test_the_accuracy_is_that_of_the_step_shown_where_it_was_evaluated(transport):
    """Beside it, the evaluation view would say another number of the same network."""
    trainer = small_trainer()
    trainer.request_evaluation()
    trainer.advance(12)
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    snapshot = trainer.snapshot()
    assert snapshot.evaluated.step == 12 != snapshot.epochs[-1].step
    record = replace(snapshot.evaluated.record, test_accuracy=0.625)
    transport.show_snapshot(replace(snapshot, evaluated=replace(snapshot.evaluated, record=record)))
    assert transport.accuracy.text == "62.50 %"
    assert transport.accuracy.accessibleName() == "test accuracy"


def test_an_accuracy_that_is_not_of_the_step_shown_says_of_which_it_is(transport):
    trainer = small_trainer()
    trainer.request_evaluation()
    trainer.advance(12)
    snapshot = trainer.snapshot()
    transport.show_snapshot(snapshot)
    assert transport.accuracy.accessibleName() == f"test, at step {snapshot.epochs[-1].step}"


def test_the_accuracy_is_not_that_of_a_later_step(transport):
    trainer = small_trainer()
    trainer.request_evaluation()
    trainer.advance(30)
    snapshot = trainer.snapshot()
    assert len(snapshot.epochs) > 2
    transport.show_snapshot(replace(snapshot, step=0, evaluated=None))
    assert transport.accuracy.text == f"{100 * snapshot.epochs[0].test_accuracy:.2f} %"


def test_before_the_first_step_there_is_no_cost(qtbot, transport):
    receive(qtbot, transport, small_snapshot(0))
    assert (transport.step.text, transport.epoch.text, transport.cost.text) == ("0", "0.00", "–")
    assert transport.accuracy.text == "–"


def test_the_rate_is_that_of_the_last_second(qtbot, transport, monkeypatch):
    now = [100.0]

    class Clock:
        @staticmethod
        def monotonic():
            return now[0]

    monkeypatch.setattr(transport_module, "time", Clock)
    transport.show_snapshot(small_snapshot(10))
    now[0] += 0.5
    transport.show_snapshot(small_snapshot(20))
    assert transport.rate.text == "–"
    now[0] += 1.5
    transport.show_snapshot(small_snapshot(110))
    assert transport.rate.text == "50"
    transport.show_running(False)
    assert transport.rate.text == "–"


def test_where_no_steps_are_made_there_is_no_rate(transport, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    transport.show_running(False)
    transport.show_snapshot(small_snapshot(10))
    now[0] += 3
    transport.show_snapshot(small_snapshot(10))  # as when it has been evaluated
    assert transport.rate.text == "–"


def test_a_new_run_begins_to_count_its_rate_anew(transport, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    transport.show_snapshot(small_snapshot(110))
    now[0] += 2
    transport.show_snapshot(small_snapshot(0))
    assert not transport.rate.text.startswith("-")


def test_every_figure_has_room_for_its_widest_text(transport):
    for figure, widest in (
        (transport.step, "1,234,567"),
        (transport.epoch, "100.00"),
        (transport.accuracy, "100.00 %"),
        (transport.accuracy, "evaluating"),
        (transport.rate, "12,345"),
        (transport.cost, "0.0000"),
        (transport.cost, "12.3456"),
    ):
        width = QFontMetricsF(figure._large).horizontalAdvance(widest)
        assert width <= figure.width(), (figure.accessibleName(), widest)


def test_a_figure_says_its_name_and_number_to_a_screen_reader(qtbot, theme):
    figure = Figure(theme, "step", "1,234", "Steps.")
    qtbot.addWidget(figure)
    figure.show_text("7")
    assert (figure.accessibleName(), figure.accessibleDescription()) == ("step", "7")


def test_a_figure_is_painted_in_the_themes_colour(qtbot, theme):
    figure = Figure(theme, "step", "1,234", "Steps.")
    qtbot.addWidget(figure)
    figure.show_text("888")
    for name in ("dark", "light"):
        theme.choose(name, False)
        picture = figure.grab().toImage()
        colours = {
            picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())
        }
        assert theme.colours.text in colours


def test_a_long_evaluation_is_said_and_a_short_one_is_not(qtbot, transport, monkeypatch):
    monkeypatch.setattr(transport_module, "PATIENCE_MS", 30)
    transport.show_evaluating(True)
    transport.show_evaluating(False)
    qtbot.wait(60)
    assert transport.accuracy.text == "–"
    transport.show_evaluating(True)
    qtbot.waitUntil(lambda: transport.accuracy.text == "evaluating", timeout=5000)
    trainer = small_trainer()
    trainer.request_evaluation()
    trainer.advance(3)
    receive(qtbot, transport, trainer.snapshot())
    assert transport.accuracy.text == "evaluating"
    transport.show_evaluating(False)
    trainer.advance(1)
    receive(qtbot, transport, trainer.snapshot())
    assert transport.accuracy.text.endswith("%")


# Buttons


def test_the_buttons_grow_with_the_text_beside_them(transport, theme):
    buttons = transport.findChildren(QToolButton)
    before = [button.iconSize().width() for button in buttons]
    theme.choose_text_scale(2.0)
    assert [button.iconSize().width() for button in buttons] == [2 * side for side in before]


def test_the_buttons_do_what_their_actions_do(qtbot, transport):
    done = []
    for key in ("toggle", "step", "epoch", "reset"):
        transport.actions_by_key[key].triggered.connect(lambda *_, key=key: done.append(key))
    for button in transport.findChildren(QToolButton):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["toggle", "step", "epoch", "reset"]


def test_a_button_is_named_after_what_it_does_now(transport):
    button = transport.findChildren(QToolButton)[0]
    assert button.accessibleName() in ("", "Run")
    transport.actions_by_key["toggle"].setText("Pause")
    # Without a name of its own a button is called by its text, which follows the action.
    assert (button.accessibleName() or button.text()) == "Pause"


def test_a_cost_takes_no_more_room_however_large_it_is(transport):
    """Of a cost that did not fit, the beginning was shown as if it were all."""
    room = transport.cost.width()
    metrics = QFontMetricsF(transport.cost._large)
    for power in range(-10, 39):
        for digits in (1.0, 9.9999999):
            assert metrics.horizontalAdvance(cost_text(digits * 10.0**power)) <= room


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (0.12345, "0.1235"),
        (99.9999, "99.9999"),
        (99.99999, "100.0"),
        (1234.56, "1234.6"),
        (3.2e8, "3.2·10⁸"),
        (math.inf, "∞"),
        (math.nan, "–"),
    ],
)
def test_a_cost_is_written_with_the_digits_that_matter(cost, text):
    assert cost_text(cost) == text


# Room


IMPORTANCE = ("step", "cost", "accuracy", "epoch", "rate")


def shown(transport):
    """Return the figures that are shown, the most important first."""
    return [name for name in IMPORTANCE if not getattr(transport, name).isHidden()]


def settle(qtbot, transport):
    """Wait until the bar is laid out."""
    transport.layout().activate()
    qtbot.wait(1)


def everything(transport):
    parts = transport.findChildren(QToolButton) + [slider(transport), transport._speed_label]
    return parts + [getattr(transport, name) for name in shown(transport)]


def test_in_a_window_of_the_usual_size_every_figure_is_shown(transport):
    for width in (1280, 1920):
        transport.resize(width, transport.height())
        assert shown(transport) == list(IMPORTANCE)


def test_where_there_is_no_room_the_least_important_figures_are_left_out(qtbot, transport):
    counts = []
    for width in range(1280, 380, -20):
        transport.resize(width, transport.height())
        settle(qtbot, transport)
        assert shown(transport) == list(IMPORTANCE[: len(shown(transport))])
        counts.append(len(shown(transport)))
    assert counts == sorted(counts, reverse=True)
    assert set(counts) == {0, 1, 2, 3, 4, 5}


def test_with_room_again_the_figures_are_there_again(transport):
    transport.resize(500, transport.height())
    assert len(shown(transport)) < 5
    transport.resize(1280, transport.height())
    assert shown(transport) == list(IMPORTANCE)


@pytest.mark.parametrize("scale", TEXT_SCALES)
@pytest.mark.parametrize("width", [700, 1024, 1280, 1920])
def test_nothing_is_cut_off_and_nothing_overlaps(qtbot, transport, theme, width, scale):
    theme.choose_text_scale(scale)
    transport.resize(width, transport.height())
    settle(qtbot, transport)
    parts = everything(transport)
    for part in parts:
        assert transport.rect().contains(part.geometry()), part
    places = [part.geometry() for part in parts]
    overlapping = [(a, b) for n, a in enumerate(places) for b in places[:n] if a.intersects(b)]
    assert overlapping == []


@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_every_speed_can_be_read_at_every_size_of_text(qtbot, transport, theme, scale):
    """At the fastest, the end of the sentence was cut off."""
    theme.choose_text_scale(scale)
    settle(qtbot, transport)
    label = transport._speed_label
    assert label.font().pointSizeF() == theme.font().pointSizeF()
    for position in range(POSITIONS + 1):
        slider(transport).setValue(position)
        assert QFontMetricsF(label.font()).horizontalAdvance(label.text()) <= label.width(), label.text()


@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_every_figure_has_room_for_its_widest_text_at_every_size(transport, theme, scale):
    theme.choose_text_scale(scale)
    for name in IMPORTANCE:
        figure = getattr(transport, name)
        assert figure._large.pointSizeF() == pytest.approx(19 * scale)
        assert QFontMetricsF(figure._large).horizontalAdvance(figure._widest) < figure.width()
        assert QFontMetricsF(figure._small).horizontalAdvance(figure.accessibleName()) < figure.width()
        assert figure.height() <= transport.height()


def test_larger_text_leaves_figures_out_sooner(transport, theme):
    theme.choose_text_scale(2.0)
    assert 0 < len(shown(transport)) < 5
    theme.choose_text_scale(1.0)
    assert shown(transport) == list(IMPORTANCE)


def test_the_bar_demands_no_width_of_the_window(transport):
    assert transport.minimumWidth() == 0
    assert QWidgetItem(transport).minimumSize().width() == 0


def test_a_figure_that_was_left_out_has_its_number_when_it_comes_back(qtbot, transport):
    transport.resize(450, transport.height())
    receive(qtbot, transport, small_snapshot(12))
    assert transport.epoch.isHidden()
    transport.resize(1280, transport.height())
    assert transport.epoch.isVisible()
    assert transport.epoch.text == f"{1 + (4 * 7) / 53:.2f}"
