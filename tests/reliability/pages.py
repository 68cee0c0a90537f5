"""A web server on a stage, as the image starts it, and people who are logged in."""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile

from benchmarks.web import Browser, Server

from .stage import ROOT


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


class Web(Server):
    """Gunicorn with the product's own worker; it ends with the stage."""

    def __init__(self, stage, *more):
        self.stage = stage
        stage.environ["STATIC_ROOT"] = static_files()
        self.port = Server.free_port()
        self.process = stage.start(
            "-m", "gunicorn", "congress_liaison.wsgi", "--bind", f"127.0.0.1:{self.port}",
            "--worker-class", "common.ops.shedding.Worker", "--workers", "2", "--threads", "4",
            "--no-control-socket", "--log-level", "warning", *more,
        )  # fmt: skip
        self.await_answer()

    def browser(self, username):
        """A browser of somebody who has logged in."""
        return Browser(self, self.stage.play("log_in", username))


def register(browser, key, body):
    """Send the form of a new opinion in 乾州街道; the answer."""
    return browser.post(
        "/opinions/new/", submission_key=key, township="433101005", channel="phone", matter_type="help",
        title="公交站牌坏了", body=body, consent="asked",
    )  # fmt: skip
