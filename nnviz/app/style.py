"""The stylesheet: what Qt's palette cannot say about shapes and margins."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from nnviz.data.assets import assets

if TYPE_CHECKING:
    from nnviz.app.theme import Colours

GROOVE = 4
"""Pixels, of a slider."""

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
QToolButton[role="dock"]:focus { border: 2px solid $highlight; padding: 1px; }
QToolButton[role="layout"] { background: transparent; border: 1px solid $line; color: $muted; padding: 3px 10px; }
QToolButton[role="layout"]:hover { color: $text; border-color: $muted; }
QToolButton[role="layout"]:checked { background: $raised; color: $text; border-color: $muted; }
QToolButton[role="layout"]:focus { border: 2px solid $highlight; padding: 2px 9px; }
QTabBar { background: $background; }
QTabBar::tab {
    background: $background; color: $muted; padding: 5px 12px; border: 0; border-bottom: 2px solid transparent;
}
QTabBar::tab:selected { color: $text; border-bottom-color: $highlight; }
QTabBar::tab:hover { color: $text; }
QLineEdit { background: $raised; border: 1px solid $line; border-radius: 5px; padding: 5px 8px; }
QLineEdit:focus { border-color: $highlight; }
QLineEdit:disabled { background: $surface; color: $muted; }
QComboBox, QAbstractSpinBox {
    background: $raised; border: 1px solid $line; border-radius: 5px; padding: 3px 7px;
}
QComboBox:hover, QAbstractSpinBox:hover { border-color: $muted; }
QComboBox:focus, QAbstractSpinBox:focus { border-color: $highlight; }
QComboBox:disabled, QAbstractSpinBox:disabled { background: $surface; color: $muted; }
QComboBox { combobox-popup: 0; padding-right: 0; }
QComboBox::drop-down { border: 0; width: ${drop}px; }
QComboBox QAbstractItemView {
    background: $surface; border: 1px solid $line; padding: 4px; outline: 0;
    selection-background-color: $raised; selection-color: $text;
}
QComboBox QListView { qproperty-spacing: 3; }
QAbstractSpinBox { qproperty-alignment: "AlignRight | AlignVCenter"; padding: 1px 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; border: 0; width: ${drop}px; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QComboBox::down-arrow, QAbstractSpinBox::down-arrow {
    image: url("$icons/down-$name.svg"); width: ${arrow}px; height: ${arrow}px;
}
QAbstractSpinBox::up-arrow { image: url("$icons/up-$name.svg"); width: ${arrow}px; height: ${arrow}px; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator {
    background: $raised; border: 1px solid $muted; border-radius: 4px; width: ${box}px; height: ${box}px;
}
QCheckBox::indicator:hover { border-color: $text; }
QCheckBox::indicator:focus { border-color: $highlight; }
QCheckBox::indicator:disabled { background: $surface; border-color: $line; }
QCheckBox::indicator:checked {
    background: $highlight; border-color: $highlight; image: url("$icons/check-$name.svg");
}
QCheckBox::indicator:checked:hover, QCheckBox::indicator:checked:focus { border-color: $text; }
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
QPushButton:focus, QToolButton:focus { border: 2px solid $highlight; padding: 3px 9px; }
QPushButton:pressed, QToolButton:pressed { background: $line; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $surface; }
QPushButton:checked { background: $line; border-color: $highlight; }
QToolButton:checked { background: $line; border-color: $muted; }
QToolButton[popupMode="2"] { padding-right: ${drop}px; }
QToolButton::menu-indicator {
    image: url("$icons/down-$name.svg"); width: ${arrow}px; height: ${arrow}px;
    subcontrol-origin: padding; subcontrol-position: right center; right: 6px;
}
QPushButton[primary="true"] { background: $highlight; color: $on_highlight; border-color: $highlight; }
QPushButton[primary="true"]:focus { border-color: $text; }
QSlider:horizontal { min-height: ${handle}px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $highlight; }
QSlider::handle:horizontal {
    width: ${handle}px; height: ${handle}px; margin: -${overhang}px 0; border-radius: ${round}px;
    background: $text;
}
QSlider::handle:horizontal:focus { background: $highlight; }
QScrollBar { background: transparent; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $muted; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $text; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: $raised; border: 0; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $highlight; border-radius: 3px; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="waiting"] { color: $highlight; }
QLabel[role="fired"] { color: $highlight; font-weight: 600; }
QFrame[role="breakpoint"] { background: $raised; border: 1px solid $raised; border-radius: 6px; }
QFrame[role="breakpoint"][fired="true"] { border-color: $highlight; }
QFrame[role="breakpoint"]:focus { border: 1px solid $muted; }
QFrame[role="breakpoint"] QToolButton[role="dock"]:hover { background: $line; }
QLabel[role="warning"] { color: $warning; }
QWidget[role="transport"] { background: $surface; border-top: 1px solid $line; }
QFrame[role="message"] { background: $raised; border: 1px solid $warning; border-radius: 6px; }
QWidget[role="view"] { background: $surface; }
QScrollArea { border: 0; background: $surface; }
QScrollArea > QWidget > QWidget { background: $surface; }
QTextBrowser { background: $background; border: 0; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
""")


def stylesheet(colours: Colours, name: str = "dark", scale: float = 1.0) -> str:
    """Return the stylesheet in a theme's colours.

    Parameters
    ----------
    colours : Colours
    name : str
        The theme's, which the arrows and ticks that the sheet paints are made for.
    scale : float
        By which text is larger than usual; what stands beside it grows with it.
    """
    arrow, box, overhang = (round(size * scale) for size in (10, 16, 5))
    sizes = {
        "arrow": arrow,
        "drop": arrow + 9,
        "box": box,
        "overhang": overhang,
        "handle": 2 * overhang + GROOVE,
        "round": overhang + GROOVE // 2,
    }
    icons = (assets() / "icons").as_posix()
    return _SHEET.substitute(vars(colours), name=name, icons=icons, **sizes)
