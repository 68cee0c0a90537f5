"""The table of the design's measures: our pages and actions at several sizes, their floors in the same run, and a peer.

    python -m tests.services python -m benchmarks.bench [--sizes 10000 100000 1000000] [--peer] [--workbook]

Every size has a database of its own on the server of DATABASE_URL, filled the first time it is asked for. Writes
benchmarks/RESULTS-pages.md and the plans in benchmarks/plans/. With --workbook also runs benchmarks.workbook.
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

HERE = Path(__file__).parent
PEER = "django-helpdesk==2.6.1"


def database(name: str) -> str:
    """The URL of a database on the server of DATABASE_URL, made if it is not there."""
    server = urlsplit(os.environ["DATABASE_URL"])
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    return urlunsplit(server._replace(path=f"/{name}"))


def run(python, module, *words, **environ) -> dict:
    """One measurement in a process of its own; its last line is what it found."""
    command = [python, "-m", module, *map(str, words)]
    done = subprocess.run(
        command, check=False, env={**os.environ, **environ}, cwd=HERE.parent, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{module}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])


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
    gigabytes = int(memory.split()[1]) / 2**20
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    postgres = connection.server_version // 10_000
    connection.close()
    return (
        f"{os.cpu_count()} cores ({cpu.partition(':')[2].strip()}), {gigabytes:.0f} GB, Python "
        f"{platform.python_version()}, PostgreSQL {postgres} with fsync off and its own settings, gunicorn with 2 "
        f"workers; load average {' '.join(f'{load:.1f}' for load in os.getloadavg())} at the end"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--peer", action="store_true", help="also django-helpdesk, at the same sizes")
    parser.add_argument("--peer-folder", type=Path, default=Path("var/peer"), help="its environment")
    parser.add_argument(
        "--peer-most", type=int, default=100_000, help="at a million its pages take a minute each"
    )
    parser.add_argument("--workbook", action="store_true", help="also the monthly workbook against F5")
    asked = parser.parse_args()
    began, ours, peers = time.monotonic(), [], []
    for size in asked.sizes:
        words = [
            "--opinions",
            size,
            "--turns",
            asked.turns,
            "--verify",
            "--plans",
            HERE / "plans" / str(size),
        ]
        ours.append(run(sys.executable, "benchmarks.measure", *words, DATABASE_URL=database(f"bench_{size}")))
        print(f"{size} opinions measured after {time.monotonic() - began:.0f} s", flush=True)
    if asked.peer:
        python = peer_python(asked.peer_folder.absolute())
        for size in [size for size in asked.sizes if size <= asked.peer_most]:
            words = ["--tickets", size, "--turns", min(asked.turns, 5)]
            peers.append(
                run(python, "benchmarks.peer.measure", *words, PEER_DATABASE_URL=database(f"peer_{size}"))
            )
            print(f"{size} tickets of the peer measured after {time.monotonic() - began:.0f} s", flush=True)
    page = table.page(ours, peers, machine())
    (HERE / "RESULTS-pages.md").write_text(page, encoding="utf-8")
    print(page)
    if asked.workbook:
        command = [sys.executable, "-m", "benchmarks.workbook"]
        environ = {**os.environ, "DATABASE_URL": database("bench_workbook")}
        subprocess.run(command, check=True, cwd=HERE.parent, env=environ)


if __name__ == "__main__":
    main()
