"""The demo's time limits: what two counties and the prefecture set, when and why."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from opinions.lifecycle.statuses import Clock
from opinions.models import TimeLimitChange
from opinions.models.choices import MatterType
from opinions.supervision.time_limits import set_limit
from studios.models import County

# county (empty: everywhere), clock, matter, from, to, days ago, why. The old ones count for the demo's opinions.
OLD = [
    ("433101", Clock.REPORT_BACK, "", None, 3, 430, "县人大常委会主任会议决定：山区乡镇反馈放宽一天。"),
    ("433123", Clock.HANDLING, MatterType.COMPLAINT, None, 12, 430, "旅游旺季投诉从快办理。"),
    ("", Clock.JOINT, MatterType.PROPOSAL, None, 12, 430, "全州统一：建议类协办限12个工作日。"),
]
NEW = [("433101", Clock.REPORT_BACK, "", 3, 2, 12, "信息化后反馈加快，恢复统一规定的两个工作日。")]


def set_all(changes: Any, now: datetime) -> None:
    """Set them as the prefecture's administrator did; once."""
    admin = User.objects.get(username="admin")
    counties = County.objects.in_bulk()
    for county, clock, matter, before, days, ago, why in changes:
        where = {"county": counties.get(county), "clock": clock, "matter": matter}
        if not TimeLimitChange.objects.filter(**where, days=days).exists():
            set_limit(by=admin, **where, seen=before, days=days, reason=why, at=now - timedelta(days=ago))
