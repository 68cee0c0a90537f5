"""Urgent signals: words that an office wants a person to see immediately, before any rule decides."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Topic
from notifications.services import queue_all
from opinions.models import Opinion, UrgentFlag, UrgentSignal
from opinions.models.choices import Urgency
from opinions.workflow.deadlines import cached
from opinions.workflow.recipients import officers_of, officials_of

# name, words (joined by + only together), not if it says, months. Written from the office's list.
SIGNALS = [
    (
        "公共安全",
        "爆炸 煤气泄漏 燃气泄漏 天然气泄漏 触电 漏电 火灾 着火 持刀 溺水 危化品",
        "爆炸式 爆炸性",
        "",
    ),
    ("人身安全", "自杀 轻生 跳楼 喝农药 不想活 活不下去 割腕 寻短见 结束生命", "跳楼价", ""),
    ("坍塌", "坍塌 垮塌 倒塌 塌陷 塌方 山体滑坡 泥石流 决堤 溃坝 危房+裂缝 楼板+断裂", "", ""),
    ("中毒", "中毒 食物中毒 集体腹泻 投毒 毒气 水源污染", "中毒软件", ""),
    ("岁末年初欠薪", "拖欠+工资 欠薪 讨薪 血汗钱 农民工+工资 拖欠+工钱", "", "11 12 1 2"),
    ("公共秩序", "聚集 集体上访 拉横幅 堵路 围堵 静坐 罢工 罢课 罢运 群体性事件 游行", "聚集区 集聚区", ""),
]


def create_defaults(signal: Any) -> None:
    """Create the list an office begins with, as rows of the model `signal` (a migration passes its own)."""
    signal.objects.bulk_create(
        signal(name=name, words=words, unless=unless, months=months)
        for name, words, unless, months in SIGNALS
    )


def signals_in(opinion: Opinion, at: datetime) -> list[tuple[str, list[str]]]:
    """Return (name, words found) of every active signal that the opinion gives; one query."""
    signals = cached(("signals", opinion.county_id), lambda: _in_use(opinion.county_id))
    text, month = f"{opinion.title}\n{opinion.body}", timezone.localtime(at).month
    return [(signal.name, words) for signal in signals if (words := signal.found(text, month))]


def _in_use(county_id: str) -> list[UrgentSignal]:
    rows = UrgentSignal.objects.filter(Q(county=None) | Q(county=county_id), active=True)
    return list(rows.order_by("name", "id"))


def wants_a_look(opinion: Opinion) -> bool:
    """Tell if a person must open the opinion before it goes anywhere: it is urgent, or raised a flag nobody has
    seen."""
    flag = getattr(opinion, "flag", None)
    return opinion.urgency == Urgency.URGENT or bool(flag and not flag.seen_at)


def raise_flag(opinion: Opinion, *, at: datetime | None = None) -> UrgentFlag | None:
    """Return the flag of the opinion, raising it now if it gives a signal and has none; None when it gives none.

    Raising it notifies the county's triage officers and officials, in the same transaction.
    """
    at = at or timezone.now()
    if flag := getattr(opinion, "flag", None):
        return flag
    if not (found := signals_in(opinion, at)):
        return None
    with transaction.atomic():
        flag = UrgentFlag.objects.create(opinion=opinion, signals=found, raised_at=at)
        facts = {"number": opinion.number, "title": opinion.title, "signals": flag.names}
        message = {
            "channel": "inbox",
            "subject": _("Urgent signal: %(number)s") % facts,
            "body": _("%(number)s “%(title)s”: %(signals)s. Please look at it immediately.") % facts,
            "about": opinion.number,
            "topic": Topic.WORK,
            "area": opinion,
            "at": at,
        }
        recipients = {user.pk: user for who in (officers_of, officials_of) for user in who(opinion.county_id)}
        if recipients:
            queue_all(
                message | {"key": f"{opinion.number}/urgent/{pk}", "recipient": user}
                for pk, user in recipients.items()
            )
    return flag


def see(*, opinion: Opinion, by: User, now: datetime | None = None) -> bool:
    """Record that a person has looked at the flag and takes it on; False when somebody had before."""
    seen = {"seen_at": now or timezone.now(), "seen_by": by}
    return bool(UrgentFlag.objects.filter(pk=opinion.pk, seen_at=None).update(**seen))
