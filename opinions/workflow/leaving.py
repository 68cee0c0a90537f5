"""What an agency that can no longer act leaves open, and how it is handed on; the administration asks for it.

Whoever administers accounts may count these opinions but not read them: they move by rule, with who decided it.
"""

from accounts.actors import SYSTEM
from opinions.models import Opinion
from studios.leaving import Work

from .table import WITH_AGENCY
from .triage import hand_on


def _rows(agency):
    return Opinion.objects.filter(lead_agency=agency, status__in=WITH_AGENCY).order_by("number")


def _open(agency) -> list[str]:
    return list(_rows(agency).values_list("number", flat=True))


def _hand_on(agency, successor, by) -> None:
    why = {"rule": "agency_left", "agency": agency.name, "by": str(by)}
    for number in _open(agency):
        hand_on(number, by=SYSTEM, successor=successor, why=why)


WORK = Work(_open, _hand_on)
