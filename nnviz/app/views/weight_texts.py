"""What the gallery of weights says: its titles, and the numbers under the pointer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnviz.app.graphics.text import HUGE, number, signed
from nnviz.app.graphics.weight_pictures import Place
from nnviz.app.views.weight_controls import Order
from nnviz.core.encoding import Floats
from nnviz.core.network import Network
from nnviz.run.weight_gallery import Gallery, norms


@dataclass(frozen=True, eq=False)
class Shown:
    """What is shown.

    Parameters
    ----------
    gallery : Gallery
    network : Network
    step : int
    since : str
        Since when the weights have changed, "step 1,200"; empty where they are the weights themselves.
    shape : (rows, cols) or None
        Of each neuron's image; None where the weights are a matrix.
    order, sorted_by : Order
        The order that was chosen, and the one that could be made.
    sample : str
        What the chosen sample is called.
    by : float array, (n_l,), or None
        What they are sorted by, a number for each neuron in the order shown.
    kept : int or None
        The step that was kept.
    """

    gallery: Gallery
    network: Network
    step: int
    since: str
    shape: tuple[int, int] | None
    order: Order
    sorted_by: Order
    sample: str
    by: Floats | None
    kept: int | None

    @property
    def norm(self) -> str:
        """The symbol of a row's length."""
        return "‖Δw‖" if self.since else "‖w‖"


def step_name(step: int) -> str:
    """Return "step 1,200"."""
    return f"step {step:,}"


def titles(shown: Shown) -> list[str]:
    """Return what stands above the picture, from the longest to the shortest."""
    layer, now = shown.gallery.layer, step_name(shown.step)
    if not np.isfinite(shown.gallery.weights).all():  # after a divergence, there is nothing to see
        return [
            f"Weights into layer {layer} · no numbers any more · {now}",
            f"Layer {layer} · no numbers any more",
            "No numbers any more",
        ]
    if not shown.since:
        return [f"Weights into layer {layer} · {now}", f"Weights into layer {layer}", f"Layer {layer}"]
    change = f"change since {shown.since}"
    return [
        f"Weights into layer {layer} · {change} · {now}",
        f"Weights into layer {layer} · {change}",
        f"Layer {layer} · {change}",
        change.capitalize(),
        f"Since {shown.since}",
    ]


def explanations(shown: Shown) -> list[str]:
    """Return what stands below the title, from the longest to the shortest."""
    what = "how the weights into it have changed" if shown.since else "the weights into it"
    if shown.shape is not None:
        base, bias = f"An image for each neuron: {what}.", "The strip below is its bias."
    else:
        base, bias = f"A row for each neuron: {what}.", "The column b is its bias."
    if shown.order is not shown.sorted_by:
        order = "There is no sample to sort by."
    elif shown.order is Order.NORM:
        order = f"The largest {shown.norm} comes first."
    elif shown.order is Order.ACTIVATION:
        order = f"The most active for {shown.sample} comes first."
    else:
        order = ""
    kept = "" if shown.kept is None or shown.since else f"{step_name(shown.kept).capitalize()} is kept."
    choices = ((base, bias, order, kept), (base, order, kept), (order or base, kept), (order or base,))
    return [" ".join(part for part in parts if part) for parts in choices]


def reading(shown: Shown, place: Place) -> list[str]:
    """Return the exact numbers at a place, from the longest text to the shortest."""
    gallery, source = shown.gallery, place.source
    neuron = int(gallery.order[place.row])
    layer = gallery.layer - 1
    bias = exact(shown.network.biases[layer][neuron], 3)
    name = f"Neuron {neuron} · bias {bias}"
    more = name
    if shown.since:
        more += f" (change {exact(gallery.biases[place.row], 3)})"
    if source is None or shown.sorted_by is Order.NORM:
        more += f" · {shown.norm} {number(float(norms(gallery.weights[place.row][np.newaxis])[0]), 3)}"
    if shown.by is not None and shown.sorted_by is Order.ACTIVATION:
        more += f" · activation {number(float(shown.by[place.row]), 3)}"
    if source is None:
        return [more, name]
    value = exact(shown.network.weights[layer][neuron, source], 4)
    said = f"weight {value}"
    if shown.since:
        now, value = value, exact(gallery.weights[place.row, source], 4)
        said = f"change {value}, weight now {now}"
    where, short = _source_names(shown, source)
    return [
        f"{more} · {where}: {said}",
        f"{name} · {where}: {said}",
        f"{name} · {short}: {said}",
        f"{neuron} · b {bias} · {short}: {value}",
        f"{neuron} · {short}: {value}",
    ]


def _source_names(shown: Shown, source: int) -> tuple[str, str]:
    if shown.shape is not None:
        row, column = divmod(source, shown.shape[1])
        return f"pixel ({row}, {column})", f"({row}, {column})"
    if shown.gallery.layer == 1:
        return f"input {source}", f"input {source}"
    return f"from neuron {source} of layer {shown.gallery.layer - 1}", f"from {source}"


def exact(value: float, decimals: int) -> str:
    """Return a number with its sign; huge ones are short, and what is no number says so."""
    value = float(value)
    return signed(value, decimals) if abs(value) < HUGE else number(value, decimals)
