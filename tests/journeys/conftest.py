"""A real browser for every journey."""

import pytest

from tests.common.test_browser import DESK, watch


def answered(page):
    """Waits until what was sent has been answered: a kept form is sent by a script (static/js/send.js)."""
    page.wait_for_function("() => !document.querySelector('form[aria-busy]')")
    page.wait_for_load_state()


@pytest.fixture
def enter(chromium, live_server, client):
    """`enter(user, path)`: a page as that person sees it; what `watch` sees must stay empty."""
    contexts, wrong = [], []

    def go(user, path="/", viewport=DESK):
        client.force_login(user)
        context = chromium.new_context(viewport=viewport, base_url=live_server.url, locale="zh-CN")
        contexts.append(context)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        watch(page, wrong)
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []
