"""A window as the screen's scale has it: run as a program, it tells what in it is cut off.

Usage: `python scaled_window.py WIDTH HEIGHT TEXT [FOLDER]`, with QT_SCALE_FACTOR set. It lays the window out in every
way there is, and prints what it finds as JSON; with a folder, it leaves a picture of each there.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSettings, Qt, qInstallMessageHandler
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QDockWidget,
    QLabel,
    QMainWindow,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)

from nnviz.app.layouts import Part, all_tabs

EXPECTED = "does not support propagateSizeHints"
"""What the platform without a screen says of every window, and what is no fault of the window's."""


def text_room(widget: QWidget) -> tuple[float, float] | None:
    """Return how wide a control's text is and how much room it has; None for a widget without text."""
    metrics = QFontMetrics(widget.font())
    if isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        field = widget.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, widget
        )
        return metrics.horizontalAdvance(widget.currentText()), field.width()
    if isinstance(widget, QLabel):
        if not widget.text() or widget.wordWrap():
            return None
        return widget.sizeHint().width(), widget.width()
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly:
        return (widget.iconSize().width(), widget.width()) if not widget.icon().isNull() else None
    if isinstance(widget, QAbstractButton):
        return widget.minimumSizeHint().width(), widget.width()
    return None


def cut_off(window: QWidget) -> list[str]:
    """Return a line for everything in a window of which a part cannot be seen."""
    found = []
    whole = window.rect()
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not window or _is_elsewhere(widget):
            continue
        name = f"{type(widget).__name__} {widget.accessibleName() or getattr(widget, 'text', str)()!r}"
        place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        if isinstance(widget, QAbstractButton | QComboBox | QLabel) and not whole.contains(place):
            found.append(f"{name} lies outside: {place.getRect()}")
        parent = widget.parentWidget()
        if parent is not None and not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.geometry()):
            found.append(
                f"{name} is cut by {type(parent).__name__}: {widget.geometry().getRect()} in {parent.size()}"
            )
        room = text_room(widget)
        if room is not None and room[0] > room[1] + 1:
            found.append(f"{name} needs {room[0]:.0f} pixels, and has {room[1]:.0f}")
        if isinstance(widget, QTabBar):
            metrics = QFontMetrics(widget.font())
            for index in range(widget.count()):
                needed, has = metrics.horizontalAdvance(widget.tabText(index)), widget.tabRect(index).width()
                if needed > has or not widget.rect().contains(widget.tabRect(index)):
                    found.append(f"tab {widget.tabText(index)!r} needs {needed} pixels, and has {has}")
    bar = window.menuBar()
    end = bar.cornerWidget().geometry().left()
    for action in bar.actions():
        place = bar.actionGeometry(action)
        if place.isEmpty() or place.right() >= end:
            found.append(f"menu {action.text()!r} is cut: {place.getRect()} before {end}")
    return found


def tabs_missing(window: QMainWindow, layout: Part) -> list[str]:
    """Return a line if there is not a row of tabs for every place with several views."""
    several = sum(len(tabs.keys) > 1 for tabs in all_tabs(layout))
    bars = [bar for bar in window.findChildren(QTabBar) if not bar.visibleRegion().isEmpty()]
    named = [bar for bar in bars if all(bar.tabText(index) for index in range(bar.count()))]
    return (
        []
        if len(named) == several
        else [f"{several} places have several views, but there are {len(named)} rows of tabs"]
    )


def _is_elsewhere(widget: QWidget) -> bool:
    """Return whether a widget is behind a tab, in an area that scrolls, or one of Qt's own."""
    while widget is not None:
        # Qt keeps what is behind a tab, and tabs that it does not need, at negative coordinates.
        if isinstance(widget, QDockWidget | QTabBar) and widget.geometry().right() < 0:
            return True
        widget = widget.parentWidget()
        if isinstance(widget, QAbstractScrollArea | QComboBox | QTabBar):
            return True
    return False


def main() -> None:
    """Open the window, lay it out in all ways, and print what is cut off."""
    width, height, text = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    folder = Path(sys.argv[4]) if len(sys.argv) > 4 else None
    said: list[str] = []
    qInstallMessageHandler(lambda _kind, _context, line: said.append(line))
    from nnviz.app.application import make_application
    from nnviz.app.layouts import LAYOUTS
    from nnviz.app.main_window import MainWindow
    from nnviz.app.settings import Settings
    from nnviz.app.theme import Theme

    application = make_application()
    theme = Theme(application)
    theme.choose("dark", colour_blind_safe=False)
    theme.choose_text_scale(text)
    store = QSettings(str(Path(tempfile.mkdtemp()) / "nnviz.ini"), QSettings.Format.IniFormat)
    window = MainWindow(theme, Settings(store))
    window.resize(width, height)
    window.show()
    window.start()

    end = time.monotonic() + 60
    while window.run_control.snapshot is None or not window.run_control.snapshot.epochs:
        QTest.qWait(20)
        if time.monotonic() > end:
            raise TimeoutError("The run did not begin.")
    cut = {}
    for name in LAYOUTS:
        window.lay_out(name)
        QTest.qWait(400)
        cut[name] = cut_off(window) + tabs_missing(window, LAYOUTS[name])
        if folder is not None:
            scale = os.environ.get("QT_SCALE_FACTOR", "1")
            window.grab().save(str(folder / f"{name.lower()}-{width}x{height}-{text}-at-{scale}.png"))
    least, screen = window.minimumSizeHint(), window.screen().availableGeometry()
    report = {
        "cut": cut,
        "size": [window.width(), window.height()],
        "least": [least.width(), least.height()],
        "screen": [screen.width(), screen.height()],
        "ratio": window.devicePixelRatioF(),
        "said": [line for line in said if EXPECTED not in line],
    }
    window.close()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
