import numpy as np
import pytest
from app.small_window import PATIENCE_MS, small_trainer, spec_of
from app.stage_by_hand import examined_of, trace_of, traced_of
from PySide6.QtCore import QEvent

from nnviz.app.run_control import RunControl
from nnviz.app.stage_walk import StageWalk
from nnviz.core.forecast import forecast
from nnviz.core.nudges import agreement
from nnviz.core.stages import Kind, Stage
from nnviz.data.dataset import load_folder
from nnviz.run.edits import SetParameters
from nnviz.run.trainer import Trainer

STAGES = 8
"""Of a network with one hidden layer: mini-batch, two forward, cost, output error, backward, gradient, update."""


@pytest.fixture
def control(qtbot, qapp, data_folder):
    """A control with a small run at step 0."""
    control = RunControl()
    control._timer.setInterval(3)
    with qtbot.waitSignal(control.run_ready, timeout=PATIENCE_MS):
        control.start(spec_of(data_folder))
    qtbot.waitUntil(lambda: bool(control.snapshot and control.snapshot.epochs), timeout=PATIENCE_MS)
    yield control
    assert control.close()
    control.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def walk(control):
    return StageWalk(control, control)


@pytest.fixture
def go(qtbot, control, walk):
    """Return a function that goes, and waits until the walk and the run have come to rest."""

    def go(way, times=1):
        for _ in range(times):
            getattr(walk, way)()
            settle(qtbot, control)

    return go


def settle(qtbot, control):
    """Wait until the worker has obeyed, and all that came of it was told."""
    qtbot.waitUntil(control._worker._commands.empty, timeout=PATIENCE_MS)
    for _ in range(3):
        with qtbot.waitSignal(control._timer.timeout, timeout=PATIENCE_MS):
            pass


def trainer_of(control):
    return control._worker._trainer


def plain(control, step):
    """Return the run at a step that nobody has looked at."""
    spec = control.spec
    trainer = Trainer(spec, load_folder(spec.data))
    trainer.advance(step)
    return trainer


def stands_at(walk):
    return walk.step, walk.index


def test_before_the_first_stage_there_is_no_walk(walk):
    assert not walk.is_on
    assert (walk.trace, walk.step, walk.samples, walk.index, walk.stage) == (None,) * 5


def test_into_opens_the_next_mini_batch_at_its_first_stage(control, walk, go):
    go("into")
    assert walk.is_on
    assert stands_at(walk) == (0, 0)
    assert walk.stage == Stage(Kind.MINI_BATCH)
    assert walk.samples.tolist() == trainer_of(control).next_samples.tolist()
    assert np.array_equal(walk.trace.images, trainer_of(control).training.images[walk.samples])
    assert control.snapshot.step == 0


def test_into_goes_through_all_stages_in_their_order(walk, go):
    seen = []
    for _ in range(STAGES):
        go("into")
        seen.append(walk.stage)
    assert tuple(seen) == walk.trace.stages
    assert len(seen) == STAGES


def test_from_the_last_stage_into_makes_the_step_and_opens_the_following_one(control, walk, go):
    go("into", STAGES)
    after = walk.trace.after.theta.tobytes()
    assert control.snapshot.step == 0
    go("into")
    assert stands_at(walk) == (1, 0)
    assert control.snapshot.step == 1
    assert control.snapshot.theta.tobytes() == walk.trace.network.theta.tobytes() == after


def test_back_goes_to_the_stage_before(walk, go):
    go("into", 3)
    go("back")
    assert stands_at(walk) == (0, 1)


def test_from_the_first_stage_back_takes_a_step_back_and_stands_at_its_last_stage(control, walk, go):
    go("over", 2)
    go("into")
    assert stands_at(walk) == (2, 0)
    go("back")
    assert stands_at(walk) == (1, STAGES - 1)
    assert walk.stage == Stage(Kind.UPDATE)
    assert control.snapshot.step == 1
    assert walk.trace.after.theta.tobytes() == plain(control, 2).network.theta.tobytes()


def test_at_the_very_first_stage_back_stays(walk, go):
    go("into")
    go("back")
    assert stands_at(walk) == (0, 0)
    go("into")
    assert stands_at(walk) == (0, 1)


def test_over_makes_a_step_where_no_walk_is_on(control, walk, go):
    go("over")
    assert control.snapshot.step == 1
    assert not walk.is_on


def test_over_goes_to_the_first_stage_of_the_following_step(control, walk, go):
    go("into", 4)
    go("over")
    assert stands_at(walk) == (1, 0)
    assert control.snapshot.step == 1


def test_out_makes_the_step_and_leaves(control, walk, go):
    go("into", 2)
    go("out")
    assert not walk.is_on
    assert control.snapshot.step == 1


def test_out_does_nothing_where_no_walk_is_on(control, walk, go):
    go("out")
    assert control.snapshot.step == 0


def test_to_leave_makes_no_step(control, walk, go):
    go("into", 2)
    go("leave")
    assert not walk.is_on
    assert control.snapshot.step == 0


def test_one_can_stand_at_any_stage_of_the_step(qtbot, walk, go):
    go("into")
    with qtbot.waitSignal(walk.changed, timeout=PATIENCE_MS):
        walk.stand_at(5)
    assert stands_at(walk) == (0, 5)
    for nowhere in (-1, STAGES):
        walk.stand_at(nowhere)
        assert walk.index == 5


def test_every_change_is_told_once(walk, go):
    told = []
    walk.changed.connect(lambda: told.append((walk.step, walk.index)))
    go("into", 2)
    go("back")
    go("over")
    go("leave")
    go("leave")
    assert told == [(0, 0), (0, 1), (0, 0), (1, 0), (None, None)]


def test_a_run_pauses_where_the_walk_begins(qtbot, control, walk, go):
    control.toggle()
    qtbot.waitUntil(lambda: control.running and control.snapshot.step >= 20, timeout=PATIENCE_MS)
    go("into")
    assert not control.running
    assert walk.is_on
    step = trainer_of(control).step
    assert stands_at(walk) == (step, 0)
    go("into", STAGES)
    assert stands_at(walk) == (step + 1, 0)


@pytest.mark.parametrize("seed", range(3))
def test_looking_changes_nothing(control, walk, go, seed):
    ways = ["into"] * 8 + ["back"] * 5 + ["over"] * 2 + ["out", "leave"]
    for way in np.random.default_rng(seed).choice(ways, 60):
        go(str(way))
        trainer = trainer_of(control)
        assert trainer.network.theta.tobytes() == plain(control, trainer.step).network.theta.tobytes()
        assert not walk.is_on or walk.step == trainer.step == control.snapshot.step
    made = trainer_of(control).made
    assert trainer_of(control).log.rows(0, made).tobytes() == plain(control, made).log.rows(0, made).tobytes()


def test_impatient_keys_are_no_harm(qtbot, control, walk):
    for _ in range(30):
        walk.into()
    settle(qtbot, control)
    for _ in range(30):
        walk.over()
        walk.back()
        walk.into()
    settle(qtbot, control)
    trainer = trainer_of(control)
    assert walk.step == trainer.step
    assert trainer.network.theta.tobytes() == plain(control, trainer.step).network.theta.tobytes()


@pytest.mark.parametrize(
    "leave",
    [
        lambda control: control.make_step(),
        lambda control: control.history.go_to(0),
        lambda control: control.reset(),
        lambda control: control.new_run(control.spec),
        lambda control: control.run_epoch(),
    ],
    ids=["a step", "time travel", "reset", "a new run", "running"],
)
def test_the_walk_ends_where_the_run_goes_elsewhere(qtbot, control, walk, go, leave):
    go("over", 3)
    go("into", 2)
    assert walk.step == 3
    leave(control)
    settle(qtbot, control)
    assert not walk.is_on
    go("into")
    assert walk.is_on or control.running


def test_a_parameter_changed_by_hand_takes_the_step_apart_anew(qtbot, control, walk, go):
    go("into", 4)
    control.history.edit(lambda step: SetParameters(step, (0,), (5.0,)))
    settle(qtbot, control)
    assert stands_at(walk) == (0, 3)
    assert walk.trace.network.theta[0] == 5


def test_another_learning_rate_takes_the_step_apart_anew(qtbot, control, walk, go):
    go("into", 4)
    control.change("eta", 0.125)
    settle(qtbot, control)
    assert stands_at(walk) == (0, 3)
    assert walk.trace.hyper.eta == 0.125


def test_a_snapshot_of_another_step_ends_the_walk(control, walk, go):
    go("into")
    trainer = small_trainer()
    walk.follow(trainer.snapshot() if trainer.step else control.snapshot)
    assert walk.is_on
    trainer.advance(1)
    walk.follow(trainer.snapshot())
    assert not walk.is_on


def test_what_others_have_taken_apart_opens_no_walk(qtbot, control, walk):
    control.history.trace_next_step()
    with qtbot.waitSignal(control.step_traced, timeout=PATIENCE_MS):
        pass
    assert not walk.is_on


def test_the_step_that_diverges_can_be_walked_through(qtbot, control, walk, go):
    control.change("eta", 1e39)
    settle(qtbot, control)
    go("into", STAGES)
    assert stands_at(walk) == (0, STAGES - 1)
    with qtbot.waitSignal(control.failed, timeout=PATIENCE_MS):
        walk.into()
    settle(qtbot, control)
    assert not walk.is_on
    go("into")
    assert stands_at(walk) == (1, 0)
    go("back")
    assert stands_at(walk) == (0, STAGES - 1)


def test_before_there_is_a_run_nothing_opens(qtbot, qapp):
    control = RunControl()
    walk = StageWalk(control, control)
    walk.into()
    walk.back()
    walk.out()
    assert not walk.is_on
    control.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_step_that_is_told_of_while_the_run_goes_on_opens_no_walk(qtbot, control, walk, go):
    walk.into()
    control.running = True
    control.step_traced.emit(traced_of(trace_of()))
    assert not walk.is_on
    control.running = False
    settle(qtbot, control)
    assert walk.is_on


def test_a_snapshot_that_is_told_of_together_with_a_step_may_be_older(control, walk, go):
    older = control.snapshot
    go("over")
    control.step_traced.connect(lambda traced: control.snapshot_arrived.emit(older))
    go("into")
    assert stands_at(walk) == (1, 0)
    walk.follow(older)  # later, it is news
    assert not walk.is_on


def test_before_its_errors_are_come_to_a_step_is_not_examined(control, walk, go):
    told = []
    control.step_examined.connect(told.append)
    go("into")
    assert walk.stage.kind is Kind.MINI_BATCH
    go("over", 3)
    assert told == []
    assert walk.findings is None


def test_from_its_errors_on_a_step_is_examined_once(control, walk, go):
    told = []
    control.step_examined.connect(told.append)
    go("into", STAGES)
    go("back", 2)
    assert len(told) == 1
    found = walk.findings
    assert found.trace is walk.trace
    assert found.agreement.dominant == agreement(walk.trace).dominant
    test = trainer_of(control).data.test
    assert found.forecast == forecast(walk.trace, test.images, test.labels)
    assert found.forecast.samples == 31
    go("over")
    assert walk.findings is None


def test_what_was_found_of_another_step_is_not_taken_for_this_ones(walk, go):
    go("into", STAGES)
    here = walk.findings
    walk.take_examined(examined_of(trace_of()))
    assert walk.findings is here
    go("leave")
    walk.take_examined(here)
    assert walk.findings is None


def test_back_opens_the_last_stage_of_the_step_that_was_made_last(control, walk, go):
    go("back")
    assert not walk.is_on, "before the first step there is none to take back"
    go("over", 2)
    go("back")
    assert stands_at(walk) == (1, STAGES - 1)
    assert control.snapshot.step == 1


def test_back_pauses_a_run_and_takes_its_last_step_back(qtbot, control, walk, go):
    control.toggle()
    qtbot.waitUntil(lambda: control.running and control.snapshot.step >= 20, timeout=PATIENCE_MS)
    go("back")
    assert not control.running
    trainer = trainer_of(control)
    assert stands_at(walk) == (trainer.step, STAGES - 1)
    assert trainer.step == trainer.made - 1


@pytest.mark.parametrize("way", ["into", "over", "back", "out"])
@pytest.mark.parametrize("place", ["newest", "past", "end of an epoch", "start"])
def test_every_way_goes_from_every_place_and_comes_to_the_plain_parameters(control, walk, go, way, place):
    go("over", 9)  # an epoch has 8 steps
    at = {"newest": 9, "past": 4, "end of an epoch": 7, "start": 0}[place]
    control.history.go_to(at)
    go(way)
    go("into", STAGES + 2)
    go(way)
    trainer = trainer_of(control)
    assert trainer.network.theta.tobytes() == plain(control, trainer.step).network.theta.tobytes()
    assert not walk.is_on or walk.step == trainer.step == control.snapshot.step
    made = trainer.made
    assert trainer.log.rows(0, made).tobytes() == plain(control, made).log.rows(0, made).tobytes()


def test_a_mini_batch_of_all_samples_is_walked_through_to_the_next(control, walk, go):
    control.change("batch_size", 53)
    go("into", STAGES + 1)
    assert stands_at(walk) == (1, 0)
    assert walk.trace.m == 53
    fresh = Trainer(control.spec, load_folder(control.spec.data))
    fresh.change(batch_size=53)
    fresh.advance(1)
    assert walk.trace.network.theta.tobytes() == fresh.network.theta.tobytes()
    assert [record.step for record in control.snapshot.epochs] == [0, 1]
