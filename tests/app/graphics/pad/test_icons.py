import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon

from nnviz.app.graphics.pad.icons import pad_icon
from nnviz.app.views.pad_controls import TEXTS

pytestmark = pytest.mark.usefixtures("qapp")


def pixels(icon, mode=QIcon.Mode.Normal):
    return icon.pixmap(QSize(48, 48), 1.0, mode).toImage()


@pytest.mark.parametrize("key", TEXTS)
def test_every_tool_has_an_icon_in_the_colours_given(key):
    icon = pad_icon(key, QColor("#ff0000"), QColor("#0000ff"))
    for mode, colour in ((QIcon.Mode.Normal, "#ff0000"), (QIcon.Mode.Disabled, "#0000ff")):
        image = pixels(icon, mode)
        names = {
            image.pixelColor(x, y).name()
            for x in range(48)
            for y in range(48)
            if image.pixelColor(x, y).alpha() == 255
        }
        assert names == {colour}


def test_no_two_tools_look_alike():
    pictures = [pixels(pad_icon(key, QColor("black"), QColor("grey"))) for key in TEXTS]
    assert all(one != other for i, one in enumerate(pictures) for other in pictures[:i])


@pytest.mark.parametrize("key", TEXTS)
def test_an_icon_is_whole_within_its_square(key):
    image = pixels(pad_icon(key, QColor("black"), QColor("grey")))
    rim = [image.pixelColor(x, y).alpha() for x in range(48) for y in (0, 47)]
    rim += [image.pixelColor(x, y).alpha() for y in range(48) for x in (0, 47)]
    assert max(rim) < 40
