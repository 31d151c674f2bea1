import os
import re
import xml.etree.ElementTree as ElementTree

import pytest
from app.small_window import small_snapshot
from app.toy_view import ToyView
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from nnviz.app.figure_file import (
    LONGEST_SIDE,
    MARGIN,
    FigureError,
    figure_image,
    figure_png,
    figure_svg,
    save_figure,
)
from nnviz.app.graphics.equations import paint_equation
from nnviz.app.graphics.text import write

SIZE = QSize(240, 160)
SVG = "{http://www.w3.org/2000/svg}"


class Rich(ToyView):
    """A view with all that pictures are made of: text, images, gradients, clipping and transparency."""

    def paint_figure(self, painter, area):
        super().paint_figure(painter, area)
        image = QImage(5, 4, QImage.Format.Format_Grayscale8)
        image.fill(100)
        painter.drawImage(QRectF(area.left() + 5, area.top() + 30, 50, 40), image)
        gradient = QLinearGradient(area.topLeft(), area.bottomRight())
        gradient.setColorAt(0, self.theme.colour("positive"))
        gradient.setColorAt(1, self.theme.colour("negative", 0.5))
        painter.setBrush(gradient)
        painter.drawEllipse(area.center(), 20, 20)
        painter.save()
        painter.setClipRect(QRectF(area.center(), area.bottomRight()))
        painter.drawLine(area.topLeft(), area.bottomRight() * 2)
        painter.restore()
        write(painter, self.theme, area, "a < b & “c” − z")


@pytest.fixture
def view(qtbot, theme):
    view = ToyView(theme)
    qtbot.addWidget(view)
    view.show_snapshot(small_snapshot(7))
    return view


@pytest.fixture
def rich(qtbot, theme):
    view = Rich(theme, "Weights & <biases>")
    qtbot.addWidget(view)
    return view


def colours_of(image):
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def tree(content):
    return ElementTree.fromstring(content)


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def refusal(view, path, size=SIZE, scale=1.0):
    with pytest.raises(FigureError) as caught:
        save_figure(view, path, size, scale)
    sentence = str(caught.value)
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    return sentence


# The picture


def test_the_picture_is_the_views_on_the_themes_ground_with_a_margin(view, theme):
    for name in ("dark", "light"):
        theme.choose(name, False)
        image = figure_image(view, SIZE)
        assert view.areas[-1] == QRectF(MARGIN, MARGIN, 240 - 2 * MARGIN, 160 - 2 * MARGIN)
        for x, y, role in (
            (0, 0, "surface"),
            (239, 159, "surface"),
            (MARGIN - 1, 80, "surface"),
            (MARGIN, 80, "training"),
            (239 - MARGIN, 159 - MARGIN, "training"),
            (240 - MARGIN, 80, "surface"),
        ):
            assert image.pixelColor(x, y).name() == getattr(theme.colours, role), (x, y)


@pytest.mark.parametrize("size", [QSize(10, 10), QSize(1, 1), QSize(40, 3), QSize(3, 700)])
def test_however_small_the_picture_the_view_has_an_area_to_paint_into(view, size):
    figure_image(view, size)
    area = view.areas[-1]
    assert area.width() > 0
    assert area.height() > 0
    assert QRectF(0, 0, size.width(), size.height()).contains(area)


@pytest.mark.parametrize("scale", [1, 2, 0.5, 3.7])
def test_a_png_has_scale_pixels_to_a_unit_and_is_laid_out_all_the_same(view, scale):
    image = QImage.fromData(figure_png(view, SIZE, scale))
    assert image.size() == QSize(round(240 * scale), round(160 * scale))
    assert view.areas[-1] == QRectF(MARGIN, MARGIN, 240 - 2 * MARGIN, 160 - 2 * MARGIN)
    inside, outside = (MARGIN + 2) * scale, (MARGIN - 2) * scale
    assert image.pixelColor(int(inside), image.height() // 2).name() == view.theme.colours.training
    assert image.pixelColor(int(outside), image.height() // 2).name() == view.theme.colours.surface


def test_a_larger_scale_is_not_a_blow_up_but_has_finer_detail(view):
    small, large = (QImage.fromData(figure_png(view, SIZE, scale)) for scale in (1, 4))
    blown_up = small.scaled(large.size())
    assert large != blown_up.convertToFormat(large.format())
    assert len(colours_of(large)) > 2


def test_a_size_that_is_no_whole_number_of_pixels_has_a_ground_to_its_last_row(view, theme):
    """What had been in memory before showed through the last row and column."""
    size = QSize(101, 67)
    garbage = [QImage(50, 34, QImage.Format.Format_RGB32) for _ in range(20)]
    for image in garbage:
        image.fill(QColor("#ff00ff"))
    del garbage, image
    image = figure_image(view, size, 0.5)
    assert image.size() == QSize(50, 34)
    assert {image.pixelColor(x, 33).name() for x in range(50)} == {theme.colours.surface}


def test_a_view_that_nobody_has_seen_shows_the_newest_snapshot(qtbot, theme):
    view = ToyView(theme)
    qtbot.addWidget(view)
    for step in (3, 5):
        view.receive(small_snapshot(step))
    assert view.step is None
    assert b", 5<" in figure_svg(view, SIZE)
    view.receive(small_snapshot(6))
    figure_image(view, SIZE)
    assert view.step == 6


def test_afterwards_the_view_is_laid_out_for_the_screen_again(qtbot, view):
    """What lies under the pointer is asked of the area that was painted last."""
    view.resize(400, 300)
    view.show()
    qtbot.waitUntil(lambda: bool(view.areas))
    on_screen = view.areas[-1]
    figure_image(view, SIZE)
    assert view.areas[-1] != on_screen
    qtbot.waitUntil(lambda: view.areas[-1] == on_screen)


# The same bytes


@pytest.mark.parametrize("scale", [1, 2, 0.5, 1 / 3])
def test_the_same_state_gives_the_same_png(rich, scale):
    first = figure_png(rich, QSize(241, 163), scale)
    assert first.startswith(b"\x89PNG")
    for _ in range(3):
        assert figure_png(rich, QSize(241, 163), scale) == first


def test_the_same_state_gives_the_same_svg(rich):
    first = figure_svg(rich, SIZE)
    for _ in range(3):
        assert figure_svg(rich, SIZE) == first


def test_the_same_state_gives_the_same_files(rich, tmp_path):
    for ending in ("png", "svg"):
        for name in ("one", "two"):
            save_figure(rich, tmp_path / f"{name}.{ending}", SIZE, 2)
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()


def test_another_state_gives_another_picture(view):
    before = figure_png(view, SIZE), figure_svg(view, SIZE)
    view.show_snapshot(small_snapshot(8))
    assert figure_png(view, SIZE) != before[0]
    assert figure_svg(view, SIZE) != before[1]


def test_neither_kind_of_file_says_when_it_was_made(rich):
    png, svg = figure_png(rich, SIZE), figure_svg(rich, SIZE)
    assert not {b"tIME", b"tEXt", b"iTXt", b"eXIf"} & set(re.findall(rb"[a-zA-Z]{4}", png))
    assert not re.search(rb"\b20[0-9]{2}-|\b[0-2]?[0-9]:[0-5][0-9]\b", svg)


# SVG


def test_an_svg_is_well_formed_and_of_the_size_asked_for(rich):
    root = tree(figure_svg(rich, SIZE))
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 240 160"
    inches = [float(root.get(side).removesuffix("mm")) / 25.4 for side in ("width", "height")]
    assert inches == pytest.approx([240 / 96, 160 / 96], abs=1e-4)


def test_an_svg_is_called_as_the_view_is(rich):
    root = tree(figure_svg(rich, SIZE))
    assert root.find(f"{SVG}title").text == "Weights & <biases>"
    assert root.find(f"{SVG}desc").text == "Made by nnviz."


def test_text_in_an_svg_is_text_and_every_font_has_others_to_fall_back_on(rich):
    root = tree(figure_svg(rich, SIZE))
    texts = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert "a < b & “c” − z" in texts
    families = {element.get("font-family") for element in root.iter() if element.get("font-family")}
    assert families == {"Inter, Helvetica, Arial, sans-serif"}


class Formula(ToyView):
    def paint_figure(self, painter, area):
        paint_equation(painter, self.theme, area.topLeft(), r"z = \sum_k w_k a_k + b")


def test_the_letters_of_a_formula_have_no_outline_in_an_svg(qtbot, theme):
    """They were bold, with a black edge."""
    view = Formula(theme)
    qtbot.addWidget(view)
    root = tree(figure_svg(view, SIZE))
    parents = {child: parent for parent in root.iter() for child in parent}
    letters = list(root.iter(f"{SVG}path"))
    assert len(letters) >= 9
    for letter in letters:
        assert parents[letter].get("stroke") == "none"
        assert parents[letter].get("fill") == theme.colours.text


def test_an_svg_is_clipped_where_the_picture_is(rich):
    root = tree(figure_svg(rich, SIZE))
    known = {element.get("id") for element in root.iter(f"{SVG}clipPath")}
    used = {element.get("clip-path") for element in root.iter() if element.get("clip-path")}
    assert used
    assert used <= {f"url(#{name})" for name in known}


def test_an_svg_has_the_ground_and_the_margin_of_the_png(view, theme):
    figure_svg(view, SIZE)
    assert view.areas[-1] == QRectF(MARGIN, MARGIN, 240 - 2 * MARGIN, 160 - 2 * MARGIN)
    root = tree(figure_svg(view, SIZE))
    parents = {child: parent for parent in root.iter() for child in parent}
    ground, own = list(root.iter(f"{SVG}rect"))[:2]
    assert [ground.get(name) for name in ("x", "y", "width", "height")] == ["0", "0", "240", "160"]
    assert parents[ground].get("fill") == theme.colours.surface
    assert [own.get(name) for name in ("x", "y")] == [str(MARGIN)] * 2
    assert parents[own].get("fill") == theme.colours.training


# Files


@pytest.mark.parametrize("name", ["a.png", "A.PNG", "a b.Png"])
def test_a_png_is_written(view, tmp_path, name):
    save_figure(view, tmp_path / name, SIZE, 2)
    image = QImage(str(tmp_path / name))
    assert image.size() == 2 * SIZE
    assert names_in(tmp_path) == [name]


@pytest.mark.parametrize("name", ["a.svg", "A.SVG", "größe & ψ.svg"])
def test_an_svg_is_written_and_has_no_scale(view, tmp_path, name):
    save_figure(view, tmp_path / name, SIZE, 1000)
    assert tree((tmp_path / name).read_bytes()).get("viewBox") == "0 0 240 160"
    assert names_in(tmp_path) == [name]


def test_an_older_figure_is_replaced(view, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    save_figure(view, path, SIZE)
    assert path.read_bytes() == figure_png(view, SIZE)


@pytest.mark.parametrize("name", ["a.jpg", "a.pdf", "a", "a.svgz", "png", ".png", "a.png."])
def test_other_kinds_of_files_are_refused(view, tmp_path, name):
    sentence = refusal(view, tmp_path / name)
    assert name in sentence
    assert ".png or .svg" in sentence
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_a_folder_that_is_missing_is_said(view, tmp_path, name):
    sentence = refusal(view, tmp_path / "missing" / name)
    assert "No such file or directory" in sentence
    assert str(tmp_path / "missing" / name) in sentence
    assert names_in(tmp_path) == []


def test_a_folder_in_the_place_of_the_file_is_said_and_stays(view, tmp_path):
    path = tmp_path / "a.png"
    path.mkdir()
    (path / "inside").write_text("kept")
    assert str(path) in refusal(view, path)
    assert names_in(tmp_path) == ["a.png"]
    assert names_in(path) == ["inside"]


def test_a_file_in_the_place_of_the_folder_is_said(view, tmp_path):
    (tmp_path / "file").write_text("kept")
    assert "Not a directory" in refusal(view, tmp_path / "file" / "a.svg")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="Nothing is forbidden to root.")
def test_a_folder_that_may_not_be_written_to_is_said(view, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    try:
        assert "Permission denied" in refusal(view, folder / "a.png")
        assert names_in(folder) == []
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_a_disk_that_is_full_leaves_the_older_figure(view, tmp_path, monkeypatch, name):
    path = tmp_path / name
    path.write_bytes(b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nnviz.run.atomic.os.fsync", full)
    assert "No space left on device" in refusal(view, path)
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == [name]


@pytest.mark.parametrize(
    ("size", "scale", "said"),
    [
        (QSize(20_000, 100), 1, "20,000 × 100"),
        (QSize(100, 20_000), 1, "100 × 20,000"),
        (QSize(5_000, 100), 4, "20,000 × 400"),
        (QSize(LONGEST_SIDE + 1, 1), 1, "16,385 × 1"),
        (QSize(0, 100), 1, "0 × 100"),
        (QSize(100, 0), 1, "100 × 0"),
        (QSize(100, 100), 0.001, "0 × 0"),
        (QSize(100, 100), -1, "-100 × -100"),
        (QSize(-100, 100), 1, "-100 × 100"),
    ],
    ids=str,
)
def test_a_picture_that_is_too_large_or_nothing_is_refused_before_anything_is_written(
    view, tmp_path, size, scale, said
):
    sentence = refusal(view, tmp_path / "a.png", size, scale)
    assert said in sentence
    assert "16,384" in sentence
    assert names_in(tmp_path) == []
    assert view.areas == []


def test_the_longest_side_can_be_made(view):
    assert figure_image(view, QSize(LONGEST_SIDE, 1)).size() == QSize(LONGEST_SIDE, 1)


def test_too_little_memory_is_said(view, tmp_path, monkeypatch):
    class NoRoom(QImage):
        def isNull(self):
            return True

    monkeypatch.setattr("nnviz.app.figure_file.QImage", NoRoom)
    assert "not enough memory" in refusal(view, tmp_path / "a.png")
    assert names_in(tmp_path) == []


def test_a_picture_that_cannot_be_packed_is_said(view, tmp_path, monkeypatch):
    monkeypatch.setattr(QImage, "save", lambda *_: False)
    assert "not enough memory" in refusal(view, tmp_path / "a.png")
    assert names_in(tmp_path) == []


def test_painting_leaves_the_painter_of_a_view_in_peace(view, tmp_path):
    """A figure can be made while a view is being painted elsewhere: it has a painter of its own."""
    other = QImage(100, 100, QImage.Format.Format_RGB32)
    with QPainter(other) as painter:
        painter.drawPoint(QPointF(1, 1))
        assert figure_image(view, SIZE).size() == SIZE
        assert painter.isActive()
