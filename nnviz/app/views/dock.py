"""A dock with a title bar of its own: the view's name, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QSizePolicy, QToolButton, QWidget

from nnviz.app.graphics.icons import icon
from nnviz.app.theme import Theme
from nnviz.app.views.view import View

SIDE = 14
"""Pixels of an icon, at the usual size of text."""
BESIDE_TAB = 26
"""Pixels of a tab beside its text."""
FRAMED = (
    Qt.WindowType.Tool  # in which the main window's shortcuts go on to work
    | Qt.WindowType.WindowTitleHint
    | Qt.WindowType.WindowSystemMenuHint
    | Qt.WindowType.WindowMaximizeButtonHint
    | Qt.WindowType.WindowCloseButtonHint
)
"""What a floating view is: a window with a frame of the system's."""


class Dock(QDockWidget):
    """A view that can be moved, put behind another as a tab, floated, hidden and exported.

    Parameters
    ----------
    key : str
        What the window's layouts call it.
    title : str
        The view's name.
    theme : Theme
    about : str
        A few words on what the view shows, which stand in the title bar where the name stands elsewhere.
    short : str
        The name on a tab, where there is no room for the view's own.
    is_exported : bool
        Whether pictures of the view can be saved.
    """

    export_wanted = Signal(str)
    """The key of the view."""
    _resized = Signal()

    def __init__(
        self,
        key: str,
        title: str,
        theme: Theme,
        about: str = "",
        short: str = "",
        is_exported: bool = False,
    ) -> None:
        super().__init__(title)
        self._title, self._short = title, short or title
        self._theme = theme
        self._about = about
        self._is_named_elsewhere = False
        self.setObjectName(key)
        self._buttons: dict[str, QToolButton] = {}
        self._name = QLabel(title)
        self._name.setProperty("role", "dock")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        bar = QWidget()
        bar.setProperty("role", "dock")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 3, 4, 3)
        row.setSpacing(2)
        row.addWidget(self._name, 1)
        if is_exported:
            self._add_button(row, "export", "Save this view as a picture, or copy it.", self._ask_for_export)
        self._add_button(row, "float", "Take this view out of the window, or put it back.", self._float)
        self._add_button(row, "close", "Hide this view; the View menu brings it back.", self.close)
        self.setTitleBarWidget(bar)
        for changed in (
            self.visibilityChanged,
            self.topLevelChanged,
            self.dockLocationChanged,
            self._resized,
        ):
            # Queued: in the middle of rearranging its docks, Qt must not be asked how they lie.
            changed.connect(self._name_docks, Qt.ConnectionType.QueuedConnection)
        self.topLevelChanged.connect(self._frame, Qt.ConnectionType.QueuedConnection)
        self.toggleViewAction().triggered.connect(self._come_forward)
        theme.changed.connect(self._take_up_theme)
        self._take_up_theme()

    def hold(self, view: QWidget) -> None:
        """Show a view."""
        self.setWidget(view)
        if isinstance(view, View):
            self.visibilityChanged.connect(view.dock_shown)

    def _add_button(self, row: QHBoxLayout, name: str, tip: str, slot: object) -> None:
        button = QToolButton()
        button.setProperty("role", "dock")
        button.setToolTip(tip)
        button.setAccessibleName(f"{name.capitalize()} {self.windowTitle()}")
        button.clicked.connect(slot)
        row.addWidget(button)
        self._buttons[name] = button

    @Slot()
    def _name_docks(self) -> None:
        """Have all docks of the window say their names, or not: one that comes or goes gives tabs to others."""
        window = self.parentWidget()
        if isinstance(window, QMainWindow):
            for dock in window.findChildren(Dock):
                tabs = [other for other in window.tabifiedDockWidgets(dock) if not other.isHidden()]
                dock._is_named_elsewhere = dock.isFloating() or bool(tabs)
                dock._take_title([dock, *tabs] if tabs and not dock.isFloating() else [])
                dock._say_name()

    def _take_title(self, group: list[QDockWidget]) -> None:
        """Be called by the short name if the tabs of a group of docks, none for a dock alone, need more room."""
        metrics = QFontMetricsF(self._theme.font())
        docks = [dock for dock in group if isinstance(dock, Dock)]
        needed = sum(metrics.horizontalAdvance(dock._title) + BESIDE_TAB for dock in docks)
        in_sight = next((dock for dock in docks if dock.geometry().right() >= 0), self)
        title = self._short if docks and needed > in_sight.width() else self._title
        if title != self.windowTitle():
            self.setWindowTitle(title)
            self.toggleViewAction().setText(self._title)  # which took the title, too

    def _say_name(self) -> None:
        """Say the view's name; where a tab or a frame says it already, what the view is about, if there is room."""
        if self._is_named_elsewhere:
            fits = QFontMetricsF(self._theme.font()).horizontalAdvance(self._about) <= self._name.width()
            text, strong = self._about if fits else "", False
        else:
            metrics = QFontMetricsF(self._theme.font(strong=True))
            text = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, self._name.width())
            strong = True
        self._name.setText(text)
        self._name.setFont(self._theme.font(strong=strong))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._say_name()
        if self._is_named_elsewhere:  # perhaps in front of one that has a short name
            self._resized.emit()

    @Slot(bool)
    def _come_forward(self, shown: bool) -> None:
        """Be in front of other tabs where the menu opens the dock."""
        if shown:
            self.raise_()

    @property
    def is_seen(self) -> bool:
        """Whether the view is open, and not behind another tab."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    @Slot()
    def come_forward(self) -> None:
        """Open the view, and put it in front of other tabs."""
        self.show()
        self.raise_()

    @Slot()
    def _ask_for_export(self) -> None:
        self.export_wanted.emit(self.objectName())

    @Slot()
    def _float(self) -> None:
        self.setFloating(not self.isFloating())
        # The button has gone from under the pointer, which Qt does not notice.
        self._buttons["float"].setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)

    @Slot()
    def _frame(self) -> None:
        """Give the view a frame once it floats, to be resized by and to fill a second screen; Qt gives it none."""
        is_dragged = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if self.isFloating() and self.windowFlags() & Qt.WindowType.FramelessWindowHint and not is_dragged:
            place, is_shown = self.geometry(), not self.isHidden()
            self.setWindowFlags(FRAMED)
            self.setGeometry(place)
            self.setVisible(is_shown)

    def event(self, event: QEvent) -> bool:
        """Take note of the end of being dragged."""
        done = bool(super().event(event))
        if event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self, self._frame)
        return done

    @Slot()
    def _take_up_theme(self) -> None:
        side = round(SIDE * self._theme.text_scale)
        for name, button in self._buttons.items():
            button.setIcon(icon(name, self._theme.colour("muted"), self._theme.colour("line")))
            button.setIconSize(QSize(side, side))
        self._say_name()
        if self._is_named_elsewhere:
            self._resized.emit()  # for its text, a place is smaller or larger that has not changed


def is_out_of_sight(widget: QWidget | None) -> bool:
    """Return whether a widget belongs to a view that is closed, or behind another tab."""
    while widget is not None and not isinstance(widget, Dock):
        widget = widget.parentWidget()
    return widget is not None and not widget.is_seen
