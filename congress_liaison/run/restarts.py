"""Keeps the parts of `make run` going: one that died is started again, and what a killed launcher left behind is
ended before it is in the way."""

import json
import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from congress_liaison.run import Refused, parts

WITHIN_MINUTES = 10
# Seconds before each restart within that time: a service that is away for a moment may be back by the next.
PAUSES = (0, 5, 15, 30, 60)
RECORD = "run.parts"


class Restarts:
    """Starts parts again that ended, each at most as often as there are pauses in ten minutes."""

    def __init__(self, data: Path, watched: list[parts.Part]) -> None:
        self._data = data
        self._watched = watched
        self._ends: dict[str, list[float]] = defaultdict(list)
        self._due: dict[str, float] = {}

    def __call__(self, part: parts.Part) -> None:
        """Say that `part` ended and start it again when its pause is over; to be called as long as it is down. Raises
        Refused if it ended too often."""
        now = time.monotonic()
        if part.name not in self._due:
            self._due[part.name] = now + self._pause(part, now)
        if now < self._due[part.name]:
            return
        del self._due[part.name]
        part.restart()
        record(self._data, self._watched)
        print(f"{time.strftime('%H:%M:%S')} {part.name} is started again", flush=True)

    def _pause(self, part: parts.Part, now: float) -> float:
        """Return the seconds to wait, after saying so. Raises Refused if it ended too often."""
        recent = [moment for moment in self._ends[part.name] if moment > now - WITHIN_MINUTES * 60]
        if len(recent) >= len(PAUSES):
            often = f"{len(recent) + 1} times within {WITHIN_MINUTES} minutes"
            raise Refused(f"{part.name} ended {often}, last: {part.ended()}{part.last_lines()}")
        self._ends[part.name] = [*recent, now]
        # What it started must neither keep its port nor its tasks.
        part.end_session()
        pause = PAUSES[len(recent)]
        print(
            f"{time.strftime('%H:%M:%S')} {part.name} ended unexpectedly ({part.ended()}); restart {len(recent) + 1} of"
            f" {len(PAUSES)} within {WITHIN_MINUTES} minutes {f'in {pause} seconds' if pause else 'follows'};"
            f" see {part.log}",
            flush=True,
        )
        return pause


def record(data: Path, running: Iterable[parts.Part]) -> None:
    """Write down session, name and command line of each part of this run, for the next one to know them by."""
    draft = data / f"{RECORD}.new"
    draft.write_text(json.dumps([[part.process.pid, part.name, part.argv] for part in running]))
    draft.replace(data / RECORD)


def end_orphans(data: Path) -> list[str]:
    """End what is left of a former run in the folder, and return the names of its parts.

    To be called with the folder's lock held: then nobody else runs there. A process is ours only if session and command
    line are those written down *and* it was started with this data folder; numbers of processes are used again. Without
    /proc nothing is known and nothing is ended.
    """
    try:
        written = json.loads((data / RECORD).read_text())
    except (FileNotFoundError, ValueError):
        return []
    found = _left(data, written)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    give_up = time.monotonic() + 5
    while any(_holds_files(pid) for pid in found) and time.monotonic() < give_up:
        time.sleep(0.05)
    (data / RECORD).unlink()
    return sorted(set(found.values()))


def _left(data: Path, written: list[tuple[int, str, list[str]]]) -> dict[int, str]:
    """Return the living processes of the run that wrote `written`: number and part."""
    names = {(session, tuple(argv)): name for session, name, argv in written}
    ours = b"DATA_DIR=" + os.fsencode(data)
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        # It may end while we look, or belong to somebody else.
        with suppress(OSError):
            pid = int(entry.name)
            argv = tuple(os.fsdecode((entry / "cmdline").read_bytes()).split("\0")[:-1])
            name = names.get((os.getsid(pid), argv))
            if name and ours in (entry / "environ").read_bytes().split(b"\0"):
                found[pid] = name
    return found


def _holds_files(pid: int) -> bool:
    """Return whether the process may still have a port open: one that was killed loses its name first."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
