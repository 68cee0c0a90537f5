"""An office at work: `walk.to(status)` gives an opinion in any status, walked there the ordinary way."""

import pytest

from tests.workflow.walk import Walk


@pytest.fixture
def walk(cast, office) -> Walk:
    return Walk(cast, office)


@pytest.fixture
def opinion_in(walk):
    """`opinion_in("answered")`."""
    return walk.to
