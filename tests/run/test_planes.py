import numpy as np
import pytest
from run.small import small_data, small_spec

from nnviz.core.plane import PlaneError, Window
from nnviz.core.whole import whole_gradient
from nnviz.run.planes import CostOver, PlaneSpec, SurfaceSpec, Whereabouts, subset
from nnviz.run.trail import trail_of
from nnviz.run.trainer import Trainer


def trained(steps=70, **changes):
    trainer = Trainer(small_spec(**changes), small_data(), recording=True)
    trainer.advance(steps)
    return trainer


def whereabouts(trainer, **more):
    return Whereabouts.of(trainer.snapshot(), trainer.data, trail_of(trainer).route(), **more)


def plane(where, directions, over=None, **more):
    return where.plane(PlaneSpec(directions, **more), *where.samples(over or CostOver("all")))


@pytest.mark.parametrize("steps", [0, 1, 7, 8, 9, 33])
def test_a_snapshot_knows_the_next_steps_mini_batch(steps):
    """53 samples by 7 leave a short last one at every eighth step."""
    trainer = trained(steps)
    where = whereabouts(trainer)
    assert where.next_samples.tolist() == trainer.next_samples.tolist()
    images, _ = where.samples(CostOver("mini-batch"))
    assert images.tobytes() == trainer.training.images[trainer.next_samples].tobytes()
    assert where.count(CostOver("mini-batch")) == len(trainer.next_samples)


def test_a_run_on_the_first_images_takes_the_cost_over_these():
    where = whereabouts(trained(5, train_size=20))
    assert where.count(CostOver("all")) == 20
    assert len(where.samples(CostOver("subset", 30))[1]) == 20
    assert where.regularisation.n == 20


def test_a_subset_is_fixed_by_its_seed_and_holds_the_smaller_ones():
    one, again, other = subset(1000, 50, 3), subset(1000, 50, 3), subset(1000, 50, 4)
    assert one.tolist() == again.tolist() == sorted(set(one))
    assert one.tolist() != other.tolist()
    assert set(subset(1000, 10, 3)) < set(one)
    where = whereabouts(trained(5))
    images, labels = where.samples(CostOver("subset", 10, seed=2))
    chosen = subset(53, 10, 2)
    assert images.tobytes() == where.training.images[chosen].tobytes()
    assert labels.tolist() == where.training.labels[chosen].tolist()


def test_downhill_follows_the_gradient_of_the_cost_that_is_shown():
    where = whereabouts(trained(l2=1.0))
    for over in (CostOver("mini-batch"), CostOver("all")):
        gradient = whole_gradient(where.network, *where.samples(over), where.regularisation)[1]
        found = plane(where, "downhill", over)
        assert found.u == pytest.approx(-gradient / np.linalg.norm(gradient), abs=1e-6)
    travelled = where.network.theta - where.route.before(10)
    assert found.distances([found.centre - travelled]) == pytest.approx(0, abs=1e-5)


def test_principal_directions_are_those_of_the_route():
    where = whereabouts(trained())
    found = plane(where, "principal", centre="start")
    path = np.array(where.route.positions)
    first = np.linalg.svd(path - path.mean(axis=0))[2][0]
    assert abs(np.dot(found.u, first)) == pytest.approx(1, abs=1e-4)
    assert found.centre == pytest.approx(where.route.positions[0])


def test_random_directions_are_those_of_their_seed():
    where = whereabouts(trained())
    one, again, other = (plane(where, "random", seed=seed) for seed in (1, 1, 2))
    assert one.u.tolist() == again.u.tolist() != other.u.tolist()


def test_two_parameters_are_those_that_were_named():
    found = plane(whereabouts(trained()), "parameters", parameters=(5, 2))
    assert np.flatnonzero(found.u).tolist() == [5]
    assert np.flatnonzero(found.v).tolist() == [2]


def test_three_points_lie_on_their_plane():
    trainer = trained()
    branch = trainer.fork()
    branch.change(eta=2.0)
    branch.advance(30)
    trainer.advance(30)
    where = whereabouts(trainer, there=branch.network.theta.copy())
    found = plane(where, "points")
    points = [where.route.positions[0], where.network.theta, branch.network.theta]
    assert found.distances(points) == pytest.approx(0, abs=1e-5)


def test_the_centre_is_here_or_the_start_or_the_end():
    trainer = trained()
    end = trainer.network.theta.copy()
    trainer.go_to(40)
    where = whereabouts(trainer, end=end)
    expected = {"here": trainer.network.theta, "start": where.route.positions[0], "end": end}
    for centre, theta in expected.items():
        assert plane(where, "random", centre=centre).centre == pytest.approx(theta)
    assert plane(whereabouts(trainer), "random", centre="end").centre == pytest.approx(expected["here"])


@pytest.mark.parametrize(
    ("steps", "directions", "sentence"),
    [(0, "downhill", "Make some steps"), (0, "principal", "more steps"), (9, "points", "branch")],
)
def test_where_there_is_no_such_plane_yet_there_is_a_sentence(steps, directions, sentence):
    with pytest.raises(PlaneError, match=sentence):
        plane(whereabouts(trained(steps)), directions)


@pytest.mark.parametrize("directions", ["downhill", "principal", "random", "parameters"])
def test_a_run_that_has_diverged_gives_a_sentence(directions):
    trainer = trained()
    trainer.network.theta[...] = np.nan
    with np.errstate(all="raise"), pytest.raises(PlaneError, match="finite"):
        plane(whereabouts(trainer), directions)


def test_around_the_start_of_a_run_that_has_diverged_there_still_is_a_plane():
    trainer = trained()
    trainer.network.theta[...] = np.nan
    plane(whereabouts(trainer), "random", centre="start")
    plane(whereabouts(trainer), "parameters", centre="start")


def test_the_window_is_what_was_asked_for_or_holds_the_path_or_goes_as_far_as_the_plane_reaches():
    where = whereabouts(trained())
    found = plane(where, "principal")
    points = found.coordinates(where.route.positions)
    mine = Window(0, 1, 0, 1)
    assert SurfaceSpec(window=mine).window_on(found, points) == mine
    assert SurfaceSpec().window_on(found, points) == Window.square(found.reach)
    fitted = SurfaceSpec(window=mine, fits_path=True).window_on(found, points)
    assert all(fitted.contains(point) for point in points)
    assert SurfaceSpec(fits_path=True).window_on(found, points[:1]) == Window.square(found.reach)


@pytest.mark.parametrize(
    "make",
    [
        lambda: PlaneSpec("sideways"),
        lambda: PlaneSpec(centre="nowhere"),
        lambda: PlaneSpec(seed=-1),
        lambda: CostOver("some"),
        lambda: CostOver(size=0),
        lambda: SurfaceSpec(cells=0),
    ],
)
def test_what_makes_no_sense_is_refused(make):
    with pytest.raises(ValueError):
        make()
