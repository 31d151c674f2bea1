import math
from contextlib import suppress
from dataclasses import replace

import pytest
from app.small_window import PATIENCE_MS, spec_of
from PySide6.QtCore import QEvent

from nnviz.app.events import RunReady
from nnviz.app.run_control import RunControl
from nnviz.core.descent import HyperParameters
from nnviz.run.snapshot import Snapshot


@pytest.fixture
def control(qapp):
    control = RunControl()
    yield control
    assert control.close()
    control.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def ready(qtbot, control, data_folder):
    """A control with a small run at step 0."""
    with qtbot.waitSignal(control.run_ready, timeout=PATIENCE_MS):
        control.start(spec_of(data_folder))
    qtbot.waitUntil(lambda: bool(control.snapshot and control.snapshot.epochs), timeout=PATIENCE_MS)
    return control


def shows(control, step):
    return lambda: control.snapshot is not None and control.snapshot.step >= step


def test_before_the_start_there_is_nothing(control):
    assert not control.running
    assert (control.spec, control.hyper, control.snapshot) == (None, None, None)


def test_a_first_run_is_told_with_its_data_in_order(qtbot, control, data_folder):
    told = []
    control.working.connect(lambda fraction: told.append("loading"))
    control.data_loaded.connect(lambda data: told.append(data.name))
    control.run_ready.connect(lambda spec, left_at: told.append((spec, left_at)))
    control.snapshot_arrived.connect(lambda snapshot: told.append(snapshot.step))
    spec = spec_of(data_folder)
    control.start(spec)
    qtbot.waitUntil(lambda: 0 in told, timeout=PATIENCE_MS)
    first = told.index(0)
    assert told[0] == "loading"
    assert [what for what in told[:first] if what != "loading"] == [data_folder.name, (spec, 0)]
    assert (control.spec, control.hyper) == (spec, spec.hyper)


def test_running_and_pausing_are_told_once_each(qtbot, ready):
    told = []
    ready.running_changed.connect(told.append)
    ready.toggle()
    qtbot.waitUntil(lambda: ready.running and shows(ready, 20)(), timeout=PATIENCE_MS)
    ready.toggle()
    qtbot.waitUntil(lambda: not ready.running, timeout=PATIENCE_MS)
    assert told == [True, False]


def test_the_snapshot_after_a_pause_is_of_the_step_it_paused_at(qtbot, ready):
    ready.toggle()
    qtbot.waitUntil(shows(ready, 20), timeout=PATIENCE_MS)
    ready.toggle()
    qtbot.waitUntil(lambda: not ready.running, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: ready.snapshot.step == ready._worker._trainer.step, timeout=PATIENCE_MS)


def test_one_step_is_one_step(qtbot, ready):
    ready.make_step()
    qtbot.waitUntil(shows(ready, 1), timeout=PATIENCE_MS)
    qtbot.wait(100)
    assert ready.snapshot.step == 1


def test_an_epoch_ends_after_its_last_step(qtbot, ready):
    ready.run_epoch()
    qtbot.waitUntil(lambda: ready.snapshot.epoch == 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not ready.running and len(ready.snapshot.epochs) == 2, timeout=PATIENCE_MS)
    assert ready.snapshot.step == 8


def test_a_changed_hyper_parameter_reaches_the_run(qtbot, ready):
    ready.change("eta", 0.25)
    ready.change("batch_size", 5.0)
    assert ready.hyper == HyperParameters(eta=0.25, batch_size=5)
    ready.make_step()
    qtbot.waitUntil(shows(ready, 1), timeout=PATIENCE_MS)
    assert ready.snapshot.hyper == ready.hyper
    assert type(ready.snapshot.hyper.batch_size) is int


def test_a_change_to_the_value_that_is_there_is_not_written_into_the_journal(qtbot, ready):
    ready.change("eta", ready.hyper.eta)
    ready.make_step()
    qtbot.waitUntil(shows(ready, 1), timeout=PATIENCE_MS)
    assert len(ready._worker._trainer.journal) == 0


def test_before_there_is_a_run_a_change_is_passed_over(control):
    control.change("eta", 1.0)
    assert control.hyper is None


def test_reset_starts_the_same_run_with_the_hyper_parameters_of_now(qtbot, ready):
    spec = ready.spec
    ready.change("eta", 0.25)
    ready.make_step()
    qtbot.waitUntil(shows(ready, 1), timeout=PATIENCE_MS)
    with qtbot.waitSignal(ready.run_ready, timeout=PATIENCE_MS) as signal:
        ready.reset()
    assert signal.args == [spec.with_hyper(eta=0.25), 1]
    qtbot.waitUntil(lambda: ready.snapshot.step == 0, timeout=PATIENCE_MS)


def test_before_there_is_a_run_a_reset_does_nothing(qtbot, control):
    control.reset()
    control._worker._commands.get()()
    assert control._worker.events.empty()
    assert control._worker.mailbox.take() is None


def test_a_change_made_while_a_new_run_is_being_set_up_is_known_to_both_sides(qtbot, ready, data_folder):
    ready.new_run(spec_of(data_folder, seed=1))
    ready.change("eta", 0.125)  # before the new run has been told of
    qtbot.waitUntil(lambda: ready.spec.seed == 1, timeout=PATIENCE_MS)
    ready.make_step()
    qtbot.waitUntil(lambda: ready.snapshot.spec.seed == 1 and ready.snapshot.step == 1, timeout=PATIENCE_MS)
    assert ready.hyper == ready.snapshot.hyper


class LateEvents:
    """A queue of events which, just after it was found empty, is given another, with a snapshot."""

    def __init__(self, queue, late):
        self._queue = queue
        self._late = late

    def empty(self):
        empty = self._queue.empty()
        if empty and self._late is not None:
            late, self._late = self._late, None
            late()
        return empty

    def __getattr__(self, name):
        return getattr(self._queue, name)


def test_the_only_snapshot_of_a_run_is_shown_even_when_it_comes_between_two_looks(qtbot, ready):
    """A run that is brought back makes one snapshot, and no other before its next step."""
    ready._timer.stop()
    spec = replace(ready.spec, seed=5)
    before = ready.snapshot
    snapshot = Snapshot(**{**vars(before), "spec": spec})
    worker = ready._worker
    events = worker.events

    def bring_back():
        events.put(RunReady(spec, spec.hyper, 0))
        worker.mailbox.put(snapshot)

    worker.events = LateEvents(events, bring_back)
    for _ in range(3):
        ready._collect()
    assert ready.spec is spec
    assert ready.snapshot is snapshot


def test_a_speed_of_nothing_is_no_limit(control):
    for given, kept in ((5.0, 5.0), (0.0, math.inf), (math.inf, math.inf)):
        control.set_speed(given)
        control._worker._commands.get()()
        assert control._worker._pace.speed == kept


def test_failures_are_told_as_sentences(qtbot, ready, tmp_path):
    with qtbot.waitSignal(ready.failed, timeout=PATIENCE_MS) as signal:
        ready.new_run(spec_of(tmp_path / "nowhere"))
    assert signal.args[0].endswith(".")
    assert ready.spec.data != str(tmp_path / "nowhere")


def test_after_it_is_closed_nothing_is_collected_any_more(qtbot, ready):
    ready.toggle()
    qtbot.waitUntil(lambda: ready.running, timeout=PATIENCE_MS)
    assert ready.close()
    arrived = []
    ready.snapshot_arrived.connect(arrived.append)
    qtbot.wait(100)
    assert arrived == []
    with suppress(RuntimeError):
        assert ready.close(), "closing twice"


def test_where_the_run_has_been_is_told_when_it_is_asked_for(qtbot, ready):
    for _ in range(3):
        ready.make_step()
    with qtbot.waitSignal(ready.trail_taken, timeout=PATIENCE_MS) as told:
        ready.history.take_trail()
    route = told.args[0].route()
    assert route.steps == (0, 3)
    assert route.positions[-1].tobytes() == ready.snapshot.theta.tobytes()
