"""The worker and its breakpoints, without Qt."""

import queue
import threading
import time
from dataclasses import replace

import pytest
from run.small import bits, small_data, small_spec, write_folder

from nnviz.app.events import (
    BreakpointHit,
    BreakpointsChanged,
    Evaluating,
    Failed,
    HyperChanged,
    Paused,
    RunReady,
    Started,
    Watched,
)
from nnviz.app.worker import Worker
from nnviz.core.response import respond
from nnviz.run.breakpoints import (
    ABOVE,
    MOST_BREAKPOINTS,
    AccuracyReaches,
    CostCrosses,
    EpochReached,
    GradientNormCrosses,
    NeuronCrosses,
    ParameterNotFinite,
    PredictionChanges,
    StepReached,
    WeightCrosses,
)
from nnviz.run.edits import SetParameters
from nnviz.run.journal import Journal
from nnviz.run.trainer import replay

PATIENCE = 20
"""Seconds after which the worker is taken for hung."""


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "small digits", small_data())


@pytest.fixture
def spec(folder):
    return small_spec(data=str(folder))


@pytest.fixture
def worker():
    worker = Worker()
    worker.start()
    yield worker
    assert worker.stop(PATIENCE)


def events_until(worker, kind):
    """Return all events up to the first of a kind."""
    deadline = time.monotonic() + PATIENCE
    events = [worker.events.get(timeout=PATIENCE)]
    while not isinstance(events[-1], kind):
        assert time.monotonic() < deadline, f"{kind.__name__} does not come"
        events.append(worker.events.get(timeout=PATIENCE))
    return events


def until(worker, event):
    while worker.events.get(timeout=PATIENCE) != event:
        pass


def begin(worker, spec):
    """Set up a run and wait for its evaluation before the first step."""
    worker.runs.begin(spec)
    until(worker, Evaluating(False))


def obeyed(worker):
    """Wait until the worker has obeyed all commands given so far."""
    done = threading.Event()
    worker.ask(done.set)
    assert done.wait(PATIENCE)


def all_events(worker):
    obeyed(worker)
    events = []
    while True:
        try:
            events.append(worker.events.get_nowait())
        except queue.Empty:
            return events


def told(events):
    """Return the breakpoints that were told of last."""
    return [event for event in events if isinstance(event, BreakpointsChanged)][-1].breakpoints


def have(worker, *points):
    worker.guard.set_all(points)
    return told(all_events(worker))


def run_until_hit(worker):
    worker.run()
    hit = events_until(worker, BreakpointHit)[-1]
    obeyed(worker)
    assert not worker._running
    return hit


def assert_as_replayed(worker, step):
    """Check that the run stands at a step, to the bit as it is there when nobody looks."""
    trainer = worker._trainer
    fresh = replay(trainer.spec, trainer.data, trainer.journal.until(step), step)
    assert trainer.step == step
    assert trainer.network.theta.tobytes() == fresh.network.theta.tobytes()
    assert trainer.descent.velocity.tobytes() == fresh.descent.velocity.tobytes()


def steps_at_which_the_prediction_changes(spec, index, steps):
    trainer, before, found = replay(spec, small_data(), Journal(), 0), None, []
    for step in range(steps + 1):
        x = trainer.data.test.images[index] / 255
        predicted = int(respond(trainer.network, x.astype("float32")).a[-1].argmax())
        if before is not None and predicted != before:
            found.append(step)
        before = predicted
        trainer.advance(1)
    return found


# Firing


def test_the_run_pauses_at_the_very_step_and_nothing_further_changes(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(33))
    worker.run()
    events = events_until(worker, BreakpointHit)
    assert events.index(Paused()) > events.index(Started())
    (hit,) = events[-1].hits
    assert (hit.step, hit.reason) == (33, "Step 33 is reached.")
    obeyed(worker)
    time.sleep(0.05)
    assert_as_replayed(worker, 33)
    assert worker._trainer.made == 33
    assert worker.mailbox.take().step == 33


def test_what_is_looked_for_now_and_then_is_traced_to_its_own_step(worker, spec):
    spec = replace(spec, hyper=replace(spec.hyper, eta=2.0))
    index, steps = next(
        (index, steps)
        for index in range(20)
        if (steps := steps_at_which_the_prediction_changes(spec, index, 60)) and steps[0] % 37
    )
    begin(worker, spec)
    have(worker, PredictionChanges("test", index, every=37))
    (hit,) = run_until_hit(worker).hits
    first_looked_at = next(step for step in steps if step > hit.since)
    assert hit.step == first_looked_at
    assert hit.reason.endswith(f"at step {hit.step}.")
    assert_as_replayed(worker, hit.step)


def test_who_goes_on_does_not_pause_there_again(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(20), StepReached(45), EpochReached(2), PredictionChanges("test", 3, every=9))
    steps = []
    while not steps or steps[-1] < 45:
        steps += [run_until_hit(worker).hits[0].step]
    assert steps == sorted(set(steps))
    assert {16, 20, 45} <= set(steps)
    assert_as_replayed(worker, 45)


def test_a_whole_run_with_breakpoints_is_that_without(worker, spec):
    begin(worker, spec)
    have(worker, *(StepReached(step) for step in range(5, 40, 5)), PredictionChanges("test", 3, every=7))
    while worker._trainer.step < 35:
        run_until_hit(worker)
    while worker._trainer.due is not None:
        obeyed(worker)
    ours = bits(worker._trainer)
    fresh = replay(spec, small_data(), Journal(), 35)
    assert ours[:-1] == bits(fresh)[:-1]
    assert list(ours[-1])[1:] == fresh.epochs, "the evaluation at an epoch's end is missing"


def test_several_that_fire_together_are_told_together(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(8), StepReached(9), EpochReached(1), StepReached(8))
    hits = run_until_hit(worker).hits
    assert [hit.reason for hit in hits] == ["Step 8 is reached.", "Epoch 1 is finished, at step 8."]


def test_what_comes_about_after_the_step_gone_back_to_fires_in_its_turn(worker, spec):
    """Both are seen by one look, at step 50; the run goes back to the first, and comes to the second later."""
    spec = replace(spec, hyper=replace(spec.hyper, eta=2.0))
    changes = {
        index: steps[0]
        for index in range(31)
        if (steps := steps_at_which_the_prediction_changes(spec, index, 49))
    }
    first, second = sorted(changes, key=changes.get)[0], sorted(changes, key=changes.get)[-1]
    assert changes[first] < changes[second] < 50
    begin(worker, spec)
    have(worker, PredictionChanges("test", second, every=50), PredictionChanges("test", first, every=50))
    (hit,) = run_until_hit(worker).hits
    assert (hit.breakpoint.index, hit.step) == (first, changes[first])
    found = []
    while not any(hit.breakpoint.index == second for hit in found):
        found += run_until_hit(worker).hits
    assert found[-1].step > changes[first]


def test_an_accuracy_pauses_the_run_at_the_epoch_that_has_it(worker, spec):
    begin(worker, replace(spec, hyper=replace(spec.hyper, eta=2.0)))
    have(worker, AccuracyReaches("training", 0.4))
    (hit,) = run_until_hit(worker).hits
    record = worker._trainer.epochs[-1]
    assert record.step == worker._trainer.step == hit.step
    assert record.training_accuracy >= 0.4 > worker._trainer.epochs[-2].training_accuracy
    assert_as_replayed(worker, hit.step)


def test_a_single_step_looks_at_everything(worker, spec):
    spec = replace(spec, hyper=replace(spec.hyper, eta=2.0))
    first = {index: steps_at_which_the_prediction_changes(spec, index, 40) for index in range(20)}
    index, step = next((index, steps[0]) for index, steps in first.items() if steps)
    begin(worker, spec)
    have(worker, PredictionChanges("test", index, every=10_000))
    for made in range(1, step + 1):
        worker.make_step()
        obeyed(worker)
        assert worker._trainer.step == made
    (hit,) = events_until(worker, BreakpointHit)[-1].hits
    assert hit.step == step


def test_breakpoints_fire_in_steps_that_are_made_once_more(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(12), StepReached(30))
    assert run_until_hit(worker).hits[0].step == 12
    assert run_until_hit(worker).hits[0].step == 30
    worker.history.go_to(5)
    assert run_until_hit(worker).hits[0].step == 12
    assert_as_replayed(worker, 12)


def test_to_edit_the_parameters_fires_nothing(worker, spec):
    begin(worker, spec)
    have(worker, WeightCrosses(1, 2, 3, ABOVE, 5.0), StepReached(9))
    worker.history.edit(lambda step: SetParameters(step, ((1, 2, 3),), 7.0))
    assert run_until_hit(worker).hits[0].reason == "Step 9 is reached."


def test_a_branch_is_watched_like_the_run_it_came_from(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(12), StepReached(20))
    run_until_hit(worker)
    worker.history.go_to(6)
    worker.change(eta=0.7)  # which goes on in a branch
    assert run_until_hit(worker).hits[0].step == 12
    assert len(worker.branches) == 2
    assert_as_replayed(worker, 12)
    worker.history.switch(0)
    assert [run_until_hit(worker).hits[0].step for _ in range(2)] == [12, 20]
    assert worker.branches.present.number == 0


def test_to_change_a_hyper_parameter_in_the_past_while_running_goes_on_watching(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(400), NeuronCrosses(1, 2, "test", 0, ABOVE, 10.0))
    run_until_hit(worker)
    worker.history.go_to(10)
    worker.set_speed(400)
    worker.run()
    worker.change(eta=0.3)
    hit = events_until(worker, BreakpointHit)[-1].hits[0]
    assert hit.step == 400
    assert len(worker.branches) == 2
    assert_as_replayed(worker, 400)


def test_going_back_to_a_step_tells_the_hyper_parameters_that_it_had(worker, spec):
    spec = replace(spec, hyper=replace(spec.hyper, eta=2.0))
    index, step = next(
        (index, steps[0])
        for index in range(31)
        if (steps := steps_at_which_the_prediction_changes(spec, index, 25))
    )
    begin(worker, spec)
    for _ in range(30):
        worker.make_step()
    worker.change(eta=1.5)
    worker.history.go_to(0)
    obeyed(worker)
    have(worker, PredictionChanges("test", index, every=40))
    worker.run()
    events = events_until(worker, BreakpointHit)
    assert events[-1].hits[0].step == step
    assert [event.hyper.eta for event in events if isinstance(event, HyperChanged)][-1] == 2.0


# Divergence


def diverging(folder):
    return small_spec(data=str(folder), eta=1e30, cost="cross-entropy", activation="relu")


def test_a_parameter_that_is_no_number_is_the_reason_and_what_helps_is_said(worker, folder):
    begin(worker, diverging(folder))
    have(worker, ParameterNotFinite())
    worker.run()
    events = events_until(worker, BreakpointHit)
    (hit,) = events[-1].hits
    assert "became" in hit.reason
    assert hit.reason.endswith(f"at step {hit.step}.")
    assert "smaller learning rate" in events[-1].divergence
    assert Paused() in events
    assert not [event for event in [*events, *all_events(worker)] if isinstance(event, Failed)]


def test_who_runs_on_after_that_is_told_that_it_cannot_go_on(worker, folder):
    begin(worker, diverging(folder))
    have(worker, ParameterNotFinite())
    run_until_hit(worker)
    worker.run()
    events = events_until(worker, Failed)
    assert "diverged" in events[-1].sentence
    assert not [event for event in events if isinstance(event, BreakpointHit)]
    worker.make_step()
    assert "diverged" in events_until(worker, Failed)[-1].sentence


def test_without_that_breakpoint_a_divergence_is_a_failure_as_ever(worker, folder):
    begin(worker, diverging(folder))
    have(worker, StepReached(1000))
    worker.run()
    assert "diverged" in events_until(worker, Failed)[-1].sentence


# The list


def test_what_is_switched_off_does_not_fire(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(10), StepReached(20), StepReached(30))
    worker.guard.switch(StepReached(10), False)
    worker.guard.remove(StepReached(20))
    assert run_until_hit(worker).hits[0].step == 30


def test_all_switched_off_costs_nothing(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(10))
    assert worker.guard._watchers is not None
    worker.guard.switch(StepReached(10), False)
    obeyed(worker)
    assert worker.guard._watchers is None


def test_what_was_switched_off_is_the_same_breakpoint(worker, spec):
    begin(worker, spec)
    off = StepReached(10, enabled=False)
    assert [one.point for one in have(worker, off, StepReached(10), StepReached(11))] == [
        off,
        StepReached(11),
    ]
    worker.guard.add(StepReached(10))
    assert [one.point for one in told(all_events(worker))] == [StepReached(10), StepReached(11)]
    worker.guard.remove(off)
    assert [one.point for one in told(all_events(worker))] == [StepReached(11)]
    worker.guard.add(StepReached(10), 0)
    worker.guard.change(StepReached(11), StepReached(12))
    assert [one.point for one in told(all_events(worker))] == [StepReached(10), StepReached(12)]
    worker.guard.change(StepReached(12), StepReached(10))
    assert [one.point for one in told(all_events(worker))] == [StepReached(10)]


def test_one_too_many_is_refused_with_a_sentence(worker, spec):
    begin(worker, spec)
    have(worker, *(StepReached(step) for step in range(1, MOST_BREAKPOINTS + 1)))
    worker.guard.add(StepReached(1000))
    events = all_events(worker)
    assert "no room" in events[-1].sentence
    assert len(worker.guard._points) == MOST_BREAKPOINTS


def test_many_breakpoints_pause_the_run_like_one(worker, spec):
    begin(worker, spec)
    have(worker, *(WeightCrosses(1, n % 6, n % 20, ABOVE, 1e6 + n) for n in range(99)), StepReached(50))
    assert run_until_hit(worker).hits[0].step == 50
    assert_as_replayed(worker, 50)


def test_each_is_told_with_its_sentence_and_why_it_does_not_fit(worker, spec):
    begin(worker, spec)
    fits, not_fits = GradientNormCrosses(1), GradientNormCrosses(7)
    one, other = have(worker, fits, not_fits)
    assert one == Watched(fits, fits.describe(spec))
    assert "Layer goes up to 2" in other.misfit


def test_breakpoints_outlive_the_run_and_fit_again_when_it_is_back(worker, spec):
    begin(worker, spec)
    point = NeuronCrosses(1, 5, bound=2.0)
    (one,) = have(worker, point)
    assert one.misfit == ""
    worker.make_step()
    worker.runs.begin(replace(spec, sizes=(20, 4, 10)))
    events_until(worker, RunReady)
    (one,) = told(all_events(worker))
    assert one.point == point
    assert "Neuron goes up to 3" in one.misfit
    worker.runs.reset()
    worker.guard.add(StepReached(15))
    assert run_until_hit(worker).hits[0].step == 15
    worker.runs.begin(spec)
    assert [one.misfit for one in told(events_until(worker, Evaluating))] == ["", ""]


def test_breakpoints_that_were_there_before_the_first_run_are_told_with_it(worker, spec):
    worker.guard.set_all([StepReached(5)])
    assert all_events(worker) == []
    worker.runs.begin(spec)
    events = events_until(worker, BreakpointsChanged)
    assert [one.point for one in told(events)] == [StepReached(5)]
    assert any(isinstance(event, RunReady) for event in events)
    assert run_until_hit(worker).hits[0].step == 5


def test_why_the_run_paused_is_told_until_it_goes_on(worker, spec):
    begin(worker, spec)
    have(worker, StepReached(5), CostCrosses(bound=0.0))
    worker.run()
    assert [one.reason for one in told(events_until(worker, BreakpointHit))] == ["Step 5 is reached.", ""]
    for go_on in (worker.make_step, lambda: worker.history.go_to(3), worker.run_epoch, worker.runs.reset):
        worker.guard.set_all([StepReached(worker._trainer.step + 1)])
        run_until_hit(worker)
        all_events(worker)
        go_on()
        worker.pause()
        assert [one.reason for one in told(all_events(worker))] == [""], go_on


def test_a_search_ends_when_the_program_does(worker, spec, monkeypatch):
    begin(worker, spec)
    have(worker, PredictionChanges("test", 3, every=10_000))
    monkeypatch.setattr(worker.guard._watchers.__class__, "_search", lambda *rest: endless(rest[-1]))
    worker.ask(lambda: worker.guard._watchers.hits.append(hit_of(worker)))
    worker.ask(lambda: worker.guard._pause_at(worker.guard._watchers))
    time.sleep(0.05)
    assert worker.stop(PATIENCE)


def hit_of(worker):
    from nnviz.run.watchers import Hit

    return Hit(PredictionChanges("test", 3), 200, 0, "It changed.")


def endless(after_step):
    while True:
        after_step()
        time.sleep(0.001)
