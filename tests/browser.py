"""One Chromium for the tests of a module; each test opens contexts of its own, which share nothing. A plugin.

Not for all tests of a process: Playwright's event loop in this thread gives later tests other database connections than
those a fork closes, and processes that share one wait for each other for ever.
"""

import os
import threading
import time

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(
        timeout=30_000
    )  # as long as pages are waited for: the machine may be busy with other tests

    # Playwright runs an event loop in this thread, in which Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["LIAISON_CHROMIUM"], args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def wait_for_open_requests(seconds: float = 10) -> None:
    """Wait until the live server answers no browser any more, at most `seconds`.

    A page that is closed leaves its last request (a draft, a count that is polled) to the server. It must end before
    the tables are emptied, or the two wait for each other's locks.
    """
    until = time.monotonic() + seconds
    while any("process_request_thread" in thread.name for thread in threading.enumerate()):
        if time.monotonic() > until:
            return
        time.sleep(0.01)
