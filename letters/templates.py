"""The only writer of templates: the one in use, the shipped one, an office's own versions and the way back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from accounts.models import User
from studios.models import County

from .models import Template
from .shipped import REVISION, build
from .upload import accept


def current_template(*, county: County, kind: str, at: datetime | None = None) -> Template:
    """Return the template of a letter of `kind` issued now in `county`: the county's own, else the shipped one."""
    either = Q(county=county, in_use=True) | Q(county=None, version=REVISION)
    rows = list(Template.objects.filter(either, kind=kind).defer("content"))
    own = [row for row in rows if row.county_id] or rows
    return own[0] if own else shipped_template(kind, at)


def shipped_template(kind: str, at: datetime | None = None) -> Template:
    """Return the product's own template, saved as a row when first needed, so that a later release changes no letter
    issued with it."""
    row = Template.objects.filter(county=None, kind=kind, version=REVISION).defer("content").first()
    if row is None:
        made = {"content": build(kind), "uploaded_at": at or timezone.now()}
        row, _new = Template.objects.get_or_create(county=None, kind=kind, version=REVISION, defaults=made)
    return row


@transaction.atomic
def upload(
    *, county: County, kind: str, content: bytes, by: User, note: str = "", at: datetime | None = None
) -> Template:
    """Save a new version and use it from now on. Raises BadTemplate."""
    accept(content)
    County.objects.select_for_update().get(pk=county.pk)  # one upload at a time numbers the versions
    Template.objects.select_for_update().filter(county=county, kind=kind, in_use=True).update(in_use=False)
    last = Template.objects.filter(county=county, kind=kind).aggregate(last=Max("version"))["last"] or 0
    return Template.objects.create(
        county=county,
        kind=kind,
        version=last + 1,
        content=content,
        in_use=True,
        note=note,
        uploaded_by=by,
        uploaded_at=at or timezone.now(),
    )


@transaction.atomic
def use(*, county: County, kind: str, version: int) -> Template:
    """Use another version from now on; 0 is the one that came with the product. Raises Template.DoesNotExist."""
    rows = Template.objects.filter(county=county, kind=kind)
    chosen = rows.get(version=version) if version else shipped_template(kind)
    rows.filter(in_use=True).update(in_use=False)
    if version:
        rows.filter(version=version).update(in_use=True)
    return chosen
