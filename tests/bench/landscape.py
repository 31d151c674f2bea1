"""How quickly a cost surface is there, beside computing every point of it, and what it costs training."""

import statistics
import sys
import threading
import time

import numpy as np
from _measure import fastest, for_comparison, one_blas_thread, ratio, report

from nnviz.app.surveyor import Surveyor
from nnviz.app.views.landscape import REST
from nnviz.core.directions import random_plane
from nnviz.core.evaluation import evaluate
from nnviz.core.landscape import FlatCost
from nnviz.core.plane import Window
from nnviz.core.survey import Grid, Survey
from nnviz.data.dataset import load_mnist
from nnviz.run.planes import CostOver, PlaneSpec, SurfaceSpec, Whereabouts
from nnviz.run.spec import RunSpec
from nnviz.run.surveying import Surveying
from nnviz.run.trail import trail_of
from nnviz.run.trainer import Trainer

SPEC = RunSpec((784, 16, 16, 10))
TRAINED = 3_000
ROUNDS = 5
EVERY = 41
"""Of the grid's points, each so many-th is computed directly: one in every row, at another place in each."""


class Measuring:
    """A survey as a job for several threads."""

    def __init__(self, survey):
        self.survey = survey

    def tasks(self):
        for piece in self.survey.pieces:
            yield lambda piece=piece: self.survey.measure(piece)

    def fold(self, part):
        return part


def wait_for(surveyor, is_enough):
    """Wait until a result is enough or the last."""
    while True:
        found = surveyor.take()
        if found is not None and (found.is_last or is_enough(found.result)):
            return found
        time.sleep(0.0005)


def grid_ratios(network, training):
    """Return the time of each forward pass by that of the grid, on one thread and on two, and the largest error."""
    images, labels = training.images[:10_000], training.labels[:10_000]
    floats, targets = (images / 255).astype(np.float32), np.eye(10, dtype=np.float32)[labels]
    plane = random_plane(network, 0)
    grid = Grid(Window.square(plane.reach))
    points = [(a, b) for b in grid.betas for a in grid.alphas]
    surveyor, surfaces = Surveyor(2), {}
    surveyor.start()

    def on_threads(threads):
        def measure():
            surveyor.use(threads)
            surveyor.ask(Measuring(Survey(FlatCost.on(plane, network, images, labels), grid)))
            last = None
            while True:
                found = wait_for(surveyor, lambda result: result is not None)
                last = found.result if found.result is not None else last
                if last is not None and last.is_finest:
                    surfaces[threads] = last
                    return len(points)

        return measure

    some = [network.at(plane.theta(point).astype(np.float32)) for point in points[::EVERY]]

    def forward_passes():
        for there in some:
            there.cost_of(floats, targets)
        return len(some)

    def evaluations():
        for there in some:
            evaluate(there, images, labels)
        return len(some)

    seconds = fastest(
        {
            "grid, one thread": on_threads(1),
            "grid, both cores": on_threads(2),
            "forward passes": forward_passes,
            "evaluations": evaluations,
        },
        ROUNDS,
    )
    surveyor.stop()
    direct = [evaluate(there, images, labels).cost for there in some]
    error = np.abs(surfaces[2].costs.ravel()[::EVERY] - direct).max()
    assert surfaces[1].costs.tobytes() == surfaces[2].costs.tobytes()
    for name, each in seconds.items():
        print(f"{name}: {1000 * each:.3f} ms a point", file=sys.stderr)
    return seconds, float(error)


def waiting_ms(trainer):
    """Return how long the first coarse surface over 1,000 images takes, and the whole, path included, in ms."""
    where = Whereabouts.of(trainer.snapshot(), trainer.data, trail_of(trainer).route())
    asked = SurfaceSpec(PlaneSpec("principal"), CostOver("subset", 1000), fits_path=True)
    surveyor, times = Surveyor(2), []
    surveyor.start()
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        surveyor.ask(Surveying(asked, where))
        moments = []
        for is_enough in (
            lambda found: found.surface is not None,
            lambda found: found.surface is not None and found.surface.is_finest,
            lambda found: found.is_complete,
        ):
            wait_for(surveyor, is_enough)
            moments.append(1000 * (time.perf_counter() - start))
        times.append(moments)
    surveyor.stop()
    return [statistics.median(moments) for moments in zip(*times[1:], strict=True)]


def training_shares(data):
    """Return the share of its steps a second that training keeps beside a surveyor, sparing it and not."""
    trainer = Trainer(SPEC, data, recording=True)
    trainer.advance(TRAINED)
    where = Whereabouts.of(trainer.snapshot(), data, trail_of(trainer).route())
    asked = SurfaceSpec(PlaneSpec("random"), CostOver("subset", 10_000), cells=200)

    def steps_a_second():
        counted, start = 0, time.perf_counter()
        with np.errstate(all="ignore"):
            while time.perf_counter() - start < 1.0:
                for _ in range(100):
                    trainer.make_step()
                trainer.due = None
                counted += 100
        return counted / (time.perf_counter() - start)

    surveyor = Surveyor(2)
    surveyor.start()
    rates = {threads: [] for threads in (0, 1, 2)}
    for _ in range(ROUNDS):
        for threads, found in rates.items():
            if threads:
                surveyor.use(threads, REST if threads == 1 else 0.0)
                surveyor.ask(Surveying(asked, where))
                time.sleep(0.1)
            worker = threading.Thread(target=lambda found=found: found.append(steps_a_second()))
            worker.start()  # as in the program, not on the main thread
            worker.join()
            assert threads == 0 or surveyor.is_busy
            surveyor.drop()
            time.sleep(0.1)
    surveyor.stop()
    return [
        statistics.median(beside / alone for beside, alone in zip(rates[threads], rates[0], strict=True))
        for threads in (1, 2)
    ]


def main():
    data = load_mnist()
    trainer = Trainer(SPEC, data, recording=True)
    trainer.advance(TRAINED)
    coarse, fine, whole = waiting_ms(trainer)
    one, two = training_shares(data)
    with one_blas_thread():
        seconds, error = grid_ratios(trainer.network, data.training)
    report(
        {
            "evaluating every grid point / 41 × 41 surface over 10,000 images, as computed": ratio(
                seconds["evaluations"] / seconds["grid, both cores"], at_least=10
            ),
            "the same, surface on one thread": for_comparison(
                seconds["evaluations"] / seconds["grid, one thread"]
            ),
            "Network.cost_of at every grid point / surface on one thread": ratio(
                seconds["forward passes"] / seconds["grid, one thread"], at_least=10
            ),
            "largest difference from the evaluations": ratio(error * 1e5, at_most=1) | {"unit": "1e-5"},
            "1,000 images: first coarse surface, ms": ratio(coarse, at_most=100),
            "1,000 images: 41 × 41 surface, ms": ratio(fine, at_most=500),
            "1,000 images: the same with the path's costs, ms": for_comparison(whole),
            "training beside the surveyor, as in the window / alone": ratio(one, at_least=0.6),
            "training beside two surveying threads that do not rest / alone": for_comparison(two),
        },
        ("numpy",),
    )


if __name__ == "__main__":
    main()
