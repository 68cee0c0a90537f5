"""Two people for what nobody does alone: one asks, another approves in the inbox, the first then does it.

Which kinds need it says the setting TWO_PEOPLE. Both stand in the audit trail. An approval is good for a day and once;
a question waits for a week. Where nobody else could approve, as on an office's first day, one goes on alone, and that
stands in the trail too.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from studios.models.approvals import Approval
from studios.models.memberships import Role
from studios.permissions.scope import NOTHING, scope_of

Kind = Approval.Kind
GOOD_FOR, WAITS_FOR = timedelta(days=1), timedelta(days=7)
OF_ACCOUNTS = (Role.ADMINISTRATOR, Role.AUDITOR)
OF_DATA = (Role.SUPERVISOR, Role.COUNTY_OFFICIAL, Role.AUDITOR)
APPROVERS = {
    Kind.GRANT: OF_ACCOUNTS,
    Kind.RESET: OF_ACCOUNTS,
    Kind.UNMASKED: OF_DATA,
    Kind.ERASE: OF_DATA,
    Kind.IMPORT: OF_DATA,
}


class NotApproved(Exception):
    """A second person has to approve first; the message says who can."""


def approvers(kind: str, area_code: str, asker: User) -> QuerySet[User]:
    """Return who can approve it: active, over the whole area, and not the asker."""
    prefixes = [area_code[:length] for length in (4, 6, 9) if len(area_code) >= length]
    over = Q(memberships__role__in=APPROVERS[Kind(kind)], memberships__area_code__in=prefixes)
    return User.objects.filter(over, is_active=True).exclude(pk=asker.pk).distinct().order_by("username")


def ask(
    kind: str,
    *,
    about: str,
    words: str,
    area_code: str,
    by: User,
    request: HttpRequest | None = None,
) -> Approval | None:
    """Return the approval that `by` holds for exactly this; None where none is needed, or nobody could give it. Else
    asks for one, and raises NotApproved."""
    if kind not in settings.TWO_PEOPLE:
        return None
    now, about = timezone.now(), about[:200]
    own = Approval.objects.filter(kind=kind, about=about, asked_by=by, used_at=None)
    if held := own.filter(approved=True, decided_at__gte=now - GOOD_FOR).first():
        return held
    others = list(approvers(kind, area_code, by)[:5])
    if not others:
        _record(by, "nobody else could approve", kind, words, area_code, request)
        return None
    if not own.filter(decided_at=None, asked_at__gte=now - WAITS_FOR).exists():
        Approval.objects.create(
            kind=kind, about=about, words=words[:200], area_code=area_code, asked_by=by, asked_at=now
        )
        _record(by, "asked for approval", kind, words, area_code, request)
    names = _(", ").join(str(user) for user in others)
    message = _(
        "Nobody does this alone. It was put before %(names)s: once one of them has approved it in the inbox, do it "
        "again within a day."
    )
    raise NotApproved(message % {"names": names})


def use(held: Approval | None, *, request: HttpRequest | None = None) -> None:
    """Use up the approval, just before what it is for is done; None needs none. Raises NotApproved if it was used
    meanwhile."""
    if held is None:
        return
    if not Approval.objects.filter(pk=held.pk, used_at=None).update(used_at=timezone.now()):
        raise NotApproved(_("The approval was used already."))
    details = {"approved_by": held.decided_by.username if held.decided_by else ""}
    _record(held.asked_by, "did with approval", held.kind, held.words, held.area_code, request, **details)


def waiting_for(user: User) -> QuerySet[Approval]:
    """Return what waits for the decision of `user`, newest first."""
    mine = NOTHING
    for membership in scope_of(user).memberships:
        kinds = [kind for kind, roles in APPROVERS.items() if membership.role in roles]
        if membership.area_code and kinds:
            mine |= Q(kind__in=kinds, area_code__startswith=membership.area_code)
    recent = Approval.objects.filter(mine, decided_at=None, asked_at__gte=timezone.now() - WAITS_FOR)
    return recent.exclude(asked_by=user).select_related("asked_by")


@transaction.atomic
def decide(pk: int, *, by: User, approve: bool, request: HttpRequest | None = None) -> Approval:
    """Approve or refuse what waits for `by`; raises Approval.DoesNotExist for anything else."""
    found = waiting_for(by).select_for_update(of=("self",)).get(pk=pk)
    found.decided_by, found.decided_at, found.approved = by, timezone.now(), approve
    found.save(update_fields=["decided_by", "decided_at", "approved"])
    did = "approved" if approve else "refused"
    asker = {"asked_by": found.asked_by.username}
    _record(by, did, found.kind, found.words, found.area_code, request, **asker)
    return found


def _record(
    by: User, did: str, kind: str, words: str, area_code: str, request: HttpRequest | None, **more: str
) -> None:
    details = {"did": did, "kind": str(kind), **more}
    audit.record(
        AccessRecord.Action.SET, by=by, request=request, subject=words, area_code=area_code, details=details
    )
