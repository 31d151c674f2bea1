"""The actions that change how the program looks, and what is remembered of them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from nnviz.app.settings import Settings
from nnviz.app.theme import TEXT_SCALES, Theme


class Appearance(QObject):
    """Theme, signs, size of text, and motion.

    Parameters
    ----------
    theme : Theme
    settings : Settings
    actions : dict of QAction
        With the keys "light", "colour_blind", "larger", "smaller" and "motion".
    parent : QObject
    """

    def __init__(
        self, theme: Theme, settings: Settings, actions: dict[str, QAction], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._settings = settings
        self._actions = actions
        actions["light"].setChecked(theme.name == "light")
        actions["colour_blind"].setChecked(theme.colour_blind_safe)
        actions["motion"].setChecked(theme.motion)
        for key in ("light", "colour_blind"):
            actions[key].triggered.connect(self._choose_theme)
        actions["larger"].triggered.connect(self._larger)
        actions["smaller"].triggered.connect(self._smaller)
        actions["motion"].triggered.connect(self._choose_motion)
        self._say_what_is_possible()

    @Slot()
    def _choose_theme(self) -> None:
        light, safe = (self._actions[key].isChecked() for key in ("light", "colour_blind"))
        self._theme.choose("light" if light else "dark", safe)
        self._settings.theme = self._theme.name
        self._settings.colour_blind_safe = safe

    @Slot()
    def _larger(self) -> None:
        self._scale(1)

    @Slot()
    def _smaller(self) -> None:
        self._scale(-1)

    def _scale(self, by: int) -> None:
        place = TEXT_SCALES.index(self._theme.text_scale) + by
        if 0 <= place < len(TEXT_SCALES):
            self._theme.choose_text_scale(TEXT_SCALES[place])
            self._settings.text_scale = self._theme.text_scale
            self._say_what_is_possible()

    def _say_what_is_possible(self) -> None:
        self._actions["larger"].setEnabled(self._theme.text_scale < TEXT_SCALES[-1])
        self._actions["smaller"].setEnabled(self._theme.text_scale > TEXT_SCALES[0])

    @Slot()
    def _choose_motion(self) -> None:
        self._theme.motion = self._actions["motion"].isChecked()
        self._settings.motion = self._theme.motion
