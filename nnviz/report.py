"""How commands report figures: as JSON for programs, as lines for people. A cost that is no number is not hidden."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from nnviz.core.evaluation import Evaluation
from nnviz.core.network import Network
from nnviz.run.names import no_answers


def as_json(report: Mapping[str, object]) -> str:
    """Return a report as one line of JSON, with null for what is no finite number: JSON has no NaN."""
    return json.dumps({key: _known(value) for key, value in report.items()}, allow_nan=False)


def _known(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def result_lines(network: Network, result: Evaluation) -> list[str]:
    """Return the lines that say how a network does on the test images."""
    lines = [
        f"test cost      {cost_text(result.cost)} ({network.cost.name})",
        f"test accuracy  {result.accuracy:.2%} of {result.count:,} images",
    ]
    if result.unanswered:
        lines.append(f"no answers     {no_answers(result.unanswered)}")
    return lines


def cost_text(cost: float) -> str:
    """Return a cost with four decimals, or words where it is no number."""
    if math.isfinite(cost):
        return f"{cost:.4f}"
    return "no number" if math.isnan(cost) else "infinite"
