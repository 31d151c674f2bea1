"""What is said of a step downhill: where it lands, and whether the slope kept its promise."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nnviz.app.graphics.landscape.map import height_text
from nnviz.core.slice import Landing, Slice

LEVEL = 1e-7
"""Two costs count as one if they differ by less than this share of them."""
MOST_DIGITS = 7


def eta_text(eta: float) -> str:
    """Return a learning rate in about three significant figures."""
    return f"{eta:.3g}" if 1e-3 <= eta < 1e5 else height_text(eta)


def cost_texts(costs: Sequence[float]) -> list[str]:
    """Return costs in three significant figures, or in as many more as it takes to tell them apart."""
    texts = [height_text(cost) for cost in costs]
    for digits in range(3, MOST_DIGITS + 1):
        texts = [f"{cost:.{digits}g}" if abs(cost) < 1000 else height_text(cost) for cost in costs]
        if len(set(texts)) == len({cost for cost in costs if not math.isnan(cost)}):
            break
    return [text.replace("-", "−") for text in texts]


def is_higher(landing: Landing, cost: float) -> bool:
    """Return whether a step ends higher than it began, or where the cost is no number at all."""
    return not landing.cost <= cost * (1 + LEVEL)


def is_lower(landing: Landing, cost: float) -> bool:
    """Return whether a step ends lower than it began."""
    return landing.cost < cost * (1 - LEVEL)


def headline(found: Slice, landings: Sequence[Landing]) -> tuple[str, str]:
    """Return where η leads, and what half of it or the double would do, a sentence each.

    Parameters
    ----------
    found : Slice
    landings : sequence of Landing
        With half of η, η itself and the double.
    """
    half, one, double = landings
    here = found.cost
    eta = eta_text(one.eta)
    texts = cost_texts([here, half.cost, one.cost, double.cost])
    if math.isnan(one.cost):
        return f"η = {eta} leads to where the cost is no finite number.", _of_half(half, here, texts)
    if is_higher(one, here):
        return f"η = {eta} overshoots: cost {texts[2]}, higher than here ({texts[0]}).", _of_half(
            half, here, texts
        )
    if not is_lower(one, here):
        return f"η = {eta} lands at cost {texts[2]}: as high as here.", _of_double(double, one, here, texts)
    return f"η = {eta} lands at cost {texts[2]}: lower than here ({texts[0]}).", _of_double(
        double, one, here, texts
    )


def _of_half(half: Landing, here: float, texts: Sequence[str]) -> str:
    if is_lower(half, here):
        return f"½η lands lower: {texts[1]}."
    return "Even ½η lands no lower."


def _of_double(double: Landing, one: Landing, here: float, texts: Sequence[str]) -> str:
    if math.isnan(double.cost):
        return "2η leads to where the cost is not known, or no finite number."
    if is_higher(double, here):
        return f"2η overshoots: {texts[3]}, higher than here."
    if double.cost < one.cost:
        return f"2η would land lower still: {texts[3]}."
    return f"2η would go past the lowest point, to {texts[3]}."


def of_tangent(found: Slice, one: Landing) -> str:
    """Return how much of what the slope promises a step gets."""
    promised, got = found.cost - one.promised, found.cost - one.cost
    if not (math.isfinite(promised) and math.isfinite(got)) or promised <= 0:
        return ""
    texts = cost_texts([promised, abs(got)])
    if got < 0:
        return f"The tangent promises a fall of {texts[0]}; the cost rises by {texts[1]} instead."
    return f"The tangent promises a fall of {texts[0]}; the step gets {100 * got / promised:.0f} % of it."


def left_out(momentum: float, dropout: float) -> str:
    """Return what the run does and the slice does not, or nothing."""
    names = [name for name, value in (("momentum", momentum), ("dropout", dropout)) if value]
    return f"Left out of account: {' and '.join(names)}." if names else ""
