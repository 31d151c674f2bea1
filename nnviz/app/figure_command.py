"""Figures without a window, for slides: what `nnviz figure` does."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize

from nnviz.app.application import make_application
from nnviz.app.choice import TEST, Choice, Neuron, pinned_in
from nnviz.app.figure_file import LONGEST_SIDE, check_name, save_figure
from nnviz.app.theme import TEXT_SCALES, THEMES, Theme
from nnviz.app.views.table import FIGURES, NEED_HISTORY, Views
from nnviz.core.network import Network
from nnviz.data.dataset import DataSet
from nnviz.run.model_file import Model
from nnviz.run.still import run_again, still

OF_THE_SCREEN = ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_FONT_DPI", "QT_USE_PHYSICAL_DPI")
"""Variables by which users tell Qt how fine their screen is."""


def list_figures() -> str:
    """Return the names of all figures, with what they show, a line each."""
    width = max(len(key) for key in FIGURES)
    lines = []
    for key, what in FIGURES.items():
        lines.append(f"{key:<{width}}  {what}{' (needs --replay)' if key in NEED_HISTORY else ''}")
    return "\n".join(lines)


def check_options(options: argparse.Namespace) -> None:
    """Complain about options that make no figure, before anything is read.

    Raises
    ------
    ValueError, FigureError
        With a sentence that says what is wrong with them.
    """
    if options.view not in FIGURES:
        raise ValueError(f"There is no figure {options.view!r}. Choose one of {', '.join(FIGURES)}.")
    if options.view in NEED_HISTORY and not options.replay:
        raise ValueError(
            f"A model file holds no history, which the figure {options.view!r} shows. With --replay, the run "
            "is made again from its beginning."
        )
    if options.theme not in THEMES:
        raise ValueError(f"There is no theme {options.theme!r}. Choose one of {', '.join(THEMES)}.")
    if not TEXT_SCALES[0] <= options.text <= TEXT_SCALES[-1]:
        raise ValueError(f"The size of the text is from {TEXT_SCALES[0]:g} to {TEXT_SCALES[-1]:g}.")
    if not 0 < options.scale <= 16:
        raise ValueError("The scale of a PNG is above 0 and at most 16.")
    _size(options.size)
    _neuron(options.neuron)
    check_name(Path(options.out))


def write_figure(options: argparse.Namespace, model: Model, data: DataSet) -> None:
    """Write one figure of a model.

    Raises
    ------
    ValueError
        If there is no such sample or neuron, or the model does not fit the data.
    FigureError, ModelError
        If the figure cannot be written, or the model has no history to be shown.
    """
    choice = Choice()
    choice.set_data(data)
    _choose(choice, model.network, options)  # before a run is made again, which may take minutes
    snapshot = run_again(model, data) if options.replay else still(model, data)
    _forget_screen()
    application = make_application()
    theme = Theme(application)
    theme.motion = False
    theme.choose(options.theme, options.colour_blind_safe)
    theme.choose_text_scale(options.text)
    views = Views(theme, choice)
    try:
        view = views[options.view]
        view.show_snapshot(snapshot)
        save_figure(view, Path(options.out), _size(options.size) or view.figure_size, options.scale)
    finally:
        for part in (*views.made.values(), theme):
            part.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _forget_screen() -> None:
    """Have Qt paint the same wherever it is: neither the screen nor the language of the place has a say in it."""
    for name in OF_THE_SCREEN:
        os.environ.pop(name, None)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["LC_ALL"] = "C.UTF-8"  # about any other encoding Qt would complain


def _choose(choice: Choice, network: Network, options: argparse.Namespace) -> None:
    samples = choice.samples(options.source)
    if samples is None:
        raise ValueError(f"Samples are from 'training' or {TEST!r}, not from {options.source!r}.")
    if not 0 <= options.sample < len(samples):
        raise ValueError(
            f"There is no {options.source} image {options.sample:,}; they go from 0 to {len(samples) - 1:,}."
        )
    choice.choose(options.source, options.sample)
    neuron = _neuron(options.neuron)
    if neuron is not None and pinned_in(neuron, network) is None:
        sizes = "-".join(str(n) for n in network.sizes)
        raise ValueError(
            f"A network of {sizes} has no neuron {options.neuron}. The first number is the layer, from 1; the "
            "second the neuron, from 0."
        )
    choice.pin(neuron)


def _size(text: str | None) -> QSize | None:
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})[x×]([0-9]{1,9})", text)
    if found is None:
        raise ValueError(f"A size is written as 960x640; given was {text!r}.")
    size = QSize(int(found[1]), int(found[2]))
    if not all(1 <= side <= LONGEST_SIDE for side in size.toTuple()):
        raise ValueError(f"The sides of a figure have from 1 to {LONGEST_SIDE:,} units; given was {text!r}.")
    return size


def _neuron(text: str | None) -> Neuron | None:
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6}),([0-9]{1,6})", text)
    if found is None:
        raise ValueError(f"A neuron is written as its layer and its number, as in 1,4; given was {text!r}.")
    return Neuron(int(found[1]), int(found[2]))
