"""`make run` as a person meets it: it starts, refuses what cannot work, and leaves no process behind.

Marked `services` only because four starts take some twenty seconds; it brings its own broker and database.
"""

import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection

import pytest

from tests.ops.launcher import ROOT, Run, wait_for

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("run") / "var"


@pytest.fixture
def start(folder, free_port):
    runs = []

    def starter(argv=None, port=free_port):
        runs.append(Run(folder, port, argv))
        return runs[-1]

    yield starter
    for run in runs:
        run.stop()


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status(port, path):
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    return connection.getresponse().status


def answers(port):
    try:
        return status(port, "/readyz") == 200
    except OSError:
        return False


def manage(folder, *words):
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)


def test_starts_refuses_a_second_start_and_stops_cleanly_on_ctrl_c(start, folder):
    run = start().ready()
    assert status(run.port, "/healthz") == status(run.port, "/readyz") == 200
    assert folder.stat().st_mode & 0o777 == 0o700
    for secret in ("secret_key", "field_encryption_keys", "phone_index_key", "demo_password", "run.env"):
        assert (folder / secret).stat().st_mode & 0o777 == 0o600
    shell = manage(
        folder, "shell", "-c", "from common.ops.health import check_broker; print(check_broker().ok)"
    )
    assert "True" in shell.stdout, shell.stderr
    for part in ("worker", "messenger", "beat"):
        wait_for(
            lambda part=part: list(folder.glob(f"heartbeat/{part}-*")), 30, f"{part} shows its heartbeat"
        )

    second = start(port=run.port + 1)
    assert second.ended() == 1
    assert "already running" in second.said()
    assert f"127.0.0.1:{run.port}" in second.said()

    run.process.send_signal(signal.SIGINT)
    assert run.ended() == 0
    assert not run.living()
    assert run.said().rstrip().endswith("Stopped.")


def test_a_second_start_keeps_the_keys_and_starts_again_what_died(start, folder):
    before = {name: (folder / name).read_text() for name in ("secret_key", "demo_password")}
    run = start().ready()
    assert before == {name: (folder / name).read_text() for name in before}
    killed = run.parts()
    assert sorted(killed) == ["beat", "broker", "messenger", "web", "worker"]
    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    for part in killed:
        wait_for(lambda part=part: f"{part} is started again" in run.said(), 30, f"{part} is started again")
        again = (
            f"{part} ended unexpectedly (killed by signal 9); restart 1 of 5 within 10 minutes follows; see "
        )
        assert f"{again}{folder}/logs/{part}.log" in run.said()
    for part in ("worker", "messenger", "beat"):
        for old in folder.glob(f"heartbeat/{part}-*"):
            old.unlink()
        wait_for(lambda part=part: list(folder.glob(f"heartbeat/{part}-*")), 60, f"{part} works again")
    wait_for(lambda: answers(run.port), 30, "pages are served again")
    assert not set(killed.values()) & set(run.parts().values())
    run.process.terminate()
    assert run.ended() == 0
    assert not run.living()


def test_nothing_outlives_a_killed_launcher_and_the_next_start_frees_its_port(start):
    run = start().ready()
    # One of the web server's own workers stands still, as on a full disk, and so keeps the port.
    frozen = next(pid for pid in run.living("gunicorn") if os.getpgid(pid) != pid)
    os.kill(frozen, signal.SIGSTOP)
    run.process.kill()
    run.ended()
    wait_for(lambda: run.living() == [frozen], 10, "all others are gone")
    again = start().ready()
    assert "Ended what a former run had left behind: web" in again.said()
    assert frozen not in again.living()
    assert status(again.port, "/readyz") == 200
    again.process.terminate()
    assert again.ended() == 0
    assert not again.living()


def test_ctrl_c_that_reaches_only_make_stops_all_too(start):
    run = start(["make", "--no-print-directory", "run", f"PY={sys.executable}"]).ready()
    run.process.send_signal(signal.SIGINT)
    run.ended()
    run.gone(seconds=1)


def test_a_taken_port_is_said_before_anything_starts(start, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = Run(tmp_path / "var", taken.getsockname()[1])
        assert run.ended() == 1
    assert "is taken" in run.said()
    assert not (tmp_path / "var" / "secret_key").exists()


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_said(tmp_path, port):
    run = Run(tmp_path / "var", port)
    assert run.ended() == 1
    assert "PORT must be a number" in run.said()
