import numpy as np
import pytest

from nnviz.core.frozen import all_frozen, frozen


@pytest.mark.parametrize("array", [np.arange(6.0), np.arange(6).reshape(2, 3).T, np.ones((2, 0), bool)])
def test_a_frozen_array_is_a_copy_that_cannot_be_written(array):
    copy = frozen(array)
    assert (copy.tolist(), copy.dtype, copy.shape) == (array.tolist(), array.dtype, array.shape)
    assert copy.base is None
    assert not np.shares_memory(copy, array)
    assert array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        copy[...] = 0


def test_several_arrays_are_frozen_in_their_order():
    first, second = all_frozen(np.full(2, n) for n in (1, 2))
    assert (first.tolist(), second.tolist()) == ([1, 1], [2, 2])
    assert not first.flags.writeable
