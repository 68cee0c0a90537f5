"""A citizen who is not satisfied, asks again or withdraws, through the public pages: with letters on routing and
without, round after round, in an office that has set nothing."""

import pytest

from letters.models import Letter, Organ
from opinions.privacy.evaluation_tokens import token_of
from opinions.workflow import report_back, triage

from .conftest import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_open")]


@pytest.fixture(params=["empty settings", "letters off", "letters on"])
def letters(request, office):
    """Whether the county issues a letter with every routing."""
    if request.param != "empty settings":
        on = request.param == "letters on"
        Organ.objects.create(
            county=office.jishou, name="吉首市人大常委会", short_name="吉人大", issues_on_route=on
        )
    return request.param == "letters on"


def handovers(opinion) -> list:
    letters = Letter.objects.filter(about=opinion.number, kind="handover", cancelled_at=None).order_by("pk")
    return list(letters.values_list("issued_by__name", flat=True))


def is_answered(opinion, cast, office, route=True):
    if route:
        triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    report_back.answer(opinion.number, by=cast.handler, outcome="A", answer="灯已换好，电话0743-8222111。")


def test_not_satisfied_twice_goes_back_to_the_agency_and_then_to_the_supervisor(
    citizen, cast, office, letters
):
    opinion, code = citizen.tells()
    is_answered(opinion, cast, office)
    page = citizen.looks_up(code)

    again = citizen.takes("evaluate", page, satisfaction="not", reason="第二天又坏了")
    assert again.status_code == 200
    text = text_of(again)
    assert "已转入重新办理" in text and "已转给吉首市交通运输局重新办理" in text and "第二天又坏了" in text
    opinion.refresh_from_db()
    assert (opinion.status, opinion.round, opinion.designated) == ("routed", 2, True)
    assert handovers(opinion)[1:] == ([None] if letters else []), "by the citizen's wish, so by no account"

    is_answered(opinion, cast, office, route=False)
    once_more = citizen.takes(
        "evaluate", citizen.looks_up(code), satisfaction="not", reason="换了灯，线路还是短路"
    )
    assert once_more.status_code == 200
    text = text_of(once_more)
    assert "现由人大负责督办的人员直接安排" in text
    for earlier in ("第1次答复", "第2次答复", "第二天又坏了", "换了灯，线路还是短路", "0743-8222111"):
        assert earlier in text
    opinion.refresh_from_db()
    assert (opinion.status, opinion.round, opinion.lead_agency) == ("registered", 3, None)


def test_asking_again_after_it_was_closed_begins_another_round(citizen, cast, office, letters):
    opinion, code = citizen.tells()
    is_answered(opinion, cast, office)
    closed = citizen.takes("evaluate", citizen.looks_up(code), satisfaction="mostly")
    assert "已经办结，谢谢您" in text_of(closed)
    opened = citizen.takes("reopen", closed, reason="过了一周又坏了")
    assert opened.status_code == 200 and "已转给吉首市交通运输局重新办理" in text_of(opened)
    opinion.refresh_from_db()
    assert (opinion.status, opinion.round) == ("routed", 2)
    assert opinion.events.get(action="reopen").words.text == "过了一周又坏了"


@pytest.mark.parametrize("stage", ["registered", "routed", "handling"])
@pytest.mark.parametrize("reason", ["", "自己修好了"])
def test_withdrawing_needs_no_reason_and_voids_what_was_sent(citizen, cast, office, letters, stage, reason):
    opinion, code = citizen.tells()
    if stage != "registered":
        triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    if stage == "handling":
        triage.sign(opinion.number, by=cast.handler)
    done = citizen.takes("withdraw", citizen.looks_up(code), **({"reason": reason} if reason else {}))
    assert done.status_code == 200 and "您已撤回，这件事不再办理" in text_of(done)
    opinion.refresh_from_db()
    assert opinion.status == "withdrawn"


def test_the_link_in_the_message_takes_a_not_satisfied_in_both_rounds(citizen, cast, office, letters):
    opinion, _code = citizen.tells()
    for round_, status in ((2, "routed"), (3, "registered")):
        is_answered(opinion, cast, office, route=round_ == 2)
        report_back.report_back(opinion.number, by=cast.clerk, how="phone")
        opinion.refresh_from_db()
        url = f"/p/evaluate/{token_of(opinion)}/"
        assert "0743-8222111" in text_of(citizen.client.get(url))
        sent = citizen.client.post(url, {"satisfaction": "not", "reason": "没修好"}, follow=True)
        assert sent.status_code == 200 and "已转入重新办理" in text_of(sent)
        opinion.refresh_from_db()
        assert (opinion.round, opinion.status) == (round_, status)
