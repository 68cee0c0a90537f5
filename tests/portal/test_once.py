"""Back, a second click, a page loaded again: one matter stays one matter, one receipt, one action."""

import re
import time

import pytest

from opinions.models import Event, Opinion

from .conftest import PHONE, WORDS, answered, code_on, text_of

pytestmark = pytest.mark.django_db


def key_on(response) -> str:
    return re.search(r'name="submission_key" value="([^:"]+)', response.content.decode())[1]


def test_after_sending_back_leads_to_the_receipt_and_files_nothing_twice(citizen):
    sent = citizen.send()
    back = citizen.client.get(citizen.address, follow=True)
    assert back.redirect_chain == [("/p/receipt/", 302)]
    assert code_on(back) == code_on(sent)
    assert Opinion.objects.count() == 1


def test_a_form_not_sent_yet_keeps_its_key_when_the_page_is_loaded_again(citizen):
    """Stopped while it was on its way, it may have arrived: the page behind Back must not be another form."""
    form = citizen.form()
    assert key_on(citizen.client.get(citizen.address)) == form["submission_key"].split(":")[0]
    arrived = citizen.client.post(citizen.address, form)
    again = citizen.client.post(citizen.address, form, follow=True)
    assert arrived.url == "/p/receipt/" and Opinion.objects.count() == 1
    assert again.redirect_chain == [("/p/receipt/", 302)]


def test_a_page_restored_from_the_browsers_cache_shows_the_same_receipt(citizen):
    form = citizen.form()
    first = citizen.client.post(citizen.address, form, follow=True)
    citizen.client.cookies.clear()  # even where the browser kept nothing but the page
    again = citizen.client.post(citizen.address, form, follow=True)
    assert code_on(again) == code_on(first)
    assert Opinion.objects.count() == Event.objects.count() == 1


def test_the_studios_button_and_the_receipts_link_open_a_new_form(citizen, office):
    receipt = citizen.send()
    door = citizen.client.get(f"/p/{office.studio.code}/").content.decode()
    for page in (door, receipt.content.decode()):
        assert f'href="{citizen.address}?another=1"' in page
    keys = {key_on(citizen.client.get(f"{citizen.address}?another=1", follow=True)) for _ in range(2)}
    assert len(keys) == 2
    citizen.client.post(citizen.address, citizen.form() | {"body": "另一件事"})
    assert Opinion.objects.count() == 2


def test_the_receipt_stands_at_an_address_without_the_code_and_can_be_loaded_again(citizen):
    sent = citizen.client.post(citizen.address, citizen.form())
    assert (sent.status_code, sent.url) == (302, "/p/receipt/")
    first, second = (citizen.client.get("/p/receipt/") for _ in range(2))
    assert code_on(first) == code_on(second)
    digits = code_on(first).replace(" ", "")
    assert not any(digits in str(cookie.value) for cookie in citizen.client.cookies.values())
    assert "no-store" in first.headers["Cache-Control"]


def test_a_receipt_is_shown_to_the_browser_that_sent_the_form_and_no_other(citizen):
    citizen.send()
    cookie = citizen.client.cookies["receipt"]
    assert cookie["httponly"] and cookie["path"] == "/p/" and cookie["samesite"] == "Lax"
    citizen.client.cookies["receipt"] = cookie.value[:-1] + "x"
    assert citizen.client.get("/p/receipt/").url == "/p/track/"


def test_after_half_an_hour_the_receipt_is_gone(citizen, monkeypatch):
    citizen.send()
    later = time.time() + 31 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert citizen.client.get("/p/receipt/").url == "/p/track/"
    assert citizen.client.get(citizen.address).status_code == 200, "and a new form is offered"


def test_a_matter_looked_up_can_be_loaded_again_and_is_left_behind_on_request(citizen, office):
    opinion, code = citizen.tells()
    found = citizen.client.post("/p/track/", {"code": code, "tail": PHONE[-4:]})
    assert (found.status_code, found.url) == (302, "/p/matter/")
    for _ in range(2):
        assert opinion.number in citizen.client.get("/p/matter/").content.decode()
    assert citizen.client.post("/p/leave/").url == "/p/track/"
    assert citizen.client.get("/p/matter/").url == "/p/track/"


@pytest.mark.parametrize(
    ("action", "words", "said"),
    [
        ("evaluate", {"satisfaction": "satisfied"}, "您的评价已经记下"),
        ("evaluate", {"satisfaction": "not", "reason": "又坏了"}, "已转入重新办理"),
        ("withdraw", {}, "您已撤回"),
    ],
)
def test_each_button_leads_back_to_the_matter_and_twice_is_once(citizen, cast, office, action, words, said):
    opinion, code = citizen.tells()
    if action == "evaluate":
        answered(cast, office, opinion)
    page = citizen.looks_up(code)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]
    first, second = (
        citizen.client.post(f"/p/track/{action}/", {"ticket": ticket, **words}) for _ in range(2)
    )
    assert first.status_code == second.status_code == 302 and first.url == second.url
    for _ in range(2):  # and loaded again
        shown = citizen.client.get(first.url)
        assert shown.status_code == 200 and said in text_of(shown)
    assert opinion.events.filter(action=action).count() == 1


def test_what_is_no_longer_possible_is_said_in_the_publics_words(citizen, cast, office):
    opinion, code = citizen.tells()
    page = citizen.looks_up(code)
    answered(cast, office, opinion)
    late = citizen.takes("withdraw", page, reason="我自己修好了，不麻烦了")
    text = text_of(late)
    assert late.status_code == 409 and "我自己修好了，不麻烦了" in text and "有了新的进展" in text
    assert "状态" not in text and "这一步“" not in text


def test_the_ticket_of_a_page_acts_on_its_own_matter_whatever_was_looked_up_since(citizen):
    first, code = citizen.tells()
    second, other = citizen.tells(body="另一件事")
    page = citizen.looks_up(code)
    citizen.looks_up(other)
    citizen.takes("withdraw", page)
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.status, second.status) == ("withdrawn", "registered")


def test_other_words_in_a_form_that_was_sent_are_not_taken_for_a_second_click(citizen):
    form = citizen.form()
    citizen.client.post(citizen.address, form)
    again = citizen.client.post(citizen.address, form | {"body": "井盖也不见了"})
    assert again.status_code == 422 and "井盖也不见了" in again.content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', again.content.decode())[1]
    sent = citizen.client.post(citizen.address, WORDS | {"body": "井盖也不见了", "submission_key": key})
    assert sent.url == "/p/receipt/"
    assert {opinion.body for opinion in Opinion.objects.all()} == {WORDS["body"], "井盖也不见了"}
