"""The probes: alive without asking anyone, ready only if what a page needs is; a heartbeat of each host."""

import os
import time

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from common.ops import health, heartbeat
from tests.services import free_port

# Nothing listens there, on any machine: a refused connection, not a slow one.
NO_BROKER = f"redis://127.0.0.1:{free_port()}/0"


def test_alive_asks_nothing_of_the_database(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@override_settings(CELERY_BROKER_URL=NO_BROKER)
def test_ready_without_broker_which_is_shown_but_not_why(client, db):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "parts": {"database": "ok", "migrations": "ok", "broker": "down"},
    }
    assert "127.0.0.1" in health.check_broker().detail


def test_not_ready_with_an_unapplied_migration(client, db):
    app, latest = MigrationLoader(connection).graph.leaf_nodes("accounts")[0]
    MigrationRecorder(connection).record_unapplied(app, latest)
    assert client.get("/readyz").json()["parts"]["migrations"] == "down"
    assert f"{app}.{latest}" in health.check_migrations().detail


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_for_reading_only(client, db, path):
    assert client.post(path).status_code == 405


@pytest.mark.services
def test_ready_with_everything_there(client, db):
    response = client.get("/readyz")
    assert response.status_code == 200, response.content


def test_a_part_is_alive_while_its_heartbeat_is_young(tmp_path):
    with override_settings(DATA_DIR=tmp_path):
        assert not health.check_heartbeat("worker").ok
        heartbeat.touch(tmp_path / "heartbeat", "worker")
        assert health.check_heartbeat("worker").ok
        assert not health.check_heartbeat("beat").ok
        for file in (tmp_path / "heartbeat").iterdir():
            long_ago = time.time() - heartbeat.STALE_AFTER_SECONDS - 1
            os.utime(file, (long_ago, long_ago))
        assert not health.check_heartbeat("worker").ok


def test_a_disk_that_takes_no_heartbeat_does_not_end_the_part(tmp_path, capsys):
    (tmp_path / "heartbeat").write_text("a file where the folder should be")
    heartbeat.touch(tmp_path / "heartbeat", "worker")
    assert "not written" in capsys.readouterr().err


def test_the_container_check_knows_a_living_part_from_a_silent_one(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert heartbeat.main("worker") == 1
    heartbeat.touch(tmp_path / "heartbeat", "worker")
    assert heartbeat.main("worker") == 0


@pytest.mark.parametrize("allowed", ["testserver,localhost", ".liaison.test", "*", ""])
def test_the_container_check_of_the_web_asks_for_an_allowed_host(live_server, monkeypatch, allowed):
    monkeypatch.setenv("ALLOWED_HOSTS", allowed)
    monkeypatch.setenv("PORT", live_server.url.rsplit(":", 1)[1])
    with override_settings(ALLOWED_HOSTS=["*"]):
        assert heartbeat.main("web") == 0
    monkeypatch.setenv("PORT", str(free_port()))
    assert heartbeat.main("web") == 1
