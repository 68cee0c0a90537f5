"""The processes of `make run`: started so that none outlives the launcher, watched, and stopped in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

from congress_liaison.run import Refused

LOOK_EVERY_SECONDS = 0.3
LOG_KEPT_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Signals:
    """How often the person asked to stop: once ends every part in order, twice ends them immediately."""

    def __init__(self) -> None:
        self.asked = 0
        self._last = 0.0
        self._make = _parent_if_make()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._count)
        if self._make:
            die_with_parent(signal.SIGTERM)

    def _count(self, *_: object) -> None:
        """Count one request to stop: `make` hands TERM on to us even if it was sent to the whole group."""
        if time.monotonic() - self._last > 1:
            self.asked += 1
            self._last = time.monotonic()

    def stop(self) -> bool:
        """Return whether the person asked to stop."""
        if not self.asked and self._make and _interrupted(self._make):
            self.asked = 1
        return self.asked > 0


def _parent_if_make() -> int | None:
    try:
        return os.getppid() if Path(f"/proc/{os.getppid()}/comm").read_text().strip() == "make" else None
    except OSError:
        return None


def _interrupted(make: int) -> bool:
    """Return whether `make` itself got SIGINT: it hands TERM on to us but not INT, and then waits for us for ever.

    While it waits it is inside its handler, with SIGINT blocked.
    """
    try:
        status = Path(f"/proc/{make}/status").read_text()
    except OSError:
        return False
    blocked = int(next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk")), 16)
    return bool(blocked & 1 << signal.SIGINT - 1)


def die_with_parent(with_signal: int) -> None:
    """Ask the kernel (Linux) to send us a signal when the parent ends, even by kill -9."""
    if _libc:
        _libc.prctl(PR_SET_PDEATHSIG, with_signal)


@dataclass
class Part:
    """A process of the product, and the file of its output."""

    name: str
    argv: list[str]
    environ: dict[str, str]
    log: Path | None
    patience: float  # seconds it may take to end before it is killed
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Start its process, the first one or after the last has ended."""
        self.process = _process(self.argv, self.environ, self.log)

    def end_session(self) -> None:
        """Kill what its process started and left behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def ended(self) -> str | None:
        """Return how it ended, in words; None while it lives."""
        code = self.process.poll()
        if code is None:
            return None
        return f"killed by signal {-code}" if code < 0 else f"exit code {code}"

    def last_lines(self, count: int = 12) -> str:
        """Return the end of its log, for a message; "" without one."""
        if not self.log:
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-count:]
        return "\n".join(["; the end of its log:", *(f"  | {line}" for line in lines)])


def start(
    name: str, argv: list[str], *, environ: dict[str, str], log: Path | None = None, patience: float = 10.0
) -> Part:
    """Start a part in a session of its own: Ctrl-C reaches only the launcher, which stops all in order."""
    return Part(name, argv, environ, log, patience)


def _process(argv: list[str], environ: dict[str, str], log: Path | None) -> subprocess.Popen[bytes]:
    launcher = os.getpid()

    def before_exec() -> None:
        die_with_parent(signal.SIGKILL)
        if os.getppid() != launcher:  # it died before the kernel had our request
            os._exit(1)

    out = None
    if log:
        if log.exists() and log.stat().st_size > LOG_KEPT_BYTES:
            log.replace(log.with_suffix(".log.1"))
        out = open(log, "ab")  # noqa: SIM115 (closed below)
    process = subprocess.Popen(  # noqa: S603 (our own command)
        argv,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT if out else None,
        start_new_session=True,
        preexec_fn=before_exec,  # noqa: PLW1509 (the launcher has one thread)
    )
    if out:
        out.close()
    return process


def give_up_on(part: Part) -> None:
    """Raise Refused, with the end of the part's log."""
    raise Refused(f"{part.name} ended unexpectedly ({part.ended()}){part.last_lines()}")


def wait(
    signals: Signals,
    parts: list[Part],
    until: Callable[[], bool],
    seconds: float = inf,
    on_end: Callable[[Part], None] = give_up_on,
) -> bool:
    """Wait for `until`; returns False if the person asked to stop. Calls `on_end` with a part that has ended, each time
    it looks. Raises Refused if `seconds` pass first."""
    give_up = time.monotonic() + seconds
    while not until():
        if signals.stop():
            return False
        for part in parts:
            if part.ended():
                on_end(part)
        if time.monotonic() > give_up:
            raise Refused(f"not ready after {seconds:.0f} seconds; see the logs")
        time.sleep(LOOK_EVERY_SECONDS)
    return True


def stop(part: Part, signals: Signals) -> None:
    """End a part by TERM, after its patience by KILL; the rest of its session is killed with it."""
    if part.process.poll() is None:
        part.process.terminate()
    give_up = time.monotonic() + part.patience
    while part.process.poll() is None and time.monotonic() < give_up and signals.asked < 2:
        time.sleep(LOOK_EVERY_SECONDS / 3)
    part.end_session()
    part.process.wait()
