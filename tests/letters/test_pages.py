"""The screens: who sees which letter, signing for it, cancelling it, file and print, and the audit trail."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from accounts.models import AccessRecord
from letters import services as letters
from letters.models import Letter
from opinions.workflow import supervision as supervise
from opinions.workflow import triage
from tests.opinions.story import statements

pytestmark = pytest.mark.django_db


def url(name, letter):
    return reverse(f"letters:{name}", args=[letter.pk])


def test_a_handler_signs_once_and_the_second_click_is_told_who(client, cast, handed_over):
    client.force_login(cast.handler)
    page = client.get(url("detail", handed_over)).content.decode()
    assert "签收" in page and "请实地查看" in page
    assert client.post(url("sign", handed_over)).status_code == 302
    handed_over.refresh_from_db()
    assert (handed_over.state, handed_over.signed_by) == ("signed", cast.handler)
    first = handed_over.signed_at
    again = client.post(url("sign", handed_over))
    assert again.status_code == 409 and "田承办" in again.content.decode()
    handed_over.refresh_from_db()
    assert handed_over.signed_at == first


def test_signing_for_the_opinion_or_replying_to_the_notice_signs_for_its_letters(walk):
    opinion = walk.to("routed")
    triage.issue_handover(opinion.number, by=walk.cast.officer, at=walk.later())
    triage.sign(opinion.number, by=walk.cast.handler, at=walk.later())
    supervise.notify(opinion.number, by=walk.cast.supervisor, kind="supervise", letter=True, at=walk.later())
    assert [letter.state for letter in Letter.objects.order_by("pk")] == ["signed", "unsigned"]
    promise = {"reply": "马上办", "promised_on": walk.now.date()}
    supervise.acknowledge(opinion.number, by=walk.cast.handler, at=walk.later(), **promise)
    assert Letter.objects.get(kind="supervision").signed_by == walk.cast.handler


def test_what_is_issued_is_offered_again_only_once_it_is_cancelled(client, cast, walk):
    opinion = walk.to("routed")
    page, offer = reverse("opinions:detail", args=[opinion.number]), f"/{opinion.number}/issue_handover/"
    client.force_login(cast.officer)
    assert offer in client.get(page).content.decode()
    triage.issue_handover(opinion.number, by=cast.officer, at=walk.later())
    assert offer not in client.get(page).content.decode()
    letters.cancel(Letter.objects.get().pk, by=cast.officer, reason="承办单位写错")
    assert offer in client.get(page).content.decode()


def test_a_cancelled_letter_keeps_its_number_and_says_who_when_and_why(client, cast, walk, handed_over):
    client.force_login(cast.supervisor)
    assert client.post(url("cancel", handed_over), {"reason": "x"}).status_code == 422
    assert client.post(url("cancel", handed_over), {"reason": "承办单位写错"}).status_code == 302
    page = client.get(url("detail", handed_over)).content.decode()
    for said in ("作废", "彭督办", "承办单位写错", "吉人大办交〔2026〕1号"):
        assert said in page
    file = client.get(url("docx", handed_over)).content
    text = "\n".join(p.text for p in Document(io.BytesIO(file)).paragraphs)
    assert "吉人大办交〔2026〕1号（作废）" in text
    again = client.post(url("cancel", handed_over), {"reason": "再作废一次"})
    assert again.status_code == 409 and "彭督办" in again.content.decode()
    client.force_login(cast.handler)
    assert client.post(url("sign", handed_over)).status_code == 409
    triage.issue_handover(handed_over.about, by=cast.officer, at=walk.later())
    assert [letter.serial for letter in Letter.objects.order_by("serial")] == [1, 2]


def test_an_agency_cannot_cancel_nor_an_office_sign(client, cast, handed_over):
    client.force_login(cast.handler)
    assert client.post(url("cancel", handed_over), {"reason": "不想办这件"}).status_code == 403
    client.force_login(cast.officer)
    assert client.post(url("sign", handed_over)).status_code == 403


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("officer", {"handover", "supervision", "reply"}),
        ("clerk", {"handover", "supervision", "reply"}),
        ("handler", {"handover", "supervision"}),
        ("official", {"handover", "supervision"}),
        ("other_handler", set()),
        ("stranger_officer", set()),
        ("stranger_handler", set()),
    ],
)
def test_who_sees_which_letters(client, cast, all_kinds, who, kinds):
    client.force_login(getattr(cast, who))
    listed = {letter.kind for letter in client.get(reverse("letters:list")).context["page"]}
    assert listed == kinds
    for kind, letter in all_kinds.items():
        for name in ("detail", "docx", "print"):
            assert client.get(url(name, letter)).status_code == (200 if kind in kinds else 404)


def test_the_opinion_shows_its_letters_to_whom_they_exist(client, cast, all_kinds):
    page = reverse("opinions:detail", args=[all_kinds["reply"].about])
    reply = url("detail", all_kinds["reply"])
    client.force_login(cast.clerk)
    assert reply in client.get(page).content.decode()
    client.force_login(cast.handler)
    seen = client.get(page).content.decode()
    assert reply not in seen and url("detail", all_kinds["handover"]) in seen


def listed(client, query=""):
    page = client.get(reverse("letters:list") + query).context["page"]
    return {letter.number for letter in page}


def test_filters(client, cast, all_kinds, walk):
    client.force_login(cast.officer)
    handover, supervision, reply = (all_kinds[kind].number for kind in ("handover", "supervision", "reply"))
    assert listed(client, "?kind=reply") == {reply}
    assert listed(client, "?state=signed") == {handover, supervision}
    assert listed(client, "?state=issued") == {reply}
    assert listed(client, "?state=cancelled") == set()
    assert listed(client, "?year=2025") == set()
    assert listed(client, f"?text={handover}") == {handover}
    assert listed(client, "?text=吉人大办督") == {supervision}
    assert listed(client, f"?text={all_kinds['reply'].about}") == {handover, supervision, reply}
    assert listed(client, "?county=433101&year=2026") == {handover, supervision, reply}
    assert listed(client, "?kind=x&year=abc") == {handover, supervision, reply}


def test_unsigned_letters_wait_on_the_handlers_first_page(client, cast, handed_over):
    client.force_login(cast.handler)
    assert "1份公函待签收" in client.get("/").content.decode()
    assert listed(client, "?state=unsigned") == {handed_over.number}


def test_looking_downloading_and_printing_are_in_the_trail(client, cast, handed_over):
    client.force_login(cast.supervisor)
    for name in ("detail", "docx", "print"):
        client.get(url(name, handed_over))
    trail = AccessRecord.objects.filter(subject__startswith=handed_over.about).order_by("pk")
    assert [(row.action, row.area_code) for row in trail] == [
        ("looked", "433101"),
        ("exported", "433101"),
        ("printed", "433101"),
    ]
    assert handed_over.number in trail[1].subject


def test_the_print_page_says_what_the_file_says(client, cast, handed_over):
    client.force_login(cast.officer)
    page = client.get(url("print", handed_over)).content.decode()
    file = Document(io.BytesIO(client.get(url("docx", handed_over)).content))
    for paragraph in file.paragraphs:
        assert paragraph.text.strip() in page
    assert 'class="letter-organ"' in page and 'class="letter-date"' in page


def test_html_in_what_people_wrote_stays_text_on_the_print_page(client, cast, walk):
    opinion = walk.to("routed", title="<script>alert(1)</script>", body="<b>{{ 7*7 }}</b>")
    triage.issue_handover(opinion.number, by=cast.officer, at=walk.later())
    client.force_login(cast.officer)
    page = client.get(url("print", Letter.objects.get())).content.decode()
    assert "<script>alert" not in page and "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in page


def test_the_form_on_the_opinions_page_issues_it(client, cast, walk):
    opinion = walk.to("routed")
    client.force_login(cast.officer)
    act = reverse("opinions:act", args=[opinion.number, "issue_handover"])
    assert client.get(act).status_code == 200
    data = {"version": opinion.version, "words": "按时办"}
    assert client.post(act, data).status_code == 302
    assert Letter.objects.get().issued_by == cast.officer
    stale = client.post(act, data)
    assert stale.status_code == 409 and Letter.objects.count() == 1


def test_the_price_is_the_same_for_one_and_for_many(client, cast, walk, handed_over):
    client.force_login(cast.supervisor)

    def price():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("letters:list")).status_code == 200
        return len(statements(captured.captured_queries))

    one = price()
    for _number in range(30):
        opinion = walk.to("routed")
        triage.issue_handover(opinion.number, by=cast.officer, at=walk.later())
    assert price() == one <= 8


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("103", {"交103"}),
        ("１０３号", {"交103"}),
        ("〔2026〕", {"交103", "督5"}),
        ("[2026]", {"交103", "督5"}),
        ("（2026）", {"交103", "督5"}),
        ("2026", {"交103", "督5"}),
        ("【2025】103", set()),
        ("(2025)7号", {"交7"}),
        ("吉人大交〔2026〕103号", {"交103"}),
        ("吉人大交[2026]103", {"交103"}),
        ("吉人大交（２０２６） 第103号。", {"交103"}),
        ("大交 2026 103", {"交103"}),
        ("交〔2026]", {"交103"}),
        ("吉人大督", {"督5"}),
        ("2026-103", {"交103"}),
        ("无此字号", set()),
        ("，", set()),
    ],
)
def test_letters_are_found_however_their_number_is_written(client, cast, handed_over, asked, found):
    for kind, series, year, serial in [
        ("handover", "吉人大交", 2026, 103),
        ("supervision", "吉人大督", 2026, 5),
        ("handover", "吉人大交", 2025, 7),
    ]:
        facts = {
            "kind": kind,
            "series": series,
            "year": year,
            "serial": serial,
            "pk": None,
            "occasion": f"{serial}",
        }
        copy = Letter.objects.get(pk=handed_over.pk)
        for name, value in facts.items():
            setattr(copy, name, value)
        copy.save(force_insert=True)
    client.force_login(cast.officer)
    page = client.get(reverse("letters:list"), {"text": asked}).context["page"]
    assert {f"{letter.series[-1]}{letter.serial}" for letter in page if letter.serial > 1} == found


def test_what_an_agency_no_longer_has_is_named_and_not_linked(client, cast, walk, handed_over):
    opinion = reverse("opinions:detail", args=[handed_over.about])
    client.force_login(cast.handler)
    for page in (reverse("letters:list"), url("detail", handed_over)):
        assert f'href="{opinion}"' in client.get(page).text
    triage.recall(handed_over.about, by=cast.officer, at=walk.later())
    assert client.get(opinion).status_code == 404
    for page in (reverse("letters:list"), url("detail", handed_over)):
        text = client.get(page).text
        assert handed_over.about in text and f'href="{opinion}"' not in text
    client.force_login(cast.officer)
    assert f'href="{opinion}"' in client.get(reverse("letters:list")).text
