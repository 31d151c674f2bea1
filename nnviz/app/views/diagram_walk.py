"""What the network diagram shows of a stage while a step is walked through."""

from __future__ import annotations

from dataclasses import dataclass

from nnviz.app.graphics.network.values import ACTIVATIONS, ERRORS
from nnviz.core.stages import Kind, Stage

BACK = (Kind.OUTPUT_ERROR, Kind.BACKWARD, Kind.GRADIENT)
"""Stages that are about errors and derivatives."""


@dataclass(frozen=True)
class StageSeen:
    """A stage, as the diagram shows it.

    Parameters
    ----------
    goes_back : bool
        Whether errors are shown, and ∂C/∂w on the edges.
    reached : float or None
        How far the pass has come, in layers, as a player tells it: the layer where it begins is there at 1. None
        where the whole network is shown.
    """

    goes_back: bool
    reached: float | None

    def overlay(self, own: str) -> str:
        """Return what the neurons show, where the user has chosen something of their own."""
        if self.goes_back:
            return ERRORS
        return ACTIVATIONS if own == ERRORS and self.reached is not None else own


def seen(stage: Stage, n_layers: int) -> StageSeen:
    """Return what the diagram shows of a stage.

    Parameters
    ----------
    stage : Stage
    n_layers : int
        Of the network, with the input's.
    """
    match stage.kind:
        case Kind.MINI_BATCH:
            reached: float | None = 1.0
        case Kind.FORWARD:
            reached = 1.0 + (stage.layer or 0)
        case Kind.COST:
            reached = float(n_layers)
        case Kind.OUTPUT_ERROR | Kind.BACKWARD:
            reached = float(n_layers - (stage.layer or 0))
        case _:
            reached = None
    return StageSeen(stage.kind in BACK, reached)
