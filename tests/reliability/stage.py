"""A stage for real processes: a database of its own, a broker, and workers that can be killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import psycopg2

from .nursery import Nursery

ROOT = Path(__file__).resolve().parent.parent.parent


class Stage:
    """Processes that share `environ`; all of them end with the stage."""

    def __init__(self, database_url, broker_url="memory://", **settings):
        self.folder = tempfile.TemporaryDirectory(prefix="liaison-stage-")
        self.environ = {
            **os.environ,
            "DATABASE_URL": database_url,
            "CELERY_BROKER_URL": broker_url,
            "DATA_DIR": self.folder.name,
            "LOG_LEVEL": "WARNING",
            **settings,
        }
        self.processes = []
        self.nursery = Nursery(Path(self.folder.name), self.environ)

    def start(self, *command):
        with open(Path(self.folder.name) / f"{len(self.processes)}.log", "wb") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environ,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def act(self, name, *arguments, module="tests.reliability.acts"):
        """Begin an act, a function of acts.py or of `module`, in a process of its own; return the process."""
        process = self.nursery.act(module, name, *arguments)
        self.processes.append(process)
        return process

    def result(self, process):
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, self.logs()
        return json.loads(output.decode().splitlines()[-1])

    def play(self, name, *arguments):
        return self.result(self.act(name, *arguments))

    def manage(self, *arguments):
        process = self.start("manage.py", *arguments)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, self.logs()
        return output.decode()

    def worker(self, *more):
        return self.start(
            "-m", "celery", "-A", "congress_liaison", "worker", "-c", "1", "-l", "WARNING", *more
        )

    def beat(self):
        schedule = str(Path(self.folder.name) / "beat")
        return self.start("-m", "celery", "-A", "congress_liaison", "beat", "-s", schedule, "-l", "WARNING")

    def kill(self, process):
        """The whole process group at once, as the kernel would when memory runs out."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def logs(self):
        return "\n".join(path.read_text() for path in sorted(Path(self.folder.name).glob("*.log")))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
            if isinstance(process, subprocess.Popen):
                process.stdout.close()
        self.nursery.end()
        self.folder.cleanup()


def wait_until(truth, seconds=60):
    """Poll until `truth()` holds; what it returned, or an AssertionError after `seconds`."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if value := truth():
            return value
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {truth.__name__}")


@contextlib.contextmanager
def postgres_database(template=None):
    """A database of its own on the server of this run, empty or as the one at the URL `template`; its URL."""
    copied = f" TEMPLATE {template.rsplit('/', 1)[1]}" if template else ""
    server = os.environ["DATABASE_URL"]
    name = f"stage_{uuid.uuid4().hex[:12]}"
    with contextlib.closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name}{copied}")
        try:
            yield server.rsplit("/", 1)[0] + "/" + name
        finally:
            connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
