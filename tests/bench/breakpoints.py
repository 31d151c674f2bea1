"""What it costs to look for ten breakpoints, and for one of every kind: the share of steps a second that is left.

Run as `python tests/bench/breakpoints.py`; prints one JSON object. The contestants take turns at going on with one run
of 784-16-16-10 in mini-batches of ten, whose steps are the shortest there are; none of the breakpoints ever fires. By
default, what has to be computed is looked at every hundredth step; what it costs to look at every step is told, too.
"""

from collections.abc import Sequence

import numpy as np
from _measure import Contestant, fastest, for_comparison, one_blas_thread, ratio, report

from nnviz.data.dataset import load_mnist
from nnviz.run.breakpoints import (
    ABOVE,
    AccuracyReaches,
    Breakpoint,
    CostCrosses,
    CostJumps,
    EpochReached,
    GradientNormCrosses,
    NeuronCrosses,
    ParameterNotFinite,
    PredictionChanges,
    SaturatedShareExceeds,
    StepReached,
    UpdateRatioLeaves,
    WeightCrosses,
)
from nnviz.run.spec import RunSpec
from nnviz.run.trainer import Trainer
from nnviz.run.watchers import Watchers

STEPS = 200
ROUNDS = 200
"""Many short turns: the difference is a few microseconds a step."""


def ten(**every: int) -> list[Breakpoint]:
    """Return ten breakpoints, all that are looked for at every step or by computing among them."""
    return [
        CostCrosses(direction=ABOVE, bound=100.0),
        CostJumps(factor=100.0),
        AccuracyReaches(bound=1.0),
        GradientNormCrosses(bound=1e-9),
        SaturatedShareExceeds(bound=1.0, **every),
        NeuronCrosses(layer=2, bound=1.0, **every),
        WeightCrosses(neuron=3, input=407, direction=ABOVE, bound=100.0),
        UpdateRatioLeaves(low=0.0, high=100.0, **every),
        PredictionChanges(**every),
        ParameterNotFinite(),
    ]


def training(trainer: Trainer, breakpoints: Sequence[Breakpoint] | None = None) -> Contestant:
    """Return a turn at the run, with breakpoints or with nobody who looks."""
    watchers = Watchers(breakpoints, trainer) if breakpoints is not None else None

    def run() -> int:
        with np.errstate(all="ignore"):
            for _ in range(STEPS):
                trainer.make_step()
                trainer.due = None  # the evaluation at an epoch's end takes the same time with and without
                if watchers is not None:
                    watchers.check()
        return STEPS

    return run


def main() -> None:
    """Measure and report."""
    trainer = Trainer(RunSpec(), load_mnist())
    every_kind = [*ten(), StepReached(10**12), EpochReached(10**6)]
    contestants = {
        "warming up": training(trainer),  # after the garbage collector, which leaves nothing in the caches
        "none": training(trainer),
        "ten": training(trainer, ten()),
        "every kind": training(trainer, every_kind),
        "at every step": training(trainer, ten(every=1)),
        "no breakpoint": training(trainer, []),
    }
    with one_blas_thread():
        seconds = fastest(contestants, ROUNDS)
    share = {name: seconds["none"] / value for name, value in seconds.items()}
    ratios = {
        "steps a second with ten breakpoints / without": ratio(share["ten"], at_least=0.95),
        "with one of every kind, twelve": for_comparison(share["every kind"]),
        "with ten, looking at everything at every step": for_comparison(share["at every step"]),
        "with watchers that have nothing to look for": for_comparison(share["no breakpoint"]),
    }
    microseconds = {name: round(value * 1e6, 2) for name, value in seconds.items()}
    report(ratios, ("numpy", "threadpoolctl"), microseconds_a_step=microseconds)


if __name__ == "__main__":
    main()
