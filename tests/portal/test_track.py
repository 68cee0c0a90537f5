"""Looking up an opinion: one miss for whatever is wrong, plain words, and the citizen's own actions."""

import hmac
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import CITIZEN, SYSTEM
from letters.models import Letter, Organ
from notifications.models import Message
from opinions.models import Opinion
from opinions.privacy import evaluation_tokens
from opinions.workflow import merging, register, reopen, report_back, triage
from portal.lines import PUBLIC, wording

from .conftest import PHONE, answered, text_of

pytestmark = pytest.mark.django_db


def test_a_wrong_code_and_wrong_digits_get_the_same_answer_by_the_same_work(citizen, monkeypatch):
    """The same queries, the same hashes, as many bytes: neither the page nor a clock tells which was wrong."""
    _opinion, code = citizen.tells()
    wrong_code = "0000" + code.replace(" ", "")[4:]
    answers, queries, hashed, plain = [], [], [], hmac.new
    monkeypatch.setattr(
        hmac, "new", lambda key, text=None, *more: hashed.append(text) or plain(key, text, *more)
    )
    hashes = []
    for typed, tail in [(wrong_code, PHONE[-4:]), (code, "0000"), (code, ""), (wrong_code, "")]:
        hashed.clear()
        with CaptureQueriesContext(connection) as captured:
            answers.append(citizen.looks_up(typed, tail))
        queries.append([re.sub(r"'[^']*'|\d+", "?", q["sql"]) for q in captured])
        hashes.append(len(hashed))
    assert hashes[0] >= 2 and len(set(hashes)) == 1
    assert {answer.status_code for answer in answers} == {422}
    assert len({text_of(answer) for answer in answers}) == 1
    # The length is that of what was typed, which the form repeats; Expires is the second of the answer.
    own = {"Content-Length", "Expires"}
    headers = [{name: value for name, value in a.headers.items() if name not in own} for a in answers]
    assert headers.count(headers[0]) == len(headers)
    assert queries.count(queries[0]) == len(queries)


@pytest.mark.parametrize("spelling", ["{0}", "{0} ", "１２{1}", "{2}"])
def test_the_code_is_found_however_it_was_typed(citizen, spelling):
    _opinion, code = citizen.tells()
    plain = code.replace(" ", "")
    wide = plain.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    typed = {"{0}": code, "{0} ": code + " ", "１２{1}": wide, "{2}": code.replace(" ", "-")}[spelling]
    assert citizen.looks_up(typed).status_code == 200


def test_it_tells_where_it_stands_with_the_day_promised_and_no_name(citizen, cast, office):
    opinion, code = citizen.tells(body="请联系我 13812345678", title="灯坏了，打 13812345678")
    page = text_of(citizen.looks_up(code))
    assert "已经收到" in page and "前转给负责的单位" in page
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    page = text_of(citizen.looks_up(code))
    assert "已转给吉首市交通运输局" in page and "前办出结果，办好后2个工作日内告诉您" in page
    for secret in ("龙小妹", PHONE, cast.officer.name):
        assert secret not in page


def test_whoever_reads_the_answer_has_been_told_it(citizen, cast, office):
    opinion, code = citizen.tells(citizen_phone="", citizen_name="")
    answered(cast, office, opinion)
    page = text_of(citizen.looks_up(code, ""))
    assert "已更换灯泡" in page and "您对答复满意吗" in page
    assert "13900001111" in page, "the number the agency gave is meant for the citizen"
    opinion.refresh_from_db()
    assert opinion.status == "reported_back"
    assert opinion.events.get(action="report_back").data["how"] == "web"
    citizen.looks_up(code, "")
    assert opinion.events.filter(action="report_back").count() == 1


def test_not_satisfied_with_a_reason_takes_it_up_again(citizen, cast, office):
    opinion, code = citizen.tells()
    answered(cast, office, opinion)
    page = citizen.looks_up(code)
    refused = citizen.takes("evaluate", page, satisfaction="not", reason="")
    assert refused.status_code == 422 and "请写一两句不满意的原因" in text_of(refused)
    done = citizen.takes("evaluate", page, satisfaction="not", reason="第二天又坏了")
    assert done.status_code == 200
    opinion.refresh_from_db()
    assert (opinion.status, opinion.round) == ("routed", 2)
    assert {e.via for e in opinion.events.filter(action__in=["evaluate", "reopen"])} == {"portal"}
    again = citizen.takes("evaluate", page, satisfaction="not", reason="第二天又坏了")
    assert again.status_code == 200 and "已转入重新办理" in text_of(again)
    other = citizen.takes("evaluate", page, satisfaction="not", reason="灯杆也歪了")
    assert (
        other.status_code == 409 and "灯杆也歪了" in text_of(other) and "这一步已经办过了" in text_of(other)
    )
    opinion.refresh_from_db()
    assert opinion.round == 2


def test_satisfied_closes_and_may_still_be_taken_up_again(citizen, cast, office):
    opinion, code = citizen.tells()
    answered(cast, office, opinion)
    done = citizen.takes("evaluate", citizen.looks_up(code), satisfaction="satisfied")
    assert "谢谢" in text_of(done)
    opinion.refresh_from_db()
    assert opinion.status == "closed"
    citizen.takes("reopen", done, reason="过了一周又坏了")
    opinion.refresh_from_db()
    assert (opinion.status, opinion.round) == ("routed", 2)


def test_it_can_be_taken_back_until_it_is_answered(citizen, cast, office):
    opinion, code = citizen.tells()
    done = citizen.takes("withdraw", citizen.looks_up(code), reason="自己修好了")
    assert "您已撤回" in text_of(done)
    opinion.refresh_from_db()
    assert opinion.status == "withdrawn"


def test_a_forged_or_old_ticket_opens_nothing_and_the_words_come_back(citizen, settings):
    opinion, _code = citizen.tells()
    for ticket in ("", opinion.number, f"{opinion.number}:x:y"):
        response = citizen.client.post("/p/track/withdraw/", {"ticket": ticket, "reason": "写了很久的话"})
        assert response.status_code == 422 and "写了很久的话" in text_of(response)
    opinion.refresh_from_db()
    assert opinion.status == "registered"


def test_what_was_joined_with_another_shows_the_answer_of_the_other_and_nothing_else_of_it(
    citizen, cast, office
):
    mine, code = citizen.tells()
    target = register.register(
        by=cast.clerk, township=office.qianzhou, channel="reception", title="别人的标题", body="别人的话",
        citizen_name="别人", citizen_phone="13700000000",
    )  # fmt: skip
    merging.merge(mine.number, by=cast.officer, into=target.number)
    answered(cast, office, target)
    report_back.report_back(target.number, by=cast.clerk, how="phone")
    page = text_of(citizen.looks_up(code))
    assert "已更换灯泡" in page
    for secret in ("别人的标题", "别人的话", "13700000000", target.number):
        assert secret not in page


def test_every_step_of_the_ledger_that_is_told_has_words(citizen):
    facts = {"until_on": "2026-11-30", "due_on": "2026-11-30"}
    assert all(wording(code, facts) for code in PUBLIC)


# --- the link in the text message -----------------------------------------------------------------------------


def reported(citizen, cast, office):
    opinion, _code = citizen.tells()
    answered(cast, office, opinion)
    return report_back.report_back(opinion.number, by=SYSTEM, how="sms")


def test_the_link_comes_with_the_answer_where_the_office_has_an_address(citizen, cast, office, settings):
    settings.PUBLIC_URL = "https://yijian.example.cn/"
    opinion = reported(citizen, cast, office)
    link = f"https://yijian.example.cn/p/evaluate/{evaluation_tokens.token_of(opinion)}/"
    assert link in Message.objects.filter(channel="sms").latest("pk").body


def test_the_link_opens_the_evaluation_of_one_round_and_no_other(citizen, cast, office):
    opinion = reported(citizen, cast, office)
    url = f"/p/evaluate/{evaluation_tokens.token_of(opinion)}/"
    assert "已更换灯泡" in text_of(citizen.client.get(url))
    citizen.client.post(url, {"satisfaction": "not", "reason": "没修好"})
    opinion.refresh_from_db()
    assert opinion.round == 2
    again = citizen.client.post(url, {"satisfaction": "not", "reason": "没修好"}, follow=True)
    assert "已转入重新办理" in text_of(again)
    assert "您已评价过" in text_of(citizen.client.get(url))
    other = citizen.client.post(url, {"satisfaction": "mostly", "reason": "算了"})
    assert other.status_code == 409 and "算了" in text_of(other)
    opinion.refresh_from_db()
    assert opinion.round == 2


def letters_on_routing(office):
    Organ.objects.create(
        county=office.jishou, name="吉首市人大常委会", short_name="吉人大", issues_on_route=True
    )


def test_evaluate_not_satisfied_by_citizen_when_office_issues_letters_begins_round_two(
    citizen, cast, office, office_open
):
    letters_on_routing(office)
    opinion = reported(citizen, cast, office)
    url = f"/p/evaluate/{evaluation_tokens.token_of(opinion)}/"
    response = citizen.client.post(url, {"satisfaction": "not", "reason": "路灯还是不亮"}, follow=True)
    assert response.status_code == 200
    opinion.refresh_from_db()
    assert (opinion.round, opinion.status) == (2, "routed")
    assert "路灯还是不亮" in opinion.events.get(action="evaluate").words.text
    letter = Letter.objects.filter(about=opinion.number).latest("pk")
    assert (letter.kind, letter.issued_by) == ("handover", None)


def test_reopen_by_citizen_when_office_issues_letters_begins_round_two(citizen, cast, office):
    letters_on_routing(office)
    opinion = reported(citizen, cast, office)
    report_back.evaluate(opinion.number, by=CITIZEN, satisfaction="satisfied", how="web")
    reopen.reopen(opinion.number, by=CITIZEN, reason="又坏了")
    opinion.refresh_from_db()
    assert (opinion.round, opinion.status) == (2, "routed")


@pytest.mark.parametrize("token", ["x", "433101-2026-000001.1:forged", "a" * 3000])
def test_a_link_we_did_not_make_opens_nothing(client, db, token):
    assert client.get(f"/p/evaluate/{token}/").status_code == 404


def test_looking_up_costs_few_queries(citizen, cast, office):
    opinion, code = citizen.tells()
    with CaptureQueriesContext(connection) as few:
        citizen.looks_up(code)
    answered(cast, office, opinion)
    citizen.looks_up(code)
    with CaptureQueriesContext(connection) as many:
        citizen.looks_up(code)
    assert len(few) <= len(many) <= 15  # an answer may have files, and what was said on the way is read
    assert Opinion.objects.count() == 1
