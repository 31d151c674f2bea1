import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from nnviz.app.graphics import numerals
from nnviz.app.graphics.numerals import Numerals


@pytest.fixture
def written(qapp, theme):
    """Return a function that writes one text at (50, 20) and tells which columns and rows have ink."""

    def write(text, across=0.5, points=10.0, writer=None):
        writer = Numerals() if writer is None else writer
        writer.set_font(theme.font(points))
        picture = QImage(100, 40, QImage.Format.Format_RGB32)
        picture.fill(QColor("#000000"))
        with QPainter(picture) as painter:
            writer.paint(painter, QColor("#ffffff"), [(text, 50.0, 20.0)], across)
        ink = [(x, y) for x in range(100) for y in range(40) if picture.pixelColor(x, y).value() > 60]
        columns, rows = [x for x, _ in ink], [y for _, y in ink]
        return (min(columns), max(columns)), (min(rows), max(rows))

    return write


def test_texts_lie_left_of_right_of_or_about_their_point(written):
    (left, right), rows = written("00")
    assert (left + right) / 2 == pytest.approx(49.5, abs=1.5)
    assert sum(rows) / 2 == pytest.approx(20, abs=2)
    (left, _), _ = written("00", across=0.0)
    assert left == pytest.approx(51, abs=2)
    (_, right), _ = written("00", across=1.0)
    assert right == pytest.approx(49, abs=2)


def test_another_font_lays_texts_out_anew(written):
    writer = Numerals()
    (left, right), _ = written("+0.25", writer=writer)
    (other_left, other_right), _ = written("+0.25", points=14.0, writer=writer)
    assert other_right - other_left > 1.2 * (right - left)


def test_texts_that_are_written_again_are_not_laid_out_again(written, monkeypatch):
    made = []
    plain = numerals.QStaticText
    monkeypatch.setattr(numerals, "QStaticText", lambda text: made.append(text) or plain(text))
    writer = Numerals()
    for text in ("1", "2", "1", "1"):
        written(text, writer=writer)
    assert made == ["1", "2"]


def test_texts_do_not_pile_up(written, monkeypatch):
    monkeypatch.setattr(numerals, "MOST", 3)
    writer = Numerals()
    for number in range(10):
        written(str(number), writer=writer)
        assert len(writer._texts) <= 3
