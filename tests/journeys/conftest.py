"""A real browser for every journey."""

import os

import pytest
from playwright.sync_api import sync_playwright

from tests.common.test_browser import DESK, FLAGS


@pytest.fixture(scope="module")
def chromium():
    # Playwright runs an event loop in this thread, in which Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["LIAISON_CHROMIUM"], args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def enter(chromium, live_server, client):
    """`enter(user, path)`: a page as that person sees it; no script may fail and no address answer with an error."""
    contexts, wrong = [], []

    def go(user, path="/", viewport=DESK):
        client.force_login(user)
        # The tests' own `wait_for_function` evaluates strings, which the product's content policy forbids; that the
        # pages themselves work under it, tests/portal and tests/common show.
        context = chromium.new_context(
            viewport=viewport, base_url=live_server.url, locale="zh-CN", bypass_csp=True
        )
        contexts.append(context)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []
