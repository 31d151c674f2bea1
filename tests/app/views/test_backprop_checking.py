import numpy as np
import pytest
from app.backprop_scene import subject
from PySide6.QtCore import QObject

from nnviz.app.views.backprop_checking import COUNT, FIRST, CheckRun
from nnviz.core.gradient_check import check_gradient


@pytest.fixture
def run(qtbot, qapp):
    owner = QObject()
    run = CheckRun(owner)
    yield run
    run.forget()
    owner.deleteLater()


def finish(qtbot, run):
    qtbot.waitUntil(lambda: run.checks is not None and len(run.checks.components) == run.wanted, timeout=5000)


def test_a_hundred_components_are_checked_each_once(qtbot, run):
    found = subject(sizes=(6, 30, 3))
    run.start(found)
    assert run.wanted == COUNT
    finish(qtbot, run)
    assert len(set(run.checks.components)) == COUNT
    assert run.checks.agrees.all()


def test_of_fewer_parameters_all_are_checked(qtbot, run):
    run.start(subject(sizes=(6, 3)))
    assert run.wanted == 21
    finish(qtbot, run)


def test_they_are_checked_a_few_at_a_time(qtbot, run):
    counts = []
    run.advanced.connect(lambda: counts.append(len(run.checks.components)))
    run.start(subject(sizes=(6, 30, 3)))
    assert run.checks is None, "nothing is done before the event loop turns"
    finish(qtbot, run)
    assert counts[0] == FIRST
    assert counts == sorted(counts)
    assert counts[-1] == COUNT


def test_the_numbers_are_those_of_one_check_of_them_all(qtbot, run):
    found = subject()
    run.start(found)
    finish(qtbot, run)
    indices = list(range(43))
    whole = check_gradient(found.network, found.trace.x[np.newaxis], found.trace.y[np.newaxis], indices)
    np.testing.assert_array_equal(run.checks.backpropagated, whole.backpropagated)
    np.testing.assert_array_equal(run.checks.differences, whole.differences)


def test_another_draw_has_other_components(qtbot, run):
    found = subject(sizes=(6, 30, 3))
    drawn = []
    for _ in range(2):
        run.start(found)
        finish(qtbot, run)
        drawn.append(run.checks.components)
    assert drawn[0] != drawn[1]


def test_it_can_rest_and_go_on(qtbot, run):
    run.start(subject(sizes=(6, 30, 3)))
    run.rest()
    qtbot.wait(30)
    assert run.checks is None
    run.resume()
    finish(qtbot, run)
    run.resume()  # with nothing left to do


def test_what_is_forgotten_does_not_come_back(qtbot, run):
    run.start(subject(sizes=(6, 30, 3)))
    run.forget()
    run.resume()
    qtbot.wait(30)
    assert run.checks is None
    assert run.wanted == 0
