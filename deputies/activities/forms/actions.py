"""What can be done with an activity: the form of each action, the service behind it, and to whom it is open when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from deputies.activities import services
from deputies.activities.access import PLANNERS
from deputies.models import Activity, Participation, State
from deputies.models.activities import COMING
from studios.models import Role

from .activity import AnnounceForm, CancelForm, ChangeForm, ExcuseForm, HoldForm


@dataclass(frozen=True)
class Action:
    code: str
    label: str | Promise
    icon: str
    form: type
    service: Callable
    states: tuple
    done: str | Promise
    lead: str | Promise = ""
    main: bool = False
    by_deputy: bool = False

    def open_to(self, activity: Activity, user: User, people: Iterable[Participation], today: date) -> bool:
        """Return whether the person's role includes it; whether it is possible now, the service says."""
        if activity.roles.intersection(PLANNERS):
            return True
        mine = any(row.deputy.user_id == user.pk and not row.is_excused for row in people)
        return self.by_deputy and Role.DEPUTY in activity.roles and mine

    def fits(self, activity: Activity, today: date) -> bool:
        """Return whether a button for it makes sense."""
        if activity.state not in self.states:
            return False
        if self.code == "announce":
            return today <= activity.announce_by_on
        return activity.on <= today if self.code == "hold" else True


ACTIONS = {
    action.code: action
    for action in [
        Action(
            "hold",
            _("Record the outcome"),
            "check2-square",
            HoldForm,
            services.hold,
            (*COMING, State.HELD),
            _("Noted."),
            _("No check-in needed: tick who attended and enter how many people were received."),
            main=True,
        ),
        Action(
            "announce",
            _("Announce"),
            "megaphone",
            AnnounceForm,
            services.announce,
            (State.PLANNED,),
            _("Announced. Print the poster and hang it out."),
            _("From now on it stands on the studio's public page. It must be announced three days ahead."),
            main=True,
        ),
        Action(
            "change",
            _("Change or move"),
            "pencil",
            ChangeForm,
            services.change,
            COMING,
            _("Changed."),
            _("On another day or at another time it has to be announced again."),
        ),
        Action(
            "excuse",
            _("Leave and substitute"),
            "person-dash",
            ExcuseForm,
            services.excuse,
            COMING,
            _("The leave is noted."),
            _("The deputy on leave is released for that time; the substitute attends instead."),
            by_deputy=True,
        ),
        Action(
            "cancel",
            _("Cancel the activity"),
            "x-circle",
            CancelForm,
            services.cancel,
            COMING,
            _("Cancelled; everybody is free again."),
            _("If it was announced, the public page says that it is cancelled, and why."),
        ),
    ]
}


def possible(activity: Activity, user: User, people: Iterable[Participation], today: date) -> list[Action]:
    """Return the actions for which the page shows a button."""
    return [
        action
        for action in ACTIONS.values()
        if action.fits(activity, today) and action.open_to(activity, user, people, today)
    ]
