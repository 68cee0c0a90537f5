"""In a real browser: nothing typed is lost, nothing is sent twice, everything can be reached."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.common import one_form_urls

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.common.one_form_urls"),
    pytest.mark.django_db(transaction=True),
]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def watch(page, wrong: list):
    """Notes in `wrong` each script that fails, each address that answers with an error, and whatever the product's own
    content policy has to forbid. Nothing of it is switched off for a test: what a test evaluates itself runs beside it.
    """

    def said(message):
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("response", lambda answer: wrong.append(answer.url) if answer.status >= 400 else None)


@pytest.fixture
def visit(chromium, live_server, client, cast):
    """`visit(path, viewport)`: a page as the clerk sees it; every answer but 4xx and 5xx, no script error."""
    contexts, wrong = [], []
    client.force_login(cast.clerk)

    def go(path="/one-form/", viewport=DESK, login=True, **options):
        context = chromium.new_context(viewport=viewport, base_url=live_server.url, **options)
        contexts.append(context)
        if login:
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


def drafts(page):
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft:')).length")


def type_title(page, text="饮水管道冻裂"):
    page.fill("#id_title", text)
    page.dispatch_event("#id_title", "change")


def test_what_was_typed_comes_back_after_a_reload_but_never_a_password(visit):
    page = visit()
    type_title(page)
    page.check("#id_secret")
    page.fill("#id_password", "Pass-word-123")
    page.reload()
    assert page.input_value("#id_title") == "饮水管道冻裂"
    assert page.is_checked("#id_secret")
    assert page.input_value("#id_password") == ""
    assert page.is_visible(".draft-note")
    page.click("[data-draft-discard]")
    assert page.input_value("#id_title") == "" and drafts(page) == 0


def test_a_saved_form_leaves_no_draft(visit):
    page = visit()
    type_title(page)
    assert drafts(page) == 1
    page.click("form.liaison-form button[type=submit]")
    page.wait_for_selector(".messages .notice-success")
    assert drafts(page) == 0 and page.input_value("#id_title") == ""


def test_logging_out_takes_the_drafts_along(visit):
    page = visit()
    type_title(page)
    page.click("form[data-logout] button")
    page.wait_for_url("**" + reverse("login"))
    assert drafts(page) == 0


def test_a_draft_older_than_a_day_or_of_another_person_is_gone(visit):
    page = visit()
    page.evaluate("""() => {
        const person = document.body.dataset.person;
        const keep = (name, at) =>
            localStorage.setItem(name, JSON.stringify({at, values: {title: ["旧"]}}));
        keep(`draft:${person}:one`, Date.now() - 25 * 3600 * 1000);
        keep("draft:999999:one", Date.now());
    }""")
    page.reload()
    assert drafts(page) == 0 and page.input_value("#id_title") == ""


def test_three_clicks_send_once(visit):
    page = visit()
    type_title(page, "只此一次")
    page.evaluate("() => [1, 2, 3].forEach(() => document.querySelector('.action-bar button').click())")
    page.wait_for_selector(".messages .notice-success")
    assert one_form_urls.posts.count("只此一次") == 1


def test_errors_take_the_focus_and_lead_to_their_field(visit):
    page = visit()
    page.click(".action-bar button")
    page.wait_for_selector(".error-summary")
    assert "error-summary" in page.evaluate("document.activeElement.className")
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.id") == "id_title"


def test_a_lost_line_is_told_and_its_return_too(visit):
    page = visit()
    page.context.set_offline(True)
    page.wait_for_selector("[data-line=lost]", state="visible")
    page.context.set_offline(False)
    page.wait_for_selector("[data-line=back]", state="visible")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_menu_of_a_phone_opens_and_closes_with_and_without_scripts(visit, scripts):
    page = visit(viewport=PHONE, java_script_enabled=scripts)
    assert not page.is_visible("#site-nav")
    page.click("#menu")
    assert page.is_visible("#site-nav")
    page.click(".sidenav-close")
    assert not page.is_visible("#site-nav")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/one-form/", "/password/", "/login/"])
def test_every_frame_is_accessible_and_fits_its_screen(visit, path, viewport):
    page = visit(path, viewport, login=path != "/login/")
    found = Axe().run(page).response["violations"]
    assert [(item["id"], item["nodes"][0]["html"]) for item in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
