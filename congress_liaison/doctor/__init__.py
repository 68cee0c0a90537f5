"""The health report: what a person on duty should know before the citizens notice."""

import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common.ops import health
from common.security.crypto import cipher
from notifications.models import Message
from opinions.models import Event, Opinion, PlannedErasure, TrainedModel
from opinions.models.ledger import newest_time
from opinions.triage.classifier.versions import in_force
from opinions.triage.rule_trial import broken_rules
from opinions.workflow.gaps import gaps
from studios.models import County, Township
from workdays import clock
from workdays.calendar import years_to_import

from . import backups, keys, outside
from .findings import FAIL, OK, WARN, Finding

SECRET_KEY_LENGTH = 50
ROOM_LEFT_WARN, ROOM_LEFT_FAIL = 5 * 2**30, 2**29  # bytes
# The sweep comes every minute: what has waited five times that long was missed.
PATIENCE = timedelta(minutes=5)
CLOCK_TOLERANCE = timedelta(minutes=2)


def examine(now: datetime) -> list[Finding]:
    """Return all findings, in the order in which one thing depends on another. Without database or migrations, or
    with keys that do not fit, the figures of the office are left out."""
    services = _services()
    stands = not any(finding.level == FAIL for finding in services[:2])
    stored = keys.examine() if stands else []
    findings = [*services, *_settings(), *stored, *outside.examine(now), *backups.examine(now)]
    if stands and not any(finding.level == FAIL for finding in stored):
        findings += [
            _clock(now),
            _future(now),
            _erasing(),
            _calendar(now),
            _areas(),
            _due(now),
            *_messages(now),
            _rules(),
            _people(),
            _models(),
        ]
    return [*findings, _disk()]


def verdict(findings: list[Finding]) -> str:
    """Return the last line of the report: the worst level in words."""
    worst = {finding.level for finding in findings}
    if FAIL in worst:
        return _("Verdict: something is broken.")
    return _("Verdict: works, but look at the warnings.") if WARN in worst else _("Verdict: all is well.")


def _services() -> list[Finding]:
    names = {
        "database": _("database"),
        "migrations": _("migrations"),
        "broker": _("broker"),
        "worker": _("worker"),
        "beat": _("beat"),
        "sweep": _("completed sweep"),
        "messages": _("completed sweep of messages"),
    }
    within = max(PATIENCE.total_seconds(), 5 * settings.SWEEP_EVERY_SECONDS)
    parts = [health.check_database()]
    parts += [health.check_migrations()] if parts[0].ok else []
    parts += [health.check_broker(), health.check_heartbeat("worker"), health.check_heartbeat("beat")]
    parts += [health.check_heartbeat(sweep, within=within) for sweep in ("sweep", "messages")]
    return [Finding(OK if part.ok else FAIL, names.get(part.name, part.name), part.detail) for part in parts]


def _settings() -> list[Finding]:
    key = settings.SECRET_KEY
    short = len(key) < SECRET_KEY_LENGTH or len(set(key)) < 5
    return [
        Finding(OK, pgettext("software", "version"), settings.VERSION),
        Finding(FAIL if short else OK, _("secret key"), _("%d characters") % len(key)),
        Finding(WARN, _("debugging"), _("DEBUG is on: never for an office at work"))
        if settings.DEBUG
        else Finding(OK, _("debugging"), _("off")),
        Finding(OK, "HTTPS", _("on"))
        if settings.HTTPS
        else Finding(WARN, "HTTPS", _("off: passwords travel in clear")),
        _encryption(),
        _key("PHONE_INDEX_KEY", _("index of phone numbers")),
    ]


def _encryption() -> Finding:
    name = _("encryption of personal data")
    try:
        cipher()
    except ValueError as error:
        return Finding(FAIL, name, str(error))
    return _key("FIELD_ENCRYPTION_KEYS", name)


def _key(setting: str, name: str) -> Finding:
    if getattr(settings, setting):
        return Finding(OK, name, _("has a key of its own"))
    return Finding(
        WARN,
        name,
        _("%s is not set: the key is derived from SECRET_KEY, which can then not change") % setting,
    )


def _clock(now: datetime) -> Finding:
    """Ask whether background work stands still (workdays/clock.py), and compare with the newest ledger row: a clock set
    back would date new rows before old ones."""
    if why := clock.doubt(now):
        return Finding(
            FAIL, _("system clock"), _("%s: background work stands still; see manage.py clock") % why
        )
    newest = newest_time()
    if newest and newest > now + CLOCK_TOLERANCE:
        return Finding(
            FAIL, _("system clock"), _("the newest ledger row is dated %s, later than now") % _shown(newest)
        )
    return Finding(OK, _("system clock"), _shown(now))


def _future(now: datetime) -> Finding:
    """Count ledger rows of the future: a clock that was ahead wrote them, and what follows from them is late."""
    name = _("ledger rows of the future")
    rows = Event.objects.filter(county__in=County.objects.values("pk"), at__gt=now + CLOCK_TOLERANCE)
    if (first := rows.order_by("at").select_related("opinion").first()) is None:
        return Finding(OK, name, _("there are none"))
    facts = {"count": rows.count(), "number": first.opinion.number, "at": _shown(first.at)}
    return Finding(WARN, name, _("%(count)d, the first of %(number)s at %(at)s: the clock was wrong") % facts)


def _erasing() -> Finding:
    """Say what will be erased, so that somebody can stop it (RETENTION_YEARS)."""
    name = _("planned erasing")
    if (first := PlannedErasure.objects.order_by("due_at").first()) is None:
        return Finding(OK, name, _("there are none"))
    facts = {"count": PlannedErasure.objects.count(), "at": _shown(first.due_at)}
    return Finding(OK, name, _("%(count)d opinions, from %(at)s on") % facts)


def _shown(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _calendar(now: datetime) -> Finding:
    """Name the first year that is not imported. The State Council publishes the next year in November; many deadlines
    reach into it from then on."""
    today = timezone.localdate(now)
    if missing := years_to_import(today):
        level = FAIL if today.year in missing else WARN
        return Finding(level, _("calendar"), _("%s is not imported: deadlines are provisional") % missing[0])
    return Finding(OK, _("calendar"), str(today.year))


def _areas() -> Finding:
    townships, users = (
        Township.objects.filter(counted=True).current().count(),
        User.objects.filter(is_active=True),
    )
    if not townships:
        return Finding(WARN, _("areas"), _("none yet: import_areas takes them in"))
    return Finding(OK, _("areas"), _("%(townships)d townships, %(users)d accounts") % {
        "townships": townships, "users": users.count(),
    })  # fmt: skip


def _due(now: datetime) -> Finding:
    late = Opinion.objects.due_for_check(now - PATIENCE)
    # The first row decides, not a count: the worker may check the last one between two queries.
    if first := late.order_by("next_check_at").first():
        since = _shown(first.next_check_at or now)
        facts = {"count": late.count(), "number": first.number, "since": since}
        what = _("%(count)d opinions wait for the worker, the first %(number)s since %(since)s") % facts
        return Finding(FAIL, _("sweep"), what)
    return Finding(OK, _("sweep"), _("nothing is left over"))


def _messages(now: datetime) -> list[Finding]:
    waiting = Message.objects.filter(next_attempt_at__lte=now - PATIENCE).count()
    failed = Message.objects.filter(state=Message.State.FAILED).count()
    uncertain = Message.objects.filter(state=Message.State.UNCERTAIN).count()
    facts = {"failed": failed, "uncertain": uncertain}
    return [
        Finding(FAIL if waiting else OK, _("outbox"), _("%d messages are overdue") % waiting),
        Finding(
            WARN if failed or uncertain else OK,
            _("messages"),
            _("failed %(failed)d, uncertain %(uncertain)d") % facts,
        ),
    ]


def _rules() -> Finding:
    """Name live rules that have lost their agency or category: the opinions they would route wait."""
    if broken := broken_rules():
        what = "; ".join(f"{rule.county} {rule.name}: {rule.broken}" for rule in broken[:5])
        return Finding(
            FAIL,
            _("routing rules"),
            _("%(count)d are broken: %(what)s") % {"count": len(broken), "what": what},
        )
    return Finding(OK, _("routing rules"), _("none is broken"))


def _people() -> Finding:
    """Name the places where work waits for ever because nobody can act: an agency out of use or without accounts, a
    studio without a clerk, a county without a triage officer or supervisor."""
    if found := gaps():
        what = "; ".join(map(str, found[:5]))
        more = _(" and %(count)d more") % {"count": len(found) - 5} if len(found) > 5 else ""
        return Finding(WARN, _("people"), _("nobody can act for: %s") % what + more)
    return Finding(OK, _("people"), _("somebody can act wherever something is open"))


def _models() -> Finding:
    active = {row.prefecture: row for row in TrainedModel.objects.filter(active=True)}
    if missing := sorted(set(active) - set(in_force(active))):
        return Finding(
            FAIL, _("triage model"), _("cannot be read for %s: train it again") % ", ".join(missing)
        )
    return Finding(
        OK, _("triage model"), ", ".join(f"{p}: {row}" for p, row in active.items()) or _("none decides")
    )


def _disk() -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    level = FAIL if free < ROOM_LEFT_FAIL else WARN if free < ROOM_LEFT_WARN else OK
    return Finding(level, _("disk"), _("%.1f GB free in the data folder") % (free / 2**30))
