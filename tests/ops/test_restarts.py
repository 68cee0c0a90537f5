"""What `make run` does with a part that dies, with small processes in place of the product's."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from congress_liaison.run import Refused, parts, restarts
from tests.ops.launcher import wait_for


class NoSignals:
    asked = 0

    def stop(self):
        return False


@pytest.fixture
def start(tmp_path):
    started = []

    def starter(name, script):
        log = tmp_path / f"{name}.log"
        argv = ["sh", "-c", script]
        started.append(
            parts.start(name, argv, environ={"PATH": os.defpath, "DATA_DIR": str(tmp_path)}, log=log)
        )
        return started[-1]

    yield starter
    for part in started:
        part.process.kill()
        parts.stop(part, NoSignals())


def test_a_part_that_dies_again_and_again_ends_the_run(start, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(restarts, "PAUSES", (0, 0.1, 0.1, 0.1, 0.1))
    monkeypatch.setattr(parts, "LOOK_EVERY_SECONDS", 0.01)
    steady, faulty = start("web", "sleep 100"), start("worker", "echo no licence; exit 3")
    first = steady.process.pid
    with pytest.raises(Refused) as refused:
        parts.wait(
            NoSignals(),
            [steady, faulty],
            until=lambda: False,
            on_end=restarts.Restarts(tmp_path, [steady, faulty]),
        )
    said = capsys.readouterr().out
    assert str(refused.value).startswith("worker ended 6 times within 10 minutes, last: exit code 3")
    assert "| no licence" in str(refused.value)
    assert said.count("worker is started again") == 5
    assert (
        "worker ended unexpectedly (exit code 3); restart 2 of 5 within 10 minutes in 0.1 seconds; see"
        in said
    )
    assert f"see {tmp_path}/worker.log" in said
    assert steady.process.pid == first and steady.ended() is None
    assert (tmp_path / "worker.log").read_text().count("no licence") == 6


def test_ends_of_long_ago_do_not_count(start, tmp_path, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(restarts.time, "monotonic", lambda: now[0])
    part = start("worker", "exit 1")
    again = restarts.Restarts(tmp_path, [part])
    for _ in range(8):
        part.process.wait()
        again(part)  # without a pause each time: the last end is more than ten minutes ago
        now[0] += 601


def test_what_the_dead_part_had_started_is_ended_before_it_is_started_again(start, tmp_path):
    part = start("web", "sleep 100 & echo $!; wait")
    child = int(wait_for(lambda: (tmp_path / "web.log").read_text().strip(), 20, "it started another"))
    part.process.kill()
    part.process.wait()
    restarts.Restarts(tmp_path, [part])(part)
    assert part.ended() is None
    wait_for(lambda: not alive(child), 20, "the other is gone")


def test_only_the_former_runs_own_processes_are_ended(start, tmp_path):
    orphan = start("web", "exec sleep 101")
    stranger = subprocess.Popen(["/bin/sh", "-c", "exec sleep 102"], start_new_session=True)
    elsewhere = start("web", "exec sleep 103")
    elsewhere.environ["DATA_DIR"] = "/srv/other"
    elsewhere.process.kill()
    elsewhere.process.wait()
    elsewhere.restart()
    try:
        running(orphan.process.pid, elsewhere.process.pid, stranger.pid)
        other = parts.Part.__new__(parts.Part)
        other.name, other.argv, other.process = "worker", stranger.args, stranger
        for part, seconds in ((orphan, "101"), (elsewhere, "103"), (other, "102")):
            part.argv = ["sleep", seconds]  # as the shell became it
        restarts.record(tmp_path, [orphan, elsewhere, other])
        assert restarts.end_orphans(tmp_path) == ["web"]
        assert orphan.process.wait(5) == -signal.SIGKILL
        assert elsewhere.ended() is None and stranger.poll() is None
        assert restarts.end_orphans(tmp_path) == []
    finally:
        stranger.kill()
        stranger.wait()


def running(*pids):
    """Wait until each shell has become `sleep`."""
    for pid in pids:
        line = Path(f"/proc/{pid}/cmdline")
        wait_for(lambda line=line: line.read_bytes().startswith(b"sleep"), 20, "it sleeps")


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
