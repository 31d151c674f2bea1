import re
from dataclasses import fields
from itertools import product
from pathlib import Path

import pytest
from app.contrast import contrast
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF, QPalette, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from nnviz.app.style import stylesheet
from nnviz.app.theme import (
    DARK,
    LIGHT,
    POINT_SIZE,
    TEXT_SCALES,
    THEMES,
    Colours,
    Theme,
    text_font,
)

ROLES = [field.name for field in fields(Colours)]
VARIANTS = list(product(THEMES, (False, True)))
WRITTEN_IN = ("text", "muted", "positive", "negative", "highlight", "warning", "training", "test")
"""The roles that numbers and names are written in."""


@pytest.fixture(params=VARIANTS, ids=[f"{name}{' safe' if safe else ''}" for name, safe in VARIANTS])
def chosen(request, theme):
    theme.choose(*request.param)
    return theme


def test_the_measure_of_contrast_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", ["background", "surface", "raised"])
@pytest.mark.parametrize("role", WRITTEN_IN)
def test_text_can_be_read(chosen, role, ground):
    assert contrast(getattr(chosen.colours, role), getattr(chosen.colours, ground)) >= 4.5


def test_text_on_the_highlight_can_be_read(chosen):
    assert contrast(chosen.colours.on_highlight, chosen.colours.highlight) >= 4.5


def test_the_ends_of_the_signed_scale_stand_out_from_its_middle(chosen):
    for role in ("positive", "negative"):
        assert contrast(getattr(chosen.colours, role), chosen.colours.zero) >= 3


def test_signs_can_be_told_apart_without_red_and_green(theme):
    for name in THEMES:
        theme.choose(name, colour_blind_safe=True)
        positive, negative = theme.colour("positive"), theme.colour("negative")
        # Blue against orange: what differs is not red against green, but blue.
        assert positive.blue() - negative.blue() > 100


@pytest.mark.parametrize("colours", [DARK, LIGHT])
def test_every_colour_is_written_out(colours):
    for role in ROLES:
        value = getattr(colours, role)
        assert len(value) == 7
        assert int(value[1:], 16) >= 0


def test_the_palette_has_the_themes_colours(qapp, chosen):
    palette, colours = qapp.palette(), chosen.colours
    for role, colour in (
        (QPalette.ColorRole.Window, colours.background),
        (QPalette.ColorRole.Base, colours.surface),
        (QPalette.ColorRole.WindowText, colours.text),
        (QPalette.ColorRole.Text, colours.text),
        (QPalette.ColorRole.ButtonText, colours.text),
        (QPalette.ColorRole.PlaceholderText, colours.muted),
        (QPalette.ColorRole.Highlight, colours.highlight),
        (QPalette.ColorRole.HighlightedText, colours.on_highlight),
    ):
        assert palette.color(role).name() == colour, role


def test_a_live_switch_reaches_widgets_and_is_told(qtbot, theme):
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    assert label.grab().toImage().pixelColor(0, 0).name() == DARK.background
    with qtbot.waitSignal(theme.changed):
        theme.choose("light", False)
    assert label.grab().toImage().pixelColor(0, 0).name() == LIGHT.background


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


@pytest.mark.parametrize("scale", TEXT_SCALES)
def test_all_text_is_of_the_size_that_is_chosen(qtbot, qapp, sized, scale):
    with qtbot.waitSignal(sized.changed):
        sized.choose_text_scale(scale)
    assert sized.text_scale == scale
    for points in (9, POINT_SIZE, 19):
        assert sized.font(points).pointSizeF() == pytest.approx(points * scale)
    assert qapp.font().pointSizeF() == pytest.approx(POINT_SIZE * scale)
    assert sized.font().pointSizeF() == qapp.font().pointSizeF()


def test_sizes_of_text_go_from_small_to_twice_the_usual():
    assert list(TEXT_SCALES) == sorted(set(TEXT_SCALES))
    assert TEXT_SCALES[0] < 1.0 in TEXT_SCALES
    assert TEXT_SCALES[-1] == 2.0


@pytest.mark.parametrize(
    ("asked", "got"), [(1.06, 1.0), (1.1, 1.15), (0.0, 0.8), (-5.0, 0.8), (1e9, 2.0), (1.76, 1.75)]
)
def test_a_size_that_there_is_not_is_the_nearest(sized, asked, got):
    sized.choose_text_scale(asked)
    assert sized.text_scale == got


def test_a_live_change_of_size_reaches_widgets_with_and_without_a_style(qtbot, sized):
    holder = QWidget()
    qtbot.addWidget(holder)
    layout = QVBoxLayout(holder)
    plain, styled, button, field = (
        QLabel("some text"),
        QLabel("some text"),
        QPushButton("some text"),
        QLineEdit(),
    )
    styled.setProperty("role", "muted")
    parts = (plain, styled, button, field)
    for part in parts:
        layout.addWidget(part)
    holder.show()
    before = [QFontMetricsF(part.font()).horizontalAdvance("some text") for part in parts]
    sized.choose_text_scale(2.0)
    after = [QFontMetricsF(part.font()).horizontalAdvance("some text") for part in parts]
    assert after == pytest.approx([2 * width for width in before], rel=0.05)
    sized.choose_text_scale(1.0)
    assert [QFontMetricsF(part.font()).horizontalAdvance("some text") for part in parts] == before


def test_another_theme_leaves_the_size_of_text(sized, qapp):
    sized.choose_text_scale(1.5)
    sized.choose("light", True)
    assert sized.text_scale == 1.5
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * POINT_SIZE)


def test_a_font_may_be_strong(sized):
    sized.choose_text_scale(1.3)
    assert sized.font(10, strong=True).weight() == QFont.Weight.DemiBold
    assert sized.font(10, strong=True).pointSizeF() == pytest.approx(13)
    assert QFontInfo(sized.font()).family() == "Inter"


def test_pictures_move_unless_they_are_not_to(theme):
    assert theme.motion is True


def test_an_unknown_theme_is_the_dark_one(theme):
    theme.choose("twilight", False)
    assert theme.name == "dark"
    assert theme.colours == DARK


def test_colours_take_an_opacity(theme):
    assert theme.colour("positive").name() == DARK.positive
    assert theme.colour("positive", 0.5).alphaF() == pytest.approx(0.5, abs=0.01)


def test_the_stylesheet_takes_its_colours_from_the_theme_alone():
    every = Colours(**dict.fromkeys(ROLES, "COLOUR"))
    sheet = stylesheet(every)
    assert "$" not in sheet
    assert "#" not in sheet


def test_the_icons_of_the_stylesheet_are_there_in_the_colours_of_their_theme():
    for name, colours in THEMES.items():
        icons = [Path(found) for found in re.findall(r'url\("(.*?)"\)', stylesheet(colours, name))]
        assert {icon.name for icon in icons} == {f"{kind}-{name}.svg" for kind in ("check", "down", "up")}
        for icon in icons:
            colour = colours.on_highlight if icon.name.startswith("check") else colours.muted
            assert f'stroke="{colour}"' in icon.read_text()
            assert not QPixmap(str(icon)).isNull()


def picture_of(qtbot, control):
    qtbot.addWidget(control)
    control.resize(control.sizeHint())
    return control.grab().toImage()


def colours_in(image):
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_box_that_is_not_ticked_can_be_seen(qtbot, chosen):
    """Fusion draws its outline darker than the ground, which in the dark theme is nearly black already."""
    empty = colours_in(picture_of(qtbot, QCheckBox()))
    assert chosen.colours.muted in empty
    assert contrast(chosen.colours.muted, chosen.colours.surface) >= 3
    ticked = QCheckBox()
    ticked.setChecked(True)
    assert {chosen.colours.highlight, chosen.colours.on_highlight} <= colours_in(picture_of(qtbot, ticked))


def with_focus(qtbot, control):
    """Return the pictures of a control without the focus and with it."""
    holder = QWidget()
    qtbot.addWidget(holder)
    box = QVBoxLayout(holder)
    other = QLineEdit()
    box.addWidget(other)
    box.addWidget(control)
    with qtbot.waitExposed(holder):
        holder.show()
    holder.activateWindow()
    pictures = []
    for each in (other, control):
        each.setFocus()
        qtbot.waitUntil(each.hasFocus, timeout=5000)
        pictures.append(control.grab().toImage())
    return pictures


@pytest.mark.parametrize("primary", [False, True])
@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("kind", [QPushButton, QToolButton, QCheckBox, QComboBox, QSpinBox])
def test_a_control_that_has_the_focus_looks_otherwise(qtbot, chosen, kind, checked, primary):
    """A button that is pressed for good had a border of the same colour with the focus and without."""
    control = kind()
    if kind in (QPushButton, QToolButton, QCheckBox):
        control.setCheckable(True)
        control.setChecked(checked)
        control.setText("text")
    control.setProperty("primary", primary)
    without, with_it = with_focus(qtbot, control)
    assert without.size() == with_it.size()
    places = [(x, y) for x in range(without.width()) for y in range(without.height())]
    assert sum(without.pixelColor(*place) != with_it.pixelColor(*place) for place in places) >= 40


@pytest.mark.parametrize("kind", [QComboBox, QSpinBox, QCheckBox])
def test_what_belongs_to_a_control_grows_with_its_text(qtbot, sized, kind):
    """Arrows and boxes that stay small beside text for a projector cannot be seen from the last row."""

    def own_pixels():
        control = kind()
        image, ground = picture_of(qtbot, control), sized.colours.muted
        places = [(x, y) for x in range(image.width()) for y in range(image.height())]
        own = [place for place in places if image.pixelColor(*place).name() == ground]
        return max(x for x, _ in own) - min(x for x, _ in own)

    before = own_pixels()
    sized.choose_text_scale(2.0)
    assert own_pixels() >= 1.6 * before


def test_the_stylesheet_speaks_of_widgets_that_there_are():
    from PySide6 import QtWidgets

    sheet = stylesheet(DARK)
    names = [
        part
        for line in sheet.splitlines()
        if "{" in line or line.rstrip().endswith(",")
        for part in line.split("{")[0].replace(",", " ").replace(">", " ").split()
    ]
    classes = {name.split(":")[0].split("[")[0] for name in names}
    assert len(classes) > 10
    assert not {name for name in classes if not hasattr(QtWidgets, name)}


def test_the_font_is_the_one_that_is_shipped(qapp):
    assert QFontInfo(qapp.font()).family() == "Inter"
    assert QFontInfo(text_font(12, strong=True)).family() == "Inter"


def test_figures_are_all_of_one_width(qapp):
    for font in (text_font(), text_font(19, strong=True)):
        metrics = QFontMetricsF(font)
        widths = [metrics.horizontalAdvance(10 * digit) for digit in "0123456789"]
        assert max(widths) - min(widths) < 1


def test_strong_text_is_bolder(qapp):
    assert text_font(strong=True).weight() == QFont.Weight.DemiBold
    assert text_font().weight() == QFont.Weight.Normal


def test_a_theme_belongs_to_the_application(qapp, theme):
    assert isinstance(theme, Theme)
    assert theme.parent() is qapp


def test_text_on_a_button_that_is_pressed_can_be_read(chosen):
    assert contrast(chosen.colours.text, chosen.colours.line) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_the_palette_for_the_colour_blind_is_whole_and_other_in_its_signs_alone(theme, name):
    theme.choose(name, colour_blind_safe=False)
    usual = theme.colours
    theme.choose(name, colour_blind_safe=True)
    other = {role for role in ROLES if getattr(usual, role) != getattr(theme.colours, role)}
    assert {"positive", "negative"} <= other
    assert all(re.fullmatch("#[0-9a-f]{6}", getattr(theme.colours, role)) for role in ROLES)
