import json

import numpy as np
import pytest
from app.small_window import settings_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QMainWindow, QWidget
from run.json_values import json_values
from run.small import small_data

from nnviz.app.actions import make_actions
from nnviz.app.choice import DRAWN, TEST, TRAINING, Choice, Neuron
from nnviz.app.docks import Docks
from nnviz.app.views.table import ABOUT, Views
from nnviz.app.window_state import apply_window, window_to_json

SIZES = (20, 6, 10)


@pytest.fixture
def parts(qtbot, theme, tmp_path):
    """Return a choice, docks and settings."""
    window = QMainWindow()
    qtbot.addWidget(window)
    choice, own = Choice(window), settings_in(tmp_path)
    choice.set_data(small_data())
    views = Views(theme, choice)
    panels = {key: QWidget() for key in ABOUT if key not in views}
    docks = Docks(window, panels, views, theme, own, make_actions(window))
    docks.lay_out("Lecture")
    return choice, docks, own


def state(parts):
    return json.loads(json.dumps(window_to_json(*parts)))


@pytest.mark.parametrize("layout", ["Lecture", "Explore", "Evaluate", "Debug", "Surface"])
def test_what_was_chosen_and_open_comes_back(parts, layout):
    choice, docks, _ = parts
    choice.choose(TRAINING, 12)
    choice.pin(Neuron(1, 3))
    docks.lay_out(layout)
    docks.by_key["diagram"].hide()
    docks.by_key["pad"].show()
    kept = state(parts)
    choice.choose(TEST, 1)
    choice.pin(None)
    docks.lay_out("Lecture")
    apply_window(kept, SIZES, *parts)
    assert state(parts) == kept


def test_a_drawing_comes_back_with_its_label(parts):
    choice = parts[0]
    choice.choose_drawn(np.arange(20, dtype=np.uint8), 4)
    kept = state(parts)
    choice.choose(TEST, 1)
    apply_window(kept, SIZES, *parts)
    assert (choice.sample.source, choice.sample.label) == (DRAWN, 4)
    assert choice.sample.pixels.tolist() == list(range(20))


def test_a_drawing_of_another_size_is_passed_over(parts):
    choice = parts[0]
    choice.choose(TEST, 1)
    apply_window({"sample": {"source": DRAWN, "pixels": "AAAA", "label": None}}, SIZES, *parts)
    assert choice.sample.source == TEST


def test_a_neuron_that_the_network_has_not_is_pinned_nowhere(parts):
    choice = parts[0]
    for neuron in ([0, 0], [3, 0], [1, 6], [1, -1], [1.0, 2], [True, 1], [1], "ab", None, {"layer": 1}):
        choice.pin(Neuron(1, 0))
        apply_window({"neuron": neuron}, SIZES, *parts)
        assert choice.neuron is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "sample": json_values
            | st.fixed_dictionaries(
                {"source": st.sampled_from([TEST, TRAINING, DRAWN, "", None]) | json_values},
                optional={"index": json_values, "pixels": json_values, "label": json_values},
            ),
            "neuron": json_values,
            "layout": json_values,
            "views": json_values,
        },
    )
)
def test_whatever_a_file_says_the_window_stays_whole(parts, value):
    choice = parts[0]
    apply_window(value, SIZES, *parts)
    assert choice.sample is not None
    json.dumps(window_to_json(*parts))


def test_with_no_view_that_there_is_the_views_stay(parts):
    before = state(parts)
    apply_window({"views": ["a view to come"]}, SIZES, *parts)
    assert state(parts)["views"] == before["views"]
