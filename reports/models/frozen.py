"""A month's figures as they stood when a county official froze them: for the county, its townships, each opinion.

Only reports/freezing/services.py writes them, once; the database refuses every change (ADR 0032).
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.definitions.counts import GONE, NAMES, Counts
from reports.definitions.periods import BoundedPeriod, month_of
from studios.models import County, Membership
from studios.permissions.scope import ScopedQuerySet, whole_county_q

EVER = GONE.union(NAMES)
SINCE = "evaluated_once"  # counted by every month that was frozen since ADR 0038
KEPT_BEFORE = EVER - {SINCE, "first_satisfied", "last_satisfied"}


class FrozenMonth(models.Model):
    """`counts`: the county's figures.Counts; `done`: what was done in the month (definitions.DONE), None where it was
    frozen before that was kept; `frozen_by` None: the command."""

    county = models.ForeignKey(
        County, models.PROTECT, related_name="+", verbose_name=_("county"), db_index=False
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    frozen_at = models.DateTimeField(_("frozen at"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("frozen by")
    )
    counts = models.JSONField()
    done = models.JSONField(null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen month")
        verbose_name_plural = _("frozen months")
        ordering = ["county", "month"]
        constraints = [models.UniqueConstraint(fields=["county", "month"], name="month_frozen_once")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.county_id}"

    @classmethod
    def scope_q(cls, membership: Membership) -> dict[str, models.Q]:
        return {membership.role: whole_county_q(membership.prefix)}

    @property
    def kept(self) -> Counts:
        """The county's counts, and what they lack."""
        return Counts(self.counts, lacks=self.lacks)

    @property
    def lacks(self) -> frozenset[str]:
        """What was no figure when it was frozen. Since ADR 0038 every name is kept, those that count nothing too."""
        known = KEPT_BEFORE if SINCE not in self.counts else frozenset(self.counts)
        return EVER - known

    @property
    def is_former(self) -> bool:
        """Whether it was frozen by the former definition of satisfaction."""
        return SINCE not in self.counts

    @property
    def period(self) -> BoundedPeriod:
        return month_of(self.month)


class FrozenFigure(models.Model):
    """The counts of one township in a frozen month."""

    frozen = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="figures", db_index=False)
    township = models.ForeignKey("studios.Township", models.PROTECT, related_name="+", db_index=False)
    counts = models.JSONField()

    class Meta:
        verbose_name = _("frozen figure")
        verbose_name_plural = _("frozen figures")
        constraints = [
            models.UniqueConstraint(fields=["frozen", "township"], name="figure_frozen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.township_id}"


class FrozenActivityFigure(models.Model):
    """The activity counts of one township in a frozen month; every township has a row. Months that were frozen before
    activities were have none."""

    frozen = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="activity_figures", db_index=False)
    township = models.ForeignKey("studios.Township", models.PROTECT, related_name="+", db_index=False)
    counts = models.JSONField()

    class Meta:
        verbose_name = _("frozen figure")
        verbose_name_plural = _("frozen figures")
        constraints = [
            models.UniqueConstraint(fields=["frozen", "township"], name="activity_figure_frozen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.township_id}"


def spelled(names: Iterable[str]) -> str:
    """Return names of counts.names_of as FrozenOpinion.counted holds them: a space around each."""
    return f" {' '.join(names)} "


def counted_q(name: str, *, through: str = "") -> models.Q:
    """Return the condition of the frozen opinions that were counted in `name`; `through` leads to them from another
    model."""
    return models.Q(**{f"{through}counted__contains": spelled([name])})


class FrozenRow(models.Model):
    """What one opinion was counted in, and under what, when a month was frozen. `category`: the first level's code."""

    county = models.ForeignKey(County, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    township = models.ForeignKey("studios.Township", models.PROTECT, related_name="+", db_index=False)
    studio = models.ForeignKey("studios.Studio", models.PROTECT, null=True, related_name="+", db_index=False)
    lead_agency = models.ForeignKey(
        "studios.Agency", models.PROTECT, null=True, related_name="+", db_index=False
    )
    category = models.CharField(max_length=2, blank=True)
    channel = models.CharField(max_length=20)
    counted = models.CharField(max_length=300)

    class Meta:
        abstract = True


class FrozenOpinion(FrozenRow):
    """An opinion registered in the month; `version` tells what came after."""

    opinion = models.OneToOneField(
        "opinions.Opinion", models.PROTECT, primary_key=True, related_name="frozen"
    )
    frozen = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="opinions", db_index=False)
    version = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("frozen opinion")
        verbose_name_plural = _("frozen opinions")
        indexes = [models.Index(fields=["county", "month", "township"], name="frozen_opinion_place")]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.opinion_id}"


class FrozenDone(FrozenRow):
    """An opinion of which something was done in the month, whenever it was registered: closed, or its answer due."""

    opinion = models.ForeignKey("opinions.Opinion", models.PROTECT, related_name="+", db_index=False)
    frozen = models.ForeignKey(FrozenMonth, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("frozen opinion")
        verbose_name_plural = _("frozen opinions")
        indexes = [models.Index(fields=["county", "month", "township"], name="frozen_done_place")]
        constraints = [models.UniqueConstraint(fields=["opinion", "frozen"], name="done_frozen_once")]

    def __str__(self) -> str:
        return f"{self.frozen_id} {self.opinion_id}"
