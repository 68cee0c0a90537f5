"""A `make run` that tests start, ask, and count the processes of."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Long, for a machine that is busy with the rest of the suite; the demo is made in some 15 seconds.
READY_SECONDS = 300


def wait_for(condition, seconds, what):
    give_up = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < give_up, f"after {seconds} s still not: {what}"
        time.sleep(0.1)
    return result


class Run:
    """One `make run`, or its launcher alone; every process it starts carries the data folder's name."""

    def __init__(self, folder: Path, port: int, argv=None, **settings):
        self.folder, self.port = folder, port
        keep = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
        environ = {name: os.environ[name] for name in keep if name in os.environ}
        environ |= {"DATA_DIR": str(folder), "PORT": str(port), "DEMO": "0", **settings}
        self.output = folder.parent / f"output-{time.monotonic_ns()}"
        with open(self.output, "w") as output:
            self.process = subprocess.Popen(
                argv or [sys.executable, "-m", "congress_liaison.run"],
                cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                # As at a terminal: a shell that runs the suite in the background makes its children ignore Ctrl-C.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
            )  # fmt: skip

    def said(self) -> str:
        return self.output.read_text()

    def ready(self):
        wait_for(
            lambda: "Ready" in self.said() or self.process.poll() is not None, READY_SECONDS, "ready or ended"
        )
        assert self.process.poll() is None, self.said()
        return self

    def ended(self, seconds=30) -> int:
        return self.process.wait(seconds)

    def living(self, *words: str) -> list[int]:
        """Ids of living processes of this data folder whose command line has all the words."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str(self.folder).encode() in (entry / "environ").read_bytes():
                    line = (entry / "cmdline").read_bytes()
                    if line and all(word.encode() in line for word in words):
                        found.append(int(entry.name))
            except OSError:  # it ended while we looked
                continue
        return sorted(found)

    def parts(self) -> dict[str, int]:
        """The first process of each part, the one the launcher watches, as it wrote them down."""
        return {name: pid for pid, name, _argv in json.loads((self.folder / "run.parts").read_text())}

    def gone(self, seconds=10):
        wait_for(lambda: not self.living(), seconds, "no process left")

    def stop(self):
        """For the end of a test, however it went."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.gone()
