import pytest
from PySide6.QtCore import QRectF

from nnviz.app.graphics.network.layout import Measures, lay_out_network
from nnviz.app.graphics.network.marks import name_box
from nnviz.core.components import Component


@pytest.mark.parametrize("size", [(160, 90), (300, 200), (620, 420), (1200, 800)])
@pytest.mark.parametrize(
    "component",
    [Component(1, 0, 0), Component(1, 15, 783), Component(2, 3, 9), Component(3, 9), Component(1, 0)],
)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_name_of_a_component_stays_inside(theme, size, component, scale):
    theme.choose_text_scale(scale)
    layout = lay_out_network((784, 16, 16, 10), QRectF(0, 0, *size), (28, 28), Measures(16, 38, 28, 36))
    box = name_box(theme, layout, component)
    assert layout.area.contains(box) or box.width() > layout.area.width() - 4
    theme.choose_text_scale(1.0)


def test_the_name_stands_above_the_middle_of_a_flat_edge(theme):
    layout = lay_out_network((4, 4, 4), QRectF(0, 0, 620, 420), None, Measures(16, 38, 28, 36))
    start, end = layout.columns[1].centre(1), layout.columns[2].centre(1)
    box = name_box(theme, layout, Component(2, 1, 1))
    middle = (start + end) / 2
    assert box.center().x() == pytest.approx(middle.x())
    assert box.bottom() < middle.y()
