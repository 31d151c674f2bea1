"""Edits in the window: they are in the journal, and what they did is known at once."""

import numpy as np
import pytest
from app.small_window import (
    PATIENCE_MS,
    rest,
    step_of,
    trainer_of,
    wait_for_message,
    wait_for_running,
    wait_for_step,
)
from app.views.edit_hand import drag, neuron_place, pixel, type_into
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnviz.app.choice import Neuron
from nnviz.app.events import EffectKnown, Evaluating
from nnviz.app.worker import Worker
from nnviz.core.evaluation import evaluate
from nnviz.run.edits import Lesion, Rerandomise, SetParameters
from nnviz.run.journal import Change, Journal
from nnviz.run.trainer import replay

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editing(qtbot, window):
    """The window at step 40, with neuron (1, 2) pinned and the view of edits in front."""
    for _ in range(40):
        window.run_control.make_step()
    wait_for_step(qtbot, window, 40)
    window.lay_out("Debug")
    window.show_view("edit")
    window.choice.pin(Neuron(1, 2))
    qtbot.waitUntil(lambda: window.is_seen("edit") and window.views.edit._subject is not None)
    rest(qtbot, window)
    return window


def wait_for_effect(qtbot, window, edits):
    """Wait until the effect of so many edits is shown, and return it."""
    view = window.views.edit
    qtbot.waitUntil(lambda: view.effect is not None and view.effect.edits == edits, timeout=PATIENCE_MS)
    return view.effect


def fresh(trainer, theta=None):
    """Evaluate the test images of a run here and now."""
    network = trainer.network if theta is None else trainer.network.at(theta)
    return evaluate(network, trainer.data.test.images, trainer.data.test.labels)


def undo(window):
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)


def redo(window):
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL | SHIFT)


def assert_replays(trainer):
    """Check that the journal leads to these very parameters, also after it was written down and read."""
    journal = Journal.from_json(trainer.journal.to_json())
    again = replay(trainer.spec, trainer.data, journal, trainer.step)
    assert again.network.theta.tobytes() == trainer.network.theta.tobytes()


def test_a_painted_stroke_is_in_the_journal_and_its_effect_is_known(qtbot, editing):
    trainer = trainer_of(editing)
    before = fresh(trainer)
    drag(editing.views.edit.canvas, pixel(editing.views.edit, 2, 0), pixel(editing.views.edit, 2, 3))
    effect = wait_for_effect(qtbot, editing, 1)
    rest(qtbot, editing)
    (entry,) = trainer.journal
    assert isinstance(entry, SetParameters)
    assert entry.step == 40
    after = fresh(trainer)
    assert (effect.before.cost, effect.after.cost) == (before.cost, after.cost)
    assert (effect.before.accuracy, effect.after.accuracy) == (before.accuracy, after.accuracy)
    labels = trainer.data.test.labels
    was, now = before.predicted, after.predicted
    assert sorted(effect.mended) == np.flatnonzero((was != now) & (now == labels)).tolist()
    assert sorted(effect.spoilt) == np.flatnonzero((was != now) & (was == labels)).tolist()
    assert sorted(effect.moved) == np.flatnonzero((was != now) & (was != labels) & (now != labels)).tolist()
    assert_replays(trainer)


def test_several_edits_are_compared_with_the_step_before_the_first(qtbot, editing):
    trainer = trainer_of(editing)
    before = fresh(trainer)
    type_into(editing.views.edit.controls.weight, "3")
    wait_for_effect(qtbot, editing, 1)
    type_into(editing.views.edit.controls.bias, "-4")
    wait_for_effect(qtbot, editing, 2)
    editing.actions_by_key["lesion"].trigger()
    effect = wait_for_effect(qtbot, editing, 3)
    rest(qtbot, editing)
    assert effect.before.cost == before.cost
    assert effect.after.cost == fresh(trainer).cost
    assert [type(entry) for entry in trainer.journal] == [SetParameters, SetParameters, Lesion]
    assert editing.views.edit.effect_lines[0] == "Step 40: before its 3 edits → after"
    assert_replays(trainer)


def test_keys_undo_and_redo_and_the_cost_comes_back(qtbot, editing):
    trainer = trainer_of(editing)
    theta, before = trainer.network.theta.copy(), fresh(trainer)
    type_into(editing.views.edit.controls.weight, "3")
    first = wait_for_effect(qtbot, editing, 1)
    assert "w(1, 2, " in editing.actions_by_key["undo"].text()
    type_into(editing.views.edit.controls.weight, "5")  # the focus stays in the box
    wait_for_effect(qtbot, editing, 2)
    undo(editing.views.edit.controls.weight)
    assert wait_for_effect(qtbot, editing, 1).after.cost == first.after.cost
    undo(editing.views.edit.controls.weight)
    effect = wait_for_effect(qtbot, editing, 0)
    rest(qtbot, editing)
    assert trainer.network.theta.tobytes() == theta.tobytes()
    assert effect.before.cost == effect.after.cost == before.cost
    assert f"test cost {before.cost:.4f}" in editing.views.edit.effect_lines
    assert float(editing.views.edit.controls.weight.value) == pytest.approx(
        float(trainer.network.weights[0][2, editing.views.edit.controls.source.value()])
    )
    redo(editing)
    assert wait_for_effect(qtbot, editing, 1).after.cost == first.after.cost
    rest(qtbot, editing)
    assert_replays(trainer)


def test_training_goes_on_from_an_edit(qtbot, editing):
    trainer = trainer_of(editing)
    editing.actions_by_key["redraw"].trigger()
    wait_for_effect(qtbot, editing, 1)
    rest(qtbot, editing)
    assert [type(entry) for entry in trainer.journal] == [Rerandomise]
    for _ in range(12):
        editing.run_control.make_step()
    wait_for_step(qtbot, editing, 52)
    rest(qtbot, editing)
    assert_replays(trainer)
    assert editing.views.edit.effect_lines[0] == "Step 40: before its edit → after"


def test_an_edit_while_training_runs_lets_it_go_on(qtbot, editing):
    editing.run_control.set_speed(200)
    editing.run_control.toggle()
    wait_for_step(qtbot, editing, 45)
    drag(editing.views.edit.canvas, pixel(editing.views.edit, 2, 0), pixel(editing.views.edit, 2, 3))
    effect = wait_for_effect(qtbot, editing, 1)
    assert effect.step >= 45
    at = step_of(editing)
    wait_for_step(qtbot, editing, at + 5)
    assert editing.run_control.running
    editing.run_control.toggle()
    wait_for_running(qtbot, editing, False)
    rest(qtbot, editing)
    trainer = trainer_of(editing)
    (entry,) = trainer.journal
    assert entry.step == effect.step
    assert_replays(trainer)


def test_an_edit_in_the_past_makes_a_branch(qtbot, editing):
    editing.run_control.history.go_to(25)
    qtbot.waitUntil(lambda: step_of(editing) == 25, timeout=PATIENCE_MS)
    type_into(editing.views.edit.controls.weight, "3")
    effect = wait_for_effect(qtbot, editing, 1)
    rest(qtbot, editing)
    branches = editing.run_control._worker.branches
    assert (len(branches), effect.step) == (2, 25)
    assert_replays(branches.trainer)
    assert len(branches._all[0].trainer.journal) == 0
    # Back where nothing was edited, there is nothing to tell.
    editing.run_control.history.switch(0)
    qtbot.waitUntil(lambda: editing.views.edit.effect is None, timeout=PATIENCE_MS)
    # And where it was, it is found again.
    editing.run_control.history.switch(1)
    assert wait_for_effect(qtbot, editing, 1).after.cost == effect.after.cost


def test_a_drag_on_the_diagram_is_an_edit_too(qtbot, editing):
    diagram = editing.views.diagram
    qtbot.waitUntil(lambda: diagram._picture.scene is not None and diagram._canvas.height() > 100)
    before = float(trainer_of(editing).network.biases[0][1])
    place = neuron_place(diagram, 1, 1)
    drag(diagram._canvas, place, place + QPoint(0, -30))
    wait_for_effect(qtbot, editing, 1)
    rest(qtbot, editing)
    trainer = trainer_of(editing)
    assert trainer.network.biases[0][1] > before
    assert diagram._picture.scene.network.biases[0][1] == trainer.network.biases[0][1]
    assert editing.actions_by_key["undo"].text().startswith("Undo: b(1, 1) = ")
    assert_replays(trainer)


def test_another_run_has_no_effect(qtbot, editing):
    type_into(editing.views.edit.controls.weight, "3")
    wait_for_effect(qtbot, editing, 1)
    editing.actions_by_key["reset"].trigger()
    qtbot.waitUntil(lambda: editing.views.edit.effect is None, timeout=PATIENCE_MS)
    rest(qtbot, editing)
    assert editing.views.edit.effect is None


def test_a_change_of_a_hyper_parameter_that_is_undone_has_no_effect(qtbot, editing):
    editing.run_control.change("eta", 0.25)
    rest(qtbot, editing)
    undo(editing)
    rest(qtbot, editing)
    assert editing.views.edit.effect is None
    assert len(trainer_of(editing).journal) == 0


def test_an_edit_that_is_refused_leaves_nothing_behind(qtbot, editing, monkeypatch):
    trainer = trainer_of(editing)

    def refuse(edit):
        raise ValueError("There is no room for more.")

    monkeypatch.setattr(trainer, "edit", refuse)
    type_into(editing.views.edit.controls.weight, "3")
    wait_for_message(qtbot, editing, "There is no room for more.")
    assert len(trainer.journal) == 0
    np.testing.assert_array_equal(editing.views.edit.weights, trainer.network.weights[0][2])


def test_without_a_pinned_neuron_the_actions_say_what_to_do(qtbot, editing):
    editing.choice.pin(None)
    editing.actions_by_key["lesion"].trigger()
    wait_for_message(qtbot, editing, "Pin a neuron first")
    editing.actions_by_key["next_changed"].trigger()
    wait_for_message(qtbot, editing, "No test image changes")


def test_before_there_is_a_run_nothing_can_be_edited(idle_window):
    for key in ("lesion", "redraw", "next_changed"):
        assert not idle_window.actions_by_key[key].isEnabled()
    idle_window.show_view("edit")
    idle_window.grab()


# The worker's part alone


def obey(worker):
    """Obey the commands that wait, and do the work that follows from an edit."""
    while not worker._commands.empty():
        worker._commands.get()()
    while worker.effects.is_due:
        worker._work()


def told(worker, kind):
    events = []
    while not worker.events.empty():
        events.append(worker.events.get())
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture
def worker(data_folder):
    from app.small_window import spec_of

    worker = Worker()
    worker.runs.begin(spec_of(data_folder))
    obey(worker)
    return worker


def test_the_evaluation_before_the_edits_is_made_once(worker, monkeypatch):
    from nnviz.run import effect

    begun = []
    begin = effect._begin
    monkeypatch.setattr(effect, "_begin", lambda *given: begun.append(given) or begin(*given))
    for value in (1.0, 2.0, 3.0):
        worker.history.edit(lambda step, value=value: SetParameters(step, (0,), (value,)))
        obey(worker)
    assert len(begun) == 4
    assert [event.effect.edits for event in told(worker, EffectKnown)] == [1, 2, 3]


def test_while_an_effect_is_sought_the_window_knows(worker):
    told(worker, Evaluating)
    worker._trainer.due = None
    worker._tell_evaluating(False)
    told(worker, Evaluating)
    worker.history.edit(lambda step: SetParameters(step, (0,), (1.0,)))
    obey(worker)
    assert [event.busy for event in told(worker, Evaluating)][:1] == [True]


def test_an_edit_at_an_epochs_end_does_not_cost_the_epoch_its_record(worker):
    trainer = worker._trainer
    assert trainer.due is not None  # the evaluation of the first parameters has not been made
    worker.history.edit(lambda step: SetParameters(step, (0,), (9.0,)))
    obey(worker)
    while not trainer.evaluate_piece():
        pass
    assert [record.epoch for record in trainer.epochs] == [0]
    # It is of what training came to, before a hand changed it.
    assert trainer.epochs[0].test_cost == fresh(trainer, trainer.unedited).cost


def test_hyper_parameters_and_edits_are_undone_in_turn(worker):
    worker.history.edit(lambda step: SetParameters(step, (0,), (9.0,)))
    worker.change(eta=0.125)
    worker.history.undo()
    obey(worker)
    assert [type(entry) for entry in worker._trainer.journal] == [SetParameters]
    assert not any(isinstance(entry, Change) for entry in worker._trainer.journal)
    assert [event.effect.edits for event in told(worker, EffectKnown)][-1] == 1
