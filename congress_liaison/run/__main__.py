"""The launcher behind `make run`: prepares the data folder, starts all parts, watches and stops them."""

import os
import secrets
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import environ as dotenv
from cryptography.fernet import Fernet

from common.ops import heartbeat
from congress_liaison.run import Refused, broker, folder, parts, restarts

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Letters, digits, - and _ only: $ and # mean something in an environment file.
KEYS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_ENCRYPTION_KEYS": lambda: Fernet.generate_key().decode(),
    "PHONE_INDEX_KEY": lambda: secrets.token_urlsafe(32),
}
CELERY = [sys.executable, "-m", "celery", "-A", "congress_liaison"]


def main() -> int:
    """Run everything until the person stops it; returns the exit code."""
    signals = parts.Signals()
    started: list[parts.Part] = []
    try:
        launch(signals, started)
        code = 0
    except Refused as reason:
        print(f"\nmake run: {reason}", file=sys.stderr, flush=True)
        code = 1
    if started:
        print("Stopping …", flush=True)
        # The broker was started first and goes last: what the worker finishes still has somewhere to go.
        for part in reversed(started):
            parts.stop(part, signals)
        print("Stopped." if code == 0 else "All other parts are stopped.", flush=True)
    return code


def launch(signals: parts.Signals, started: list[parts.Part]) -> None:
    """Start all parts, append them to `started`, and return when the person asks to stop. Raises Refused if a part ends
    before all are ready, or too often afterwards."""
    if (BASE_DIR / ".env").exists():
        dotenv.Env.read_env(BASE_DIR / ".env")
    port = wanted_port()
    address = f"http://127.0.0.1:{port}"
    data = folder.open_folder(Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").resolve())
    lock_file = folder.lock(data, address)
    if left := restarts.end_orphans(data):
        print(f"Ended what a former run had left behind: {', '.join(left)}", flush=True)
    refuse_taken_port(port)
    print(f"Starting (data in {data}, logs in {data / 'logs'})", flush=True)
    environ = settle(data)
    if not has(os.environ, "CELERY_BROKER_URL"):
        started.append(broker.start(broker.socket_path(data), data, environ, signals))
    if signals.stop() or not prepare(signals, started, environ):
        return
    for old in data.glob("heartbeat/*"):
        old.unlink()
    for name, argv, patience in commands(port, data):
        log = data / "logs" / f"{name}.log"
        started.append(parts.start(name, argv, environ=environ, log=log, patience=patience))
        restarts.record(data, started)
    if parts.wait(signals, started, lambda: heartbeat.web_answers(port), seconds=120):
        await_celery(signals, started, data)
        print(f"\nReady: {address}   (Ctrl-C stops everything)", flush=True)
        parts.wait(signals, started, until=lambda: False, on_end=restarts.Restarts(data, started))
    lock_file.flush()  # keeps the file, and with it the lock, alive until here


def wanted_port() -> int:
    """Return PORT, 8000 by default. Raises Refused for one that is no port."""
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {port!r}")
    return int(port)


def refuse_taken_port(port: int) -> None:
    """Raise Refused if another program listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(f"port {port} is taken ({error.strerror}); try PORT={port + 1} make run") from None


def has(environ: Mapping[str, str], name: str) -> bool:
    """Return whether the setting `name` is given, itself or by NAME_FILE."""
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


def settle(data: Path) -> dict[str, str]:
    """Make what is missing (keys, password), write run.env, and return the environment of every part."""
    made: dict[str, str] = {"HTTPS": "0", "CELERY_BROKER_URL": broker.url(broker.socket_path(data))}
    for name, make in KEYS.items():
        if not has(os.environ, name):
            made[name] = folder.stored_secret(data / name.lower(), make)
    folder.write_run_env(data, made, os.environ)
    wanted = os.environ.pop("DEMO_PASSWORD", "")
    if (
        folder.stored_secret(data / "demo_password", lambda: wanted or folder.new_password()) != wanted
        and wanted
    ):
        print("  DEMO_PASSWORD is not the one this demo was made with: that one stays", flush=True)
    # DEBUG shows settings to anybody who causes an error: for developing there is manage.py runserver.
    return {**os.environ, "DATA_DIR": str(data), "DEBUG": "0", "PYTHONUNBUFFERED": "1"}


def prepare(signals: parts.Signals, started: list[parts.Part], environ: dict[str, str]) -> bool:
    """Run prepare.py to its end; returns False if the person asked to stop meanwhile, raises Refused if it fails."""
    step = parts.start("prepare", [sys.executable, "-m", "congress_liaison.run.prepare"], environ=environ)
    try:
        done = parts.wait(signals, started, until=lambda: step.ended() is not None)
    finally:
        parts.stop(step, signals)
    if done and step.process.returncode:
        raise Refused("the start was given up, see above")
    return done


def commands(port: int, data: Path) -> list[tuple[str, list[str], float]]:
    """Return (name, command line, seconds to end in) of each part, in the order they start."""
    web = [sys.executable, "-m", "gunicorn", "congress_liaison.wsgi", "--bind", f"127.0.0.1:{port}"]
    web += ["--worker-class", "common.ops.shedding.Worker", "--workers", "2", "--threads", "4"]
    web += ["--graceful-timeout", "8", "--no-control-socket"]
    worker = [*CELERY, "worker", "-l", "INFO", "--without-mingle", "--without-gossip"]
    # Messages wait for servers elsewhere: threads are enough, and nothing else waits with them.
    messenger = [*worker, "-Q", "messages", "-n", "messages@%h", "-P", "threads", "-c", "2"]
    worker += ["-Q", "celery", "-c", "2"]
    beat = [*CELERY, "beat", "-l", "INFO", "--pidfile=", "--schedule", str(data / "celerybeat-schedule")]
    # A worker ends when its tasks do; what it cannot finish in this time is delivered again later.
    return [("worker", worker, 20), ("messenger", messenger, 10), ("beat", beat, 10), ("web", web, 10)]


def await_celery(signals: parts.Signals, started: list[parts.Part], data: Path) -> None:
    """Wait for the first heartbeats; without them (a broker elsewhere may be away) pages still work."""
    patience = time.monotonic() + 20
    missing = ["worker", "messenger", "beat"]

    def moving() -> bool:
        missing[:] = [name for name in missing if heartbeat.age_seconds(data / "heartbeat", name) is None]
        return not missing or time.monotonic() > patience

    if parts.wait(signals, started, moving) and missing:
        print(f"No heartbeat from {' and '.join(missing)} yet: is the broker running? See the logs.")


if __name__ == "__main__":
    sys.exit(main())
