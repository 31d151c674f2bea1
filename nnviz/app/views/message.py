"""The message bar: sentences to the user, in the window rather than in its way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

READING_MS = 8000


class MessageBar(QFrame):
    """One sentence at a time, with a button to answer it where there is something to do."""

    shown = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "message")
        self.setAccessibleName("Message")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setMinimumSize(1, 1)  # rather several lines than a wider window, and no more than it needs
        self._answer = QPushButton()
        self._answer.clicked.connect(self._answered)
        self._answer.setToolTip("Do something about what the message says.")
        self._close = QPushButton("Close")
        self._close.setToolTip("Take the message off the window.")
        self._close.setAccessibleName("Close the message")
        self._close.clicked.connect(self.put_away)
        self._sentence = ""
        self._do: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.put_away)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._answer)
        layout.addWidget(self._close)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown, or shown last."""
        return self._sentence

    def say(self, sentence: str, answer: str = "", do: Callable[[], None] | None = None) -> None:
        """Show a sentence for a while, with a button that does something about it."""
        self._show(sentence, answer, do)
        self._timer.start(READING_MS)

    def ask(self, sentence: str, answer: str, do: Callable[[], None]) -> None:
        """Show a sentence, with a button that does something about it, until one of the two buttons is pressed."""
        self._show(sentence, answer, do)
        self._timer.stop()

    @Slot(str)
    def warn(self, sentence: str, answer: str = "", do: Callable[[], None] | None = None) -> None:
        """Show what went wrong or has come about, until it is closed."""
        self._show(sentence, answer, do)
        self._timer.stop()

    def _show(self, sentence: str, answer: str, do: Callable[[], None] | None) -> None:
        self._sentence = sentence
        self._text.setText(sentence.replace("/", "/\u200b"))  # where a long path may be broken
        self._answer.setText(answer)
        self._answer.setVisible(bool(answer))
        self._fit()
        self._do = do
        self.show()
        self.shown.emit(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the sentence needs at this width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """Return the size that the sentence needs; a label that wraps asks for its height if it were narrow."""
        height = self._text.heightForWidth(max(self._text.width(), 200))
        return QSize(super().sizeHint().width(), max(height, self._close.sizeHint().height()) + 18)

    def _fit(self) -> None:
        self.setFixedHeight(self.sizeHint().height())

    @Slot()
    def put_away(self) -> None:
        """Take the sentence off the window."""
        self.hide()
        self.shown.emit(False)

    @Slot()
    def _answered(self) -> None:
        do, self._do = self._do, None
        self.put_away()
        if do is not None:
            do()
