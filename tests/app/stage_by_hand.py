"""A step of a small network, taken apart, and its stages as the views show them."""

from functools import cache

import numpy as np
from app.small_window import small_trainer

from nnviz.app.events import StepExamined, StepTraced
from nnviz.app.graphics.stages.shown import StageShown
from nnviz.core.forecast import forecast
from nnviz.core.nudges import agreement
from nnviz.core.stages import Kind, trace_next_step
from nnviz.run.fixed_samples import fixed_samples

SHAPE = (5, 4)
SIZES = (20, 6, 5, 10)


def trace_of(sizes=SIZES, steps=3, theta=None, **changes):
    """Return the next step of a small run and its samples."""
    trainer = small_trainer(sizes, **changes)
    trainer.advance(steps)
    if theta is not None:
        trainer.network.theta[:] = theta
    samples = trainer.next_samples.copy()
    with np.errstate(all="ignore"):
        return trace_next_step(trainer.descent, samples, trainer.hyper, trainer.step), samples, trainer


@cache
def _usual():
    return trace_of()


def shown_of(kind, layer=None, place=0, pinned=None, gradient_layer=None, shape=SHAPE, made=None):
    """Return a stage of a step as it is shown."""
    trace, samples, trainer = made or _usual()
    stage = next(stage for stage in trace.stages if stage.kind is kind and layer in (None, stage.layer))
    examined = examined_of(made or _usual())
    return StageShown(
        trace,
        samples,
        trainer.step,
        stage,
        place,
        pinned,
        gradient_layer or len(trace.z),
        shape,
        examined.agreement,
        examined.forecast,
    )


def examined_of(made):
    """Return what the worker finds of a step."""
    trace, _, trainer = made
    fixed = fixed_samples(trainer.data.test)
    told = forecast(trace, fixed.images, fixed.labels)
    return StepExamined(trace, agreement(trace), told)


def traced_of(made):
    """Return a step as the worker tells of it."""
    trace, samples, trainer = made
    return StepTraced(trace, trainer.step, samples)


HOSTILE = {
    "NaN": {"theta": np.nan},
    "infinity": {"theta": np.inf},
    "huge": {"theta": 1e30},
    "zero": {"theta": 0.0},
    "no hidden layer": {"sizes": (20, 10)},
    "four hidden layers": {"sizes": (20, 9, 8, 7, 6, 10)},
    "many neurons": {"sizes": (20, 100, 10)},
    "twenty outputs": {"sizes": (20, 6, 20)},
    "one sample": {"batch_size": 1},
    "large mini-batch": {"batch_size": 53},
    "relu": {"activation": "relu"},
    "tanh": {"activation": "tanh"},
    "cross-entropy": {"cost": "cross-entropy"},
    "log-likelihood": {"cost": "log-likelihood"},
    "dropout": {"dropout": 0.5},
    "momentum and penalties": {"momentum": 0.5, "l2": 1.0, "l1": 0.5},
}
"""Steps that a view has to stand."""
ALL_KINDS = tuple(Kind)
