"""How a run does on all training and all test samples: in full at its newest evaluation, in figures by epoch."""

from dataclasses import dataclass

from nnviz.core.evaluation import Evaluation, RunningEvaluation
from nnviz.core.network import Network
from nnviz.core.regularisation import Regularisation
from nnviz.data.dataset import Samples


@dataclass(frozen=True)
class EpochRecord:
    """How the network does after an epoch; epoch 0 is the network before its first step.

    Parameters
    ----------
    epoch, step : int
        The number of epochs and of steps made.
    training_cost : float
        Over all training samples, regularisation included, since that is what training lowers.
    training_accuracy : float
        0 to 1.
    test_cost, test_accuracy : float
        Over all test samples, without regularisation.
    """

    epoch: int
    step: int
    training_cost: float
    training_accuracy: float
    test_cost: float
    test_accuracy: float


@dataclass(frozen=True)
class FullEvaluation:
    """How the network did on every sample at a step.

    Parameters
    ----------
    record : EpochRecord
        Its figures. In the middle of an epoch, `epoch` is the number of whole epochs before.
    training, test : Evaluation
    """

    record: EpochRecord
    training: Evaluation
    test: Evaluation

    @property
    def step(self) -> int:
        """The number of steps made before."""
        return self.record.step


class RunningFullEvaluation:
    """The making of a `FullEvaluation`, by pieces, so that a run can be paused in the middle.

    Parameters
    ----------
    network : Network
        A network that nobody changes meanwhile.
    training, test : Samples
    regularisation : Regularisation
    epoch, step : int
        What the record is of.
    at_epochs_end : bool
        Whether it is the record of an epoch's end, or of the network before its first step: not of a step in between,
        and not of one that has such a record.
    """

    def __init__(
        self,
        network: Network,
        training: Samples,
        test: Samples,
        regularisation: Regularisation,
        epoch: int,
        step: int,
        at_epochs_end: bool = True,
    ) -> None:
        self._network = network
        self._regularisation = regularisation
        self.epoch = epoch
        self.step = step
        self.at_epochs_end = at_epochs_end
        self._training = RunningEvaluation(network, training.images, training.labels)
        self._test = RunningEvaluation(network, test.images, test.labels)

    def advance(self) -> FullEvaluation | None:
        """Evaluate the next piece; return the whole once all are done."""
        if not self._test.finished:
            self._test.advance()
        elif not self._training.finished:
            self._training.advance()
        if not (self._training.finished and self._test.finished):
            return None
        training, test = self._training.result(), self._test.result()
        record = EpochRecord(
            epoch=self.epoch,
            step=self.step,
            training_cost=training.cost + self._regularisation.cost_of(self._network.weights),
            training_accuracy=training.accuracy,
            test_cost=test.cost,
            test_accuracy=test.accuracy,
        )
        return FullEvaluation(record, training, test)
