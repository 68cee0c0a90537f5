"""The outbox: who sees it, numbers masked, and what a person may decide about what did not arrive; e-mail copies."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessRecord
from notifications.models import Message, Preference
from notifications.services import queue, sweep
from opinions.workflow import report_back
from tests.opinions.story import answered, signed, statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def sms(cast, office):
    """A text message to the citizen about an opinion told in 乾州街道."""
    number = answered(cast, office).number
    Message.objects.filter(channel="sms").delete()  # the receipt
    report_back.report_back(number, by=cast.clerk, how="sms")
    return Message.objects.get(channel="sms")


def put(message, state, **more):
    facts = {"state": state, "attempts": 5, "last_error": "HTTP 500", "next_attempt_at": None} | more
    Message.objects.filter(pk=message.pk).update(**facts)


def page(client, user, query=""):
    client.force_login(user)
    return client.get(reverse("notifications:outbox") + query)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("clerk", 1), ("studio_clerk", 1), ("officer", 1), ("supervisor", 1), ("prefecture", 1),
        ("stranger_clerk", 0), ("stranger_officer", 0),
    ],
)  # fmt: skip
def test_those_who_deal_with_the_citizens_see_their_areas(client, cast, sms, who, sees):
    response = page(client, getattr(cast, who))
    assert len(response.context["page"]) == sees
    text = response.content.decode()
    assert "13812345678" not in text
    assert ("138****5678" in text) == bool(sees)


def test_a_failed_message_waits_on_the_first_page_and_is_tried_again(client, cast, sms):
    put(sms, "failed")
    client.force_login(cast.clerk)
    assert sms.subject in client.get("/").content.decode()
    text = page(client, cast.clerk, "?state=failed").content.decode()
    assert "HTTP 500" in text and "5次" in text
    assert client.post(reverse("notifications:retry", args=[sms.pk])).status_code == 302
    sms.refresh_from_db()
    assert (sms.state, sms.attempts, sms.resent) == ("pending", 0, 1)
    assert client.post(reverse("notifications:retry", args=[sms.pk])).status_code == 409
    assert sweep() == 1
    sms.refresh_from_db()
    assert sms.state == "sent"
    assert "没有送达" not in client.get("/").content.decode()


@pytest.mark.parametrize(("said", "state"), [("yes", "sent"), ("no", "pending")])
def test_the_citizen_was_asked(client, cast, sms, said, state):
    put(sms, "uncertain")
    client.force_login(cast.clerk)
    url = reverse("notifications:settle", args=[sms.pk])
    assert client.post(url, {"arrived": "perhaps"}).status_code == 422
    assert client.post(reverse("notifications:retry", args=[sms.pk])).status_code == 409
    assert client.post(url, {"arrived": said}).status_code == 302
    sms.refresh_from_db()
    assert sms.state == state
    [row] = AccessRecord.objects.filter(action="set")
    assert row.by == cast.clerk and row.area_code == "433101" and row.subject.startswith(sms.about)
    assert "13812345678" not in str(row.details)
    assert client.post(url, {"arrived": said}).status_code == 409
    assert AccessRecord.objects.filter(action="set").count() == 1


@pytest.mark.parametrize("name", ["retry", "settle"])
def test_strangers_decide_nothing(client, cast, sms, name):
    put(sms, "failed")
    client.force_login(cast.stranger_clerk)
    assert client.post(reverse(f"notifications:{name}", args=[sms.pk]), {"arrived": "no"}).status_code == 404
    sms.refresh_from_db()
    assert sms.state == "failed"


def test_what_a_person_decided_is_not_overwritten_by_a_late_worker(cast, sms):
    from notifications import outbox, services

    claimed = services._claim(sms.pk, timezone.now())
    put(sms, "uncertain", attempts=claimed.attempts)
    outbox.settle(sms.pk, by=cast.clerk, arrived=True)
    services._settle(claimed, "pending", error="late", next_attempt_at=timezone.now())
    sms.refresh_from_db()
    assert sms.state == "sent"


def test_who_chose_it_gets_a_copy_by_mail_that_says_nothing_of_the_matter(client, cast, office):
    cast.handler.email = "handler@example.cn"
    cast.handler.save()
    client.force_login(cast.handler)
    url = reverse("notifications:preferences")
    assert client.post(url, {"by_email": ["work", "nonsense"]}).status_code == 422
    assert client.post(url, {"by_email": ["work"]}).status_code == 302
    assert Preference.objects.get().by_email == ["work"]
    assert "checked" in client.get(url).content.decode()
    opinion = signed(cast, office)
    sweep()
    [sent] = mail.outbox
    assert sent.to == ["handler@example.cn"] and opinion.number in sent.subject
    assert opinion.title not in sent.body and "公交" not in sent.body
    assert Message.objects.filter(recipient=cast.handler, channel="inbox").count() == 1
    client.post(url, {})
    queue(key="x", channel="inbox", topic="work", recipient=cast.handler, subject="s", body="b")
    assert Message.objects.filter(channel="email").count() == 1


def test_the_price_is_the_same_for_one_and_for_many(client, cast, sms):
    client.force_login(cast.supervisor)

    def price():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("notifications:outbox")).status_code == 200
        return len(statements(captured.captured_queries))

    one = price()
    for number in range(30):
        area = {"address": "13812345678", "area": sms}
        queue(key=f"n{number}", channel="sms", subject="s", body="b", about="x", **area)
    assert price() == one <= 8
