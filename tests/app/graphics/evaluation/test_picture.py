import numpy as np
import pytest
from app.ink import painted
from app.painted import overlapping, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.evaluation.panels import Mistakes
from nnviz.app.graphics.evaluation.picture import Answers, EvaluationPicture
from nnviz.run.epochs import EpochRecord

EPOCHS = tuple(EpochRecord(n, 10 * n, 0.5, 0.9, 0.5, 0.88) for n in range(4))


@pytest.fixture
def sized(theme):
    """The theme, whose size of text is put back afterwards."""
    yield theme
    theme.choose_text_scale(1.0)


def some_answers(n=10):
    random = np.random.default_rng(0)
    counts = random.integers(0, 30, (n, n))
    counts[np.arange(n), np.arange(n)] = 900
    ink = random.integers(0, 256, (30, 20), dtype=np.uint8)
    labels = np.full(30, 0, np.uint8)
    mistakes = Mistakes(np.arange(30), ink, (5, 4), labels, labels + 1, np.linspace(2, 1, 30))
    return Answers(counts, mistakes, np.arange(10), np.arange(10)[::-1], counts.sum(axis=1))


def picture_of(theme, width, height, **how):
    return EvaluationPicture(theme, QRectF(0, 0, width, height), some_answers(**how), EPOCHS, as_rates=False)


def panels(picture):
    return {name for name in ("accuracy", "worst", "confidence") if getattr(picture, name) is not None}


def areas(picture):
    found = [picture.matrix.matrix]
    found += [picture.matrix.bars] if not picture.matrix.bars.isEmpty() else []
    found += [chart.chart.box for chart in (picture.accuracy, picture.confidence) if chart is not None]
    return found + (picture.worst.rectangles if picture.worst is not None else [])


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (296, 150, set()),
        (250, 250, set()),
        (576, 340, {"accuracy", "worst"}),
        (1176, 715, {"accuracy", "worst", "confidence"}),
        (360, 900, {"accuracy", "worst", "confidence"}),
        (360, 500, {"accuracy"}),
        (800, 150, {"accuracy"}),
    ],
)
def test_beside_the_matrix_stands_what_there_is_room_for(theme, width, height, expected):
    assert panels(picture_of(theme, width, height)) == expected


def test_in_a_large_area_the_mistakes_have_a_row_of_their_own_and_each_digit_its_accuracy(theme):
    picture = picture_of(theme, 1176, 715)
    assert not picture.matrix.bars.isEmpty()
    assert min(r.top() for r in picture.worst.rectangles) > picture.matrix.matrix.bottom()
    assert picture.accuracy.chart.box.left() > picture.matrix.bars.right()


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    ("width", "height"),
    [(276, 100), (296, 150), (576, 340), (1176, 715), (360, 900), (900, 500), (1900, 900)],
)
@pytest.mark.parametrize("n", [2, 10, 20])
def test_nothing_overlaps_and_all_is_within_the_area(sized, scale, width, height, n):
    sized.choose_text_scale(scale)
    picture = picture_of(sized, width, height, n=n)
    found = areas(picture)
    for number, one in enumerate(found):
        assert QRectF(0, 0, width, height).adjusted(-1, -1, 1, 1).contains(one)
        assert not any(one.adjusted(1, 1, -1, -1).intersects(other) for other in found[:number])
    texts = texts_of(picture.paint, width, height)
    assert overlapping(texts) == []
    assert not [text.text for text in texts if "…" in text.text]


@pytest.mark.parametrize(("width", "height"), [(0, 0), (5, 5), (2000, 3), (3, 2000)])
def test_an_area_without_room_is_no_error(theme, width, height):
    picture = picture_of(theme, width, height)
    painted(lambda painter, area: picture.paint(painter), 100, 100)


def test_charts_are_told_of_where_the_pointer_is(theme):
    picture = picture_of(theme, 1176, 715)
    assert "epoch" in picture.told_at(picture.accuracy.chart.box.center())[0]
    assert "confidence" in picture.told_at(picture.confidence.chart.box.center())[0]
    assert picture.told_at(QPointF(picture.matrix.matrix.center())) == ()
    assert picture_of(theme, 200, 200).told_at(QPointF(100, 100)) == ()
