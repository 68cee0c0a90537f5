"""The register of deputies from Excel: checked first, then imported, wholly or without the bad rows.

A row is one deputy's seat in one congress. A deputy is known by name and township; of two with one name there, by
the phone. Who is there already gets the seat that is new; facts that are there are not overwritten.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.excel.importing import CellError, one_of, phone, text
from common.excel.importing import name as person
from common.excel.tables import Column, Sheet
from common.text.phone_numbers import digits
from deputies.models import Deputy, Mandate, Term
from deputies.models.people import congress_of
from deputies.register_access import KEEPERS
from studios.models import Studio, Township
from studios.pinyin import name_key
from studios.rolls.importing import AreaReader, Cells, RosterImport, township_sheet, townships_of

from . import columns as c

WHO = ("name", "sex", "ethnic_group", "occupation", "phone", "studio")


@dataclass(frozen=True)
class Seat:
    """A row in which everything is right. `deputy` is the one that is there already, if any."""

    facts: dict
    township: Township
    level: str
    number: int
    constituency: str
    key: tuple
    deputy: Deputy | None

    @property
    def identity(self) -> tuple:
        return self.key, self.level, self.number


class Reader(AreaReader):
    def __init__(self, by: User) -> None:
        super().__init__(by, KEEPERS)
        self.studios: dict[tuple, Studio] = {}
        for studio in Studio.objects.filter(township__in=self.units, active=True):
            for word in (studio.name, studio.code):
                self.studios[studio.township_id, word] = studio
        self.deputies: dict[tuple, list[Deputy]] = {}
        for deputy in Deputy.objects.filter(township__in=self.units):
            self.deputies.setdefault((deputy.township_id, deputy.name), []).append(deputy)
        seats = Mandate.objects.filter(deputy__township__in=self.units).select_related("term")
        self.seats = {(m.deputy_id, m.term.area_code, m.term.level, m.term.number) for m in seats}

    def knows(self, seat: Seat) -> bool:
        """Return whether the deputy has this seat already."""
        congress = congress_of(seat.level, seat.township.pk)
        return seat.deputy is not None and (seat.deputy.pk, congress, seat.level, seat.number) in self.seats

    def read(self, cells: Cells) -> Seat | None:
        """Return what the row says; None where cells are wrong, which `cells` then names."""
        township = cells.take(c.TOWNSHIP, self.township, default=None)
        facts = {
            "name": cells.take(c.NAME, person, 50, required=True),
            "sex": cells.take(c.SEX, one_of, c.SEXES, empty=""),
            "ethnic_group": cells.take(c.GROUP, text, 20),
            "occupation": cells.take(c.OCCUPATION, text, 100),
            "phone": cells.take(c.PHONE, phone),
            "studio": cells.take(c.STUDIO, self._studio, township, default=None),
        }
        level = cells.take(c.LEVEL, one_of, c.LEVELS)
        term = cells.take(c.TERM, c.term_number, default=0)
        constituency = cells.take(c.CONSTITUENCY, text, 100)
        if cells.errors:
            return None
        try:
            deputy = self._deputy(township, facts)
        except CellError as bad:
            cells.refuse(c.NAME, bad)
            return None
        key = (township.pk, facts["name"], digits(facts["phone"]))
        return Seat(facts, township, level, term, constituency, key, deputy)

    def _studio(self, value: object, township: Township | None) -> Studio | None:
        word = text(value, 80)
        if not word or township is None:
            return None
        if (township.pk, word) not in self.studios:
            raise CellError(
                _("%(township)s has no studio “%(studio)s”") % {"township": township, "studio": word[:40]}
            )
        return self.studios[township.pk, word]

    def _deputy(self, township: Township, facts: dict[str, Any]) -> Deputy | None:
        found = self.deputies.get((township.pk, facts["name"]), [])
        given = digits(facts["phone"])
        same = [deputy for deputy in found if given and digits(deputy.phone) == given]
        unknown = [deputy for deputy in found if not given or not deputy.phone]
        if len(found) > 1 and not same and unknown:
            raise CellError(
                _("there are several of this name in the township: their phones must tell them apart")
            )
        return next(iter(same or unknown), None)


def _take_in(seats: list[Seat], *, by: User, request: HttpRequest | None) -> None:
    terms: dict[tuple, Term] = {}
    made: dict[tuple, Deputy] = {}
    for seat in seats:
        deputy, term = seat.deputy or made.get(seat.key), _term(seat, terms)
        begun = term.starts_on is not None
        if deputy is None:
            deputy = Deputy(township=seat.township, active=begun, **seat.facts)
            deputy.name_pinyin = name_key(deputy, person=True)
            deputy.save(force_insert=True)
        else:
            _fill_in(deputy, seat.facts, begun)
        made[seat.key] = deputy
        Mandate.objects.create(deputy=deputy, term=term, constituency=seat.constituency)


def _fill_in(deputy: Deputy, facts: dict[str, Any], begun: bool) -> None:
    """Put the deputy in office once the term has begun; add what was not known before, overwrite nothing."""
    new = {name: facts[name] for name in WHO if facts[name] and not getattr(deputy, name)}
    for name, value in (new | {"active": deputy.active or begun}).items():
        setattr(deputy, name, value)
    deputy.save(update_fields=[*new, "active"])


def _term(seat: Seat, terms: dict[tuple, Term]) -> Term:
    """Return the seat's term, created for its first seat. Before the term transition it has not begun: it has no
    start."""
    key = (congress_of(seat.level, seat.township.pk), seat.level, seat.number)
    if key not in terms:
        area, level, number = key
        others = Term.objects.filter(area_code=area, level=level, ends_on=None, starts_on__isnull=False)
        begins = None if others.exclude(number=number).exists() else timezone.localdate()
        terms[key], _new = Term.objects.get_or_create(
            area_code=area,
            level=level,
            number=number,
            defaults={"starts_on": begins, "start_is_known": False},
        )
    return terms[key]


def _choices(user: User | None) -> list[Sheet]:
    townships = townships_of(user, KEEPERS)
    studios = Studio.objects.filter(township__in=townships, active=True).order_by("township", "name_pinyin")
    named = [Column(c.TOWNSHIP, 14), Column(c.STUDIO, 40), Column(_("Code"), 20)]
    rows = studios.values_list("township_id", "name", "code")
    return [township_sheet(townships, c.TOWNSHIP), Sheet(_("Studios"), named, rows)]


DEPUTIES = RosterImport(
    app="deputies",
    name=gettext_lazy("Register of deputies"),
    title=gettext_lazy("Import deputies"),
    lead=gettext_lazy(
        "One row is one deputy's seat in one congress; nothing is added before you have seen what was read."
    ),
    done=gettext_lazy("%(added)d seats were added, %(known)d were known, %(refused)d refused."),
    columns=c.COLUMNS,
    keepers=KEEPERS,
    reader=Reader,
    take_in=_take_in,
    choices=_choices,
)
