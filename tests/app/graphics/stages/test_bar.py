import pytest
from app.painted import colours_in, picture_of, strings, texts_of
from PySide6.QtCore import QPointF, QRectF

from nnviz.app.graphics.stages.bar import StageBar, long_name, short_name
from nnviz.core.stages import Kind, stages

SIZE = (640, 60)


@pytest.fixture
def bar(theme):
    return StageBar(theme)


def painter_of(bar, n_layers=3, index=0, width=600, with_groups=True):
    area = QRectF(10, 5, width, bar.height(with_groups))
    return lambda painter: bar.paint(painter, area, stages(n_layers), index)


def test_all_stages_stand_in_their_order_in_groups(bar):
    texts = texts_of(painter_of(bar), *SIZE)
    # ∇ is of another font, and so a text of its own.
    symbols = ["x", "a¹", "a²", "a³", "C", "δ³", "δ²", "δ¹", "∇", "C", "Δθ"]
    assert [text for text in strings(texts) if text in symbols] == symbols
    assert {"forward", "cost", "backward", "update"} <= set(strings(texts))
    lefts = [box.left() for box in bar.boxes]
    assert lefts == sorted(lefts)
    assert len({round(box.width(), 3) for box in bar.boxes}) == 1


def test_the_present_stage_is_lit_and_those_done_are_filled(bar, theme):
    picture = picture_of(painter_of(bar, index=4), *SIZE)
    corner = [QRectF(box.left() + 4, box.top() + 4, 4, 2) for box in bar.boxes]
    fills = [colours_in(picture, area) for area in corner]
    assert fills[4] == {theme.colours.highlight}
    assert fills[:4] == [{theme.colours.line}] * 4
    assert fills[5:] == [{theme.colours.surface}] * 5


def test_a_stage_is_found_under_the_pointer(bar):
    picture_of(painter_of(bar), *SIZE)
    for place, box in enumerate(bar.boxes):
        assert bar.at(box.center()).stage == place
    assert bar.at(QPointF(1, 1)) is None
    assert bar.at(bar.boxes[6].center()).lines[0] == "Backward, layer 2"


def test_every_stage_has_its_symbol_however_narrow(bar, theme):
    theme.choose_text_scale(2.0)
    try:
        texts = texts_of(painter_of(bar, width=276, with_groups=False), *SIZE)
    finally:
        theme.choose_text_scale(1.0)
    del texts[8]  # the ∇ of ∇C, which is of another font
    assert len(texts) == 10
    for text, box in zip(texts, bar.boxes, strict=True):
        assert box.left() <= text.where.left() + 1.5
        assert text.where.right() <= box.right() + 1.5


def test_a_single_layer_has_no_backward_stage(bar):
    texts = strings(texts_of(painter_of(bar, n_layers=1), *SIZE))
    assert [text for text in texts if text[0] in "aδ"] == ["a¹", "δ¹"]


def test_names():
    assert [short_name(stage) for stage in stages(1)] == ["x", "a¹", "C", "δ¹", "∇C", "Δθ"]
    names = [long_name(stage) for stage in stages(2)]
    assert names[:2] == ["Mini-batch", "Forward, layer 1"]
    assert long_name(stages(2)[4]) == "Output error"
    assert {stage.kind for stage in stages(2)} == set(Kind)
