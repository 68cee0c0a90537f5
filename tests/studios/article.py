"""The article's prefecture as records: 8 counties, 165 townships of 2013, 150 studios, 3 million yuan.

The 115 townships of today are real. The 50 that were merged into them are invented here, names and codes alike: each
takes a code that is free in its county, and is merged into a real one by the guided action. Sessions and opinions at
the article's scale (50,000 people met, 5,500 opinions) are for whoever extends `build`: `studios` has the 150.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import studios as room
from deputies.models import Deputy
from opinions.workflow import register
from studios import changes
from studios.area_import import import_areas
from studios.changes import Decree
from studios.models import AreaChange, Funding, Membership, Role, Studio, Township
from tests.conftest import person

MERGED, STUDIOS, FUNDING = 50, 150, Decimal(3_000_000)
AREAS = Path(room.__file__).parent / "data" / "xiangxi_townships.csv"
DECREE_DAY = date(2015, 12, 1)


@dataclass
class Prefecture:
    """`pairs` are (an invented predecessor, the township of today that took it over)."""

    pairs: list = field(default_factory=list)
    studios: list = field(default_factory=list)
    deputies: list = field(default_factory=list)
    clerks: list = field(default_factory=list)
    opinions: list = field(default_factory=list)
    administrator: object = None


def build() -> Prefecture:
    """2013, before the mergers."""
    made = Prefecture()
    with AREAS.open("rb") as stream:
        import_areas(file=stream)
    today_s = list(Township.objects.filter(counted=True).current().order_by("code"))
    made.administrator = person("boss", "州管理员", (Role.ADMINISTRATOR, {"area_code": "4331"}))
    made.pairs = [
        (_predecessor(number, heir), heir) for number, heir in enumerate(today_s[::2][:MERGED], start=1)
    ]
    with_studio = [old for old, _heir in made.pairs] + today_s[: STUDIOS - MERGED]
    made.studios = [_studio(township) for township in with_studio]
    _people(made)
    _funding(made)
    return made


def _predecessor(number: int, heir: Township) -> Township:
    taken = set(Township.objects.filter(county=heir.county_id).values_list("code", flat=True))
    code = next(c for n in range(300, 400) if (c := f"{heir.county_id}{n}") not in taken)
    return Township.objects.create(code=code, county=heir.county, name=f"虚构第{number}乡", kind="township")


def _studio(township) -> Studio:
    return Studio.objects.create(code=f"{township.pk}-1", name=f"{township.name}工作室", township=township)


def _people(made) -> None:
    """A deputy in every studio; a clerk and an opinion that is open in every township that will be merged."""
    for studio in made.studios:
        deputy = Deputy.objects.create(name=f"代表{studio.pk}", township=studio.township, studio=studio)
        made.deputies.append(deputy)
    studios = {studio.township_id: studio for studio in made.studios}
    for old, _heir in made.pairs:
        clerk = person(f"clerk_{old.pk}", f"{old.name}文员", (Role.CLERK, {"area_code": old.pk}))
        made.clerks.append(clerk)
        made.opinions.append(
            register.register(
                by=clerk,
                township=old,
                studio=studios[old.pk],
                channel="visit",
                title="水渠垮塌",
                body="请修一修",
            )
        )


def _funding(made) -> None:
    """Two years, two sources: what each studio got adds up to the article's 3 million yuan."""
    share = FUNDING / STUDIOS / 4
    Funding.objects.bulk_create(
        Funding(studio=studio, year=year, source=source, amount=share)
        for studio in made.studios
        for year in (2013, 2014)
        for source in ("county", "township")
    )


def merge_all(made) -> list[AreaChange]:
    """2015: each county's mergers, by the guided action."""
    return [
        changes.merge(
            county=heir.county_id,
            away=[old.pk],
            to=heir.pk,
            decree=Decree(f"湘民行发〔2015〕{number}号", DECREE_DAY, made.administrator),
        )
        for number, (old, heir) in enumerate(made.pairs, start=1)
    ]


def held_by(made) -> set:
    return set(Membership.objects.filter(user__in=made.clerks).values_list("user__username", "area_code"))
