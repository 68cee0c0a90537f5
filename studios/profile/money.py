"""The only writer of funding: an amount replaces the earlier one of its year and source, and the history keeps both."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from studios import history
from studios.errors import Refused
from studios.models import Funding, Role, Studio, Township
from studios.permissions.scope import NOTHING, scope_of

FUNDERS = (Role.CLERK, Role.TRIAGE_OFFICER)


@dataclass(frozen=True)
class Given:
    """What was given in `year` from `source`, in yuan; zero: nothing."""

    year: int
    source: str
    amount: Decimal
    note: str = ""


def townships_funded_by(by: User) -> QuerySet[Township]:
    """Return the townships for which the person enters money that no studio got: those in the area of a clerk or
    triage officer; the clerk of a studio enters that studio's alone."""
    wide = {m.area_code for m in scope_of(by).memberships if m.role in FUNDERS and m.area_code}
    within = NOTHING
    for code in wide:
        within |= Q(code__startswith=code) | Q(successor=code)
    return Township.objects.filter(within, counted=True)


@transaction.atomic
def set_township_funding(
    code: str, given: Given, *, by: User, request: HttpRequest | None = None
) -> Funding | None:
    """Set what a township was given for the work of its deputies without any studio, in place of the earlier amount.

    Returns the row, None when there is none any more. Raises PermissionDenied outside the person's area, Refused for a
    negative amount.
    """
    township = townships_funded_by(by).select_for_update(of=("self",), no_key=True).filter(pk=code).first()
    if township is None:
        raise PermissionDenied(_("The clerks of the township and the triage officers enter its money."))
    return replace_amount(township, given, by=by, request=request)


def replace_amount(
    receiver: Studio | Township, given: Given, *, by: User | None, request: HttpRequest | None = None
) -> Funding | None:
    """Replace the amount of a locked studio or township. Raises Refused for a negative amount."""
    if given.amount < 0:
        raise Refused(_("An amount is not negative."), "amount")
    key: dict[str, Any] = {
        str(receiver._meta.model_name): receiver,
        "year": given.year,
        "source": given.source,
    }
    row = Funding.objects.filter(**key).first()
    before = (row.amount, row.note) if row else (Decimal(0), "")
    if before == (given.amount, given.note):
        return row
    if given.amount == 0:
        if row:
            row.delete()
        row = None
    else:
        row = row or Funding(**key)
        row.amount, row.note = given.amount, given.note
        row.save()
    label = f"{given.year} {Funding.Source(given.source).label}"
    changes = {label: [_written(before[0]), _written(given.amount)]}
    history.note(receiver, "funding", by=by, changes=changes, request=request)
    return row


def _written(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount else ""
