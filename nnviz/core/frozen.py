"""Arrays that stay as they are, for results that outlive the buffers they were computed in."""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


def frozen(array: NDArray[T]) -> NDArray[T]:
    """Return a read-only copy that shares memory with nothing."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy


def all_frozen(arrays: Iterable[NDArray[T]]) -> tuple[NDArray[T], ...]:
    """Return read-only copies, in their order."""
    return tuple(frozen(array) for array in arrays)


def only_columns(arrays: Iterable[NDArray[T]]) -> tuple[NDArray[T], ...]:
    """Return the only column of each array, (n, 1), as read-only copies, (n,)."""
    return all_frozen(array[:, 0] for array in arrays)
