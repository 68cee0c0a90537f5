"""First pages as desks: a clerk's day, a deputy's duty, an official's late agencies; extensions decided in their list;
the opinion to merge into picked, not typed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from deputies.activities import services
from deputies.models import Activity
from opinions.models import Opinion
from opinions.triage import similarity
from opinions.workflow import supervision
from tests.opinions.story import routed, signed, told


def planned(cast, office, deputies=(), *, days=0, kind="reception", **more) -> Activity:
    on = timezone.localdate() + timedelta(days=days)
    place = {"township": office.qianzhou, "studio": office.studio}
    return services.plan(by=cast.clerk, on=on, kind=kind, deputies=list(deputies), **place, **more)


def home(client, user):
    client.force_login(user)
    return client.get("/")


def test_a_clerk_finds_the_days_sessions_the_log_button_and_the_last_entries(client, cast, office):
    session = planned(cast, office, title="赶场日接待")
    planned(cast, office, title="明天的接待", days=1)
    told(cast, office, title="路灯不亮")
    told(cast, office, by=cast.officer, title="别人登记的")
    page = home(client, cast.clerk)
    assert "赶场日接待" in page.text and "明天的接待" not in page.text
    assert (
        f'href="/opinions/new/?activity={session.pk}"' in page.text and 'href="/opinions/new/"' in page.text
    )
    assert [row.list_title for row in page.context["entries"]] == ["路灯不亮"]


def test_a_deputy_finds_the_next_duty_first(client, cast, office):
    planned(cast, office, [cast.as_deputy], title="下周接待", days=7)
    planned(cast, office, [cast.as_deputy], title="后天走访", days=2, kind="visit")
    planned(cast, office, title="别人的接待", days=1)
    page = home(client, cast.deputy)
    assert page.context["duty"].title == "后天走访" and "别人的接待" not in page.text


def test_an_official_finds_the_late_agencies_by_name(client, cast, office):
    for _turn in range(4):
        late = routed(cast, office)
        Opinion.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=9))
    routed(cast, office)
    page = home(client, cast.official)
    ((agency),) = page.context["late_agencies"]
    assert (agency.agency, agency.count, len(agency.rows)) == (office.transport, 4, 3)
    assert "吉首市交通运输局" in page.text
    assert home(client, cast.clerk).context.get("late_agencies") is None


@pytest.fixture
def asked_for(cast, office):
    opinion = signed(cast, office)
    supervision.ask_extension(opinion.number, by=cast.handler, days=2, reason="要请设计单位出方案")
    opinion.refresh_from_db()
    return opinion


def test_an_extension_is_granted_where_it_stands_with_days_and_reason(client, cast, asked_for):
    client.force_login(cast.supervisor)
    page = client.get("/opinions/extensions/")
    assert "要请设计单位出方案" in page.text and "延长2个工作日" in page.text
    data = {"version": asked_for.version, "back": "extensions"}
    url = f"/opinions/{asked_for.number}/grant_extension/"
    done = client.post(url, data, headers={"HX-Request": "true"})
    assert done.status_code == 200 and 'id="row-' in done.text
    assert Opinion.objects.get().extension_state == "granted"
    assert "要请设计单位出方案" not in client.get("/opinions/extensions/").text


def test_an_extension_is_refused_with_a_reason_alone(client, cast, asked_for):
    client.force_login(cast.supervisor)
    url, data = (
        f"/opinions/{asked_for.number}/refuse_extension/",
        {"version": asked_for.version, "back": "extensions"},
    )
    assert client.post(url, data, headers={"HX-Request": "true"}).status_code == 422
    assert Opinion.objects.get().extension_state == "asked"
    assert client.post(url, data | {"reason": "可以按期办"}).url == "/opinions/extensions/"
    assert Opinion.objects.get().extension_state == "refused"


def offered(client, opinion, **asked) -> list[str]:
    """The numbers to choose among."""
    similarity.backfill()  # as the sweep does
    page = client.get(f"/opinions/{opinion.number}/merge/", asked)
    return [number for number, _label in page.context["form"].fields["candidate"].choices]


def test_what_is_much_alike_is_offered_with_its_status_and_day(client, cast, office):
    other = routed(cast, office, title="桥头路灯坏了三个月")
    far = told(cast, office, title="水管爆裂", body="水漫了一街")
    opinion = told(cast, office, title="桥头路灯坏了没人修")
    client.force_login(cast.officer)
    assert offered(client, opinion) == [other.number]
    assert "已交办" in client.get(f"/opinions/{opinion.number}/merge/").text
    assert offered(client, opinion, find="水管。") == [far.number]
    assert offered(client, opinion, find=far.number) == [far.number]
    assert offered(client, opinion, into=far.number) == [far.number, other.number]
    data = {"version": opinion.version, "candidate": other.number, "into": ""}
    assert client.post(f"/opinions/{opinion.number}/merge/", data).status_code == 302
    assert Opinion.objects.get(pk=opinion.pk).merged_into == other


def test_a_number_may_still_be_typed_in_any_width(client, cast, office):
    other, opinion = routed(cast, office), told(cast, office)
    client.force_login(cast.officer)
    data = {"version": opinion.version, "into": f" {other.number}。"}
    assert client.post(f"/opinions/{opinion.number}/merge/", data).status_code == 302


def test_nothing_chosen_is_said_beside_the_field(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.officer)
    page = client.post(f"/opinions/{opinion.number}/merge/", {"version": opinion.version})
    assert page.status_code == 422 and "请选择一件意见" in page.text


def test_what_lies_elsewhere_is_no_candidate(client, cast, office):
    elsewhere = told(
        cast,
        office,
        by=cast.stranger_clerk,
        township=office.tuojiang,
        studio=None,
        deputy=None,
        title="桥头路灯坏了",
    )
    opinion = told(cast, office, title="桥头路灯坏了没人修")
    client.force_login(cast.officer)
    assert offered(client, opinion) == offered(client, opinion, find=elsewhere.number) == []
