"""Opinions told at an activity: logged from its page, shown on it, and on the deputy's."""

import pytest
from django.urls import reverse
from django.utils import timezone

from deputies.activities import services
from opinions.lifecycle.errors import Refused
from opinions.models import Opinion
from opinions.workflow.register import register

pytestmark = pytest.mark.django_db
NEW = reverse("opinions:new")


@pytest.fixture
def activity(cast, office):
    return services.plan(
        by=cast.clerk,
        township=office.qianzhou,
        studio=office.studio,
        on=timezone.localdate(),
        kind="visit",
        deputies=[cast.as_deputy],
    )


def test_the_form_knows_the_session(client, cast, office, activity):
    client.force_login(cast.officer)
    form = client.get(NEW, {"activity": activity.pk}).context["form"]
    known = {name: form[name].value() for name in ("township", "studio", "channel", "deputy", "activity")}
    assert known == {
        "township": "433101005",
        "studio": office.studio.pk,
        "channel": "visit",
        "deputy": cast.as_deputy.pk,
        "activity": activity.pk,
    }


def post(client, session, then="another", **more):
    page = client.get(NEW, {"activity": session.pk})
    form = page.context["form"]
    names = ("submission_key", "township", "studio", "channel", "activity")
    data = {name: form[name].value() for name in names}
    words = {"matter_type": "complaint", "title": "路灯不亮", "body": "不亮", "then": then}
    return client.post(NEW, data | words | more)


def test_one_after_another_stays_with_the_session(client, cast, activity):
    client.force_login(cast.clerk)
    response = post(client, activity)
    assert response.url == f"{NEW}?activity={activity.pk}"
    assert Opinion.objects.get().activity == activity
    assert client.get(response.url).context["logged"] == 1


@pytest.mark.parametrize("who", ["stranger_clerk", "stranger_officer"])
def test_a_session_of_elsewhere_is_none(client, cast, activity, who):
    client.force_login(getattr(cast, who))
    page = client.get(NEW, {"activity": activity.pk})
    assert page.context["activity"] is None and page.context["form"]["activity"].value() != activity.pk


def test_a_forged_or_cancelled_session_is_refused(client, cast, activity, office):
    client.force_login(cast.clerk)
    other = services.plan(
        by=cast.stranger_clerk, township=office.tuojiang, studio=office.other_studio, on=timezone.localdate()
    )
    assert post(client, activity, activity=other.pk).status_code == 422
    assert post(client, activity, activity="x").status_code == 422
    page = client.get(NEW, {"activity": activity.pk})
    assert page.context["activity"]
    services.cancel(activity.pk, by=cast.clerk, reason="雪")
    assert client.get(NEW, {"activity": activity.pk}).context["activity"] is None
    assert not Opinion.objects.exists()
    with pytest.raises(Refused):
        register(
            by=cast.clerk,
            township=office.qianzhou,
            channel="visit",
            title="路灯",
            body="不亮",
            activity=other,
        )


def told(cast, office, activity, **more):
    facts = {"channel": "visit", "title": "路灯不亮", "body": "不亮", "deputy": cast.as_deputy}
    return register(by=cast.clerk, township=office.qianzhou, activity=activity, **facts | more)


@pytest.mark.parametrize("name", ["of_activity", "of_deputy"])
def test_the_fragments_show_what_may_be_seen(client, cast, office, activity, name):
    opinion = told(cast, office, activity, title="问题 13812345678", keep_secret=True)
    pk = activity.pk if name == "of_activity" else cast.as_deputy.pk
    url = reverse(f"opinions:{name}", args=[pk])
    for who in ("clerk", "official"):  # a list is read over a shoulder
        client.force_login(getattr(cast, who))
        text = client.get(url, headers={"HX-Request": "true"}).content.decode()
        assert opinion.number in text and "问题 ***" in text and "138" not in text, who
    client.force_login(cast.handler)
    assert opinion.number not in client.get(url).content.decode(), "not routed to the agency"
    client.force_login(cast.stranger_officer)
    assert client.get(url).status_code == 404


def test_the_fragment_costs_the_same_for_one_and_for_many(
    client, cast, office, activity, django_assert_max_num_queries
):
    told(cast, office, activity)
    client.force_login(cast.clerk)
    url = reverse("opinions:of_activity", args=[activity.pk])
    with django_assert_max_num_queries(12) as one:
        client.get(url)
    for number in range(14):
        told(cast, office, activity, title=f"第{number}件")
    with django_assert_max_num_queries(len(one)):
        client.get(url)


def test_without_scripts_the_fragment_is_a_page(client, cast, office, activity):
    told(cast, office, activity)
    client.force_login(cast.clerk)
    text = client.get(reverse("opinions:of_activity", args=[activity.pk])).content.decode()
    assert text.count("<h1>") == 1 and "路灯不亮" in text
