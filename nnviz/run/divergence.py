"""When a run comes to numbers that are none: the error, and the sentence that says what usually helps."""

from __future__ import annotations

import math

from nnviz.core.descent import HyperParameters


class DivergenceError(ArithmeticError):
    """A cost or a parameter is no longer a finite number; the text says what usually helps."""


def divergence_error(cost: float, step: int, hyper: HyperParameters, init: str) -> DivergenceError:
    """Return the error of a run that has diverged.

    Parameters
    ----------
    cost : float
        Of the mini-batch; where it is finite, it is the parameters that are not.
    step : int
        After which it was found.
    hyper : HyperParameters
    init : str
        How the parameters were drawn.
    """
    what = (
        "the parameters are no longer finite numbers"
        if math.isfinite(cost)
        else "the cost is no longer a finite number"
    )
    helps = [f"a smaller learning rate (η is {hyper.eta:g})"]
    if hyper.l2 or hyper.l1:
        helps.append("a smaller λ")
    if hyper.momentum:
        helps.append("less momentum")
    if init == "large":
        helps.append("the scaled initialisation")
    return DivergenceError(
        f"Training has diverged: {what} after step {step:,}. What usually helps: {', or '.join(helps)}."
    )
