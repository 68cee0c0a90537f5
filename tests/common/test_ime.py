"""Chinese is typed through an input method: the keys that compose a word are none of the page's, and a search asks when
the word is there. And a browser that does not run the scripts says so."""

import pytest

from tests.common.test_browser import visit  # noqa: F401 - fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What Chromium and Safari send for the Enter that ends a composition, after `compositionend`.
ENTER_OF_THE_INPUT_METHOD = """field => {
    field.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true, data: "石"}));
    field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", keyCode: 229, bubbles: true, cancelable: true}));
}"""
LETTER = """field => {
    field.value += "s";
    field.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: true}));
}"""


def test_the_enter_that_chooses_a_word_does_not_go_to_the_next_field(visit):
    page = visit("/opinions/new/")
    page.focus("#id_citizen_name")
    page.eval_on_selector("#id_citizen_name", ENTER_OF_THE_INPUT_METHOD)
    assert page.evaluate("document.activeElement.id") == "id_citizen_name"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") != "id_citizen_name"


def test_a_search_waits_for_the_word_and_then_asks_once(visit):
    page = visit("/opinions/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    page.focus("#id_q")
    for _ in range(4):
        page.eval_on_selector("#id_q", LETTER)
        page.wait_for_timeout(250)
    page.wait_for_timeout(700)
    assert asked == []
    with page.expect_request(lambda request: "q=" in request.url):
        page.eval_on_selector(
            "#id_q",
            """field => {
                field.value = "石板路";
                field.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true, data: "石板路"}));
            }""",
        )


def test_where_the_scripts_run_nothing_is_said_and_where_they_do_not_it_is_seen(visit):
    assert visit("/opinions/").locator("[data-scripts-note]").count() == 0
    silent = visit("/opinions/", java_script_enabled=False)
    silent.wait_for_timeout(5500)
    assert silent.locator("[data-scripts-note]").is_visible()


def test_browsers_with_two_engines_are_asked_to_take_the_newer_one(client, cast, office):
    client.force_login(cast.clerk)
    for address in ("/opinions/", f"/p/{office.studio.code}/"):
        assert '<meta name="renderer" content="webkit">' in client.get(address).content.decode()
