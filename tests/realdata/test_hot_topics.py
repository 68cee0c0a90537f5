"""Hot topics at a county's size, on real messages: what is there is found, and nothing where nothing is."""

import pytest

from tests.realdata.hot_topics_samples import Collection

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def collection():
    return Collection()


@pytest.mark.parametrize("size", [50, 100, 300])
def test_known_topics_are_found_in_a_countys_messages(collection, size):
    score = collection.score(size=size, topics=2, seeds=range(3))
    assert score.precision >= 0.9 and score.recall >= 0.9


@pytest.mark.parametrize("size", [50, 100, 300])
def test_nothing_is_found_where_nothing_is(collection, size):
    score = collection.score(size=size, topics=0, seeds=range(3))
    assert (score.invented, score.wrong) == (0, 0)
