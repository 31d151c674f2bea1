import numpy as np
import pytest

from nnviz.core.directions import principal
from nnviz.core.steadiness import ENOUGH, steadied


def path(n, turn=0.0, size=30):
    """Return positions along a bow that, from the middle on, leaves its plane by so much."""
    t = np.linspace(0, 1, n)
    way = np.zeros((n, size))
    way[:, 0], way[:, 1] = 5 * t, 2 * np.sin(3 * t)
    way[:, 2] = turn * np.maximum(0, t - 0.5)
    return way


def test_a_plane_that_is_almost_the_best_stays_and_its_centre_goes_along():
    before = principal(path(20), path(20)[-1])
    longer = path(40, turn=0.3)
    best = principal(longer, longer[-1])
    kept = steadied(best, before, longer)
    assert np.array_equal(kept.u, before.u)
    assert np.array_equal(kept.v, before.v)
    assert kept.centre == pytest.approx(longer[-1])


def test_a_plane_that_explains_too_little_gives_way():
    before = principal(path(20), path(20)[-1])
    longer = path(40, turn=30.0)
    best = principal(longer, longer[-1])
    assert steadied(best, before, longer) is best
    assert 0 < ENOUGH < 1


def test_a_plane_of_another_network_gives_way():
    best = principal(path(20))
    assert steadied(best, principal(path(20, size=12)), path(20)) is best


def test_a_path_that_does_not_move_has_no_plane_to_keep():
    best = principal(path(20))
    still = np.zeros((5, 30))
    assert steadied(best, principal(path(30, 0.1)), still) is best
