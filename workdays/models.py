"""What the State Council published: which years, and the days that differ from "Monday to Friday works"."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.ops.job import BackgroundJob, Work
from common.text.single_line import LineField

NAME_LENGTH = 50  # characters of a festival's name


class CalendarYear(models.Model):
    """One year's notice. While it is missing or unpublished, the year's deadlines are provisional (暂定)."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    published = models.BooleanField(_("published"), default=False)
    imported_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("imported by"),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("calendar year")
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(year__gte=1990, year__lte=2100), name="workdays_calendaryear_range"
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    @property
    def source_said(self) -> str:
        """Where the year comes from, in words: that a package brought it is nothing to its readers."""
        if self.source.startswith("chinesecalendar"):
            return str(_("the State Council's notices of each year (installed with the system)"))
        return self.source


class CalendarImport(BackgroundJob):
    """One file on its way into the calendar: checked, decided on, followed by the deadlines that it moves.

    Only workdays/services.py writes it. The file is a public notice, so it is kept.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("waits for your decision")
        MOVING = "moving", _("deadlines are being moved")
        DONE = "done", _("taken in")
        CANCELLED = "cancelled", _("given up")

    WORK = {State.MOVING: Work("workdays.move_deadlines")}

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("imported by")
    )
    name = LineField(_("file"), max_length=200)
    content = models.BinaryField()
    year = models.PositiveSmallIntegerField(_("year"))
    days = models.PositiveSmallIntegerField(_("days in the file"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CHECKED)
    total = models.PositiveIntegerField(_("open opinions looked at"), default=0)
    processed = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(_("deadlines moved"), default=0)
    created_at = models.DateTimeField(_("uploaded at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("calendar import")
        verbose_name_plural = _("calendar imports")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="calendar_import_recent"),
            models.Index(
                fields=["heartbeat_at"], name="calendar_import_moving", condition=models.Q(state="moving")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.name}"


class Holiday(models.Model):
    """A day off or a make-up workday (调休). Days without a row are ordinary: Monday to Friday works.

    `calendar_year` is the notice that named the day. It may be the year after the day's own: the notice for
    2019 moved 29 and 31 December 2018.
    """

    date = models.DateField(_("date"), primary_key=True)
    is_workday = models.BooleanField(_("worked"))
    name = LineField(_("name of the festival"), max_length=NAME_LENGTH, blank=True)
    calendar_year = models.ForeignKey(
        CalendarYear, on_delete=models.PROTECT, related_name="days", verbose_name=_("calendar year")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("holiday")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".strip()


class ClockState(models.Model):
    """The one row by which a wrong clock is noticed (clock.py)."""

    ONLY = 1

    # When background work last found nothing wrong with the clock.
    right_at = models.DateTimeField(null=True)
    # When a person last said that the clock is right.
    confirmed_at = models.DateTimeField(null=True)
    # Up to here what was recorded for later was known to that person.
    ahead_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.right_at)
