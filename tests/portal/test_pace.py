"""Whoever is too quick waits a little; nobody is locked out, and one address does not slow another."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts import rate_limit
from accounts.models import TokenBucket
from common.security import photos
from notifications.models import Message
from opinions.models import Opinion
from opinions.workflow.register import register

from .conftest import PHONE, code_on, text_of

pytestmark = pytest.mark.django_db
RULE = rate_limit.RULES["code"]


def test_a_burst_is_free_then_each_try_waits_its_turn():
    now = timezone.now()
    assert [rate_limit.seconds_until_allowed("code", "c", now=now) for _ in range(RULE.burst)] == [
        0
    ] * RULE.burst
    assert rate_limit.seconds_until_allowed("code", "c", now=now) == RULE.every.total_seconds()
    assert rate_limit.seconds_until_allowed("code", "c", now=now + RULE.every) == 0
    assert rate_limit.seconds_until_allowed("code", "c", now=now + RULE.every) > 0


def test_however_much_was_tried_the_wait_stays_short():
    now = timezone.now()
    assert (
        max(rate_limit.seconds_until_allowed("code", "c", now=now) for _ in range(200))
        <= RULE.every.total_seconds()
    )


def test_one_does_not_slow_another():
    now = timezone.now()
    for _ in range(RULE.burst + 1):
        rate_limit.seconds_until_allowed("code", "c", now=now)
    assert (
        rate_limit.seconds_until_allowed("code", "d", now=now) == 0
        and rate_limit.seconds_until_allowed("look up", "c", now=now) == 0
    )


def test_neither_address_nor_code_is_stored_and_old_rows_are_forgotten():
    rate_limit.seconds_until_allowed("look up", "192.0.2.7")
    assert "192.0.2.7" not in str(list(TokenBucket.objects.values_list()))
    assert rate_limit.forget() == 0
    assert rate_limit.forget(now=timezone.now() + timedelta(days=2)) == 1


def test_looking_up_too_often_is_slowed_and_says_for_how_long(citizen):
    _opinion, code = citizen.tells()
    answers = [citizen.looks_up(code, "0000") for _ in range(RULE.burst + 1)]
    assert [a.status_code for a in answers] == [422] * RULE.burst + [429]
    assert "秒后再提交" in answers[-1].content.decode() and answers[-1].headers["Retry-After"]
    # From another address too: the code itself is what is being tried.
    assert citizen.looks_up(code, "0001", REMOTE_ADDR="192.0.2.9").status_code == 429


def test_handing_in_too_much_is_slowed_and_keeps_the_words(citizen):
    answers = [citizen.send(body=f"第{n}件事") for n in range(rate_limit.RULES["submit"].burst + 1)]
    assert [a.status_code for a in answers[:-1]] == [200] * (len(answers) - 1)
    assert answers[-1].status_code == 429 and f"第{len(answers) - 1}件事" in answers[-1].content.decode()


def test_a_proxy_that_we_do_not_trust_cannot_lend_addresses(citizen):
    codes = [f"{n:016d}" for n in range(rate_limit.RULES["look up"].burst + 1)]
    answers = [citizen.looks_up(c, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}") for n, c in enumerate(codes)]
    assert answers[-1].status_code == 429


def opened(monkeypatch):
    """The pictures that were decoded from now on."""
    seen = []
    redraw = photos.redraw
    monkeypatch.setattr(photos, "redraw", lambda *args, **how: seen.append(1) or redraw(*args, **how))
    return seen


def test_photos_are_paced_before_any_of_them_is_opened(citizen, monkeypatch):
    seen = opened(monkeypatch)
    small = rate_limit.Rule(6, timedelta(seconds=5))
    monkeypatch.setitem(rate_limit.RULES, "file", small)
    tries = []
    for n in range(3):
        files = [SimpleUploadedFile(f"{m}.jpg", b"no photo", "image/jpeg") for m in range(4)]
        tries.append(
            citizen.client.post(citizen.address, citizen.form() | {"body": f"第{n}件事", "files": files})
        )
    assert [answer.status_code for answer in tries] == [422, 429, 429]
    assert len(seen) == 4 and "第1件事" in tries[1].content.decode()


def test_forms_that_are_wrong_are_paced_as_well(citizen, monkeypatch):
    monkeypatch.setitem(rate_limit.RULES, "form", rate_limit.Rule(3, timedelta(seconds=5)))
    wrong = [citizen.client.post(citizen.address, citizen.form() | {"body": ""}) for _ in range(5)]
    assert [answer.status_code for answer in wrong] == [422] * 3 + [429] * 2
    assert "秒后再提交" in wrong[-1].content.decode()
    monkeypatch.setitem(rate_limit.RULES, "look up", rate_limit.Rule(3, timedelta(seconds=5)))
    lookups = [citizen.looks_up("no code", "") for _ in range(5)]
    assert [answer.status_code for answer in lookups] == [422] * 3 + [429] * 2


def test_files_together_are_free_or_not_together():
    now = timezone.now()
    rule = rate_limit.RULES["file"]
    assert rate_limit.seconds_until_allowed("file", "f", 20, now=now) == 0
    assert rate_limit.seconds_until_allowed("file", "f", 20, now=now) == 50
    assert rate_limit.seconds_until_allowed("file", "f", 10, now=now) == 0
    assert rate_limit.seconds_until_allowed("file", "g", 1000, now=now) == 0, "as many as the burst"
    assert rate_limit.seconds_until_allowed("file", "g", 1, now=now) == rule.every.total_seconds()


# --- receipts by text message: a stranger may type anybody's number


def receipts(phone=PHONE):
    return [m for m in Message.objects.filter(channel="sms").order_by("pk") if m.address == phone]


def test_a_number_typed_again_and_again_gets_two_receipts_a_day_and_the_page_shows_the_code_all_the_same(
    citizen, time_machine, caplog
):
    time_machine.move_to("2026-03-02T09:00:00+08:00", tick=False)
    caplog.set_level("INFO")
    pages = [citizen.send(body=f"第{n}件事") for n in range(5)]
    assert [page.status_code for page in pages] == [200] * 5
    assert len({code_on(page) for page in pages}) == 5
    said = {re.sub(r"\d+", "", text_of(page)) for page in pages}
    assert len(said) == 1, "the sender learns nothing from it"
    assert len(receipts()) == 2
    withheld = [
        record.getMessage()
        for record in caplog.records
        if record.name == "opinions.workflow.register_messages"
    ]
    numbers = list(Opinion.objects.order_by("pk").values_list("number", flat=True))
    assert withheld == [
        f"no text as receipt for {number}: its phone got enough today" for number in numbers[2:]
    ]
    assert PHONE not in caplog.text
    citizen.send(body="别人的事", citizen_phone="13800000001")
    assert len(receipts("13800000001")) == 1, "one number does not keep another from its receipt"
    time_machine.move_to("2026-03-03T08:59:00+08:00", tick=False)
    citizen.send(body="还不到一天")
    assert len(receipts()) == 2
    time_machine.move_to("2026-03-03T09:01:00+08:00", tick=False)
    citizen.send(body="过了一天")
    assert len(receipts()) == 3


def test_how_many_receipts_is_a_setting_and_a_form_sent_twice_counts_once(citizen, settings):
    settings.RECEIPTS_PER_PHONE_A_DAY = 3
    form = citizen.form()
    for _time in range(4):
        citizen.client.post(citizen.address, form)
    assert len(receipts()) == 1
    for n in range(3):
        citizen.send(body=f"第{n}件事")
    assert len(receipts()) == 3


def test_what_a_clerk_writes_down_is_not_counted(citizen, cast, office):
    for n in range(4):
        register(
            by=cast.clerk, township=office.qianzhou, studio=office.studio, channel="phone", matter_type="help",
            title="路灯", body=f"第{n}件事", citizen_phone=PHONE,
        )  # fmt: skip
    assert len(receipts()) == 4
    citizen.send()
    assert len(receipts()) == 5
