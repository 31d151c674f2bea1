import numpy as np
from run.small import small_data

from nnviz.run.fixed_samples import fixed_samples


def test_it_is_the_same_set_every_time_and_none_comes_twice():
    test = small_data().test
    one, other = fixed_samples(test, 10), fixed_samples(test, 10)
    assert len(one) == 10
    assert np.array_equal(one.images, other.images)
    places = [np.flatnonzero((test.images == image).all(axis=1))[0] for image in one.images]
    assert len(set(places)) == 10
    assert one.labels.tolist() == test.labels[places].tolist()
    assert places != list(range(10))


def test_where_there_are_few_all_are_taken():
    test = small_data().test
    assert fixed_samples(test) is test
