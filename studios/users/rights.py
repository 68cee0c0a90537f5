"""Which rights go together on one account, and which of them nobody gives alone (ADR 0050)."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from studios import approvals
from studios.models import Approval, Membership, Role

# 等保 2.0: who administers, who audits and who works are different accounts.
APART = {Role.ADMINISTRATOR, Role.AUDITOR}
ALONE = gettext_lazy("An administrator or auditor holds no other role on the same account: give another.")
# Rights that nobody gives alone.
GUARDED = {Role.ADMINISTRATOR, Role.AUDITOR, Role.COUNTY_OFFICIAL}


def stand_apart(roles: Iterable[str]) -> bool:
    """Return whether these roles may be held on one account."""
    held = set(roles)
    return len(held) < 2 or not held & APART


def grant_approval(
    row: Membership, *, account: str, by: User, request: HttpRequest | None = None
) -> Approval | None:
    """Return the approval that `by` holds for giving this membership to the account; None where none is needed. Raises
    NotApproved, saying which right it is and who was asked."""
    if row.role not in GUARDED and not row.may_export:
        return None
    over = row.prefix
    right = f"{row.role} {over}" + (" exports unmasked" if row.may_export else "")
    words = _("%(role)s over %(area)s for the account %(account)s") % {
        "role": row.get_role_display() + (_(", exports unmasked") if row.may_export else ""),
        "area": over,
        "account": account,
    }
    try:
        return approvals.ask(
            Approval.Kind.GRANT,
            about=f"{account} {right}",
            words=words,
            area_code=over,
            by=by,
            request=request,
        )
    except approvals.NotApproved as error:
        raise approvals.NotApproved(f"{words}：{error}") from None


def reset_approval(user: User, *, by: User, request: HttpRequest | None = None) -> Approval | None:
    """Return the approval of a second person for the password of an administrator or auditor, whose second factor goes
    with it; None for all others. Raises NotApproved."""
    guarded = user.memberships.filter(role__in=APART)
    if not guarded:
        return None
    return approvals.ask(
        Approval.Kind.RESET,
        about=user.username,
        words=_("A new password for the account %s, without its second factor") % user.username,
        area_code=min((row.prefix for row in guarded), key=len),
        by=by,
        request=request,
    )
