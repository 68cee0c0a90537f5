"""Throwaway PostgreSQL and Redis on free loopback ports.

As a command it runs another command with both, and always stops what it started:

    python -m tests.services python -m pytest

As a module it gives tests a service of their own to stop, kill and start again:

    with Redis() as broker: broker.stop(); broker.start()
    with Postgres(fsync=True) as database: database.kill(); database.start()
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
import redis

from congress_liaison.run.parts import die_with_parent

HINT = "apt-get install -y --no-install-recommends postgresql redis-server chromium fonts-noto-cjk gettext"
START_SECONDS = 60
# An ordinary test loses nothing it needs in a crash of the machine; a crash test asks for fsync=True.
CARELESS = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class Missing(Exception):
    """A program that is not installed here."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A server process in a temporary folder; it ends with this process at the latest."""

    user = None  # the account it runs as when we are root

    def __init__(self, kept: Path | None = None):
        """`kept`: a folder of its own that stays when it ends."""
        self.port, self.kept = free_port(), kept
        if kept:
            kept.mkdir(parents=True, exist_ok=True)
        self.folder = kept or Path(tempfile.mkdtemp(prefix=f"liaison-{type(self).__name__.lower()}-"))
        self.account = {"user": self.user, "group": self.user} if self.user and os.geteuid() == 0 else {}
        if self.account:
            shutil.chown(self.folder, self.user, self.user)
        self.process = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                cwd=self.folder, preexec_fn=lambda: die_with_parent(signal.SIGKILL),  # noqa: PLW1509
                **self.account,
            )  # fmt: skip
        give_up = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(
                    f"{type(self).__name__} did not start:\n{(self.folder / 'log').read_text()}"
                )
            time.sleep(0.1)
        return self

    def stop(self) -> None:
        """The orderly end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def kill(self) -> None:
        """The power cut, as far as this server goes."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.kill()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Service):
    user = "postgres"

    def __init__(self, fsync: bool = False, kept: Path | None = None):
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
        initdb = str(found[-1]) if found else shutil.which("initdb")
        if not initdb:
            raise Missing("PostgreSQL")
        super().__init__(kept)
        self.bin, self.fsync = Path(initdb).parent, fsync
        if (self.folder / "data").exists():
            return
        words = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [initdb, "-D", self.folder / "data", *words],
            cwd=self.folder, check=True, capture_output=True, **self.account,
        )  # fmt: skip

    def url(self, name: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def command(self):
        where = ["-D", self.folder / "data", "-p", str(self.port), "-k", self.folder, "-h", "127.0.0.1"]
        return [self.bin / "postgres", *where, *([] if self.fsync else CARELESS)]

    def answers(self):
        try:
            psycopg2.connect(self.url(), connect_timeout=1).close()
        except psycopg2.OperationalError:
            return False
        return True


class Redis(Service):
    """It keeps nothing on disk: started again it is empty, the worst a broker can do."""

    def __init__(self):
        self.program = shutil.which("redis-server")
        if not self.program:
            raise Missing("Redis")
        super().__init__()

    def url(self, number: int = 0) -> str:
        return f"redis://127.0.0.1:{self.port}/{number}"

    def command(self):
        return [
            self.program,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]

    def answers(self):
        try:
            with redis.Redis(port=self.port, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def chromium() -> str:
    """The browser's path, or "" if there is none."""
    return os.environ.get("LIAISON_CHROMIUM") or shutil.which("chromium") or ""


def run(argv: list[str]) -> int:
    """Run a command with both services in its environment; its exit code."""
    with Postgres() as database, Redis() as broker:
        environ = {
            "DATABASE_URL": database.url(),
            "CELERY_BROKER_URL": broker.url(),
            "LIAISON_SERVICES": "1",
            "LIAISON_CHROMIUM": chromium(),
        }
        print(
            f"PostgreSQL on port {database.port}, Redis on {broker.port}, browser {chromium() or 'none'}",
            flush=True,
        )
        command = subprocess.Popen(argv, env={**os.environ, **environ})
        try:
            return command.wait()
        except KeyboardInterrupt:  # it reached the command too, which may still have something to say
            return command.wait()
        finally:
            if command.poll() is None:
                command.terminate()
                command.wait()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(sys.argv[1:])
    except Missing as missing:
        print(f"{missing} is not installed here. As root:\n  {HINT}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
