import random
import threading

import numpy as np
import pytest
from core.planes import scene
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.core import landscape
from nnviz.core.plane import Window
from nnviz.core.survey import Grid, Survey, surface, survey

WINDOW = Window(-2.0, 3.0, -1.0, 1.0)


def plane_of(points):
    """A cost that is known: α + 10β, and how often each point was asked for."""
    return points[:, 0] + 10 * points[:, 1]


class KnownCost:
    points_a_piece = 7

    def __init__(self):
        self.asked = []

    def at(self, points):
        self.asked += [tuple(point) for point in points]
        return plane_of(points)


def test_the_finest_surface_is_the_cost_at_each_point_of_the_grid():
    some = scene("tanh", "cross-entropy")
    found = surface(some.cost, Grid(WINDOW, columns=8, rows=4))
    assert found.alphas == pytest.approx(np.linspace(-2, 3, 9))
    assert found.betas == pytest.approx(np.linspace(-1, 1, 5))
    for i, beta in enumerate(found.betas):
        for j, alpha in enumerate(found.alphas):
            assert found.costs[i, j] == pytest.approx(some.direct((alpha, beta)), rel=1e-10)
    assert found.is_finest


def test_surfaces_come_coarse_first_and_each_is_part_of_the_next():
    found = [s for s in survey(KnownCost(), Grid(WINDOW, 40, 40)) if s is not None]
    assert [s.costs.shape for s in found] == [(6, 6), (11, 11), (21, 21), (41, 41)]
    assert [s.is_finest for s in found] == [False, False, False, True]
    for coarse, fine in zip(found, found[1:], strict=False):
        assert fine.costs[::2, ::2].tolist() == coarse.costs.tolist()
        assert fine.alphas[::2].tolist() == coarse.alphas.tolist()


@settings(deadline=None, derandomize=True)
@given(st.integers(1, 30), st.integers(1, 30))
def test_every_point_is_asked_for_once_whatever_the_grid(columns, rows):
    cost = KnownCost()
    grid = Grid(WINDOW, columns, rows)
    found = surface(cost, grid)
    assert len(cost.asked) == len(set(cost.asked)) == (columns + 1) * (rows + 1)
    expected = grid.alphas + 10 * grid.betas[:, np.newaxis]
    assert found.costs == pytest.approx(expected)


def test_every_level_holds_the_edges_of_the_window():
    for columns, rows in ((40, 40), (40, 24), (50, 30), (7, 7), (1, 1)):
        for found in survey(KnownCost(), Grid(WINDOW, columns, rows)):
            if found is not None:
                assert (found.alphas[0], found.alphas[-1]) == (-2, 3)
                assert (found.betas[0], found.betas[-1]) == (-1, 1)


def test_between_surfaces_there_is_a_moment_to_stop_at():
    found = survey(KnownCost(), Grid(WINDOW, 40, 40))
    assert next(found) is None
    found.close()


def test_pieces_may_be_measured_in_any_order_and_levels_still_come_in_theirs(monkeypatch):
    monkeypatch.setattr(landscape, "PIECE", 20_000)
    some = scene("sigmoid", "quadratic", n=30)
    grid = Grid(WINDOW, 16, 16)
    expected = surface(some.cost, grid)
    making = Survey(some.cost, grid)
    pieces = list(making.pieces)
    assert len(pieces) > 4
    random.Random(1).shuffle(pieces)
    found = [s for s in map(making.measure, pieces) if s is not None]
    sizes = [s.costs.size for s in found]
    assert sizes == sorted(set(sizes))
    assert found[-1].is_finest
    assert found[-1].costs.tobytes() == expected.costs.tobytes()


def test_threads_share_the_work_and_the_bits_are_the_same(monkeypatch):
    monkeypatch.setattr(landscape, "PIECE", 20_000)
    some = scene("sigmoid", "quadratic", n=30)
    grid = Grid(WINDOW, 16, 16)
    making, found = Survey(some.cost, grid), []
    shares = making.pieces[::2], making.pieces[1::2]
    threads = [threading.Thread(target=lambda s=s: found.extend(map(making.measure, s))) for s in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    finest = [s for s in found if s is not None and s.is_finest]
    assert len(finest) == 1
    assert finest[0].costs.tobytes() == surface(some.cost, grid).costs.tobytes()


def test_a_corner_that_is_no_number_is_masked():
    some = scene("relu", "log-likelihood", dtype=np.float32)
    with np.errstate(all="raise"):
        found = surface(some.cost, Grid(Window(-1, 1e30, -1, 1), 2, 1))
    assert found.masked.tolist() == [[False, True, True], [False, True, True]]
    assert found.extremes == (np.nanmin(found.costs), np.nanmax(found.costs))


def test_a_surface_of_no_numbers_has_no_extremes():
    some = scene("relu", "log-likelihood", dtype=np.float32)
    assert surface(some.cost, Grid(Window(1e30, 2e30, -1, 1), 1, 1)).extremes is None


def test_between_points_the_cost_is_interpolated():
    found = surface(KnownCost(), Grid(WINDOW, 4, 4))
    for point in ((-2, -1), (3, 1), (0.1, 0.7), (1.25, 0.0), (2.999, -0.999)):
        assert found.cost_at(point) == pytest.approx(point[0] + 10 * point[1])
    for outside in ((-2.01, 0), (3.01, 0), (0, 1.01), (np.nan, 0)):
        assert np.isnan(found.cost_at(outside))


def test_a_surface_is_frozen():
    found = surface(KnownCost(), Grid(WINDOW, 4, 4))
    for array in (found.alphas, found.betas, found.costs):
        assert not array.flags.writeable
        assert array.base is None


@pytest.mark.parametrize("cells", [0, -1, 401, 2.0, True])
def test_a_grid_without_cells_or_with_too_many_is_refused(cells):
    with pytest.raises(ValueError, match="cells"):
        Grid(WINDOW, cells, 4)
