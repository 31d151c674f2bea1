import threading
import time

import pytest
from run.test_planes import trained, whereabouts
from run.test_surveying import spec

from nnviz.app.surveyor import Surveyor
from nnviz.run.surveying import Surveying, landscapes

PATIENCE = 10


@pytest.fixture(params=[1, 2, 3])
def surveyor(request):
    made = Surveyor(request.param)
    made.start()
    yield made
    assert made.stop()


def collected(surveyor, number):
    """Return all results of an order that were there to be collected, the last included."""
    found, deadline = [], time.monotonic() + PATIENCE
    while not (found and found[-1].is_last):
        assert time.monotonic() < deadline, "nothing more comes"
        newest = surveyor.take()
        if newest is None:
            time.sleep(0.001)
        else:
            assert newest.number == number
            found.append(newest)
    return found


class Numbers:
    """A job that adds numbers, and can be held up."""

    def __init__(self, numbers=range(20), gate=None, fault=None):
        self.numbers, self.gate, self.fault = numbers, gate, fault
        self.done, self.total, self.begun = [], 0, threading.Event()

    def tasks(self):
        for number in self.numbers:
            yield lambda number=number: self.do(number)

    def do(self, number):
        self.begun.set()
        if self.gate is not None:
            assert self.gate.wait(PATIENCE)
        if self.fault is not None:
            raise self.fault
        return number

    def fold(self, part):
        self.done.append(part)
        self.total += part
        return self.total


def test_every_task_is_done_once_and_the_last_result_has_them_all(surveyor):
    for _ in range(20):
        job = Numbers()
        found = collected(surveyor, surveyor.ask(job))
        assert sorted(job.done) == list(range(20))
        assert found[-1].result == sum(range(20))
        assert [f.is_last for f in found[:-1]] == [False] * (len(found) - 1)
    assert not surveyor.is_busy


def test_the_newest_wins_and_of_the_stale_nothing_comes(surveyor):
    gate = threading.Event()
    stale, fresh = Numbers(gate=gate), Numbers([7])
    surveyor.ask(stale)
    assert stale.begun.wait(PATIENCE)
    number = surveyor.ask(fresh)
    gate.set()
    assert collected(surveyor, number)[-1].result == 7
    assert len(stale.done) < 20
    assert surveyor.take() is None


def test_what_is_dropped_is_left(surveyor):
    gate = threading.Event()
    job = Numbers(gate=gate)
    surveyor.ask(job)
    assert job.begun.wait(PATIENCE)
    assert surveyor.is_busy
    surveyor.drop()
    assert not surveyor.is_busy
    gate.set()
    number = surveyor.ask(Numbers([1]))
    assert collected(surveyor, number)[-1].result == 1
    assert len(job.done) < 20


def test_a_job_with_nothing_to_do_is_over_at_once(surveyor):
    found = collected(surveyor, surveyor.ask(Numbers([])))
    assert [f.result for f in found] == [None]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (ValueError("There is no such plane."), "There is no such plane."),
        (MemoryError(), "not enough memory"),
        (ZeroDivisionError("oh"), "fault in nnviz"),
    ],
)
def test_a_fault_becomes_a_sentence_and_the_next_job_is_done(surveyor, fault, sentence):
    found = collected(surveyor, surveyor.ask(Numbers(fault=fault)))
    assert sentence in found[-1].failure
    assert collected(surveyor, surveyor.ask(Numbers([5])))[-1].result == 5


def test_with_one_thread_left_the_others_rest():
    surveyor = Surveyor(3)
    surveyor.use(1)
    surveyor.start()
    gate, names = threading.Event(), set()

    class Watched(Numbers):
        def do(self, number):
            names.add(threading.current_thread().name)
            time.sleep(0.002)
            return number

    collected(surveyor, surveyor.ask(Watched()))
    assert names == {"nnviz-surveyor-0"}
    names.clear()
    surveyor.use(3)
    collected(surveyor, surveyor.ask(Watched(range(60))))
    assert len(names) == 3
    gate.set()
    assert surveyor.stop()


def test_it_rests_between_its_tasks_for_the_sake_of_training(monkeypatch):
    rested = []
    surveyor = Surveyor(1)
    wait = surveyor._changed.wait
    monkeypatch.setattr(
        surveyor._changed, "wait", lambda timeout=None: (rested.append(timeout), wait(timeout))[1]
    )
    surveyor.use(1, rest=0.5)
    surveyor.start()

    class Slow(Numbers):
        def do(self, number):
            time.sleep(0.01)
            return number

    collected(surveyor, surveyor.ask(Slow(range(5))))
    pauses = [pause for pause in rested if pause is not None]
    assert len(pauses) >= 5
    assert sum(pause >= 0.005 for pause in pauses) >= 5
    assert surveyor.stop()


def test_it_stops_while_it_works_and_when_it_has_never_started():
    assert Surveyor().stop()
    surveyor = Surveyor()
    surveyor.start()
    surveyor.ask(Surveying(spec(cells=200), whereabouts(trained())))
    assert surveyor.stop()


def test_a_surface_is_the_same_whoever_computes_it(surveyor):
    where = whereabouts(trained())
    expected = list(landscapes(spec(cells=16), where))[-1]
    found = collected(surveyor, surveyor.ask(Surveying(spec(cells=16), where)))
    assert found[-1].result.is_complete
    assert found[-1].result.surface.costs.tobytes() == expected.surface.costs.tobytes()
    assert found[-1].result.shadow.costs.tobytes() == expected.shadow.costs.tobytes()


def test_a_plane_that_there_is_not_is_told(surveyor):
    found = collected(surveyor, surveyor.ask(Surveying(spec(), whereabouts(trained(0)))))
    assert "Make some more steps" in found[-1].result.refusal
