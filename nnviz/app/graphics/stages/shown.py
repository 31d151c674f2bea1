"""What the pictures of a step's stages show, and what they tell of a place in them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from nnviz.app.choice import Neuron, pinned_in
from nnviz.app.graphics.text import number, raised
from nnviz.core.forecast import Forecast
from nnviz.core.nudges import Agreement
from nnviz.core.stages import Kind, Stage, StepTrace

MOST_ROWS = 1000
"""Samples of a mini-batch that have a row of their own; of more, one could not be told from another."""


@dataclass(frozen=True, eq=False)
class StageShown:
    """A stage of a step, and what was chosen to be seen of it.

    Parameters
    ----------
    trace : StepTrace
    samples : int64 array, (m,)
        The mini-batch, as places among the training samples.
    step : int
        The number of steps made before this one.
    stage : Stage
    place : int
        Of the sample that is shown, in the mini-batch.
    pinned : Neuron or None
    layer : int
        Of which the gradient is shown, from 1.
    shape : (rows, cols) or None
        How the inputs lie in an image.
    agreement : Agreement or None
        Of the samples' gradients; None while it is not known.
    forecast : Forecast or None
        What the step promises and does; None while it is not known.
    """

    trace: StepTrace
    samples: NDArray[np.int64]
    step: int
    stage: Stage
    place: int
    pinned: Neuron | None
    layer: int
    shape: tuple[int, int] | None
    agreement: Agreement | None = None
    forecast: Forecast | None = None

    @property
    def n_layers(self) -> int:
        """L, the layers without the input's."""
        return len(self.trace.z)

    @property
    def rows(self) -> int:
        """The number of samples that have a row of their own: the mini-batch's first ones."""
        return min(self.trace.m, MOST_ROWS)

    @property
    def samples_text(self) -> str:
        """Which samples have a row: "all 10 samples", "the first 1,000 of 60,000 samples"."""
        m = self.trace.m
        return f"all {m:,} samples" if self.rows == m else f"the first {self.rows:,} of {m:,} samples"

    @property
    def label(self) -> int:
        """What the sample shows."""
        return int(self.trace.labels[self.place])

    def sample_name(self, place: int) -> str:
        """Return what to call a sample of the mini-batch: "training image 345, labelled 7"."""
        return f"training image {int(self.samples[place]):,}, labelled {int(self.trace.labels[place])}"

    def pinned_in(self, layer: int) -> int | None:
        """Return the number of the pinned neuron if it is one of a layer."""
        pinned = pinned_in(self.pinned, self.trace.network)
        return pinned.index if pinned is not None and pinned.layer == layer else None

    def focus(self, layer: int) -> int:
        """Return whose numbers are put into the equations: the pinned neuron's, if it is of this layer.

        Else that of the output that should be 1, or in a hidden layer, of the one for which the stage comes to most.
        """
        pinned = self.pinned_in(layer)
        if pinned is not None:
            return pinned
        if layer == self.n_layers:
            return self.label
        values = self.trace.a if self.stage.kind is Kind.FORWARD else self.trace.delta
        return int(np.abs(np.nan_to_num(values[layer - 1][:, self.place])).argmax())

    def gradient_focus(self) -> int:
        """Return whose gradient is shown in numbers: the pinned neuron's, or the largest component's."""
        pinned = self.pinned_in(self.layer)
        if pinned is not None:
            return pinned
        gradient = self.trace.network.layers(self.trace.mean_gradient)[self.layer - 1]
        return int(np.abs(np.nan_to_num(gradient)).argmax() // gradient.shape[1])


@dataclass(frozen=True)
class Spot:
    """A place in a picture, what it tells, and what a click on it chooses.

    Parameters
    ----------
    where : QRectF
    lines : tuple of str
        The first is a heading.
    sample : int, optional
        A place in the mini-batch.
    neuron : Neuron, optional
    layer : int, optional
        Of which to show the gradient.
    stage : int, optional
        The number of a stage of the step.
    """

    where: QRectF
    lines: tuple[str, ...]
    sample: int | None = None
    neuron: Neuron | None = None
    layer: int | None = None
    stage: int | None = None

    @property
    def is_clickable(self) -> bool:
        """Whether a click chooses anything."""
        return any(chosen is not None for chosen in (self.sample, self.neuron, self.layer, self.stage))


class StagePicture(Protocol):
    """A picture of one stage."""

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """Lay the picture out in an area, and paint it."""

    def at(self, point: QPointF) -> Spot | None:
        """Return what lies under a point of the area that was painted last."""


def symbol(letter: str, layer: int) -> str:
    """Return a letter with the number of a layer: "a²"."""
    return f"{letter}{raised(layer)}"


def exact(value: float | np.floating[Any]) -> str:
    """Return a number in six figures, with a real minus: "−0.0123456", "1.2·10⁻⁷"."""
    value = float(value)
    if not math.isfinite(value):
        return number(value)
    text = f"{value:.6g}"
    if "e" in text:
        mantissa, power = text.split("e")
        text = f"{mantissa}·10{raised(int(power))}"
    return text.replace("-", "−")


def plural(count: int, word: str) -> str:
    """Return "1 sample", "10 samples"."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
