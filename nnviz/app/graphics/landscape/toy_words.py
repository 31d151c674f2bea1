"""What is said of a ball on a toy surface."""

from __future__ import annotations

import math

from nnviz.app.graphics.text import number
from nnviz.core.balls import Ball
from nnviz.core.telling import Event, Told

SENTENCES = {
    Event.START: "Press Step, or Run, to let it go.",
    Event.DIVERGED: "It diverged at step {step}: each step led further away than the one before.",
    Event.DEEPEST: "It has come to rest in the deepest valley.",
    Event.MINIMUM: "It has come to rest in a valley, but not in the deepest: no small step leads out.",
    Event.SADDLE: "At a saddle the slope is almost zero, and so are the steps, though it is no valley.",
    Event.PLATEAU: "The ground is almost level here: the slope is small, and so is the step.",
    Event.THROWN: "This step was longer than the picture is wide: η is far too large here.",
    Event.CLIMBED: "The step is longer than the valley is wide: it climbs.",
    Event.CARRIED: "Its momentum carries it uphill.",
    Event.ACROSS: "The step leads across the valley to the other side, a little lower.",
    Event.CREEPS: "It creeps: the ground is steep, but η is small.",
    Event.DOWN: "It rolls downhill.",
}
SHORT = {
    Event.START: "It stands still.",
    Event.DIVERGED: "It diverged at step {step}.",
    Event.DEEPEST: "It rests in the deepest valley.",
    Event.MINIMUM: "It rests, but not in the deepest valley.",
    Event.SADDLE: "It lingers at a saddle.",
    Event.PLATEAU: "The ground is almost level here.",
    Event.THROWN: "η is far too large.",
    Event.CLIMBED: "The step is too long: it climbs.",
    Event.CARRIED: "Its momentum carries it uphill.",
    Event.ACROSS: "It jumps across the valley.",
    Event.CREEPS: "It creeps: η is small.",
    Event.DOWN: "It rolls downhill.",
}
"""The same where there is little room."""


def decimals_of(eta: float) -> int:
    """Return how many decimals a learning rate needs."""
    return next((places for places in range(1, 6) if round(eta, places) == round(eta, 6)), 6)


def name_of(ball: Ball) -> str:
    """Return how a ball differs from others: "η 0.5", "η 0.07, μ 0.9"."""
    eta = f"η {ball.eta:.{decimals_of(ball.eta)}f}"
    return f"{eta}, μ {ball.momentum:g}" if ball.momentum else eta


def sentence(told: Told) -> str:
    """Return what happened in the last step."""
    return SENTENCES[told.event].format(step=told.step)


def short_sentence(told: Told) -> str:
    """Return the same in fewer words."""
    return SHORT[told.event].format(step=told.step)


def figures(told: Told) -> str:
    """Return the numbers of the last step: "step 3 · C = 0.52 · moved 0.24"."""
    moved = f" · moved {_short(told.length)}" if told.event is not Event.START and told.step else ""
    return f"step {told.step} · C = {number(told.cost, 3)}{moved}"


def _short(length: float) -> str:
    """Return a length with three decimals, or with as many as it takes to tell it from zero."""
    if 0 < length < 0.01:
        return f"{length:.{min(1 - math.floor(math.log10(length)), 12)}f}"
    return number(length, 3)
