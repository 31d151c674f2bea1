"""What of the window a session holds, and what of a session the window shows around its views."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMainWindow

from nnviz.app.choice import Choice
from nnviz.app.docks import Docks
from nnviz.app.events import SessionOpened
from nnviz.app.session_terms import Belongings
from nnviz.app.sessions import Sessions
from nnviz.app.settings import Settings
from nnviz.app.views.message import MessageBar
from nnviz.app.views.progress import ProgressRow
from nnviz.app.views.table import Views
from nnviz.app.window_state import apply_window, window_to_json


class SessionFrame(QObject):
    """The window's title, and what of the window goes into a session and comes back.

    Parameters
    ----------
    window : QMainWindow
    choice : Choice
    docks : Docks
    settings : Settings
    views : Views
        Of which that of the weights has the step that was kept.
    """

    def __init__(
        self, window: QMainWindow, choice: Choice, docks: Docks, settings: Settings, views: Views
    ) -> None:
        super().__init__(window)
        self._window = window
        self._choice = choice
        self._docks = docks
        self._settings = settings
        self._views = views
        self._sessions: Sessions | None = None
        choice.data_changed.connect(self.name_window)

    def follow(self, sessions: Sessions, message: MessageBar, progress: ProgressRow) -> None:
        """Show what there is to say of sessions."""
        self._sessions = sessions
        sessions.told.connect(message.say)
        sessions.failed.connect(message.warn)
        sessions.asked.connect(message.ask)
        sessions.offered.connect(message.say)
        sessions.is_asking = lambda sentence: message.isVisible() and message.text == sentence
        sessions.changed.connect(self.name_window)
        sessions.opened.connect(self._take_what_was_kept)
        progress.cancelled.connect(sessions.cancel)

    def belongings(self) -> Belongings:
        """Return what the window has of the run, for a session to hold."""
        window = window_to_json(self._choice, self._docks, self._settings)
        return Belongings(window, self._views.weights.kept)

    @Slot(object)
    def _take_what_was_kept(self, opened: SessionOpened) -> None:
        sizes = opened.session.spec.sizes
        apply_window(opened.session.window, sizes, self._choice, self._docks, self._settings)
        if opened.kept is not None:
            self._views.weights.take_kept(*opened.kept)

    @Slot()
    def name_window(self) -> None:
        """Name the session's file, with a mark if it lacks something of the run, and the data."""
        data = self._choice.data
        about = "" if data is None else f" – {data.name}, {len(data.training):,} training images"
        file = None if self._sessions is None else self._sessions.file
        # The mark goes first, and comes last: Qt complains of one that a title has no place for.
        self._window.setWindowModified(False)
        self._window.setWindowTitle(f"nnviz{about}" if file is None else f"{file.name}[*] – nnviz{about}")
        is_marked = self._sessions is not None and file is not None and self._sessions.is_unsaved
        self._window.setWindowModified(is_marked)
