"""A file that was asked for: who wants the workbook or the bulletin of which period of which county, how far it is."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from common.ops.job import BackgroundJob, Work
from reports.definitions.periods import BoundedPeriod, parse_bounded
from studios.models import County, Membership
from studios.permissions.scope import ScopedQuerySet, whole_county_q


class Report(BackgroundJob):
    """Only reports/files/services.py writes it. The row says what is to be done; a worker that dies leaves it behind
    with an old `heartbeat_at`, and the next one takes it up."""

    class Kind(models.TextChoices):
        WORKBOOK = "xlsx", _("workbook")
        BULLETIN = "docx", _("bulletin")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    WORK = {
        State.WAITING: Work("reports.make_file", stale=timedelta(seconds=15), waits=True),
        State.WORKING: Work("reports.make_file"),
    }

    county = models.ForeignKey(County, models.PROTECT, related_name="+", verbose_name=_("county"))
    code = models.CharField(_("period"), max_length=7, help_text=_("2026-09, 2026-Q3 or 2026."))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.WORKBOOK)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    made_at = models.DateTimeField(_("made at"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    progress = models.PositiveIntegerField(_("rows written"), default=0)
    total = models.PositiveIntegerField(_("rows to write"), null=True)
    rows = models.PositiveIntegerField(_("rows"), null=True)
    file = models.FileField(_("file"), upload_to="reports/%Y/")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(fields=["county", "-asked_at", "-id"], name="report_county_recent"),
            models.Index(
                fields=["heartbeat_at"],
                name="report_unfinished",
                condition=models.Q(state__in=["waiting", "working"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "code", "kind", "made_by"],
                name="report_made_once_at_a_time",
                condition=models.Q(state__in=["waiting", "working"]),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | (~models.Q(file="") & models.Q(rows__isnull=False)),
                name="report_ready_has_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.county_id}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        return {membership.role: whole_county_q(membership.prefix)}

    @property
    def period(self) -> BoundedPeriod:
        period = parse_bounded(self.code)
        if period is None:
            raise ValueError(
                f"a report of no period: {self.code}"
            )  # request_report writes codes of periods only
        return period

    @property
    def is_done(self) -> bool:
        return self.state in (self.State.READY, self.State.FAILED)

    @property
    def file_name(self) -> str:
        return file_name(self.county, self.period, self.kind)


def file_name(county: County, period: BoundedPeriod, kind: str) -> str:
    """Return the name under which an office keeps the file: 吉首市2026年10月群众意见办理情况月报表.xlsx."""
    report = {"month": "月报表", "quarter": "季报表", "year": "年报表"}[period.kind]
    with override(settings.LANGUAGE_CODE):
        about = report if kind == Report.Kind.WORKBOOK else "通报"
        return f"{county.name}{period.label}群众意见办理情况{about}.{kind}"
