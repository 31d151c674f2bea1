"""What is said of a step downhill: where it lands, and whether the slope kept its promise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from nnviz.app.graphics.text import number, raised
from nnviz.core.slice import Landing, Slice

LEVEL = 1e-6
"""Two costs count as one if they differ by less than this share of them."""
MOST_DIGITS = 7


def short(value: float, digits: int = 3) -> str:
    """Return a number in a few significant figures: "0.145", "−8.6·10⁻⁵"."""
    if not math.isfinite(value) or abs(value) >= 1000:
        return number(value, 0)
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, power = text.split("e")
        text = f"{mantissa}·10{raised(int(power))}"
    return text.replace("-", "−")


def eta_text(eta: float) -> str:
    """Return a learning rate in about three significant figures."""
    return short(eta)


def cost_texts(costs: Sequence[float]) -> list[str]:
    """Return costs in three significant figures, or in as many more as it takes to tell them apart."""
    some = [cost for cost in costs if not math.isnan(cost)]
    for digits in range(3, MOST_DIGITS + 1):
        texts = [short(cost, digits) for cost in costs]
        if all(
            math.isclose(one, other, rel_tol=LEVEL) or short(one, digits) != short(other, digits)
            for one, other in combinations(some, 2)
        ):
            break
    return texts


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
    if not any(is_lower(landing, here) or is_higher(landing, here) for landing in landings):
        return f"η = {eta} hardly changes the cost: {texts[0]} here and there.", "The slope is almost zero."
    if not is_lower(one, here):
        return f"η = {eta} lands at cost {texts[2]}: as high as here.", _of_double(double, one, here, texts)
    return f"η = {eta} lands at cost {texts[2]}: lower than here ({texts[0]}).", _of_double(
        double, one, here, texts
    )


def shorter(sentence: str) -> str:
    """Return a headline for little room, without what it compares with."""
    return f"{sentence.split(' than here')[0].split(' here and')[0].rstrip('.')}."


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
    if not (math.isfinite(promised) and math.isfinite(got)) or promised <= LEVEL * abs(found.cost):
        return ""
    texts = cost_texts([promised, abs(got)])
    if got < 0:
        return f"The tangent promises a fall of {texts[0]}; the cost rises by {texts[1]} instead."
    return f"The tangent promises a fall of {texts[0]}; the step gets {100 * got / promised:.0f} % of it."


def left_out(momentum: float, dropout: float) -> str:
    """Return what the run does and the slice does not, or nothing."""
    names = [name for name, value in (("momentum", momentum), ("dropout", dropout)) if value]
    return f"Left out of account: {' and '.join(names)}." if names else ""
