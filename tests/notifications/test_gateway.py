"""The HTTP gateway down, slow, broken, hanging up: a citizen gets a message once, or a person is asked."""

import json
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from notifications import outbox
from notifications.gateway import request_body
from notifications.models import Message
from notifications.services import RETRY_AFTER, deliver, queue

from .gateways import Gateway

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings):
    server = Gateway()
    settings.SMS_GATEWAY = "notifications.gateway.HttpSms"
    settings.SMS_HTTP_URL, settings.SMS_HTTP_KEY = server.url, "secret-key"
    settings.SMS_HTTP_TIMEOUT = 0.3
    yield server
    server.close()


@pytest.fixture
def message(office):
    return queue(
        key="k",
        channel="sms",
        address="13812345678",
        subject="答复",
        body='已修好 "}{phone}"',
        at=timezone.now(),
    )


def attempt(message, times=1):
    """`times` sweeps, each as late as the next attempt; the message as it is then."""
    for _turn in range(times):
        message.refresh_from_db()
        if message.next_attempt_at is None:
            break
        deliver(message.pk, now=message.next_attempt_at)
    message.refresh_from_db()
    return message


def test_an_answer_with_an_id_means_sent(gateway, message):
    assert attempt(message).state == "sent"
    [got] = gateway.read
    assert got["line"] == "POST /send?channel=1 HTTP/1.1"
    assert got["body"] == {
        "phone": "13812345678",
        "text": '已修好 "}{phone}"',
        "reference": f"message-{message.pk}",
    }
    assert got["headers"]["idempotency-key"] == f"message-{message.pk}"
    assert got["headers"]["authorization"] == "Bearer secret-key"
    attempt(message, 3)
    assert len(gateway.read) == 1


UNCLEAR = [
    "no_id", "not_json", "slow", "drops", "broken", "bad_gateway", "gateway_timeout", "unavailable", "moved", "conflict"
]  # fmt: skip


@pytest.mark.parametrize("mode", UNCLEAR)
def test_when_nobody_can_know_it_is_asked_and_never_repeated(gateway, message, mode):
    gateway.mode = mode
    assert attempt(message, 9).state == "uncertain"
    assert message.last_error and message.next_attempt_at is None
    gateway.mode = "ok"
    attempt(message, 9)
    assert len(gateway.read) == 1


@pytest.mark.parametrize("mode", ["not_now", "busy"])
def test_what_was_not_sent_is_tried_again_with_the_same_reference(gateway, message, mode):
    gateway.mode = mode
    assert attempt(message).state == "pending"
    assert message.next_attempt_at - message.created_at == RETRY_AFTER[0]
    gateway.mode = "ok"
    assert attempt(message).state == "sent"
    assert {got["body"]["reference"] for got in gateway.read} == {f"message-{message.pk}"}
    assert len(gateway.read) == 2


@pytest.mark.parametrize(
    ("mode", "named"), [("unavailable", "503"), ("broken", "503,500"), ("limit", "200:LIMIT_")]
)
def test_what_the_settings_name_is_tried_again(gateway, message, settings, mode, named):
    settings.SMS_HTTP_NOT_SENT = named.split(",")
    gateway.mode = mode
    assert attempt(message).state == "pending"
    gateway.mode = "ok"
    assert attempt(message).state == "sent" and len(gateway.read) == 2


def test_a_text_that_the_settings_name_does_not_cover_other_answers_of_that_status(
    gateway, message, settings
):
    settings.SMS_HTTP_NOT_SENT = ["500:try later", "200:LIMIT_"]
    gateway.mode = "broken"
    assert attempt(message, 9).state == "uncertain" and len(gateway.read) == 1


def test_a_gateway_that_stays_busy_makes_it_fail_after_the_last_try(gateway, message):
    gateway.mode = "not_now"
    assert attempt(message, 20).state == "failed"
    assert (message.attempts, len(gateway.read)) == (len(RETRY_AFTER) + 1,) * 2
    assert "HTTP 503" in message.last_error


def test_a_gateway_that_is_down_is_tried_again_and_nothing_is_lost(gateway, message, settings):
    up = settings.SMS_HTTP_URL
    settings.SMS_HTTP_URL = "http://127.0.0.1:9/"  # discard: nobody listens
    assert attempt(message).state == "pending" and "连接不上" in message.last_error
    settings.SMS_HTTP_URL = up
    assert attempt(message).state == "sent" and len(gateway.read) == 1


def test_a_rejected_message_fails_at_once_and_says_why(gateway, message):
    gateway.mode = "rejects"
    assert attempt(message, 5).state == "failed"
    assert len(gateway.read) == 1 and "number" in message.last_error


def test_a_person_sends_it_anew_under_a_new_reference(gateway, message, cast, office):
    Message.objects.update(county=office.jishou, township=office.qianzhou)
    gateway.mode = "drops"
    attempt(message)
    gateway.mode = "ok"
    outbox.settle(message.pk, by=cast.clerk, arrived=False)
    assert attempt(message).state == "sent"
    assert [got["body"]["reference"] for got in gateway.read] == [
        f"message-{message.pk}",
        f"message-{message.pk}-1",
    ]


def test_other_providers_requests_and_answers_can_be_set(gateway, message, settings):
    settings.SMS_HTTP_REQUEST = (
        '{"account": "gov", "password": "{key}", "list": [{"mobile": "{phone}", "content": "{text}"}]}'
    )
    settings.SMS_HTTP_ID = "data.id"
    gateway.mode = "nested"
    assert attempt(message).state == "sent"
    [got] = gateway.read
    assert got["body"]["password"] == "secret-key"
    assert got["body"]["list"] == [{"mobile": "13812345678", "content": '已修好 "}{phone}"'}]


def test_a_worker_killed_while_sending_leaves_a_question_not_a_second_message(gateway, message):
    Message.objects.update(state="sending", attempts=1, next_attempt_at=timezone.now())
    assert deliver(message.pk, now=timezone.now() + timedelta(minutes=6)) == "uncertain"
    assert gateway.read == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMS_HTTP_URL", ""),
        ("SMS_HTTP_URL", "http://sms.example.cn/send"),
        ("SMS_HTTP_REQUEST", "{nonsense"),
        ("SMS_HTTP_REQUEST", '{"phone": "{phone}"}'),
        ("SMS_HTTP_TIMEOUT", 600),
        ("SMS_HTTP_KEY", "one\ntwo"),
        ("QUIET_HOURS", "9pm-8am"),
    ],
)
def test_settings_that_cannot_work_are_said_at_the_start(settings, gateway, name, value):
    assert not [error for error in run_checks() if error.id.startswith("notifications")]
    setattr(settings, name, value)
    assert [error for error in run_checks() if error.id.startswith("notifications")]


def test_a_place_may_stand_within_a_longer_text_and_is_filled_once(settings):
    settings.SMS_HTTP_KEY = "secret"
    settings.SMS_HTTP_REQUEST = '{"content": "【人大】{text}", "to": ["86{phone}"], "other": "{unknown}"}'
    body = request_body(phone="13807430001", text="我写了{key}和{phone}", reference="r")
    assert json.loads(body) == {
        "content": "【人大】我写了{key}和{phone}",
        "to": ["8613807430001"],
        "other": "{unknown}",
    }
