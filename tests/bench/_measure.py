"""What the benchmarks share: fair timing on a machine that others use as well, and the report."""

import gc
import importlib.metadata
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

Contestant = Callable[[], int]
"""Does some work and returns how many units of it (steps, say), for about a fiftieth of a second."""


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold every BLAS and OpenMP library that is loaded by now to one thread."""
    with threadpool_limits(limits=1):
        yield


def fastest(contestants: Mapping[str, Contestant], rounds: int = 30) -> dict[str, float]:
    """Return the seconds that a unit takes each contestant at its best.

    They take turns, so that a busy or a throttled machine is one for all of them; of noise that only ever
    slows down, the minimum holds least. A first round, not counted, warms the caches.
    """
    best = dict.fromkeys(contestants, float("inf"))
    for turn in range(rounds + 1):
        gc.collect()
        gc.disable()
        for name, contestant in contestants.items():
            start = time.perf_counter()
            units = contestant()
            seconds = (time.perf_counter() - start) / units
            if turn:
                best[name] = min(best[name], seconds)
        gc.enable()
    return best


def ratio(measured: float, *, at_most: float | None = None, at_least: float | None = None) -> dict[str, Any]:
    """Return the report of one ratio and its target."""
    if at_most is not None:
        return {"measured": round(measured, 3), "target": f"at most {at_most:g}", "met": measured <= at_most}
    return {"measured": round(measured, 3), "target": f"at least {at_least:g}", "met": measured >= at_least}


def for_comparison(measured: float) -> dict[str, Any]:
    """Return the report of a ratio that has no target."""
    return {"measured": round(measured, 3), "target": None, "met": None}


def not_measured(
    reason: str, *, at_most: float | None = None, at_least: float | None = None
) -> dict[str, Any]:
    """Return the report of a ratio that could not be measured, and why."""
    target = f"at most {at_most:g}" if at_most is not None else f"at least {at_least:g}"
    return {"measured": None, "target": target, "met": None, "reason": reason}


def report(ratios: Mapping[str, Any], packages: tuple[str, ...], **more: Any) -> None:
    """Print one JSON object: the ratios, the versions of the packages, the processor."""
    versions = {"python": platform.python_version()} | {name: _version(name) for name in packages}
    print(json.dumps({"ratios": ratios, "versions": versions, "cpu": _processor(), **more}, indent=2))


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    """Return the processor's name, which Python itself does not know on Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
