"""The inbox: one's own messages, newest first; opening one marks it as read and leads to the opinion."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message
from notifications.services import queue
from opinions.workflow import triage
from tests.opinions import story

URL = "notifications:inbox"


@pytest.fixture
def told(cast):
    start = timezone.now() - timedelta(hours=5)

    def tell(number, recipient=cast.clerk, channel="inbox", about="433101-2026-000001"):
        return queue(
            key=f"k{number}-{recipient.pk}-{channel}",
            channel=channel,
            recipient=recipient,
            subject=f"消息{number}",
            body=f"正文{number}",
            about=about,
            at=start + timedelta(minutes=number),
        )

    return tell


def subjects(response):
    return [message.subject for message in response.context["page"]]


def test_one_sees_ones_own_newest_first(client, cast, told):
    told(1)
    told(2)
    told(3, recipient=cast.officer)
    told(4, channel="email")
    client.force_login(cast.clerk)
    response = client.get(reverse(URL))
    assert subjects(response) == ["消息2", "消息1"]
    assert response.context["unread"] == 2
    assert "<strong>消息2</strong>" in response.content.decode()


def test_opening_marks_as_read_and_leads_to_the_opinion(client, cast, office, told):
    opinion = story.told(cast, office)
    message, other = told(1, about=opinion.number), told(2)
    client.force_login(cast.clerk)
    response = client.post(reverse("notifications:open", args=[message.pk]))
    assert response.url == reverse("opinions:detail", args=[opinion.number])
    message.refresh_from_db()
    other.refresh_from_db()
    assert message.read_at
    assert other.read_at is None
    first_read = message.read_at
    client.post(reverse("notifications:open", args=[message.pk]))
    message.refresh_from_db()
    assert message.read_at == first_read


def test_a_message_about_what_was_taken_back_says_so_instead_of_leading_to_a_404(client, cast, office):
    opinion = story.routed(cast, office)
    triage.recall(opinion.number, by=cast.officer)
    client.force_login(cast.handler)
    for message in Message.objects.filter(recipient=cast.handler, about=opinion.number):
        page = client.post(reverse("notifications:open", args=[message.pk]), follow=True)
        assert page.status_code == 200
        assert f"{opinion.number}已不由您办理，无法打开。" in page.content.decode()


def test_a_message_about_nothing_leads_back_to_the_inbox(client, cast, told):
    message = told(1, about="")
    client.force_login(cast.clerk)
    assert client.post(reverse("notifications:open", args=[message.pk])).url == reverse(URL)


def test_another_persons_message_does_not_exist(client, cast, told):
    message = told(1)
    client.force_login(cast.officer)
    assert client.post(reverse("notifications:open", args=[message.pk])).status_code == 404
    message.refresh_from_db()
    assert message.read_at is None


def test_looking_changes_nothing(client, cast, told):
    message = told(1)
    client.force_login(cast.clerk)
    assert client.get(reverse("notifications:open", args=[message.pk])).status_code == 405
    assert client.get(reverse("notifications:read_all")).status_code == 405
    client.get(reverse(URL))
    assert Message.objects.filter(read_at=None).count() == 1


def test_all_are_marked_as_read_but_not_those_of_others(client, cast, told):
    told(1)
    told(2)
    told(3, recipient=cast.officer)
    client.force_login(cast.clerk)
    page = client.post(reverse("notifications:read_all"), follow=True)
    assert "2条" in page.content.decode()
    assert list(Message.objects.filter(read_at=None).values_list("subject", flat=True)) == ["消息3"]


def test_the_price_is_the_same_for_one_and_for_many(client, cast, told, django_assert_max_num_queries):
    told(0)
    client.force_login(cast.clerk)
    with django_assert_max_num_queries(15) as one:
        client.get(reverse(URL))
    for number in range(1, 31):
        told(number)
    with django_assert_max_num_queries(len(one)):
        response = client.get(reverse(URL))
    assert len(subjects(response)) == 25
