"""An append-only table of numbers that one thread writes while others read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz.core.encoding import Floats

BLOCK_BYTES = 20 << 17
"""Large enough that the system hands out each block by itself and memory does not crumble."""

Float32s = NDArray[np.float32]


class Table:
    """Rows of float32 numbers.

    Rows lie in blocks that are never moved and never rewritten. So a reader in another thread may read every
    row below a count that it was given, without a lock, while rows are being added behind it.

    Parameters
    ----------
    columns : int

    Attributes
    ----------
    count : int
        The number of rows.
    """

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.count = 0
        self._rows_a_block = max(1, BLOCK_BYTES // (4 * columns))
        self._blocks: list[Float32s] = []
        self._block = np.empty((0, columns), np.float32)

    def add(self, row: Sequence[float] | Floats) -> None:
        """Add a row."""
        place = self.count % self._rows_a_block
        if place == 0:
            self._block = np.empty((self._rows_a_block, self.columns), np.float32)
            self._blocks.append(self._block)
        self._block[place] = row
        self.count += 1

    def rows(self, start: int, stop: int) -> Float32s:
        """Return a copy of the rows `start` to `stop` − 1, (stop − start, columns)."""
        start, stop = max(start, 0), min(stop, self.count)
        if start >= stop:
            return np.empty((0, self.columns), np.float32)
        parts, size = [], self._rows_a_block
        for number in range(start // size, (stop - 1) // size + 1):
            first = number * size
            parts.append(self._blocks[number][max(start - first, 0) : stop - first])
        return np.concatenate(parts)

    def row(self, number: int) -> Float32s:
        """Return one row, counted from 0."""
        if not 0 <= number < self.count:
            raise IndexError(f"There is no row {number} yet; there are {self.count}.")
        row: Float32s = self._blocks[number // self._rows_a_block][number % self._rows_a_block].copy()
        return row

    def extend(self, rows: Float32s) -> None:
        """Add many rows."""
        for row in rows:
            self.add(row)
