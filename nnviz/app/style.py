"""The stylesheet: what Qt's palette cannot say about shapes and margins."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnviz.app.theme import Colours

_SHEET = Template("""
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px 6px; }
QMainWindow::separator { background: $background; width: 6px; height: 6px; }
QDockWidget { font-weight: 600; }
QDockWidget::title { background: $background; color: $muted; padding: 6px 10px; }
QDockWidget > QWidget { background: $surface; }
QWidget[role="dock"] { background: $background; }
QLabel[role="dock"] { color: $muted; background: transparent; }
QToolButton[role="dock"] { background: transparent; border: 1px solid transparent; padding: 2px; }
QToolButton[role="dock"]:hover { background: $raised; }
QToolButton[role="dock"]:focus { border-color: $highlight; }
QToolButton[role="layout"] { background: transparent; border: 1px solid $line; color: $muted; padding: 3px 10px; }
QToolButton[role="layout"]:hover { color: $text; border-color: $muted; }
QToolButton[role="layout"]:focus { border-color: $highlight; }
QTabBar { background: $background; }
QTabBar::tab {
    background: $background; color: $muted; padding: 5px 12px; border: 0; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $highlight; }
QTabBar::tab:hover { color: $text; }
QLineEdit { background: $raised; border: 1px solid $line; border-radius: 5px; padding: 5px 8px; }
QLineEdit:focus { border-color: $highlight; }
QListWidget { background: $surface; border: 1px solid $line; border-radius: 5px; padding: 4px; }
QListWidget::item { padding: 5px 8px; border-radius: 4px; }
QListWidget::item:selected { background: $raised; color: $text; }
QListWidget::item:disabled { color: $muted; }
QMenuBar { background: $background; padding: 2px 6px; }
QMenuBar::item { padding: 4px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $raised; }
QMenu { background: $surface; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 24px; border-radius: 4px; }
QMenu::item:selected { background: $raised; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QPushButton, QToolButton {
    background: $raised; color: $text; border: 1px solid $line; border-radius: 5px; padding: 4px 10px;
}
QPushButton:hover, QToolButton:hover { border-color: $muted; }
QPushButton:focus, QToolButton:focus { border: 1px solid $highlight; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $surface; }
QPushButton:checked { background: $line; border-color: $highlight; }
QToolButton:checked { background: $line; border-color: $muted; }
QPushButton[primary="true"] { background: $highlight; color: $on_highlight; border-color: $highlight; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $highlight; }
QSlider::handle:horizontal {
    width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: $text;
}
QSlider::handle:horizontal:focus { background: $highlight; }
QProgressBar { background: $raised; border: 0; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $highlight; border-radius: 3px; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="warning"] { color: $warning; }
QWidget[role="transport"] { background: $surface; border-top: 1px solid $line; }
QFrame[role="message"] { background: $raised; border: 1px solid $warning; border-radius: 6px; }
QWidget[role="view"] { background: $surface; }
QScrollArea { border: 0; background: $surface; }
QScrollArea > QWidget > QWidget { background: $surface; }
""")


def stylesheet(colours: Colours) -> str:
    """Return the stylesheet in a theme's colours."""
    return _SHEET.substitute(vars(colours))
