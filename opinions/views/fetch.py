"""One opinion, fetched through the scope of the person who asks, with all that its page shows beside it."""

from opinions.models import Opinion

BESIDE = (
    "county",
    "township",
    "studio",
    "deputy",
    "category",
    "lead_agency",
    "merged_into",
    "registered_by",
)


def opinion_of(user, number):
    """The opinion with the roles that the person holds over it; Opinion.DoesNotExist outside their area."""
    return Opinion.objects.visible_to(user).with_roles(user).select_related(*BESIDE).get(number=number)


def still_sees(user, opinion) -> bool:
    """An agency that returns an opinion, for one, sees it no longer."""
    return Opinion.objects.visible_to(user).filter(pk=opinion.pk).exists()
