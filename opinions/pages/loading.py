"""Loading of one opinion within the scope of the person who asks, with everything that its page shows."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from letters.models import Draft, Letter
from opinions.lifecycle.statuses import Status
from opinions.models import Attachment, Event, JointPart, Opinion
from opinions.models.conditions import OpinionQuerySet
from opinions.workflow.deadlines import suspension_refusal
from opinions.workflow.receipts import printable
from studios.models import Agency, Role
from studios.permissions.scope import roles_over, scope_of

SHOWN_WITH = (
    "county",
    "township",
    "studio",
    "deputy",
    "category",
    "lead_agency",
    "registered_by",
)


def opinions_alone(user: User) -> OpinionQuerySet:
    """Return the opinions that exist for the person, with their roles over each: for one that is asked for by its
    number."""
    return Opinion.objects.visible_alone(user).with_roles(user)


def opinion_of(user: User, number: str) -> Any:
    """Return the opinion with the roles that the person holds over it and the flags `is_followed`, `has_parts`,
    `has_files`, `has_letters`, `draft_waits`, `agency_able`, `part_stranded`, `deputy_spoke` and `has_slip`; raises
    Opinion.DoesNotExist outside the person's area."""
    rows = opinions_alone(user).with_owed(user).select_related(*SHOWN_WITH)
    # What few opinions have: asked along, so that the others' pages need not look for any.
    rare: dict[str, QuerySet[Any]] = {
        "is_followed": Opinion.objects.filter(merged_into=OuterRef("pk")),
        "has_parts": JointPart.objects.filter(opinion=OuterRef("pk")),
        "has_files": Attachment.objects.filter(opinion=OuterRef("pk")),
        "has_letters": Letter.objects.filter(about=OuterRef("number")),
        "draft_waits": Draft.objects.waiting().filter(about=OuterRef("number")),
        "agency_able": Agency.objects.able_to_act().filter(pk=OuterRef("lead_agency")),
        "part_stranded": JointPart.objects.stranded().filter(opinion=OuterRef("pk")),
        "deputy_spoke": Event.objects.filter(opinion=OuterRef("pk"), action="explain"),
        "has_slip": printable(user).filter(opinion=OuterRef("pk")),
    }
    opinion = rows.annotate(**{name: Exists(found) for name, found in rare.items()}).get(number=number)
    if opinion.status == Status.HANDLING and not opinion.suspended_on and Role.HANDLER in roles_over(opinion):
        opinion.suspension_refusal = suspension_refusal(opinion, timezone.localdate())
    return opinion


# What scopes are made of; an opinion that keeps these stays in sight.
PLACED = ("county_id", "township_id", "studio_id", "deputy_id", "lead_agency_id")


def place_of(opinion: Opinion) -> dict[str, Any]:
    """Return where the opinion is, to be compared with where an action leaves it."""
    return {name: getattr(opinion, name) for name in PLACED}


def still_sees(user: User, before: dict[str, Any], opinion: Opinion, action: str) -> bool:
    """Tell if the opinion, which was at `before` ahead of the action, is still in sight: an agency that returns one, or
    its part of one, sees it no longer."""
    moved = {name for name, value in place_of(opinion).items() if value != before[name]}
    if action == "joint_return":
        moved.add("parts")
    if not moved or (moved == {"lead_agency_id"} and not scope_of(user).has(Role.HANDLER)):
        return True
    return Opinion.objects.visible_alone(user).filter(pk=opinion.pk).exists()
