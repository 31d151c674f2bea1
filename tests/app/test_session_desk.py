"""The worker's part that opens, saves and keeps sessions, without Qt."""

import threading
import time

import pytest
from run.damage import damaged
from run.small import bits, small_data, small_spec, write_folder

from nnviz.app.events import (
    Autosaved,
    AutosaveFailed,
    Evaluating,
    Failed,
    Paused,
    RunReady,
    SessionChanged,
    SessionLeft,
    SessionOpened,
    SessionOpening,
    SessionSaved,
    Working,
)
from nnviz.app.session_terms import Belongings, LastWord
from nnviz.app.worker import Worker
from nnviz.run import session_file
from nnviz.run.session import single_run
from nnviz.run.session_file import load_session, save_session
from nnviz.run.trainer import Trainer

PATIENCE = 20
"""Seconds after which the worker is taken for hung."""
NOTHING = Belongings()


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "small digits", small_data())


@pytest.fixture
def spec(folder):
    return small_spec(data=str(folder))


@pytest.fixture
def worker(spec):
    """A worker with a run of twelve steps."""
    worker = Worker()
    worker.start()
    worker.runs.begin(spec)
    while worker.events.get(timeout=PATIENCE) != Evaluating(False):
        pass
    for _ in range(12):
        worker.make_step()
    obeyed(worker)
    yield worker
    assert worker.stop(PATIENCE)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.nnviz"


@pytest.fixture
def recorded(path, spec):
    """A session of a run of ninety steps that stands at the seventieth."""
    trainer = Trainer(spec, small_data(), recording=True)
    trainer.change(momentum=0.25)
    trainer.advance(90)
    trainer.go_to(70)
    save_session(path, single_run(trainer))
    return trainer


def obeyed(worker):
    done = threading.Event()
    worker.ask(done.set)
    assert done.wait(PATIENCE)


def until(worker, *kinds):
    """Return all events up to the first of one of some kinds."""
    events = [worker.events.get(timeout=PATIENCE)]
    while not isinstance(events[-1], kinds):
        events.append(worker.events.get(timeout=PATIENCE))
    return events


def drain(worker):
    obeyed(worker)
    events = []
    while not worker.events.empty():
        events.append(worker.events.get())
    return events


def state_of(worker):
    obeyed(worker)
    return bits(worker.branches.trainer)


def test_opening_tells_how_many_steps_and_how_far_it_is(worker, path, recorded):
    drain(worker)
    worker.sessions.open(path)
    events = until(worker, SessionOpened)
    assert [e.steps for e in events if isinstance(e, SessionOpening)] == [0, 90]
    shares = [e.fraction for e in events if isinstance(e, Working)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    kinds = [type(event) for event in events]
    assert kinds.index(RunReady) < kinds.index(SessionOpened)
    assert state_of(worker)[:-1] == bits(recorded)[:-1]
    assert worker.sessions._told == SessionChanged(path, False)


def test_while_a_session_is_being_opened_the_run_can_go_on(worker, path, recorded, monkeypatch):
    go = threading.Event()
    work = worker.sessions.work
    worker.sessions.work = lambda: work() if go.is_set() else time.sleep(0.001)
    worker.sessions.open(path)
    until(worker, SessionOpening)
    worker.make_step()
    obeyed(worker)
    assert worker.branches.trainer.step == 13
    worker.run()
    end = time.monotonic() + PATIENCE
    while worker.branches.trainer.step < 40:
        assert time.monotonic() < end
        time.sleep(0.005)
    go.set()
    events = until(worker, SessionOpened)
    assert any(isinstance(event, Paused) for event in events)
    assert state_of(worker)[0] == 70


def test_to_open_another_session_gives_the_first_up(worker, path, recorded, tmp_path):
    other = tmp_path / "other.nnviz"
    save_session(other, single_run(Trainer(recorded.spec, small_data(), recording=True)))
    worker.sessions.open(path)
    worker.sessions.open(other)
    assert until(worker, SessionOpened)[-1].path == other
    assert not any(isinstance(event, SessionOpened) for event in drain(worker))
    assert worker.branches.trainer.made == 0


def test_cancelled_it_leaves_the_run(worker, path, recorded):
    before = state_of(worker)
    worker.sessions.work = lambda: None  # it takes for ever
    worker.sessions.open(path)
    until(worker, SessionOpening)
    worker.sessions.cancel()
    assert until(worker, SessionLeft)[-1].sentence == ""
    assert not worker.sessions.is_opening
    assert state_of(worker) == before


def test_to_cancel_what_is_not_is_nothing(worker):
    drain(worker)
    worker.sessions.cancel()
    assert not any(isinstance(event, SessionLeft) for event in drain(worker))


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_of_hundreds_of_damaged_sessions_each_is_refused_with_a_sentence_or_opened(
    worker, path, recorded, first
):
    content = path.read_bytes()
    for number in range(first, first + 50):
        path.write_bytes(damaged(content, number))
        before = worker.branches
        drain(worker)
        worker.sessions.open(path)
        end = time.monotonic() + 2
        event = None
        while not isinstance(event, SessionLeft | SessionOpened):
            event = worker.events.get(timeout=PATIENCE)
            assert not isinstance(event, Failed), event
            if time.monotonic() > end:  # a great many steps
                worker.sessions.cancel()
        if isinstance(event, SessionLeft):
            assert worker.branches is before
            assert event.sentence == "" or event.sentence[-1] in ".)", event.sentence
        assert worker.is_alive()


def test_a_run_is_saved_while_it_goes_on(worker, path, monkeypatch):
    go = threading.Event()
    write = session_file.write_archive
    monkeypatch.setattr(session_file, "write_archive", lambda *a: go.wait(PATIENCE) and write(*a))
    worker.sessions.save(path, NOTHING)
    worker.run()
    end = time.monotonic() + PATIENCE
    while worker.branches.trainer.step < 60:
        assert time.monotonic() < end
        time.sleep(0.005)
    go.set()
    until(worker, SessionSaved)
    assert load_session(path).branches[0].made == 12


def test_a_run_is_kept_once_and_again_only_when_it_has_changed(worker, path, monkeypatch):
    written = []
    monkeypatch.setattr(
        "nnviz.app.session_desk.save_session", lambda *a: (written.append(a), save_session(*a))
    )
    for _ in range(3):
        worker.sessions.keep(path, NOTHING)
        time.sleep(0.05)
    until(worker, Autosaved)
    obeyed(worker)
    assert len(written) == 1
    worker.make_step()
    worker.sessions.keep(path, NOTHING)
    until(worker, Autosaved)
    worker.sessions.keep(path, Belongings({"sample": {"source": "test", "index": 3}}))
    until(worker, Autosaved)
    assert len(written) == 3
    assert load_session(path).branches[0].made == 13


def test_what_is_to_be_kept_while_the_disk_is_busy_is_kept_after_that(worker, path, monkeypatch):
    go = threading.Event()
    write = session_file.write_archive
    monkeypatch.setattr(session_file, "write_archive", lambda *a: go.wait(PATIENCE) and write(*a))
    worker.sessions.keep(path, NOTHING)
    obeyed(worker)
    worker.make_step()
    for _ in range(5):
        worker.sessions.keep(path, NOTHING)
    obeyed(worker)
    go.set()
    for _ in range(2):
        until(worker, Autosaved)
    assert load_session(path).branches[0].made == 13
    assert not any(isinstance(event, Autosaved) for event in drain(worker))


def test_a_run_in_which_nothing_has_happened_is_not_kept(worker, path, spec):
    worker.runs.begin(spec)
    worker.sessions.keep(path, NOTHING)
    assert worker.sessions.keep_at_last(path, NOTHING) == LastWord(False)
    assert not path.exists()


def test_at_last_it_is_kept_to_the_last_step(worker, path):
    worker.run()
    time.sleep(0.05)
    assert worker.sessions.keep_at_last(path, NOTHING) == LastWord(True)
    obeyed(worker)
    assert load_session(path).branches[0].made == worker.branches.trainer.made
    assert worker.sessions.keep_at_last(path, NOTHING) == LastWord(True), "it is there already"


def test_a_disk_that_is_full_is_told(worker, path, monkeypatch):
    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session_file, "write_archive", no_room)
    worker.sessions.keep(path, NOTHING)
    assert until(worker, AutosaveFailed)[-1].sentence == "No space left on device."
    assert worker.sessions.keep_at_last(path, NOTHING) == LastWord(False, "No space left on device.")
    assert not path.exists()
    worker.sessions.save(path, NOTHING)
    assert "No space left on device." in until(worker, Failed)[-1].sentence


def test_a_worker_that_has_ended_keeps_nobody_waiting(worker, path):
    assert worker.stop(PATIENCE)
    began = time.monotonic()
    assert worker.sessions.keep_at_last(path, NOTHING) == LastWord(False)
    assert time.monotonic() - began < PATIENCE / 2


def test_before_there_is_a_run_there_is_nothing_to_save(path):
    worker = Worker()
    worker.start()
    worker.sessions.save(path, NOTHING)
    worker.sessions.keep(path, NOTHING)
    obeyed(worker)
    assert worker.events.empty()
    assert worker.stop(PATIENCE)
    assert not path.exists()


def test_a_session_is_opened_before_there_is_a_run(path, recorded):
    worker = Worker()
    worker.start()
    worker.sessions.open(path)
    until(worker, SessionOpened)
    assert state_of(worker)[0] == 70
    assert worker.stop(PATIENCE)
