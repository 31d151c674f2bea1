import numpy as np
import pytest

from nnviz.core.encoding import one_hot


def test_a_target_is_1_at_the_label_and_0_elsewhere():
    targets = one_hot(np.array([2, 0, 2], np.uint8), 4)
    assert targets.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_targets_are_of_the_type_asked_for(dtype):
    assert one_hot(np.array([1]), 2, dtype).dtype == dtype
    assert one_hot(np.array([1]), 2).dtype == np.float32


def test_a_label_may_be_the_last_output_neuron():
    assert one_hot(np.arange(10, dtype=np.uint8), 10).tolist() == np.eye(10).tolist()


def test_no_labels_give_no_targets():
    assert one_hot(np.zeros(0, np.uint8), 10).shape == (0, 10)


@pytest.mark.parametrize(("labels", "n"), [([0, 9], 9), ([3, 255], 10), ([-1, 2], 10)])
def test_a_label_without_an_output_neuron_is_refused(labels, n):
    with pytest.raises(ValueError) as caught:
        one_hot(np.array(labels), n)
    assert f"from {labels[0]} to {labels[1]}" in str(caught.value)
    assert f"{n} output neurons, for the labels 0 to {n - 1}" in str(caught.value)
