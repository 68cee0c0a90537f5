"""How an installation gets its first administrator: by a command, or by taking the role as a superuser.

A superuser made by Django's own command has no membership, and so sees nothing. A person who may make one may read and
change everything on this machine anyway; the step is audited all the same.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord, User
from studios.areas.parser import PROVINCES
from studios.models import Membership, Role
from studios.permissions.scope import scope_of


def clean_area(code: str) -> str:
    """Return the area code of a prefecture (4 digits) or a county (6). Raises ValidationError for anything else, the
    zeros that GB/T 2260 writes after a prefecture included."""
    code = "".join(code.split())
    if code.endswith("00") and len(code) == 6:
        code = code[:4]
    if not (code.isascii() and code.isdigit() and len(code) in (4, 6)) or int(code[:2]) not in PROVINCES:
        raise ValidationError(
            _("The area is the code of a prefecture (4 digits, 4331) or of a county (6 digits, 433101).")
        )
    return code


@transaction.atomic
def appoint(user: User, area_code: str, *, by: User | None, request: HttpRequest | None = None) -> Membership:
    """Make `user` administrator of an area, and audit it. Raises ValidationError for a code that is none."""
    area_code = clean_area(area_code)
    membership, _made = Membership.objects.get_or_create(
        user=user, role=Role.ADMINISTRATOR, area_code=area_code
    )
    audit.record(
        AccessRecord.Action.SET,
        by=by,
        request=request,
        subject=user.username,
        area_code=area_code,
        details={"did": "appointed administrator"},
    )
    return membership


def may_take_it(user: User) -> bool:
    """Return whether `user` may take the administrator's role: a superuser without any role."""
    return bool(user.is_superuser) and not scope_of(user).roles


def take_it(user: User, area_code: str, *, request: HttpRequest) -> Membership:
    """Let a superuser without a role become administrator. Raises PermissionDenied for anybody else, ValidationError
    for a code that is none."""
    if not may_take_it(user):
        raise PermissionDenied
    return appoint(user, area_code, by=user, request=request)
