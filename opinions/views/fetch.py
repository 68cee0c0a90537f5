"""One opinion, fetched through the scope of the person who asks, with all that its page shows beside it."""

from django.db.models import Exists, OuterRef

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
    rows = Opinion.objects.visible_to(user).with_roles(user).select_related(*BESIDE)
    # Few opinions have others merged into them: asked along, so that the others' pages need not look for any.
    followed = Exists(Opinion.objects.filter(merged_into=OuterRef("pk")))
    return rows.annotate(is_followed=followed).get(number=number)


def still_sees(user, opinion) -> bool:
    """An agency that returns an opinion, for one, sees it no longer."""
    return Opinion.objects.visible_to(user).filter(pk=opinion.pk).exists()
