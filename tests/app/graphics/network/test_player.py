import pytest

from nnviz.app.graphics.network.player import SECONDS_A_LAYER, LayerPlayer


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def player(qapp, clock):
    player = LayerPlayer(clock=clock)
    player.heard = []
    player.moved.connect(lambda: player.heard.append(player.reached))
    yield player
    player.stop()


def pass_layers(player, clock, layers):
    """Let so much time pass, and the timer tick once."""
    clock.now += layers * SECONDS_A_LAYER
    player._tick()


def test_nothing_is_played_at_first(player):
    assert player.reached is None
    player._tick()
    assert player.heard == []


def test_in_motion_it_comes_as_far_as_time_has_passed(player, clock):
    player.start(3, in_motion=True)
    assert player.reached == 0
    for _ in range(5):
        pass_layers(player, clock, 0.5)
    assert player.heard == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5])


def test_at_the_end_it_waits_for_the_answer_to_be_read_and_then_stops(player, clock):
    player.start(3, in_motion=True)
    pass_layers(player, clock, 3.2)
    assert player.reached == 3
    pass_layers(player, clock, 0.5)
    assert player.reached == 3
    assert player.heard == [0, 3], "what stands still is not painted again"
    pass_layers(player, clock, 0.4)
    assert player.reached is None
    assert player.heard == [0, 3, None]
    assert not player._timer.isActive()


def test_without_motion_each_layer_is_there_all_at_once(player):
    player.start(3, in_motion=False)
    assert player._timer.interval() == 1000
    for _ in range(3):
        player._tick()
    assert player.heard == [1, 2, 3, None]


def test_it_can_be_stopped_early_and_started_anew(player, clock):
    player.start(4, in_motion=True)
    pass_layers(player, clock, 2)
    player.stop()
    assert player.reached is None
    assert not player._timer.isActive()
    player.stop()
    assert player.heard[-2:] == [pytest.approx(2), None], "it has stopped once"
    player.start(4, in_motion=True)
    assert player.reached == 0


def test_it_moves_by_itself(qtbot, clock, player):
    player.start(2, in_motion=True)
    clock.now += 0.5 * SECONDS_A_LAYER
    qtbot.waitUntil(lambda: player.reached == pytest.approx(0.5))
