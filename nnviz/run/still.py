"""A saved model as a snapshot, so that whatever shows a run can show it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnviz.core.regularisation import Regularisation
from nnviz.data.dataset import DataSet
from nnviz.run.divergence import DivergenceError
from nnviz.run.epochs import RunningFullEvaluation
from nnviz.run.journal import Journal
from nnviz.run.model_file import Model, ModelError
from nnviz.run.snapshot import Snapshot
from nnviz.run.spec import RunSpec
from nnviz.run.trainer import Trainer

ANOTHER_RUN = (
    "The run of this model, made again from its beginning, ends at other parameters: something was "
    "changed on the way, which the file does not say. Only figures without a history can be made of it."
)


def spec_of(model: Model) -> RunSpec:
    """Return the specification of a model's run; where the file names none, one for a network of its kind."""
    network = model.network
    if model.spec is not None:
        return model.spec
    return RunSpec(network.sizes, network.activation_name, network.cost.name)


def still(model: Model, data: DataSet) -> Snapshot:
    """Return a snapshot of a saved model, evaluated, without any history.

    Raises
    ------
    ValueError
        If the model does not fit the data.
    """
    spec, step = spec_of(model), model.step or 0
    trainer = Trainer(spec, data, start=model.network.theta)
    regularisation = Regularisation(spec.hyper.l2, spec.hyper.l1, len(trainer.training))
    running = RunningFullEvaluation(
        trainer.network, trainer.training, data.test, regularisation, 0, step, at_epochs_end=False
    )
    evaluated = None
    while evaluated is None:
        evaluated = running.advance()
    return replace(trainer.snapshot(), step=step, evaluated=evaluated)


def run_again(model: Model, data: DataSet) -> Snapshot:
    """Return a snapshot of a saved model with its history, by making its run again from the beginning.

    Raises
    ------
    ModelError
        If the file does not say which run it was, or that run ends elsewhere: hyper-parameters were changed on the
        way, or it was made by another version of NumPy.
    """
    if model.spec is None or model.step is None:
        raise ModelError("This model does not say which run made it, so its history cannot be made again.")
    trainer = Trainer(model.spec, data, Journal())
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    try:
        trainer.advance(model.step)
    except DivergenceError as error:  # which the run of the file, whose parameters are finite, did not
        raise ModelError(ANOTHER_RUN) from error
    if not np.array_equal(trainer.network.theta, model.network.theta):
        raise ModelError(ANOTHER_RUN)
    trainer.request_evaluation()
    while not trainer.evaluate_piece():
        pass
    return trainer.snapshot()
