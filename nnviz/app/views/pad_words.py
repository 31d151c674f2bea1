"""A network's answer in words, as the pad gives it."""

from __future__ import annotations

from nnviz.app.choice import DRAWN, Sample
from nnviz.app.graphics.text import signed
from nnviz.core.network import Network
from nnviz.core.response import Response
from nnviz.data.sketch import Sketch

NO_NETWORK = "The network answers here as soon as there is one."
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def answer_in_words(
    network: Network | None, response: Response | None, sample: Sample, pad: Sketch | None
) -> tuple[str, str]:
    """Return what a network says to a sample, and the part of it that only words can say; that may be empty.

    Parameters
    ----------
    network : Network or None
        None where there is none yet.
    response : Response or None
        Its response to the sample; None where that does not fit it.
    sample : Sample
    pad : Sketch or None
        The pad, if the sample is what is on it.
    """
    if network is None:
        return NO_NETWORK, ""
    if response is None:
        misfit = f"The chosen sample has {sample.pixels.size:,} pixels, but the network {network.sizes[0]:,} inputs."
        return misfit, ""
    said, a = response.predicted, f"{response.confidence:.2f}"
    if said is None:
        return "The network's outputs are no numbers any more: training has diverged.", "No numbers any more"
    if pad is not None and pad.is_noise:
        return f"This is noise, and yet the network says {said} ({a}).", ""
    if pad is not None and pad.is_blank:
        return f"There is nothing on the pad, and yet the network says {said} ({a}).", ""
    says = f"The network says {said}, with an activation of {a}"
    if sample.label is None:
        return f"{says}.", ""
    return f"{says}; the label is {sample.label}.", f"The label is {sample.label}."


def subject_in_words(sample: Sample, pad: Sketch | None) -> str:
    """Return what an answer is to: "test image 42", "the drawing".

    Parameters
    ----------
    sample : Sample
    pad : Sketch or None
        The pad, if the sample is what is on it.
    """
    if pad is None:
        return sample.name
    return "noise" if pad.is_noise else "the empty pad" if pad.is_blank else "the pad"


def note_in_words(sample: Sample, pad: Sketch | None) -> str:
    """Return where the pixels of an image are from that was not centred and scaled here.

    Parameters
    ----------
    sample : Sample
    pad : Sketch or None
        The pad, if the sample is what is on it.
    """
    if pad is None:
        return "as drawn" if sample.source == DRAWN else "as the data set has it"
    return "each of them random" if pad.is_noise else "the pad, only made smaller"


def output_in_words(index: int, a: float, z: float) -> str:
    """Return the exact numbers of an output neuron, short enough for a title's place."""
    lowered = str(index).translate(SUBSCRIPTS)
    return f"a{lowered} = {a:.4f}, z{lowered} = {signed(z)}"
