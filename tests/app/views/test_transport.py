import math
import time

import pytest
from app.small_window import receive, small_snapshot, small_trainer
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QSlider, QToolButton, QWidget

from nnviz.app.actions import make_actions
from nnviz.app.views import transport as transport_module
from nnviz.app.views.transport import FASTEST, POSITIONS, Figure, Transport, speed_at, speed_text


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
    return transport


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
