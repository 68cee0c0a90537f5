"""Who is told: the people behind an agency or an area, found through their memberships."""

from django.db.models import Q

from accounts.models import User
from studios.models import Role


def handlers_of(agency_id, *, heads_only=False):
    """The handlers of an agency; with `heads_only` those who lead it."""
    heads = {"memberships__is_head": True} if heads_only else {}
    return User.objects.filter(is_active=True, memberships__agency=agency_id, **heads).distinct()


def _over(county_id, role):
    area = Q(memberships__area_code=county_id) | Q(memberships__area_code=county_id[:4])
    return User.objects.filter(area, is_active=True, memberships__role=role).distinct()


def officers_of(county_id):
    return _over(county_id, Role.TRIAGE_OFFICER)


def supervisors_of(county_id):
    return _over(county_id, Role.SUPERVISOR)


def officials_of(county_id):
    return _over(county_id, Role.COUNTY_OFFICIAL)


def clerks_of(opinion):
    """The clerks of the studio or township where the opinion was told, or of the township that took over."""
    township = opinion.township
    area = Q(memberships__area_code=township.successor_id or township.pk)
    if opinion.studio_id:
        area |= Q(memberships__studio=opinion.studio_id)
    return User.objects.filter(area, is_active=True, memberships__role=Role.CLERK).distinct()
