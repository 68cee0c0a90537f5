"""A web server of two workers on loopback, and a person's browser session with it. Imports nothing of the product: the
peer's environment uses it too."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

WORKERS = 2
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """gunicorn over the application `target`; `memory_mb` of its fattest worker."""

    def __init__(self, target, *, python=sys.executable, folder=None, environ=None):
        self.port = free_port()
        command = [python, "-m", "gunicorn", target, "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", str(WORKERS), "--timeout", "300", "--log-level", "warning"]
        self.process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **(environ or {})}, stderr=subprocess.DEVNULL
        )
        give_up = time.monotonic() + 60
        while not self._answers():
            if time.monotonic() > give_up or self.process.poll() is not None:
                raise RuntimeError("the web server did not start")
            time.sleep(0.2)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status > 0
        except OSError:
            return False
        finally:
            connection.close()

    def memory_mb(self) -> float:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        sizes = [re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1] for pid in children]
        return max(map(int, sizes)) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(60)


@contextmanager
def serving(target, **more):
    server = Server(target, **more)
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Answer:
    status: int
    text: str
    milliseconds: float
    statements: int
    bytes: int
    headers: dict = field(default_factory=dict)


class Browser:
    """One person's session: cookies kept, the form's token sent along."""

    def __init__(self, server, cookies=None):
        self.server, self.cookies, self.token = server, dict(cookies or {}), ""

    def ask(self, method, path, data=None, encoding="identity") -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers["Accept-Encoding"] = encoding
        body = None
        if data is not None:
            data = {"csrfmiddlewaretoken": self.token, **data}
            body = urllib.parse.urlencode(data, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=300)
        began = time.perf_counter()
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        raw = response.read()
        milliseconds = 1000 * (time.perf_counter() - began)
        connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _sep, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = raw.decode(errors="replace")
        if found := TOKEN.search(text):
            self.token = found[1]
        statements = int(response.getheader("X-Statements") or 0)
        return Answer(response.status, text, milliseconds, statements, len(raw), dict(response.getheaders()))

    def get(self, path) -> Answer:
        return self.ask("GET", path)

    def post(self, path, **data) -> Answer:
        return self.ask("POST", path, data)
