"""One opinion's page: who may open it, what they see of the citizen, and that every look leaves a trace."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessRecord
from opinions.workflow import merging, register, report_back, supervision
from tests.opinions.story import NAME, PHONE, answered, reported, routed, signed, statements, told


@pytest.fixture
def opinion(cast, office):
    return routed(cast, office)


def page(client, user, opinion, more=""):
    client.force_login(user)
    return client.get(f"/opinions/{opinion.number}/{more}")


READERS = ["clerk", "studio_clerk", "officer", "handler", "supervisor", "official", "deputy", "prefecture"]


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("more", ["", "print/"])
def test_those_in_the_work_read_it(client, cast, opinion, who, more):
    response = page(client, getattr(cast, who), opinion, more)
    assert response.status_code == 200
    assert "公交站台没有雨棚" in response.text


@pytest.mark.parametrize("who", ["other_handler", "stranger_clerk", "stranger_officer", "stranger_handler"])
@pytest.mark.parametrize("more", ["", "print/", "sign/"])
def test_for_outsiders_it_does_not_exist(client, cast, opinion, who, more):
    assert page(client, getattr(cast, who), opinion, more).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "administrator", "nobody"])
@pytest.mark.parametrize("more", ["", "print/", "sign/"])
def test_other_roles_are_refused_at_the_door(client, cast, opinion, who, more):
    assert page(client, getattr(cast, who), opinion, more).status_code == 403


def test_without_a_login_it_leads_to_the_door(client, opinion):
    assert client.get(f"/opinions/{opinion.number}/").status_code == 302


def test_number_status_and_agency_stand_on_the_page(client, cast, office, opinion):
    text = page(client, cast.officer, opinion).text
    assert opinion.number in text
    assert "status-note" in text
    assert office.transport.name in text
    assert text.count("<h1>") == 1


def test_every_opening_is_in_the_audit_trail(client, cast, opinion):
    page(client, cast.official, opinion)
    page(client, cast.official, opinion, "print/")
    rows = AccessRecord.objects.filter(subject=opinion.number).order_by("id")
    assert [(row.action, row.by, row.area_code) for row in rows] == [
        ("looked", cast.official, "433101"),
        ("printed", cast.official, "433101"),
    ]


def test_name_and_number_are_masked(client, cast, opinion):
    text = page(client, cast.clerk, opinion).text
    assert "138****5678" in text and "张**" in text
    assert NAME not in text


def test_the_words_keep_their_numbers_for_those_who_deal_with_the_citizen_only(client, cast, opinion):
    assert PHONE in page(client, cast.clerk, opinion).text
    for who in (cast.handler, cast.official, cast.deputy):
        assert PHONE not in page(client, who, opinion).text


def test_a_citizen_who_wants_secrecy_is_unknown_to_the_agency(client, cast, office):
    opinion = answered(
        cast,
        office,
        keep_secret=True,
        body=f"我叫{NAME}，电话138 1234 5678，身份证433101198001011234，请保密。",
    )
    supervision.notify(
        opinion.number, by=cast.supervisor, kind="urge", note=f"请尽快联系{NAME} 138-1234-5678"
    )
    for more in ("", "print/"):
        text = page(client, cast.handler, opinion, more).text
        for known in (NAME, "张**", PHONE, "138****5678", "138 1234 5678", "138-1234-5678", "198001011234"):
            assert known not in text, known
    client.force_login(cast.handler)
    response = client.post(f"/opinions/{opinion.number}/reveal/", {"reason": "需要联系群众"})
    assert response.status_code == 403
    assert NAME not in response.text


def test_a_reveal_needs_a_reason_and_is_kept(client, cast, opinion):
    client.force_login(cast.clerk)
    url = f"/opinions/{opinion.number}/reveal/"
    assert client.get(url).url == f"/opinions/{opinion.number}/", "nothing to see without a reason"
    refused = client.post(url, {"reason": "看"})
    assert refused.status_code == 422 and NAME not in refused.text
    assert not AccessRecord.objects.filter(action="revealed").exists()
    assert client.post(url, {"reason": "电话回访群众"}).url == url
    for _ in range(2):  # loaded again, it is neither asked for nor recorded a second time
        shown = client.get(url)
        assert NAME in shown.text and PHONE in shown.text
        assert "no-store" in shown["Cache-Control"]
    row = AccessRecord.objects.get(action="revealed")
    assert (row.by, row.subject, row.reason) == (cast.clerk, opinion.number, "电话回访群众")
    assert NAME not in page(client, cast.clerk, opinion).text
    client.force_login(cast.officer)
    assert client.get(url).status_code == 302, "what the clerk was shown is not the officer's"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 302),
        ("officer", 302),
        ("supervisor", 302),
        ("handler", 302),
        ("official", 403),
        ("deputy", 403),
    ],
)
def test_who_may_reveal(client, cast, opinion, who, status):
    client.force_login(getattr(cast, who))
    assert client.post(f"/opinions/{opinion.number}/reveal/", {"reason": "核实情况"}).status_code == status


def buttons(client, user, opinion):
    return set(re.findall(rf'href="/opinions/{opinion.number}/(\w+)/"', page(client, user, opinion).text)) - {
        "print"
    }


def test_each_sees_the_actions_that_are_theirs_now(client, cast, office, opinion):
    assert buttons(client, cast.handler, opinion) == {"sign", "return_it"}
    assert buttons(client, cast.officer, opinion) == {
        "classify", "decline", "issue_handover", "merge", "recall", "note_internally",
    }  # fmt: skip
    assert buttons(client, cast.clerk, opinion) == {
        "amend", "withdraw", "supplement", "reissue_code", "note_internally", "slip",
    }  # fmt: skip
    assert buttons(client, cast.official, opinion) == {"escalate"}
    done = reported(cast, office)
    assert buttons(client, cast.handler, done) == set()
    assert buttons(client, cast.clerk, done) == {
        "call_back", "evaluate", "issue_reply", "reopen", "supplement", "reissue_code", "note_internally", "slip",
    }  # fmt: skip


def test_merged_opinions_lead_to_each_other(client, cast, office, opinion):
    other = told(cast, office, title="同一个站台", body="也是雨棚")
    merging.merge(other.number, by=cast.officer, into=opinion.number)
    assert f"/opinions/{opinion.number}/" in page(client, cast.officer, other).text
    assert f"/opinions/{other.number}/" in page(client, cast.officer, opinion).text
    assert other.number not in page(client, cast.handler, opinion).text.replace(f"{other.number}，", "")


def test_a_long_story_costs_no_more_queries_than_a_short_one(client, cast, office):
    short, long = signed(cast, office), signed(cast, office)
    for _turn in range(15):
        supervision.suspend(
            long.number, by=cast.handler, reason="等群众补材料", until_on=long.handling_due_on
        )
        supervision.resume(long.number, by=cast.handler)
    register_only = told(cast, office)
    counts = []
    for opinion in (register_only, short, long):
        client.force_login(cast.supervisor)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/opinions/{opinion.number}/").status_code == 200
        counts.append(len(statements(queries.captured_queries)))
    assert long.events.count() > 30
    assert counts[1] == counts[2] and max(counts) <= 13, counts  # three of them the trail of who looked


def test_the_register_form_tells_the_way(client, cast, office):
    opinion = reported(cast, office)
    report_back.evaluate(opinion.number, by=cast.clerk, satisfaction="satisfied", how="phone")
    text = page(client, cast.clerk, opinion, "print/").text
    for said in (
        "雨棚已于本周装好",
        "请于期限内答复",
        "群众表示知道了",
        office.transport.name,
        "138****5678",
    ):
        assert said in text
    assert NAME not in text


def test_html_in_what_people_wrote_stays_text(client, cast, office):
    opinion = told(cast, office, title="<script>alert(1)</script>", body="<b>公交</b>")
    register.amend(opinion.number, by=cast.clerk, place="<i>站台</i>")
    for more in ("", "print/"):
        text = page(client, cast.clerk, opinion, more).text
        assert "<script>alert" not in text and "<b>公交" not in text and "<i>站台" not in text
