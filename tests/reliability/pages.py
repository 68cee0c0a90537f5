"""A web server on a stage, as the image starts it, and people who are logged in."""

import atexit
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from dataclasses import dataclass
from http.client import HTTPConnection

from tests.services import free_port

from .stage import ROOT

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@functools.cache
def static_files():
    """The folder of the collected static files, once for all stages of this process."""
    folder = tempfile.mkdtemp(prefix="liaison-static-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    command = [
        sys.executable,
        "manage.py",
        "collectstatic",
        "--noinput",
        "-v0",
        "-i",
        "*.rtl.*",
        "-i",
        "*.esm*",
    ]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "STATIC_ROOT": folder}, check=True)
    return folder


class Web:
    """Gunicorn with the product's own worker; it ends with the stage."""

    def __init__(self, stage, *more):
        self.stage, self.port = stage, free_port()
        stage.environ["STATIC_ROOT"] = static_files()
        self.process = stage.start(
            "-m", "gunicorn", "congress_liaison.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--worker-class", "common.ops.shedding.Worker", "--workers", "2", "--threads", "4",
            "--no-control-socket", "--log-level", "warning", *more,
        )  # fmt: skip
        give_up = time.monotonic() + 60
        while not self.answers():
            assert time.monotonic() < give_up and self.process.poll() is None, "the web server did not start"
            time.sleep(0.2)

    def answers(self):
        try:
            return Browser(self).get("/healthz").status > 0
        except OSError:
            return False

    def browser(self, username):
        """A browser of somebody who has logged in."""
        return Browser(self, self.stage.play("log_in", username))


@dataclass
class Answer:
    """What the server answered."""

    status: int
    headers: dict
    text: str


class Browser:
    """One person's session: cookies kept, the form's token sent along."""

    def __init__(self, web, cookies=None):
        self.web, self.cookies, self.token = web, dict(cookies or {}), ""

    def ask(self, method, path, data=None):
        """Return the answer of one request; redirects are not followed."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if data is not None:
            body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **data})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.web.port, timeout=300)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode(errors="replace")
        connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _sep, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if found := TOKEN.search(text):
            self.token = found[1]
        return Answer(response.status, dict(response.getheaders()), text)

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, **data):
        return self.ask("POST", path, data)


def register(browser, key, body):
    """Send the form of a new opinion in 乾州街道; the answer."""
    return browser.post(
        "/opinions/new/", submission_key=key, township="433101005", channel="phone", matter_type="help",
        title="公交站牌坏了", body=body, consent="asked",
    )  # fmt: skip
