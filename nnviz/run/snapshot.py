"""A frozen picture of a run at one step, which other threads may read as long as they like."""

from dataclasses import dataclass

from nnviz.core.descent import HyperParameters
from nnviz.core.encoding import Floats
from nnviz.core.network import Network
from nnviz.run.epochs import EpochRecord, FullEvaluation
from nnviz.run.health import HealthLog
from nnviz.run.spec import RunSpec
from nnviz.run.step_log import StepLog


@dataclass(frozen=True)
class Snapshot:
    """A run after `step` steps.

    Parameters
    ----------
    spec : RunSpec
    step, epoch : int
        Steps made, and epochs finished.
    made : int
        Steps that the run has come to; more than `step` where somebody went back in it.
    epoch_progress : float
        The share of the present epoch that is done, 0 to 1.
    hyper : HyperParameters
        Those of the next step.
    network : Network
        At the parameters of this step; a copy, read-only.
    log : StepLog
        The run's own; of its rows only the first `made` belong to this snapshot.
    health_log : HealthLog
        Likewise.
    health : float array, (3, L), or None
        The newest step's figures, as in the health log; None before the first.
    epochs : tuple of EpochRecord
    evaluated : FullEvaluation or None
        The newest there is; its own step says of when.
    cost, smoothed_cost : float
        Of the newest step; NaN before the first.
    start : float array, (P,), or None
        The parameters that the run started from, where they are not those that `spec` draws.
    """

    spec: RunSpec
    step: int
    made: int
    epoch: int
    epoch_progress: float
    hyper: HyperParameters
    network: Network
    log: StepLog
    health_log: HealthLog
    health: Floats | None
    epochs: tuple[EpochRecord, ...]
    evaluated: FullEvaluation | None
    cost: float
    smoothed_cost: float
    start: Floats | None = None

    @property
    def theta(self) -> Floats:
        """All parameters θ, (P,), read-only."""
        return self.network.theta
