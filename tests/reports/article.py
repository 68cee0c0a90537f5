"""The article's prefecture as records: 8 counties, 165 townships of 2013, 150 studios with 3 million yuan, and two
years in which 50,000 people were met and 5,500 opinions written down.

The 115 townships of today are real. The 50 that were merged into them are invented here, names and codes alike: each
takes a code that is free in its county, and is merged into a real one by the guided action. Agencies, people and the
two years are what `generate` makes for any office.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.models import Count

import studios as room
from accounts.models import User
from deputies.models import Deputy, Mandate, Term
from opinions.lifecycle.statuses import OPEN
from opinions.models import Opinion
from sandbox import areas, staff
from studios.areas import changes
from studios.areas.changes import Decree
from studios.areas.importing import import_areas
from studios.models import AreaChange, Funding, Membership, Studio, Township
from tests.conftest import CHINA

TODAY_S, MERGED, STUDIOS = 115, 50, 150
PEOPLE_MET, OPINIONS, STILL_OPEN = 50_000, 5500, 400
FUNDING = Decimal(3_000_000)
AREAS = Path(room.__file__).parent / "data" / "xiangxi_townships.csv"
DECREE_DAY = date(2015, 12, 1)
LAST_DAY = datetime(2015, 11, 30, 18, tzinfo=CHINA)  # of the two years


@dataclass(frozen=True)
class Prefecture:
    """`heirs` are invented predecessor → the township of today that takes it over."""

    heirs: dict[str, str]
    administrator: User


def build() -> Prefecture:
    """2013 to 2015, before the mergers."""
    with AREAS.open("rb") as stream:
        import_areas(file=stream)
    in_force = list(Township.objects.filter(counted=True).current().order_by("code"))
    heirs = {
        _predecessor(number, heir).pk: heir.pk for number, heir in enumerate(in_force[::2][:MERGED], start=1)
    }
    areas.lay_out()
    without = in_force[STUDIOS - MERGED :]
    Studio.objects.filter(township__in=without).delete()
    staff.people("Pass-word-123")
    _terms_of_then()
    _funding()
    told = {"opinions": OPINIONS, "open_": STILL_OPEN, "people_met": PEOPLE_MET}
    call_command("generate", seed=3, years=2, now=LAST_DAY, **told)
    with connection.cursor() as cursor:  # as the database does by itself after a while
        cursor.execute("ANALYZE")
    return Prefecture(heirs, User.objects.get(username="admin"))


def _terms_of_then() -> None:
    """Let the deputies sit in the terms of those years: who did not sit then is not counted then."""
    began, before = date(2012, 12, 20), date(2007, 12, 20)
    Mandate.objects.filter(ended_on__isnull=False).update(ended_on=began)
    Term.objects.filter(ends_on__isnull=False).update(starts_on=before, ends_on=began)
    Term.objects.filter(ends_on=None).update(starts_on=began)


def _predecessor(number: int, heir: Township) -> Township:
    taken = set(Township.objects.filter(county=heir.county_id).values_list("code", flat=True))
    code = next(c for n in range(300, 400) if (c := f"{heir.county_id}{n}") not in taken)
    return Township.objects.create(code=code, county=heir.county, name=f"虚构第{number}乡", kind="township")


def _funding() -> None:
    """Two years, two sources: what each studio got adds up to the article's 3 million yuan."""
    share = FUNDING / STUDIOS / 4
    Funding.objects.bulk_create(
        Funding(studio=studio, year=year, source=source, amount=share)
        for studio in Studio.objects.all()
        for year in (2014, 2015)
        for source in ("county", "township")
    )


def merge_all(made: Prefecture) -> list[AreaChange]:
    """Each county's mergers, by the guided action."""
    return [
        changes.merge(
            county=old[:6],
            away=[old],
            to=heir,
            decree=Decree(f"湘民行发〔2015〕{number}号", DECREE_DAY, made.administrator),
        )
        for number, (old, heir) in enumerate(made.heirs.items(), start=1)
    ]


def by_heir(made: Prefecture) -> dict[str, dict]:
    """What must neither be lost nor doubled by a merger, per township that is in force after the mergers."""
    rows = {
        "studios": ("township", Studio.objects.all()),
        "deputies": ("township", Deputy.objects.filter(active=True)),
        "open": ("township", Opinion.objects.filter(status__in=OPEN)),
        "users": ("area_code", Membership.objects.all()),
    }
    found: dict[str, dict] = {}
    for name, (column, records) in rows.items():
        counts = found.setdefault(name, {})
        for code, count in records.values_list(column).annotate(n=Count("pk")).order_by():
            heir = made.heirs.get(code, code)
            counts[heir] = counts.get(heir, 0) + count
    return found
