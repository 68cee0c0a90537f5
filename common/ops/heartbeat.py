"""Heartbeats of what answers no requests: files, one for each host, whose age tells when a part last moved. Those of
worker and beat come from their loops; `sweep` and `messages` say when such a sweep was last *completed* there.

    python -m common.ops.heartbeat worker|beat|web

exits 0 if that part of this machine is alive; container health checks call it, so it must not load Django.
"""

import os
import socket
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

# A worker moves every 2 seconds and the beat every 15; a busy machine may pause both for a while.
STALE_AFTER_SECONDS = 60


def touch(folder: Path, name: str) -> None:
    """Record that part `name` on this machine is alive now. A full disk must not end the part."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}-{socket.gethostname()}").touch()
    except OSError as error:
        print(f"heartbeat of {name} not written: {error}", file=sys.stderr)


def age_seconds(folder: Path, name: str, host: str = "*") -> float | None:
    """Return the seconds since any part called `name` (on `host`, or anywhere) was last alive; None if it never was."""
    moments = []
    for file in folder.glob(f"{name}-{host}"):
        try:
            moments.append(file.stat().st_mtime)
        except FileNotFoundError:
            continue
    return max(0.0, time.time() - max(moments)) if moments else None


def ages(folder: Path, name: str) -> dict[str, float]:
    """Return for each host on which `name` was ever alive the seconds since then."""
    found = {}
    for file in folder.glob(f"{name}-*"):
        host = file.name.removeprefix(f"{name}-")
        age = age_seconds(folder, name, host)
        if age is not None:
            found[host] = age
    return found


def web_answers(port: int) -> bool:
    """Return whether /healthz of this machine answers 200 within 3 seconds.

    Asks for the first of ALLOWED_HOSTS, for Django refuses any other name, 127.0.0.1 included.
    """
    allowed = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    host = allowed if allowed not in ("", "*") else "localhost"
    connection = HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def main(name: str) -> int:
    """Return the exit code of a health check of `name` ("worker", "beat" or "web"): 0 if it is alive."""
    if name == "web":
        return 0 if web_answers(int(os.environ.get("PORT", "8000"))) else 1
    folder = Path(os.environ.get("DATA_DIR", "var")) / "heartbeat"
    age = age_seconds(folder, name, socket.gethostname())
    return 0 if age is not None and age < STALE_AFTER_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
