"""The roles that a membership gives, and groups of them that open the same pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CLERK = "clerk", _("studio clerk")
    TRIAGE_OFFICER = "triage_officer", _("triage officer")
    HANDLER = "handler", _("agency handler")
    SUPERVISOR = "supervisor", _("supervisor")
    COUNTY_OFFICIAL = "county_official", _("county official")
    DEPUTY = "deputy", _("deputy")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


READERS = frozenset(
    [Role.CLERK, Role.TRIAGE_OFFICER, Role.HANDLER, Role.SUPERVISOR, Role.COUNTY_OFFICIAL, Role.DEPUTY]
)
# Official letters pass between the office and the agencies; deputies have no part in them.
CORRESPONDENTS = READERS - {Role.DEPUTY}
OVERSEERS = frozenset([Role.SUPERVISOR, Role.COUNTY_OFFICIAL, Role.TRIAGE_OFFICER])
