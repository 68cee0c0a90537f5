"""One Chromium for the tests of a module; each test opens contexts of its own, which share nothing. A plugin.

Not for all tests of a process: Playwright's event loop in this thread gives later tests other database connections than
those a fork closes, and processes that share one wait for each other for ever.
"""

import os

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
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, in which Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["LIAISON_CHROMIUM"], args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
