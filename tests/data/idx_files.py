"""IDX files made for tests."""

import gzip
import math
import struct

import numpy as np


def header(magic, *sizes):
    return struct.pack(f">{1 + len(sizes)}I", magic, *sizes)


def idx_bytes(array):
    """Return the IDX file of images (3 dimensions) or labels (1 dimension)."""
    return header(0x0800 + array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def some_images(n=5, rows=4, cols=3):
    return (np.arange(n * rows * cols) % 256).astype(np.uint8).reshape(n, rows, cols)


def some_labels(n=5):
    return (np.arange(n) % 10).astype(np.uint8)


def packed(content):
    """Return gzip data; their bytes depend on the content alone, not on the hour."""
    return gzip.compress(content, mtime=0)


def declared_images(*shape, body=None):
    """Return an IDX file of zeros for the shape declared, or of another body."""
    return header(0x0803, *shape) + (bytes(math.prod(shape)) if body is None else body)
