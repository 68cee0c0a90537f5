"""The assessment criteria (五有) and the measures behind two of them. No database here."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Criterion(TextChoices):
    """适用场地、必要设置、完善制度、工作安排、实际成效."""

    PREMISES = "premises", _("premises")
    FACILITIES = "facilities", _("facilities")
    RULES = "rules", _("rules")
    SCHEDULE = "schedule", _("schedule")
    RESULTS = "results", _("results")


HAVES = tuple(Criterion.values)
TICKED = ("premises", "facilities", "rules")
COMPUTED = ("schedule", "results")


class Measure(TextChoices):
    """What schedule and results are computed from; the parts of each are in measures.PARTS."""

    SESSIONS = "sessions", _("sessions held")
    PUBLISHED = "published", _("planned sessions that were announced")
    HELD = "held", _("announced sessions that were held")
    LEARNING = "learning", _("trainings and exchanges held")
    TAKEN = "taken", _("opinions taken")
    ON_TIME = "on_time", _("closed opinions answered on time")
    CALLED_BACK = "called_back", _("citizens called back after they were told")
    FIRST_SATISFIED = "first_satisfied", _("evaluating citizens who were satisfied at first")
    SATISFIED = "satisfied", _("evaluating citizens who were satisfied in the end")
    REOPENED = "reopened", _("accepted opinions that were reopened")
