"""No text message at night: it waits for the morning, whatever delays it, and is never dropped."""

import pytest

from notifications import quiet
from notifications.models import Message
from notifications.services import deliver, queue, sweep
from tests.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nights(settings):
    settings.QUIET_HOURS = "21:00-08:00"


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        ("2026-03-02 20:59", "2026-03-02 20:59"),
        ("2026-03-02 21:00", "2026-03-03 08:00"),
        ("2026-12-31 23:59", "2027-01-01 08:00"),
        ("2026-03-03 00:00", "2026-03-03 08:00"),
        ("2026-03-03 07:59", "2026-03-03 08:00"),
        ("2026-03-03 08:00", "2026-03-03 08:00"),
    ],
)
def test_the_night_ends_at_eight(moment, first):
    assert quiet.until(at(moment)) == at(first)


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all(settings):
    settings.QUIET_HOURS = "12:00-14:30"
    assert quiet.until(at("2026-03-02 13:00")) == at("2026-03-02 14:30")
    assert quiet.until(at("2026-03-02 23:00")) == at("2026-03-02 23:00")
    settings.QUIET_HOURS = ""
    assert quiet.until(at("2026-03-02 13:00")) == at("2026-03-02 13:00")


def sms(moment, **more):
    facts = {"key": f"k{moment}", "channel": "sms", "address": "13812345678", "subject": "s", "body": "b"}
    return queue(**facts | more, at=at(moment))


def test_what_is_written_at_night_is_sent_in_the_morning():
    message = sms("2026-03-02 22:00")
    assert sweep(now=at("2026-03-03 07:59")) == 0
    assert sweep(now=at("2026-03-03 08:00")) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 1)


def test_a_retry_does_not_wake_anybody_either():
    message = sms("2026-03-02 20:58")
    assert deliver(message.pk, now=at("2026-03-02 21:30")) is None
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("pending", 0)
    assert message.next_attempt_at == at("2026-03-03 08:00")
    assert deliver(message.pk, now=at("2026-03-03 08:00")) == "sent"


def test_colleagues_are_told_at_once(cast):
    mail = sms("2026-03-02 22:00", channel="email", recipient=cast.clerk, address="a@b.cn")
    assert sweep(now=at("2026-03-02 22:00")) == 1
    assert Message.objects.get(pk=mail.pk).state == "sent"
