import pytest

from nnviz.app.choice import Choice
from nnviz.app.views import table


@pytest.fixture
def views(qtbot, theme):
    views = table.Views(theme, Choice())
    yield views
    for view in views.made.values():
        qtbot.addWidget(view)


def test_a_view_is_made_when_it_is_first_asked_for_and_told_of_once(views):
    told = []
    views.when_made(lambda key, view: told.append((key, view)))
    assert not views.made
    view = views["weights"]
    assert views.weights is view
    assert views["weights"] is view
    assert told == [("weights", view)]
    assert list(views.made) == ["weights"]


def test_to_ask_whether_there_is_a_view_does_not_make_it(views):
    assert "pad" in views
    assert "attic" not in views
    assert len(views) == len(list(views)) == len(table.FIGURES)
    assert not views.made


def test_every_view_bears_the_name_that_the_table_has_for_it(views):
    assert {key: view.windowTitle() for key, view in views.items()} == {
        key: table.TITLES[key] for key in table.FIGURES
    }


def test_each_dock_has_a_name_and_is_about_something(views):
    assert set(table.TITLES) == set(table.ABOUT) >= set(views)


def test_other_views_can_be_added(views, theme):
    from app.toy_view import ToyView

    more = table.Views(theme, Choice(), {"toy": lambda: ToyView(theme)})
    assert isinstance(more["toy"], ToyView)
    more["toy"].deleteLater()
