"""What `nnviz figure` writes and refuses, in this process; tests/test_cli.py looks at it from outside."""

import json
import os
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from run.small import small_data, small_spec, write_folder

from nnviz.app.figure_command import OF_THE_SCREEN
from nnviz.app.figure_file import FONTS, LONGEST_SIDE
from nnviz.app.theme import SAFE_SIGNS, THEMES
from nnviz.app.views.table import FIGURES, NEED_HISTORY
from nnviz.app.views.view import View
from nnviz.cli import main
from nnviz.run.model_file import load_model, save_model
from nnviz.run.spec import RunSpec
from nnviz.run.trainer import Trainer

pytestmark = pytest.mark.usefixtures("qapp")

SVG = "{http://www.w3.org/2000/svg}"
STEPS = 24
DATA = small_data(60, 31)


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """Take back what the command changes for the rest of its process."""
    for name in ("QT_QPA_PLATFORM", "LC_ALL", *OF_THE_SCREEN):
        monkeypatch.setenv(name, os.environ.get(name, ""))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("data") / "small digits", DATA)


def saved(path, trainer, step=None):
    save_model(path, trainer.network, trainer.spec, trainer.step if step is None else step)
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory, folder):
    """A model after three epochs, whose file says by which run."""
    trainer = Trainer(small_spec((20, 7, 6, 10), data=str(folder)), DATA)
    trainer.advance(STEPS)
    return saved(tmp_path_factory.mktemp("model") / "model.npz", trainer)


def of_the_book(network):
    """Return a network as the book's network2.py saves it."""
    return {
        "sizes": list(network.sizes),
        "weights": [weights.tolist() for weights in network.weights],
        "biases": [biases[:, np.newaxis].tolist() for biases in network.biases],
        "cost": "CrossEntropyCost",
    }


@pytest.fixture
def figure(model, folder, tmp_path, capsys):
    """Return a function that writes a figure, quietly, and returns the file's content."""

    def figure(view, suffix, *options):
        out = tmp_path / f"{view}.{suffix}"
        replay = ["--replay"] if view in NEED_HISTORY else []
        arguments = ["--model", model, "--data", folder, *replay, "-o", out, *options]
        assert main(["figure", view, *map(str, arguments)]) == 0
        assert capsys.readouterr() == ("", "")
        assert [path.name for path in tmp_path.iterdir()] == [out.name], "another file was left"
        content = out.read_bytes()
        out.unlink()
        return content

    return figure


@pytest.fixture
def refusal(model, folder, tmp_path, capsys):
    """Return a function that asks for a figure in vain, and returns the sentence."""

    def refusal(view="diagram", *options, model=model, out=tmp_path / "a.png"):
        before = sorted(tmp_path.rglob("*"))
        arguments = [view, "--model", model, "--data", folder, "-o", out, *options]
        assert main(["figure", *map(str, arguments)]) == 2
        told, sentence = capsys.readouterr()
        assert told == ""
        assert sentence.startswith("nnviz: ")
        assert sentence.endswith(".\n")
        assert sentence.count("\n") == 1
        assert sorted(tmp_path.rglob("*")) == before, "a file was left"
        return sentence

    return refusal


def image_in(content):
    image = QImage.fromData(content)
    assert not image.isNull()
    return image


def texts_in(content):
    return [text.text for text in ElementTree.fromstring(content).iter(f"{SVG}text")]


def says(content, part):
    return any(part in text for text in texts_in(content))


# What is written


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("suffix", ["png", "svg"])
@pytest.mark.parametrize("view", FIGURES)
def test_every_view_can_be_written_and_the_same_options_give_the_same_bytes(figure, view, suffix, theme):
    content = figure(view, suffix, "--theme", theme)
    if theme == "light":
        assert figure(view, suffix) == content
    surface = THEMES[theme].surface
    if suffix == "png":
        image = image_in(content)
        assert image.pixelColor(0, 0).name() == surface
        assert image.width() >= 2 * View.figure_size.width()
        colours = {
            image.pixelColor(x, y).name() for x in range(0, image.width(), 9) for y in range(0, 900, 9)
        }
        assert len(colours) > 5, "the figure is blank"
    else:
        root = ElementTree.fromstring(content)
        assert root.get("viewBox") is not None
        assert QSvgRenderer(content).isValid()
        assert len(texts_in(content)) > 5
        assert surface.encode() in content
        assert {text.get("font-family") for text in root.iter(f"{SVG}text")} == {FONTS}


@pytest.mark.parametrize("view", ["diagram", "neuron", "pad"])
def test_the_sample_is_the_one_that_is_asked_for(figure, view):
    number = 17
    content = figure(view, "svg", "--sample", number)
    assert says(content, f"test image {number}")
    assert says(figure(view, "svg", "--sample", number, "--source", "training"), f"training image {number}")
    assert figure(view, "svg", "--sample", number + 1) != content


def test_the_last_sample_of_a_source_can_be_chosen(figure):
    assert says(figure("pad", "svg", "--sample", 30), "test image 30")
    assert says(figure("pad", "svg", "--sample", 59, "--source", "training"), "training image 59")


@pytest.mark.parametrize(
    ("neuron", "said"),
    [("1,0", "Neuron 0 of layer 1"), ("2,5", "Neuron 5 of layer 2"), ("3,9", "Output neuron 9")],
)
def test_the_neuron_is_the_one_that_is_asked_for(figure, neuron, said):
    assert says(figure("neuron", "svg", "--neuron", neuron), said)
    assert figure("diagram", "png", "--neuron", neuron) != figure("diagram", "png")


def test_without_a_neuron_the_strongest_output_is_shown(figure):
    assert says(figure("neuron", "svg"), "answers strongest")


@pytest.mark.parametrize("suffix", ["png", "svg"])
@pytest.mark.parametrize("size", ["640x480", "333×777"])
def test_the_size_is_that_which_is_asked_for(figure, suffix, size):
    width, height = (int(side) for side in size.replace("×", "x").split("x"))
    content = figure("weights", suffix, "--size", size)
    if suffix == "png":
        assert image_in(content).size() == QSize(2 * width, 2 * height)
    else:
        assert QSvgRenderer(content).viewBox() == QRect(0, 0, width, height)


@pytest.mark.parametrize("scale", [0.5, 1, 3])
def test_the_scale_is_that_of_a_png(figure, scale):
    content = figure("pad", "png", "--size", "300x200", "--scale", scale)
    assert image_in(content).size() == QSize(round(300 * scale), round(200 * scale))


def test_an_svg_has_no_pixels_to_be_scaled(figure):
    assert figure("pad", "svg", "--scale", 8) == figure("pad", "svg")


@pytest.mark.parametrize("view", FIGURES)
def test_the_text_is_as_large_as_is_asked_for(figure, view):
    def smallest(content):
        return min(
            float(text.get("font-size")) for text in ElementTree.fromstring(content).iter(f"{SVG}text")
        )

    usual = smallest(figure(view, "svg"))
    assert smallest(figure(view, "svg", "--text", 2)) > 1.5 * usual


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", ["diagram", "neuron", "evaluation"])
def test_signs_are_blue_and_orange_where_that_is_asked_for(figure, view, theme):
    content = figure(view, "svg", "--theme", theme, "--colour-blind-safe")
    green, red = (getattr(THEMES[theme], sign).encode() for sign in ("positive", "negative"))
    assert green not in content
    assert red not in content
    if view == "diagram":
        assert all(colour.encode() in content for colour in SAFE_SIGNS[theme].values())


@pytest.mark.parametrize("view", NEED_HISTORY)
def test_a_history_is_that_of_the_run_made_again(figure, model, tmp_path_factory, view):
    """A run that is longer has another, up to its own last step."""
    loaded = load_model(model)
    trainer = Trainer(loaded.spec, DATA)
    trainer.advance(40 * STEPS)
    longer = saved(tmp_path_factory.mktemp("longer") / "model.npz", trainer)
    short, long = figure(view, "svg"), figure(view, "svg", "--model", longer)
    steps = [text for text in ("800", "1,000") if text in texts_in(long)]
    assert steps
    assert not set(steps) & set(texts_in(short))


def test_what_was_there_is_replaced(figure, tmp_path):
    (tmp_path / "pad.png").write_bytes(b"old")
    image_in(figure("pad", "png"))


def test_the_pad_invites_nobody_to_draw_on_a_slide(figure):
    """Regression: half of the figure said so, in place of the sample."""
    assert not says(figure("pad", "svg"), "Draw")


def test_a_network_of_the_book_can_be_shown(figure, folder, tmp_path, capsys):
    path, out = tmp_path / "book.json", tmp_path / "a.svg"
    path.write_text(json.dumps(of_the_book(small_spec(cost="cross-entropy").network())))
    assert main(["figure", "diagram", "--model", str(path), "--data", str(folder), "-o", str(out)]) == 0
    assert says(out.read_bytes(), "test image 0")


@pytest.mark.parametrize("sizes", [(20, 10), (20, 100, 10), (20, 5, 5, 5, 10)])
@pytest.mark.parametrize("view", ["diagram", "neuron", "weights"])
def test_networks_of_other_shapes_can_be_shown(folder, tmp_path, capsys, sizes, view):
    path, out = tmp_path / "model.npz", tmp_path / "a.png"
    saved(path, Trainer(small_spec(sizes, data=str(folder)), DATA))
    assert main(["figure", view, "--model", str(path), "--data", str(folder), "-o", str(out)]) == 0
    assert capsys.readouterr() == ("", "")
    image_in(out.read_bytes())


def test_the_list_names_every_view_and_which_need_their_history(capsys):
    assert main(["figure", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(FIGURES)
    for line, (key, what) in zip(lines, FIGURES.items(), strict=True):
        assert what in line
        assert ("--replay" in line) == (key in NEED_HISTORY)


# What is refused


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--sample", 31], "31"),
        (["--sample", -1], "-1"),
        (["--sample", 60, "--source", "training"], "training image 60"),
        (["--source", "drawn"], "'drawn'"),
        (["--neuron", "1,7"], "1,7"),
        (["--neuron", "0,0"], "0,0"),
        (["--neuron", "4,0"], "20-7-6-10"),
        (["--neuron", "1"], "'1'"),
        (["--neuron", "1,-1"], "'1,-1'"),
        (["--neuron", "one,two"], "'one,two'"),
        (["--theme", "blue"], "'blue'"),
        (["--text", 0.5], "0.8"),
        (["--text", "nan"], "0.8"),
        (["--text", 2.5], "2"),
        (["--scale", 0], "above 0"),
        (["--scale", "inf"], "at most 16"),
        (["--scale", "nan"], "above 0"),
        (["--size", "640"], "960x640"),
        (["--size", "640x"], "960x640"),
        (["--size=-640x480"], "960x640"),
        (["--size", "00x00"], "from 1"),
        (["--size", "0x100"], "from 1"),
        (["--size", "20000x100"], f"{LONGEST_SIDE:,}"),
        (["--size", "10000x100", "--scale", 2], f"{LONGEST_SIDE:,}"),
        (["--size", "100x100", "--scale", 0.001], "0 × 0"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, list) else "",
)
def test_a_bad_option_is_refused_with_one_sentence(refusal, options, named):
    # Regression: a size of 00x00 was taken for none at all.
    assert named in refusal("diagram", *options)


def test_a_view_that_there_is_not_is_refused_and_those_that_there_are_are_named(refusal):
    sentence = refusal("scenery")
    assert "'scenery'" in sentence
    assert all(view in sentence for view in FIGURES)


@pytest.mark.parametrize("missing", ["view", "--model", "-o"])
def test_what_is_missing_is_named(capsys, model, tmp_path, missing):
    given = {"view": ["diagram"], "--model": ["--model", str(model)], "-o": ["-o", str(tmp_path / "a.png")]}
    del given[missing]
    assert main(["figure", *(part for parts in given.values() for part in parts)]) == 2
    assert missing in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.svg.txt", ".png", "a.pdf"])
def test_a_file_of_another_kind_is_refused(refusal, tmp_path, name):
    sentence = refusal(out=tmp_path / name)
    assert name in sentence
    assert ".png or .svg" in sentence


def test_no_name_for_the_file_is_refused(refusal):
    assert ".png or .svg" in refusal(out="")


@pytest.mark.parametrize("name", ["nowhere/a.png", "file/a.png", "folder.png", "x" * 300 + ".png"])
def test_a_place_that_cannot_be_written_to_is_refused(refusal, tmp_path, name):
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "folder.png").mkdir()
    assert name.split("/")[0] in refusal(out=tmp_path / name)


@pytest.mark.parametrize("options", [["--size", "x"], ["--sample", "31"], ["-o", "/nowhere/a.png"]])
def test_a_run_is_not_made_again_in_vain(refusal, monkeypatch, options):
    """Regression: what was wrong with the file or the sample was said after a run that may take minutes."""

    def run_again(*_):
        pytest.fail("the run was made again")

    monkeypatch.setattr("nnviz.app.figure_command.run_again", run_again)
    refusal("costs", "--replay", *options)


def test_a_pipe_is_not_replaced_by_a_figure(refusal, tmp_path):
    """Regression."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("There are no pipes in folders here.")
    pipe = tmp_path / "pipe.png"
    os.mkfifo(pipe)
    assert "device or a pipe" in refusal(out=pipe)
    assert pipe.is_fifo()


@pytest.mark.parametrize("what", ["missing", "empty", "garbage", "a folder", "cut off", "book, cut off"])
def test_a_model_that_cannot_be_read_is_refused(refusal, model, tmp_path, what):
    path = tmp_path / ("model.json" if "book" in what else "model.npz")
    if what == "a folder":
        path.mkdir()
    elif what != "missing":
        whole = model.read_bytes()
        content = {"empty": b"", "garbage": bytes(range(256)), "cut off": whole[: len(whole) // 2]}
        path.write_bytes(content.get(what, b'{"sizes": [20, 10], "weights": [['))
    assert str(path) in refusal(model=path)


def test_a_model_of_other_pixels_is_refused(refusal, tmp_path):
    path = tmp_path / "model.npz"
    spec = RunSpec((784, 5, 10))
    save_model(path, spec.network(), spec, 0)
    sentence = refusal(model=path)
    assert "784" in sentence
    assert "20" in sentence
    assert "--data" in sentence


def test_a_model_with_too_few_outputs_is_refused(refusal, tmp_path):
    path = tmp_path / "model.npz"
    spec = RunSpec((20, 5, 3))
    save_model(path, spec.network(), spec, 0)
    assert "3 output neurons" in refusal(model=path)


@pytest.mark.parametrize("view", NEED_HISTORY)
def test_a_history_is_not_shown_without_the_run_made_again(refusal, view):
    assert "--replay" in refusal(view)


@pytest.mark.parametrize("view", NEED_HISTORY)
@pytest.mark.parametrize("why", ["changed on the way", "of another step", "of no run"])
def test_a_run_that_cannot_be_made_again_is_said(refusal, folder, tmp_path, view, why):
    path = tmp_path / "model.npz"
    trainer = Trainer(small_spec(data=str(folder)), DATA)
    trainer.advance(5)
    if why == "changed on the way":
        trainer.change(eta=0.1)
        trainer.advance(5)
    if why == "of no run":
        path = tmp_path / "book.json"
        path.write_text(json.dumps(of_the_book(trainer.network)))
    else:
        saved(path, trainer, step=4 if why == "of another step" else None)
    sentence = refusal(view, "--replay", model=path)
    assert "history" in sentence
