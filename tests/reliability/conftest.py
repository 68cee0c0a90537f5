"""Stages: on SQLite everywhere, on PostgreSQL and Redis where the run has them."""

import os

import pytest

from tests.services import Redis

from .stage import Stage, postgres_database


@pytest.fixture
def engine_url(request, tmp_path):
    """The URL of an empty database on the engine the test asks for by parameter."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'stage.sqlite3'}"
    else:
        with postgres_database() as url:
            yield url


@pytest.fixture
def stage(engine_url):
    """A migrated stage without a broker: hints go nowhere, as if every one were lost."""
    with Stage(engine_url, broker_url="memory://") as stage:
        stage.manage("migrate", "-v0")
        yield stage


@pytest.fixture
def redis():
    with Redis() as server:
        yield server


@pytest.fixture
def full_stage(redis):
    """PostgreSQL, a Redis of its own, and a sweep every two seconds."""
    assert os.environ["DATABASE_URL"].startswith("postgres")
    with postgres_database() as url, Stage(url, redis.url(), SWEEP_EVERY_SECONDS="2") as stage:
        stage.manage("migrate", "-v0")
        stage.play("office", 1)
        yield stage
