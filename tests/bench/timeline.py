"""How quickly a long run goes back to any of its steps, and what recording for that costs."""

import statistics
import sys
import time

import numpy as np
from _measure import ratio, report

from nnviz.data.dataset import load_mnist
from nnviz.run.spec import RunSpec
from nnviz.run.trainer import Trainer

SPEC = RunSpec((784, 30, 10))
STEPS = 180_000
"""Thirty epochs at batch 10."""
JUMPS, BACKS = 200, 200
TURNS, STEPS_A_TURN = 30, 2_000


def milliseconds(action):
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - start)


def recording_ratio(data):
    """Return steps a second with keyframes by those without; the contestants take turns."""
    kinds = {recording: Trainer(SPEC, data, recording=recording) for recording in (False, True)}
    seconds = {recording: [] for recording in kinds}
    for turn in range(TURNS + 1):
        for recording, trainer in kinds.items():
            start = time.perf_counter()
            with np.errstate(all="ignore"):
                for _ in range(STEPS_A_TURN):
                    trainer.make_step()
            if turn:
                seconds[recording].append(time.perf_counter() - start)
            trainer.due = None
    return statistics.median(
        without / with_ for without, with_ in zip(seconds[False], seconds[True], strict=True)
    )


def main():
    data = load_mnist()
    recording = recording_ratio(data)
    trainer = Trainer(SPEC, data, recording=True)
    for done in range(0, STEPS, 6_000):
        trainer.advance(6_000)
        print(f"{done + 6_000:,} of {STEPS:,} steps", file=sys.stderr)
    frames = trainer.keyframes
    rng = np.random.default_rng(0)
    jumps = [
        milliseconds(lambda step=int(step): trainer.go_to(step)) for step in rng.integers(0, STEPS, JUMPS)
    ]
    backs = []
    for _ in range(BACKS // 20):
        trainer.go_to(int(rng.integers(100, STEPS)))
        backs += [milliseconds(lambda: trainer.go_to(trainer.step - 1)) for _ in range(20)]
    report(
        {
            "any of 180,000 steps, median, ms": ratio(statistics.median(jumps), at_most=60),
            "any of 180,000 steps, worst, ms": ratio(max(jumps), at_most=250),
            "one step back, median, ms": ratio(statistics.median(backs), at_most=30),
            "one step back, worst, ms": ratio(max(backs), at_most=30),
            "steps a second while recording / without": ratio(recording, at_least=0.95),
            "memory of the keyframes, MB": ratio(frames.nbytes / 2**20, at_most=256),
        },
        ("numpy",),
        keyframes=len(frames),
        steps_between=frames.every,
    )


if __name__ == "__main__":
    main()
