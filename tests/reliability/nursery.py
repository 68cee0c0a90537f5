"""Processes that start fast: Django is imported once per stage, and each act is a fork of that process.

`python -m tests.reliability.nursery SOCKET`: takes one JSON line per connection (module, name, arguments, output, log),
forks, answers with the process id, and with the exit code when that process has ended. It holds no database connection
itself, so that each act opens its own, as a process started from nothing would.
"""

import contextlib
import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path

from congress_liaison.run.parts import die_with_parent

START_SECONDS = 120


class Born:
    """An act in a process of its own; the part of `subprocess.Popen` that a stage needs."""

    def __init__(
        self, address: Path, *, module: str, name: str, arguments: list[str], output: Path, log: Path
    ):
        self.output, self.returncode = output, None
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(str(address))
        order = {"module": module, "name": name, "arguments": arguments}
        self.line.sendall(json.dumps({**order, "output": str(output), "log": str(log)}).encode() + b"\n")
        self.answers = self.line.makefile()
        self.pid = int(self.answers.readline())

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code, negative for a signal; subprocess.TimeoutExpired after `timeout` seconds."""
        if self.returncode is None:
            self.line.settimeout(timeout)
            try:
                self.returncode = int(self.answers.readline())
            except TimeoutError:
                raise subprocess.TimeoutExpired(f"act {self.pid}", timeout) from None
            finally:
                self.line.settimeout(None)
            self.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        if self.returncode is None:
            with selectors.DefaultSelector() as selector:
                selector.register(self.line, selectors.EVENT_READ)
                if selector.select(0):
                    self.wait()
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[bytes, None]:
        """Wait for the end; return what it printed."""
        self.wait(timeout)
        return self.output.read_bytes(), None

    def close(self) -> None:
        self.answers.close()
        self.line.close()


class Nursery:
    """The process that acts are forked from, started with the environment of a stage when the first act is."""

    def __init__(self, folder: Path, environ: dict):
        self.folder, self.environ, self.process, self.acts = folder, environ, None, 0

    @property
    def address(self) -> Path:
        return self.folder / "nursery"

    def act(self, module: str, name: str, *arguments) -> Born:
        """Begin `module.name(*arguments)` in a process of its own; its JSON is what it prints."""
        if self.process is None:
            self._start()
        self.acts += 1
        return Born(
            self.address,
            module=module,
            name=name,
            arguments=[str(argument) for argument in arguments],
            output=self.folder / f"act-{self.acts}.out",
            log=self.folder / f"act-{self.acts}.log",
        )

    def _start(self):
        with open(self.folder / "nursery.log", "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.reliability.nursery", str(self.address)],
                cwd=Path(__file__).resolve().parents[2],
                env=self.environ,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )
        give_up = time.monotonic() + START_SECONDS
        while not self.address.exists():
            assert self.process.poll() is None and time.monotonic() < give_up, (
                self.folder / "nursery.log"
            ).read_text()
            time.sleep(0.02)

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)


# --- the process itself --------------------------------------------------------------------------------------


def serve(address: str) -> None:
    """Fork for every line until killed."""
    modules = [importlib.import_module(f"tests.reliability.{name}") for name in ("acts", "plans")]
    from django.db import connection

    assert connection.connection is None, f"{modules} opened a connection that every act would share"
    unfinished = f"{address}.unfinished"
    wakeup, awake = socket.socketpair()
    wakeup.setblocking(False)
    awake.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(awake.fileno(), warn_on_full_buffer=False)
    lines: dict[int, socket.socket] = {}
    with socket.socket(socket.AF_UNIX) as listener, selectors.DefaultSelector() as selector:
        listener.bind(unfinished)
        listener.listen(64)
        os.rename(unfinished, address)  # whoever sees it can connect
        selector.register(listener, selectors.EVENT_READ)
        selector.register(wakeup, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    line, _ = listener.accept()
                    order = json.loads(line.makefile().readline())
                    lines[_fork(order, line)] = line
                else:
                    wakeup.recv(4096)
            _tell_who_ended(lines)


def _fork(order: dict, line: socket.socket) -> int:
    pid = os.fork()
    if pid:
        line.sendall(f"{pid}\n".encode())
        return pid
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, path in ((1, order["output"]), (2, order["log"])):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        module = importlib.import_module(order["module"])
        print(json.dumps(getattr(module, order["name"])(*order["arguments"]), default=str))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _tell_who_ended(lines: dict) -> None:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            line = lines.pop(ended[0])
            with contextlib.suppress(OSError):  # the test has gone
                line.sendall(f"{os.waitstatus_to_exitcode(ended[1])}\n".encode())
            line.close()


if __name__ == "__main__":
    serve(sys.argv[1])
