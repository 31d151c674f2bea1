"""What is kept of every epoch: cost and accuracy over all training and all test samples."""

from dataclasses import dataclass

from nnviz.core.evaluation import RunningEvaluation
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


class EpochEvaluation:
    """The making of an `EpochRecord`, by pieces, so that a run can be paused in the middle.

    Parameters
    ----------
    network : Network
        A network that nobody changes meanwhile.
    training, test : Samples
    regularisation : Regularisation
    epoch, step : int
        What the record is of.
    """

    def __init__(
        self,
        network: Network,
        training: Samples,
        test: Samples,
        regularisation: Regularisation,
        epoch: int,
        step: int,
    ) -> None:
        self._network = network
        self._regularisation = regularisation
        self._epoch = epoch
        self._step = step
        self._training = RunningEvaluation(network, training.images, training.labels)
        self._test = RunningEvaluation(network, test.images, test.labels)

    def advance(self) -> EpochRecord | None:
        """Evaluate the next piece; return the record once all are done."""
        if not self._training.finished:
            self._training.advance()
        elif not self._test.finished:
            self._test.advance()
        if not (self._training.finished and self._test.finished):
            return None
        training, test = self._training.result(), self._test.result()
        return EpochRecord(
            epoch=self._epoch,
            step=self._step,
            training_cost=training.cost + self._regularisation.cost_of(self._network.weights),
            training_accuracy=training.accuracy,
            test_cost=test.cost,
            test_accuracy=test.accuracy,
        )
