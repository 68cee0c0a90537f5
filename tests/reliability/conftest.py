"""Stages: on SQLite everywhere, on PostgreSQL and Redis where the run has them.

Each stage is a copy of a migrated database.
"""

import os
import shutil

import environ
import pytest

from tests import migrated
from tests.services import Redis

from .stage import Stage, postgres_database


@pytest.fixture(scope="session")
def sqlite_template():
    return migrated.sqlite_template()


@pytest.fixture(scope="session")
def postgres_template():
    server = os.environ["DATABASE_URL"]
    name = migrated.postgres_template(environ.Env.db_url_config(server))
    return f"{server.rsplit('/', 1)[0]}/{name}"


@pytest.fixture
def postgres_url(postgres_template):
    """A migrated database of its own."""
    with postgres_database(template=postgres_template) as url:
        yield url


@pytest.fixture
def engine_url(request, tmp_path):
    """A migrated database on the engine the test asks for by parameter."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres_url")
    path = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "stage.sqlite3")
    return f"sqlite:///{path}"


@pytest.fixture
def stage(engine_url):
    """A stage without a broker: hints go nowhere, as if every one were lost."""
    with Stage(engine_url) as stage:
        yield stage


@pytest.fixture
def redis():
    with Redis() as server:
        yield server


@pytest.fixture
def full_stage(redis, postgres_url):
    """PostgreSQL, a Redis of its own, and a sweep every two seconds."""
    with Stage(postgres_url, redis.url(), SWEEP_EVERY_SECONDS="2") as stage:
        stage.play("office", 1)
        yield stage
