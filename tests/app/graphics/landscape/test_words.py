from dataclasses import replace

import numpy as np
from run.test_planes import trained, whereabouts
from run.test_surveying import spec

from nnviz.app.graphics.landscape.words import sentences_about, shorter
from nnviz.run.surveying import landscapes


def found(trainer=None):
    *_, last = landscapes(spec("random"), whereabouts(trainer or trained()))
    return last


def with_shadow(landscape, **changes):
    return replace(landscape, shadow=replace(landscape.shadow, **changes))


def test_it_says_how_far_the_path_is_and_what_the_plane_takes_its_cost_for():
    path, plane = sentences_about(
        with_shadow(
            found(),
            distances=np.array([1.0, 3.25, 0.5]),
            costs=np.array([0.5, 0.4, 0.3]),
            plane_costs=np.array([0.45, 0.21, 0.3]),
            explained=0.62,
        )
    )
    assert path == "The path is up to 3.25 away from the plane; there its cost is 0.4, the plane's 0.21."
    assert plane.startswith("The plane holds 62 % of the path's variance and ")


def test_before_the_costs_are_known_it_says_the_distance():
    landscape, nothing = found(), np.full(6, np.nan)
    path, _ = sentences_about(with_shadow(landscape, costs=nothing, plane_costs=nothing))
    assert path.endswith("away from the plane.")


def test_of_a_path_of_one_place_it_says_the_cost():
    landscape = found(trained(0))
    path, _ = sentences_about(landscape)
    assert path == f"Here the cost is {landscape.shadow.costs[0]:.3g}."


def test_of_a_path_that_is_nowhere_it_says_nothing():
    nowhere = np.full(6, np.nan)
    path, _ = sentences_about(with_shadow(found(), distances=nowhere))
    assert path == ""


def test_where_there_is_no_plane_it_says_why():
    assert sentences_about(replace(found(), shadow=None, refusal="There is none.")) == ["There is none."]


def test_where_there_is_little_room_the_first_half_is_left():
    assert shorter("The path is up to 3.25 away; there its cost is 0.4.") == "The path is up to 3.25 away."
    assert shorter("The plane holds 62 % of this and 3 % of that.") == "The plane holds 62 % of this."
    assert shorter("Here the cost is 1.") == "Here the cost is 1."
