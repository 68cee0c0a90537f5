"""How old the newest backup is, and what the last restore for trial came to."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from congress_liaison.backup import rule, services
from congress_liaison.backup.target import target_of

from .findings import FAIL, OK, WARN, Finding

LATE, LOST = timedelta(hours=26), timedelta(days=3)  # one each night
CHECK_LATE = timedelta(days=8)  # one each week


def examine(now: datetime) -> list[Finding]:
    """Return the findings about backup and restore; a target that cannot be read is a failure."""
    name = _("backup")
    if not settings.BACKUP_TARGET:
        return [
            Finding(WARN, name, _("no target is set (BACKUP_TARGET): what is lost here is lost for good"))
        ]
    try:
        target = target_of(settings.BACKUP_TARGET)
        names, checked = services.archives(target), services.last_check(target)
    except Exception as error:
        return [
            Finding(FAIL, name, _("the target cannot be read: %s") % f"{type(error).__name__}: {error}"[:200])
        ]
    return [_age(name, names, now), _check(checked, now)]


def _age(name: str, names: list[str], now: datetime) -> Finding:
    newest = rule.moment_of(names[-1]) if names else None
    if newest is None:
        return Finding(FAIL, name, _("none yet"))
    age = now - newest
    level = FAIL if age > LOST else WARN if age > LATE else OK
    facts = {"count": len(names), "when": timezone.localtime(newest).strftime("%Y-%m-%d %H:%M")}
    return Finding(level, name, _("%(count)d archives, the newest of %(when)s") % facts)


def _check(checked: dict | None, now: datetime) -> Finding:
    name = _("restore for trial")
    if checked is None:
        return Finding(WARN, name, _("none yet: restore --check makes one"))
    when = timezone.localtime(checked["at"]).strftime("%Y-%m-%d %H:%M")
    if not checked["ok"]:
        return Finding(
            FAIL, name, _("failed on %(when)s: %(said)s") % {"when": when, "said": checked["said"][:200]}
        )
    return Finding(WARN if now - checked["at"] > CHECK_LATE else OK, name, _("succeeded on %s") % when)
