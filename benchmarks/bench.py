"""The table of the design's measures in one run: pages, actions and what goes on behind them at several sizes, their
floors, and a peer. `make bench` runs it.

    python -m benchmarks.bench [--sizes 10000 100000 1000000] [--keep FOLDER] [--turns 20]

Starts a PostgreSQL and a Redis of its own. Every size has a database of its own, made the first time it is asked for;
with --keep the folder of the server stays, and what is in it is used again. Writes benchmarks/RESULTS.md anew between
its two marks, after every part, and the plans at the largest size into benchmarks/plans/.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from benchmarks import table
from tests.services import Postgres, Redis

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
PEER = "django-helpdesk==2.6.1"
SLOW = 100_000  # beyond it a page of the peer takes half a minute


def connected(url: str):
    connection = psycopg2.connect(url)
    connection.autocommit = True
    return connection


def database(name: str, *, copy_of: str = "") -> str:
    """The URL of a database on the server of DATABASE_URL, made if it is not there; a copy is made anew."""
    server = urlsplit(os.environ["DATABASE_URL"])
    connection = connected(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        if copy_of:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{copy_of}"' if copy_of else ""))
    connection.close()
    return urlunsplit(server._replace(path=f"/{name}"))


def run(python, module, *words, **environ) -> list[str]:
    """One measurement in a process of its own; the lines it says."""
    command = [python, "-m", module, *map(str, words)]
    done = subprocess.run(
        command,
        check=False,
        env={**os.environ, **environ},
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(map(str, words))} failed:\n{done.stdout[-2000:]}")
    return done.stdout.splitlines()


def peer_python(folder: Path) -> str:
    """The peer's own environment: made once, from the package index."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    wanted = [PEER, "Django==5.2.19", "psycopg2-binary==2.9.13", "gunicorn==27.0.1"]
    pip = [python, "-m", "pip", "--disable-pip-version-check", "-q", "install", *wanted]
    subprocess.run(pip, check=True, stdout=subprocess.DEVNULL)
    return str(python)


def machine() -> str:
    cpu = next((row for row in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in row), "")
    memory = next(row for row in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in row)
    connection = connected(os.environ["DATABASE_URL"])
    postgres = connection.server_version // 10_000
    connection.close()
    return (
        f"{os.cpu_count()} cores ({cpu.partition(':')[2].strip()}), {int(memory.split()[1]) / 2**20:.0f} GB, Python "
        f"{platform.python_version()}, PostgreSQL {postgres} with fsync off and its own settings, gunicorn with 2 "
        f"workers; load average {' '.join(f'{load:.1f}' for load in os.getloadavg())} at the end"
    )


class Bench:
    """Runs the parts one after the other, and writes down after each what is known."""

    def __init__(self, asked):
        self.asked, self.began, self.found = asked, time.monotonic(), table.Found()

    def all(self) -> None:
        for size in self.asked.sizes:
            self.measure(size)
        python = peer_python(self.asked.peer_folder.absolute())
        for size in self.asked.sizes:
            self.measure_peer(python, size)
        smallest = f"bench_{min(self.asked.sizes)}"
        url = database("bench_behind", copy_of=smallest)
        self.found.behind = json.loads(run(sys.executable, "benchmarks.behind", DATABASE_URL=url)[-1])
        self.done("what goes on behind")
        url = database("bench_sweep", copy_of="template1")
        words = ["--due", self.asked.due, "--closed", 0]
        self.found.sweep = run(sys.executable, "benchmarks.due_sweep", *words, DATABASE_URL=url)
        self.done("the sweep")
        url = database("bench_workbook", copy_of="template1")
        self.found.workbook = run(sys.executable, "benchmarks.workbook", DATABASE_URL=url)
        self.done("the workbook")

    def measure(self, size: int) -> None:
        words = ["--opinions", size, "--turns", self.asked.turns]
        words += ["--verify"] if size <= self.asked.verify_most else []
        if size == max(self.asked.sizes):
            words += ["--plans", HERE / "plans"]
        said = run(sys.executable, "benchmarks.measure", *words, DATABASE_URL=database(f"bench_{size}"))
        self.found.ours.append(json.loads(said[-1]))
        self.done(f"{size} opinions")

    def measure_peer(self, python, size: int) -> None:
        words = ["--tickets", size, "--turns", 0 if size > SLOW else min(self.asked.turns, 5)]
        url = database(f"peer_{size}")
        said = run(python, "benchmarks.peer.measure", *words, PEER_DATABASE_URL=url)
        self.found.peers.append(json.loads(said[-1]))
        self.done(f"{size} tickets of the peer")

    def done(self, what: str) -> None:
        print(f"{what}: measured after {time.monotonic() - self.began:.0f} s", flush=True)
        table.write(RESULTS, self.found, machine())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument(
        "--verify-most", type=int, default=1_000_000, help="size up to which ledgers are proven"
    )
    parser.add_argument("--due", type=int, default=50_000, help="opinions that fall due at the same moment")
    parser.add_argument("--keep", type=Path, help="the folder of a PostgreSQL server that stays")
    parser.add_argument("--peer-folder", type=Path, default=Path("var/peer"), help="the peer's environment")
    asked = parser.parse_args()
    with Postgres(kept=asked.keep and asked.keep.absolute()) as server, Redis() as broker:
        os.environ.update(DATABASE_URL=server.url(), CELERY_BROKER_URL=broker.url())
        Bench(asked).all()
    print(RESULTS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
