from dataclasses import replace

import numpy as np
import pytest
from app.painted import overlapping, strings, texts_of
from PySide6.QtCore import QRectF
from run.small import small_data, small_spec

from nnviz.app.graphics.edit.effect import NOTHING_YET, EffectPicture, difference
from nnviz.run.edits import Rerandomise
from nnviz.run.effect import RunningEffect, effect_of
from nnviz.run.trainer import Trainer

AREA = QRectF(0, 0, 420, 300)


@pytest.fixture(scope="module")
def effect():
    trainer = Trainer(small_spec(eta=3.0, init="scaled"), small_data())
    trainer.advance(300)
    trainer.edit(Rerandomise(300, 2, 9))
    running = RunningEffect(300, 1, trainer.network.at(trainer.unedited), trainer.network, trainer.data.test)
    while (effect := running.advance()) is None:
        pass
    assert len(effect.changed) > 12
    return effect


def shown(theme, effect, shape=(5, 4)):
    picture = EffectPicture(theme)
    picture.show(effect, small_data().test, shape)
    return picture


def texts(picture, area=AREA, chosen=None):
    size = int(area.width()), int(area.height())
    return texts_of(lambda painter: picture.paint(painter, area, chosen), *size)


def test_before_an_edit_a_sentence_says_what_will_come(theme):
    assert " ".join(strings(texts(shown(theme, None)))) == NOTHING_YET


def test_the_samples_that_changed_most_come_first(theme, effect):
    picture = shown(theme, effect)
    assert overlapping(texts(picture)) == []
    assert [index for index, _ in picture.tiles] == effect.changed[: len(picture.tiles)].tolist()
    assert all(AREA.contains(tile) for _, tile in picture.tiles)
    index, tile = picture.tiles[2]
    assert picture.at(tile.center()) == index


def test_the_page_of_the_chosen_sample_is_shown(theme, effect):
    picture = shown(theme, effect)
    few = QRectF(0, 0, 260, 180)
    texts(picture, few)
    a_page = len(picture.tiles)
    assert a_page < len(effect.changed)
    chosen = int(effect.changed[a_page])
    texts(picture, few, chosen)
    assert picture.tiles[0][0] == chosen


def test_one_walks_through_the_changed_samples_and_round_their_end(theme, effect):
    picture = shown(theme, effect)
    first, second, last = (int(effect.changed[place]) for place in (0, 1, -1))
    assert [picture.next_after(at) for at in (None, first, last)] == [first, second, first]
    assert shown(theme, None).next_after(3) is None


def test_with_every_edit_taken_back_the_cost_is_told(theme, effect):
    none = effect_of(300, 0, small_data().test.labels, effect.before, effect.before)
    written = strings(texts(shown(theme, none)))
    assert written == [
        "Step 300, with no edits",
        f"test cost {effect.before.cost:.4f}",
        f"accuracy {100 * effect.before.accuracy:.2f} %",
        "No parameter is changed by hand.",
    ]


def test_a_cost_that_is_no_number_is_told(theme, effect):
    after = replace(effect.after, cost=float("nan"))
    assert any("→ NaN" in text for text in strings(texts(shown(theme, replace(effect, after=after)))))
    assert [difference(1.0, value) for value in (np.inf, 1.5, 0.5)] == ["∞", "+0.5000", "−0.5000"]


@pytest.mark.parametrize("size", [(40, 30), (90, 300), (160, 110), (600, 60), (900, 700)])
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_it_stays_in_its_area_whatever_that_is(theme, effect, size, scale):
    theme.choose_text_scale(scale)
    picture = shown(theme, effect, None)
    area = QRectF(0, 0, *size)
    assert overlapping(texts(picture, area)) == []
    assert all(tile.bottom() <= size[1] + 1 for _, tile in picture.tiles)
    theme.choose_text_scale(1.0)


def test_the_grid_scrolls_as_far_as_there_are_samples(theme, effect):
    picture = shown(theme, effect)
    few = QRectF(0, 0, 260, 180)
    texts(picture, few)
    first = picture.tiles[0][0]
    assert picture.scroll(1)
    texts(picture, few)
    across = effect.changed.tolist().index(picture.tiles[0][0])
    assert across > 0
    assert picture.scroll(1000)
    texts(picture, few)
    assert picture.tiles[-1][0] == effect.changed[-1]
    assert not picture.scroll(1)
    assert picture.scroll(-1000)
    texts(picture, few)
    assert picture.tiles[0][0] == first


def test_the_same_effect_shown_again_keeps_its_place(theme, effect):
    picture = shown(theme, effect)
    few = QRectF(0, 0, 260, 180)
    texts(picture, few)
    picture.scroll(1)
    texts(picture, few)
    tiles = list(picture.tiles)
    picture.show(effect, small_data().test, (5, 4))
    assert picture.tiles == tiles
    texts(picture, few)
    assert picture.tiles == tiles
