"""Deputies and their accounts: linked where somebody is given a deputy's role under the name of one."""

from common.text.phone_numbers import digits
from studios.models import Membership, Role

from .models import Deputy


def link(membership: Membership) -> Deputy | None:
    """Link the account of a deputy's role to the deputy in office there of that name who has no account. Of several,
    the mobile tells them apart; where it does not, nobody is linked. Returns the deputy."""
    user = membership.user
    if membership.role != Role.DEPUTY or Deputy.objects.filter(user=user).exists():
        return None
    rows = Deputy.objects.filter(user=None, active=True, name=user.name)
    if membership.studio_id:
        rows = rows.filter(studio=membership.studio_id)
    else:
        rows = rows.filter(township__code__startswith=membership.area_code)
    found = list(rows[:50])
    if len(found) > 1:
        found = [one for one in found if user.phone and digits(one.phone) == digits(user.phone)]
    if len(found) != 1:
        return None
    deputy = found[0]
    deputy.user = user
    deputy.save(update_fields=["user"])
    return deputy
