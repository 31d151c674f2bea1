import xml.etree.ElementTree as ElementTree

import pytest
from app.small_window import small_snapshot
from app.toy_view import ToyView
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QMessageBox, QPushButton, QWidget

from nnviz.app.figure_file import MARGIN, figure_image
from nnviz.app.views.export_dialog import PREVIEW, SIZES, ExportDialog, put_on_clipboard

ON_SCREEN, HALF, WHOLE = SIZES


@pytest.fixture
def owner(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    return owner


@pytest.fixture
def views(qtbot, theme):
    views = {
        "diagram": ToyView(theme, "The network", "training"),
        "weights": ToyView(theme, "Weights", "test"),
        "costs": ToyView(theme, "Cost & accuracy", "warning"),
    }
    for view in views.values():
        qtbot.addWidget(view)
    return views


@pytest.fixture
def dialog(owner, views):
    owner.show()
    dialog = ExportDialog(owner, views, "weights")
    dialog.open()
    return dialog


@pytest.fixture
def told(dialog):
    """What the dialog has told, and how it closed."""
    told = []
    dialog.told.connect(told.append)
    dialog.accepted.connect(lambda: told.append("accepted"))
    dialog.rejected.connect(lambda: told.append("rejected"))
    return told


def choose(dialog, view=None, size=None):
    if view is not None:
        dialog.view.setCurrentIndex(dialog.view.findData(view))
    if size is not None:
        dialog.size_choice.setCurrentText(size)


def preview(dialog):
    return dialog._preview.pixmap().toImage()


def complaint(dialog):
    return dialog._note.text() if dialog._note.isVisible() else ""


def button(dialog, part):
    (found,) = [b for b in dialog.findChildren(QPushButton) if part in b.text()]
    return found


def asked(monkeypatch, answer):
    """Answer the question where to save, and return the list of what was asked."""
    questions = []

    def ask(parent, title, suggested, kinds):
        questions.append((suggested, kinds))
        return answer

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return questions


# What can be chosen


def test_every_view_can_be_chosen_and_the_one_that_was_meant_is(dialog):
    assert [dialog.view.itemText(n) for n in range(3)] == ["The network", "Weights", "Cost & accuracy"]
    assert dialog.view.currentText() == "Weights"
    assert dialog.chosen_view().windowTitle() == "Weights"


def test_every_control_has_a_name_and_a_tip(dialog):
    controls = (dialog.view, dialog.size_choice, dialog.scale, *dialog.findChildren(QPushButton))
    assert len(controls) == 6
    for control in controls:
        assert control.accessibleName() or control.text()
        assert control.toolTip().endswith(".")


def test_a_view_on_the_screen_is_laid_out_as_it_is_there(dialog, views):
    views["weights"].resize(333, 222)
    views["weights"].show()
    assert dialog.size_choice.currentText() == ON_SCREEN
    assert dialog.chosen_size() == QSize(333, 222)


def test_a_view_that_is_not_on_the_screen_has_a_size_of_its_own(dialog, views):
    assert dialog.chosen_size() == views["weights"].figure_size


def test_slides_have_the_sizes_that_they_say(dialog, views):
    views["weights"].show()
    for size, expected in ((HALF, QSize(960, 640)), (WHOLE, QSize(1280, 720))):
        choose(dialog, size=size)
        assert dialog.chosen_size() == expected
        assert f"{expected.width()} × {expected.height()}" in size


# The preview


@pytest.mark.parametrize(
    ("view", "role"), [("diagram", "training"), ("weights", "test"), ("costs", "warning")]
)
def test_the_preview_is_of_the_chosen_view(dialog, theme, view, role):
    choose(dialog, view=view)
    picture = preview(dialog)
    assert picture.pixelColor(picture.width() // 2, picture.height() // 2).name() == getattr(
        theme.colours, role
    )


@pytest.mark.parametrize(
    ("size", "expected"), [(ON_SCREEN, QSize(420, 280)), (HALF, QSize(420, 280)), (WHOLE, QSize(420, 236))]
)
def test_the_preview_has_the_proportions_of_the_picture(dialog, size, expected):
    choose(dialog, size=size)
    assert preview(dialog).size() == expected
    assert PREVIEW.expandedTo(expected) == PREVIEW


def test_the_preview_is_laid_out_in_the_size_of_the_picture(dialog, views):
    choose(dialog, size=WHOLE)
    area = views["weights"].areas[-1]
    assert (area.width(), area.height()) == (1280 - 2 * MARGIN, 720 - 2 * MARGIN)


def test_the_preview_shows_the_newest_snapshot_of_a_view_that_nobody_sees(owner, views):
    views["weights"].receive(small_snapshot(9))
    ExportDialog(owner, views, "weights")
    assert views["weights"].step == 9


def test_a_view_without_any_size_is_no_fault(dialog, views, tmp_path):
    view = views["diagram"]
    view.setMinimumSize(0, 0)
    view.canvas.setMinimumSize(0, 0)
    view.layout().setContentsMargins(0, 0, 0, 0)
    view.setFixedSize(0, 0)
    view.show()
    assert view.size() == QSize(0, 0)
    choose(dialog, view="diagram")
    dialog.save_as(tmp_path / "a.png")
    assert "0 × 0" in complaint(dialog)


# Saving


@pytest.mark.parametrize("scale", [1, 3])
def test_a_png_is_saved_with_so_many_pixels_to_a_unit(dialog, tmp_path, told, scale):
    dialog.scale.setValue(scale)
    dialog.save_as(tmp_path / "a.png")
    assert QImage(str(tmp_path / "a.png")).size() == QSize(300, 200) * scale
    assert told == [f"The view was saved as {tmp_path / 'a.png'}.", "accepted"]


def test_an_svg_is_saved(dialog, tmp_path, told):
    choose(dialog, view="costs", size=HALF)
    dialog.save_as(tmp_path / "a.svg")
    root = ElementTree.fromstring((tmp_path / "a.svg").read_bytes())
    assert root.get("viewBox") == "0 0 960 640"
    assert root.find("{http://www.w3.org/2000/svg}title").text == "Cost & accuracy"
    assert told[-1] == "accepted"


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("a.png", "PNG pictures (*.png)", "a.png"),
        ("a.SVG", "PNG pictures (*.png)", "a.SVG"),
        ("a", "PNG pictures (*.png)", "a.png"),
        ("a", "SVG drawings (*.svg)", "a.svg"),
        ("η = 0.5", "SVG drawings (*.svg)", "η = 0.5.svg"),
        ("a", "", "a.png"),
    ],
)
def test_the_picture_is_saved_under_the_name_that_is_given(
    qtbot, dialog, tmp_path, monkeypatch, typed, kind, written
):
    questions = asked(monkeypatch, (str(tmp_path / typed), kind))
    qtbot.mouseClick(button(dialog, "Save"), Qt.MouseButton.LeftButton)
    assert [path.name for path in tmp_path.iterdir()] == [written]
    assert questions == [("weights", "PNG pictures (*.png);;SVG drawings (*.svg)")]


def test_no_name_given_is_nothing_done(dialog, tmp_path, told, monkeypatch):
    asked(monkeypatch, ("", ""))
    button(dialog, "Save").click()
    assert told == []
    assert dialog.isVisible()


def test_another_file_is_not_replaced_without_a_question(dialog, tmp_path, told, monkeypatch):
    (tmp_path / "a.png").write_bytes(b"old")
    asked(monkeypatch, (str(tmp_path / "a"), "PNG pictures (*.png)"))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    button(dialog, "Save").click()
    assert (tmp_path / "a.png").read_bytes() == b"old"
    assert told == []


def test_what_cannot_be_saved_is_said_and_the_dialog_stays(dialog, tmp_path, told):
    dialog.save_as(tmp_path / "missing" / "a.png")
    assert "missing" in complaint(dialog)
    assert complaint(dialog).endswith(".")
    assert dialog.isVisible()
    assert told == []
    choose(dialog, size=HALF)
    assert complaint(dialog) == "", "another choice is another attempt"
    dialog.save_as(tmp_path / "a.png")
    assert told[-1] == "accepted"


def test_a_picture_that_is_too_large_is_said(dialog, views, tmp_path, told):
    views["weights"].resize(2100, 300)
    views["weights"].show()
    dialog.scale.setValue(8)
    dialog.save_as(tmp_path / "a.png")
    assert "16,800 × 2,400" in complaint(dialog)
    dialog.copy()
    assert "16,800 × 2,400" in complaint(dialog)
    assert told == []
    assert list(tmp_path.iterdir()) == []


def test_every_slide_can_be_made_at_every_scale():
    for size in (size for size in SIZES.values() if size is not None):
        assert 8 * max(size.width(), size.height()) <= 16_384


# The clipboard


def test_the_picture_is_put_on_the_clipboard(dialog, told, theme):
    choose(dialog, view="costs", size=HALF)
    button(dialog, "Copy").click()
    image = QGuiApplication.clipboard().image()
    assert image.size() == QSize(1920, 1280)
    assert image.pixelColor(960, 640).name() == theme.colours.warning
    assert told == ["A picture of “Cost & accuracy” is on the clipboard.", "accepted"]


def test_an_image_on_the_clipboard_is_the_image(qapp, views):
    image = figure_image(views["diagram"], QSize(100, 80))
    put_on_clipboard(image)
    assert QGuiApplication.clipboard().image() == image


# Closing


def test_the_dialog_can_be_left(qtbot, dialog, told):
    close = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    close.click()
    assert told == ["rejected"]


def test_enter_saves(qtbot, dialog, tmp_path, monkeypatch):
    asked(monkeypatch, (str(tmp_path / "a.png"), ""))
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert (tmp_path / "a.png").exists()
