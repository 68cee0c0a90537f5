"""Choices of the entry form: the townships, studios and deputies for which a person registers opinions."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from common.text.digits import number
from deputies.models import Activity, Deputy
from opinions.lifecycle.transitions import ACTIONS
from studios.models import Role, Studio, Township
from studios.permissions.scope import scope_of

REGISTERERS = tuple(role for role in Role.values if role in ACTIONS["register"].roles)
# A deputy writes down what was said to themselves; these also what was said to others.
FOR_OTHERS = (Role.CLERK, Role.TRIAGE_OFFICER)


class Desk:
    """The choices of the entry form, all through the person's scope."""

    def __init__(self, user: User) -> None:
        self.user, self.scope = user, scope_of(user)
        self.townships = Township.objects.visible_to(user, *REGISTERERS).current().select_related("county")

    def own_deputy(self) -> Deputy | None:
        """Return the deputy that this account belongs to, if its owner is one."""
        if not self.scope.has(Role.DEPUTY):
            return None
        return Deputy.objects.filter(user=self.user, active=True).first()

    def as_deputy_only(self, township: Township) -> bool:
        """Tell if the person registers for this township only as a deputy."""
        return not any(township.pk.startswith(prefix) for prefix in self.scope.prefixes(*FOR_OTHERS))

    def studios(self, township: Township | None) -> QuerySet[Studio]:
        """Return the studios of the township to choose from; none without a township."""
        rows = Studio.objects.visible_to(self.user, *REGISTERERS).filter(active=True)
        return rows.filter(township=township) if township else rows.none()

    def deputies(self, township: Township | None) -> QuerySet[Deputy]:
        """Return the deputies of the township to choose from; none without a township."""
        rows = Deputy.objects.visible_to(self.user, *FOR_OTHERS).filter(active=True)
        return rows.filter(township=township) if township else rows.none()

    def activities(self) -> QuerySet[Activity]:
        """Return the activities at which the person may register opinions."""
        return Activity.objects.visible_to(self.user, *REGISTERERS).exclude(state="cancelled")

    def activity(self, key: Any) -> Activity | None:
        """Return the session at which an opinion is told, if `key` names one that exists for the person."""
        if (pk := number(key)) is None:
            return None
        return self.activities().select_related("township", "studio").filter(pk=pk).first()

    def studio_required(self, township: Township) -> bool:
        """Tell if the person answers for studios only: without one they could not find the opinion again."""
        over = [
            m for m in self.scope.memberships if m.role in FOR_OTHERS and township.pk.startswith(m.prefix)
        ]
        return bool(over) and all(m.studio_id for m in over)
