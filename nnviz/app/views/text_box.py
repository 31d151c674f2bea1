"""A box with text to read, which scrolls where there is more than the window has room for."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

SHARE = 0.9
"""Of the window that it belongs to, which a box takes up at most."""
LEAST = QSize(320, 160)


class TextBox(QDialog):
    """Text over a button that closes it; Escape does, too.

    Parameters
    ----------
    parent : QWidget
    title, text : str
        The text is HTML.
    characters : int
        The length of a line, about; longer ones are broken.
    """

    def __init__(self, parent: QWidget, title: str, text: str, characters: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QTextBrowser()
        self.text.setAccessibleName(title)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.setHtml(text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip(
            "Close this text; Escape does the same."
        )
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        around = column.contentsMargins()
        below = column.spacing() + buttons.sizeHint().height()
        self._fit(
            QSize(around.left() + around.right(), around.top() + below + around.bottom()),
            parent.size() * SHARE,
            characters,
        )

    def _fit(self, around: QSize, most: QSize, characters: int) -> None:
        """Take as much room as the text needs, or as there is in the window."""
        measured = QTextDocument()  # the browser's own is always as wide as that
        measured.setDefaultFont(self.text.font())
        measured.setHtml(self.text.toHtml())
        wide = around.width() + self.text.verticalScrollBar().sizeHint().width()
        line = min(characters * self.text.fontMetrics().averageCharWidth(), most.width() - wide)
        measured.setTextWidth(line)
        wanted = QSize(line + wide, measured.size().toSize().height() + around.height() + 2)
        self.resize(wanted.boundedTo(most).expandedTo(LEAST))
