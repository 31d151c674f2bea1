from dataclasses import replace

import numpy as np
import pytest
from run.small import small_data

from nnviz.data.dataset import DataSet, Samples
from nnviz.data.fingerprint import fingerprint


def changed(data, which, name, place):
    samples = getattr(data, which)
    array = getattr(samples, name).copy()
    array.flat[place] ^= 1
    return replace(data, **{which: replace(samples, **{name: array})})


def test_the_same_images_have_the_same_fingerprint_whatever_they_are_called():
    data = small_data()
    copy = DataSet(
        "another name",
        *(Samples(s.images.copy(), s.labels.copy(), s.shape) for s in (data.training, data.test)),
    )
    assert fingerprint(copy) == fingerprint(data)
    assert len(fingerprint(data)) == 64


@pytest.mark.parametrize("which", ["training", "test"])
@pytest.mark.parametrize("name", ["images", "labels"])
@pytest.mark.parametrize("place", [0, 17, -1])
def test_one_bit_makes_another_fingerprint(which, name, place):
    data = small_data()
    assert fingerprint(changed(data, which, name, place)) != fingerprint(data)


def test_the_shape_of_the_images_and_what_is_for_testing_count():
    data = small_data()
    turned = [Samples(s.images, s.labels, s.shape[::-1]) for s in (data.training, data.test)]
    prints = {fingerprint(data), fingerprint(DataSet("turned", *turned))}
    prints.add(fingerprint(DataSet("swapped", data.test, data.training)))
    prints.add(fingerprint(DataSet("fewer", data.training.take(52), data.test)))
    assert len(prints) == 4


def test_it_is_known_for_a_data_set_made_by_hand():
    # Whoever reads a session file elsewhere can compute it: this is its definition, written out.
    import hashlib

    samples = Samples(np.array([[1, 2]], np.uint8), np.array([7], np.uint8), (1, 2))
    numbers = b"".join(n.to_bytes(8, "little") for n in (1, 1, 2))
    part = numbers + bytes([7]) + bytes([1, 2])
    assert fingerprint(DataSet("two pixels", samples, samples)) == hashlib.sha256(part + part).hexdigest()
