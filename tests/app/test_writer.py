import threading

from nnviz.app.writer import Writer

PATIENCE = 20


def test_jobs_are_done_one_after_the_other_on_another_thread():
    writer, done = Writer(), []
    for number in range(20):
        writer.submit(lambda number=number: done.append((number, threading.current_thread().name)))
    assert writer.stop(PATIENCE)
    assert [number for number, _ in done] == list(range(20))
    assert {name for _, name in done} == {"nnviz-writer"}


def test_without_a_job_there_is_no_thread():
    before = threading.active_count()
    writer = Writer()
    assert threading.active_count() == before
    assert writer.stop(PATIENCE)


def test_whoever_stops_it_need_not_wait_for_ever():
    writer, go = Writer(), threading.Event()
    writer.submit(go.wait)
    assert not writer.stop(0.05)
    go.set()


def test_after_it_was_stopped_it_can_begin_anew():
    writer, done = Writer(), []
    writer.submit(lambda: done.append(1))
    assert writer.stop(PATIENCE)
    writer.submit(lambda: done.append(2))
    assert writer.stop(PATIENCE)
    assert done == [1, 2]
