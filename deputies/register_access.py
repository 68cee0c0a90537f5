"""Who keeps the register of deputies."""

from django.db.models import Q, QuerySet

from accounts.models import User
from deputies.models import Term
from studios.models import Role
from studios.permissions.access import ROLL_KEEPERS
from studios.permissions.scope import NOTHING, scope_of

KEEPERS = ROLL_KEEPERS
# Who arranges shifts with a deputy sees the number to call.
CALLERS = (*KEEPERS, Role.CLERK)
# Whose work it is to know a deputy's whole record; the deputy's own is always theirs.
RECORD_READERS = (Role.CLERK, Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.COUNTY_OFFICIAL)


def editable_terms(user: User) -> QuerySet[Term]:
    """Return the terms of congresses whose deputies the person enters."""
    rows = NOTHING
    for prefix in scope_of(user).prefixes(*KEEPERS):
        rows |= Q(area_code__startswith=prefix)
    return Term.objects.filter(rows)
