"""The story that the ledger tells: plain sentences, the words said, the rule behind every automatic step."""

import pytest
from django.utils import timezone, translation

from accounts.actors import CITIZEN, SYSTEM
from common.security.numbers import mask_numbers
from opinions.ledger.timeline import entries_of, entry, why
from opinions.lifecycle.origins import IMPORT
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import EscalationLevel, Event
from opinions.triage.automation import auto_triage
from opinions.workflow import reopen, report_back, supervision, triage
from tests.opinions.story import answered, reported, routed, signed, told


@pytest.fixture(autouse=True)
def in_chinese():
    with translation.override("zh-hans"):
        yield


def test_the_story_in_order_with_who_and_what_they_said(cast, office):
    opinion = reported(cast, office)
    register, route, sign, answer, told_back = entries_of(opinion)
    assert "工作室接待" in register.sentence
    assert office.transport.name in route.sentence and "15" in route.sentence
    assert route.who == "龙分流 · 分流员" and route.words == "请于期限内答复"
    assert "签收" in sign.sentence
    assert "已解决" in answer.sentence and answer.words == "雨棚已于本周装好。"
    assert "电话" in told_back.sentence
    assert register.at <= told_back.at


def test_a_rule_says_its_words_and_its_confidence(cast, office):
    opinion = told(cast, office)
    auto_triage(opinion)
    route = entries_of(opinion)[-1]
    assert route.tone == "system" and "系统" in route.who
    for said in ("公交", office.roads.name, "%"):
        assert said in route.why


def test_the_ladder_and_the_window_are_named(cast, office):
    opinion = routed(cast, office)
    rung = EscalationLevel.objects.filter(level__gt=0).first()
    supervision.notify(opinion.number, by=SYSTEM, kind=rung.kind, level=rung)
    assert entries_of(opinion)[-1].why == "按逐级督办规则第1级：提醒。"
    assert "2026" not in why({"rule": "window", "until": f"{timezone.localdate():%Y-%m-%d}"})


def test_a_new_round_is_headed_and_the_citizen_is_not_named(cast, office):
    opinion = reported(cast, office)
    report_back.evaluate(opinion.number, by=CITIZEN, satisfaction="not", how="web", reason="没有解决")
    *_, rated, again = entries_of(opinion)
    assert rated.who == "群众（群众服务页面）" and rated.tone == "bad" and rated.words == "没有解决"
    assert again.new_round and again.round == 2


def test_what_was_entered_from_old_records_says_so(cast, office):
    opinion = routed(cast, office)
    triage.sign(opinion.number, by=cast.officer, via=IMPORT)
    assert "原台账导入" in entries_of(opinion)[-1].who


def test_erased_words_are_said_to_be_erased(cast, office):
    opinion = answered(cast, office)
    words = opinion.events.get(action="answer").words
    words.text, words.erased_at = "", timezone.now()
    words.save()
    assert "保存期满，内容已按规定删除" in entries_of(opinion)[-1].words


def test_every_action_has_its_sentence_even_with_no_facts(cast, office):
    """A row written by an older version may lack a fact; the page must open all the same."""
    for code, action in ACTIONS.items():
        event = Event(action=code, data={}, to_status="routed", round=1, at=timezone.now(), actor="某人")
        said = entry(event).sentence
        assert said and said != code, (code, action)
    unknown = Event(action="teleport", data={}, to_status="routed", round=1, at=timezone.now())
    assert entry(unknown).sentence == "teleport"


def test_only_what_happened_since(cast, office):
    opinion = signed(cast, office)
    assert [row.code for row in entries_of(opinion, since=1)] == ["route", "sign"]
    assert [row.code for row in entries_of(opinion)][-1:] == ["sign"]


def test_reopening_to_triage_says_where_it_goes(cast, office):
    opinion = reported(cast, office)
    reopen.reopen(opinion.number, by=cast.supervisor, reason="换单位", ask_triage=True)
    assert "分流" in entries_of(opinion)[-1].sentence


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("138-1234-5678", "138-****-5678"),
        ("138 1234 5678 或 +8613912345678", "138 **** 5678 或 +86139****5678"),
        ("身份证433101198001011234", "身份证433101********1234"),
        ("身份证43310119800101123X", "身份证433101********123X"),
        ("座机0743-8222333", "座机0743-***2333"),
        (
            "2026年11月23日，花费30000元，编号433101-2026-000123",
            "2026年11月23日，花费30000元，编号433101-2026-000123",
        ),
    ],
)
def test_numbers_in_the_words_are_starred_and_nothing_else(said, shown):
    assert mask_numbers(said) == shown
