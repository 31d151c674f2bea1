import pytest

from nnviz.app.graphics.landscape.toy_words import figures, name_of, sentence, short_sentence
from nnviz.core.balls import Ball
from nnviz.core.telling import Event, Told


def told(event, step=12):
    return Told(event, step, 0.25, 1.5, 2.0)


@pytest.mark.parametrize("event", Event)
def test_of_every_event_there_is_a_sentence_and_a_shorter_one(event):
    for words in (sentence(told(event)), short_sentence(told(event))):
        assert words.endswith(".")
        assert "{" not in words
    assert len(short_sentence(told(event))) <= len(sentence(told(event)))


def test_a_divergence_names_its_step():
    assert "diverged at step 12" in sentence(told(Event.DIVERGED))


def test_balls_are_called_by_what_they_differ_in():
    assert name_of(Ball((0.0,), 0.5)) == "η 0.5"
    assert name_of(Ball((0.0,), 0.0015, 0.9)) == "η 0.0015, μ 0.9"
    assert name_of(Ball((0.0,), 2.0)) == "η 2.0"


def test_figures_are_those_of_the_last_step():
    assert figures(told(Event.DOWN)) == "step 12 · C = 1.500 · moved 0.250"
    assert figures(Told(Event.CREEPS, 3, 0.00042, 1.5, 2.0)) == "step 3 · C = 1.500 · moved 0.00042"
    assert figures(Told(Event.DEEPEST, 3, 0.0, 1.5, 2.0)) == "step 3 · C = 1.500 · moved 0.000"
    assert figures(Told(Event.START, 0, 0.0, 1.5, float("nan"))) == "step 0 · C = 1.500"
