"""How the program looks: one table of colours by role, which feeds Qt's palette, the stylesheet and every plot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from nnviz.app.style import stylesheet
from nnviz.data.assets import assets

FONT_FAMILY = "Inter"
POINT_SIZE = 11
TEXT_SCALES = (0.8, 0.9, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
"""Sizes of text, for a desk and for a projector."""


@dataclass(frozen=True)
class Colours:
    """Colours by role, each "#rrggbb".

    Parameters
    ----------
    background, surface, raised, line : str
        Of the window, of panels on it, of controls on those, and of lines between them.
    text, muted : str
        Text, and text that matters less. These, and all below that text is written in, stand out from background,
        surface and raised by at least 4.5:1.
    positive, negative, zero : str
        Of weights and the like, in every view.
    activation : str
        A neuron that is fully on.
    highlight, on_highlight : str
        The chosen sample and what is pressed or focused; text on it.
    warning : str
        Sentences about what went wrong.
    training, test : str
        Figures of the training samples and of the test samples.
    """

    background: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    positive: str
    negative: str
    zero: str
    activation: str
    highlight: str
    on_highlight: str
    warning: str
    training: str
    test: str


DARK = Colours(
    background="#0f1115",
    surface="#171a21",
    raised="#242934",
    line="#353c4a",
    text="#eceff4",
    muted="#a3adbd",
    positive="#5fd068",
    negative="#ff5c54",
    zero="#0a0b0e",
    activation="#ffffff",
    highlight="#ffd24a",
    on_highlight="#1a1500",
    warning="#ffb454",
    training="#58c4dd",
    test="#e59bf0",
)
LIGHT = Colours(
    background="#f3f4f7",
    surface="#ffffff",
    raised="#e9ecf1",
    line="#c5cad4",
    text="#14171d",
    muted="#545d6c",
    positive="#107a28",
    negative="#cf2318",
    zero="#ffffff",
    activation="#000000",
    highlight="#955a00",
    on_highlight="#ffffff",
    warning="#a33a00",
    training="#0b6f8c",
    test="#9130a3",
)
THEMES = {"dark": DARK, "light": LIGHT}
SAFE_SIGNS = {
    "dark": {"positive": "#4aa3ff", "negative": "#ff9a1f"},
    "light": {"positive": "#0b5fc4", "negative": "#b04600"},
}
"""Blue and orange, which people who cannot tell green from red can tell apart."""


class Theme(QObject):
    """The theme in force. `changed` tells views to take up its colours and the size of its text.

    Parameters
    ----------
    application : QApplication

    Attributes
    ----------
    name : {"dark", "light"}
    colour_blind_safe : bool
    text_scale : float
        By which every size of text is multiplied.
    motion : bool
        Whether pictures may move by themselves.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.name = "dark"
        self.colour_blind_safe = False
        self.text_scale = 1.0
        self.motion = True
        self.colours = DARK

    def choose(self, name: str, colour_blind_safe: bool) -> None:
        """Switch to a theme, "dark" or "light", live."""
        self.name = name if name in THEMES else "dark"
        self.colour_blind_safe = colour_blind_safe
        self.colours = THEMES[self.name]
        if colour_blind_safe:
            self.colours = replace(self.colours, **SAFE_SIGNS[self.name])
        self._application.setPalette(_palette(self.colours))
        self._style()
        self.changed.emit()

    def choose_text_scale(self, scale: float) -> None:
        """Make all text larger or smaller, live; a scale that is not among TEXT_SCALES becomes the nearest."""
        self.text_scale = min(TEXT_SCALES, key=lambda known: abs(known - scale))
        self._application.setFont(self.font())
        # Widgets that a sheet styles keep their font until the sheet is set anew.
        self._style()
        self.changed.emit()

    def _style(self) -> None:
        self._application.setStyleSheet(stylesheet(self.colours, self.name, self.text_scale))

    def font(self, points: float = POINT_SIZE, strong: bool = False) -> QFont:
        """Return the program's font in the size that the user has chosen; not to be changed by who gets it."""
        return _kept_font(points * self.text_scale, strong)

    def colour(self, role: str, alpha: float = 1.0) -> QColor:
        """Return the colour of a role, with an opacity from 0 to 1; a copy of its own."""
        return QColor(_kept_colour(getattr(self.colours, role), alpha))


def load_fonts(application: QApplication) -> None:
    """Make the fonts that the program ships the application's."""
    for file in sorted((assets() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    application.setFont(text_font())


def text_font(points: float = POINT_SIZE, strong: bool = False) -> QFont:
    """Return the program's font; its figures are all of one width, so that numbers that run do not dance."""
    font = QFont(FONT_FAMILY)
    font.setPointSizeF(points)
    font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(maxsize=1024)
def _kept_colour(name: str, alpha: float) -> QColor:
    colour = QColor(name)
    colour.setAlphaF(alpha)
    return colour


@lru_cache(maxsize=64)
def _kept_font(points: float, strong: bool) -> QFont:
    # To make a font takes longer than to write a word in it.
    return text_font(points, strong)


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, colours.background),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.raised),
        (role.Button, colours.raised),
        (role.WindowText, colours.text),
        (role.Text, colours.text),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.highlight),
        (role.HighlightedText, colours.on_highlight),
        (role.Link, colours.training),
        (role.Light, colours.line),
        (role.Midlight, colours.line),
        (role.Mid, colours.line),
        (role.Dark, colours.line),
        (role.Shadow, colours.background),
        (role.Accent, colours.highlight),
    ):
        palette.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.muted))
    return palette
