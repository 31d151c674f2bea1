import pytest

from nnviz.app.views.landscape_controls import DIRECTIONS, OVER, LandscapeControls


@pytest.fixture
def controls(qapp, qtbot):
    made = LandscapeControls()
    qtbot.addWidget(made)
    return made


def test_every_choice_is_told_once(controls, qtbot):
    for combo, texts in ((controls.directions, DIRECTIONS), (controls.images, OVER)):
        for text in list(texts)[1:]:
            with qtbot.waitSignal(controls.chosen):
                combo.setCurrentText(text)


def test_what_is_chosen_is_what_is_asked_for(controls):
    for text, (directions, _) in DIRECTIONS.items():
        controls.directions.setCurrentText(text)
        assert controls.plane.directions == directions
    for text, over in OVER.items():
        controls.images.setCurrentText(text)
        assert controls.over == over


def test_every_control_says_what_it_does(controls):
    for part in (controls.directions, controls.images, controls.logarithm, controls.fit):
        assert part.toolTip().endswith((".", ")."))
        assert part.accessibleName()
