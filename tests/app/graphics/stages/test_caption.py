import pytest
from app.painted import picture_of, strings, texts_of
from app.stage_by_hand import shown_of
from PySide6.QtCore import QRectF

from nnviz.app.choice import Neuron
from nnviz.app.graphics.stages import caption as stage_caption
from nnviz.app.graphics.stages.caption import Caption
from nnviz.core.stages import Kind

TITLE = "Forward, layer 2"


@pytest.fixture
def caption(theme):
    return Caption(theme, shown_of(Kind.FORWARD, 2, pinned=Neuron(2, 3)), TITLE)


@pytest.fixture
def formulas(monkeypatch):
    """What is typeset, with where it is."""
    painted = []
    paint = stage_caption.paint_equation

    def note(painter, theme, place, latex, *rest, **more):
        where = paint(painter, theme, place, latex, *rest, **more)
        painted.append((latex, where))
        return where

    monkeypatch.setattr(stage_caption, "paint_equation", note)
    return painted


def height_of(caption, width, height):
    """Paint a caption; return how much of the height it takes."""
    taken = []
    picture_of(
        lambda painter: taken.append(caption.paint(painter, QRectF(0, 0, width, height))), width, height
    )
    return taken[0]


def said(caption, width, height):
    return strings(
        texts_of(lambda painter: caption.paint(painter, QRectF(0, 0, width, height)), width, height)
    )


def test_the_title_stands_before_the_sentence(caption):
    texts = said(caption, 900, 500)
    assert texts[0] == f"{TITLE}."
    assert " ".join(" ".join(texts[1:]).split()) == caption.sentences[0]  # σ is of another font


def test_where_there_is_less_room_the_sentence_is_shorter(caption):
    assert " ".join(said(caption, 420, 250)[1:]) == caption.sentences[1]
    assert said(caption, 200, 130)[0].startswith("Forward")
    assert said(caption, 300, 60) == []
    assert height_of(caption, 300, 60) == 0


def test_the_equation_and_its_numbers_stand_side_by_side_or_below_each_other(caption, formulas):
    height_of(caption, 900, 500)
    (equation, left), (numbers, right) = formulas
    assert (equation, numbers) == (caption.equation, caption.numbers)
    assert left.right() < right.left()
    formulas.clear()
    height_of(caption, 300, 500)
    (_, over), (_, under) = formulas
    assert over.bottom() <= under.top()


def test_nothing_is_wider_than_its_room(caption, formulas):
    for width in (240, 300, 420, 600):
        height_of(caption, width, 500)
    for (_, where), width in zip(formulas, (240, 240, 300, 300, 420, 420, 600, 600), strict=False):
        assert where.right() <= width + 1


def test_what_is_taken_holds_all_that_is_painted(caption, formulas):
    taken = height_of(caption, 600, 500)
    assert max(where.bottom() for _, where in formulas) <= taken < 200


def test_without_an_equation_there_is_a_sentence_alone(theme, formulas):
    caption = Caption(theme, shown_of(Kind.MINI_BATCH), "Mini-batch")
    assert height_of(caption, 600, 500) > 0
    assert formulas == []
