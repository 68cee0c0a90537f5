"""Whoever is too quick waits a little; nobody is locked out, and one address does not slow another."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal import rate_limit
from portal.models import Pace

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
    assert "192.0.2.7" not in str(list(Pace.objects.values_list()))
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
