"""What triage works with in the demo: routing rules as drafts and in force, urgent words of an office's own, hot topics
of which one was taken up as a proposal, and a classifier that learned from the demo's decisions."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from opinions.models import Opinion, Proposal, RoutingRule, Topic, TrainedModel, UrgentSignal
from opinions.triage import rule_trial
from opinions.triage.classifier import versions
from opinions.triage.topics import proposals, refresh
from sandbox import areas
from sandbox.random_people import dice
from studios.models import Agency, Membership, Role
from workdays.calendar import is_workday

from .neighbours import MATTERS
from .scenario import lived_at_once, office_hour

RULES_DAYS = 30  # before the present: from then on the rules decide
# county, position, name, conditions, agency (a key of areas.AGENCIES), days to answer, urgency, live
RULES = [
    ("433101", 10, "砂石车损路归交通", {"words": "砂石 渣土车 大货车"}, "transport", None, "", True),
    ("433101", 20, "危房先看现场", {"category": "0302"}, "housing", 10, "urgent", True),
    ("433101", 30, "消费维权限七日", {"category": "1202"}, "market", 7, "", True),
    ("433101", 40, "油烟噪声归城管", {"category": "0701"}, "housing", None, "", False),
    ("433123", 10, "赶场堵车归交警", {"words": "堵车 乱停乱放"}, "police", None, "", True),
    ("433123", 20, "手机信号归科工信", {"category": "0602"}, "industry", 10, "", True),
]
# county, name, words, not if it says, months
SIGNALS = [
    ("433101", "饮水安全", "饮水+拉肚子 饮水+虫 饮水+药味 饮水+断了", "", ""),
    ("433101", "校园安全", "围墙+裂 校车+超载 食堂+拉肚子", "", "1 2 3 4 5 6 9 10 11 12"),
    ("433123", "景区安全", "游客+摔伤 吊桥+松动 游船+翻", "", ""),
]
REASON = "十余户群众分别反映同一件事，涉及交通、自然资源、乡镇三家，单件办理解决不了，转为代表建议统筹办理。"


def switch_on(now: datetime) -> None:
    """Put the offices' rules and urgent words in force: each rule after a dry run on what people had decided. One did
    not do as people do and stays a draft. Once."""
    began = now - timedelta(days=RULES_DAYS)
    for county, name, words, unless, months in SIGNALS:
        facts = {"words": words, "unless": unless, "months": months}
        UrgentSignal.objects.get_or_create(county_id=county, name=name, defaults=facts)
    for row in RULES:
        _switch_on(*row, by=_over(row[0], Role.TRIAGE_OFFICER), at=began)


def _switch_on(
    county: str,
    position: int,
    name: str,
    asked: dict[str, Any],
    agency: str,
    days: int | None,
    urgency: str,
    live: bool,
    *,
    by: User,
    at: datetime,
) -> None:
    if RoutingRule.objects.filter(county=county, name=name).exists():
        return
    conditions = {f"{key}_id" if key == "category" else key: value for key, value in asked.items()}
    suffix, _codes = areas.AGENCIES[agency]
    rule = RoutingRule(
        county_id=county, position=position, name=name, handling_days=days, urgency=urgency,
        agency=Agency.objects.get(county=county, name__endswith=suffix), **conditions,
    )  # fmt: skip
    rule.full_clean()
    rule.save(force_insert=True)
    rule_trial.try_out(rule.pk, by=by, now=at)
    if live:
        rule_trial.switch(rule.pk, by=by, live=True)


def find_topics(now: datetime) -> None:
    """Find the topics as the nightly run did: before an official took the first matter up as a proposal, and now. An
    officer has read another topic since, and taken out what is a different matter. Once."""
    with lived_at_once():
        taken_up, *_others = MATTERS
        if not Proposal.objects.exists():
            at = _office_day_before(now)
            refresh.refresh(county=taken_up["county"], now=at - timedelta(hours=5))
            _take_up(taken_up, at)
        refresh.refresh_all(now=now)
        for matter in MATTERS:
            if "other" in matter:
                _take_out(matter)


def _office_day_before(now: datetime) -> datetime:
    """Return office hours of the last working day that lies two days back."""
    day = timezone.localdate(now) - timedelta(days=2)
    while not is_workday(day):
        day -= timedelta(days=1)
    return office_hour(dice("proposal"), day)


def _take_up(matter: dict[str, Any], at: datetime) -> None:
    _days, _fate, title, _body = matter["said"][0]
    topic = Topic.objects.filter(county=matter["county"], opinions__title=title).first()
    if topic is not None:
        official = _over(matter["county"], Role.COUNTY_OFFICIAL)
        proposals.take_up(topic.pk, by=official, reason=REASON, months=3, seen=topic.messages, at=at)


def _take_out(matter: dict[str, Any]) -> None:
    opinion = Opinion.objects.get(county=matter["county"], title=matter["other"])
    if topic := opinion.topics.filter(proposal=None).first():
        proposals.exclude(topic.pk, by=_over(matter["county"], Role.TRIAGE_OFFICER), number=opinion.number)


def _over(county: str, role: str) -> User:
    members = Membership.objects.filter(role=role, area_code=county).select_related("user")
    return members.order_by("pk")[0].user


def learn(now: datetime) -> None:
    """Let the classifier learn from what the demo's people decided; it decides from now on. Once."""
    if TrainedModel.objects.filter(prefecture=areas.PREFECTURE).exclude(digest="").exists():
        return
    with lived_at_once():  # no worker hears of it: it is trained here
        asked = versions.ask(prefecture=areas.PREFECTURE, by=User.objects.get(username="admin"), now=now)
        versions.run(asked.pk, now=now)
