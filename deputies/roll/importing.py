"""The roll of deputies out of Excel: looked through first, then taken in, wholly or without the bad rows.

A row is one deputy's seat in one congress. A deputy is known by name and township; of two with one name there, by
the phone. Who is there already gets the seat that is new; facts that are there are not overwritten.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import AccessRecord
from common.crypto import digits, mask_name, mask_phone
from common.importing import Bad, RowError, Tally, check_header, phone, starred, text
from common.tables import BROWSER, COMMAND, Column, Sheet, TableError, read_table, write_xlsx
from deputies.models import Deputy, Mandate, Term
from deputies.models.people import congress_of
from studios.models import Studio, Township
from studios.scope import scope_of
from studios.services import name_key

from . import columns as c
from .access import KEEPERS

SAMPLE = 10
WHO = ("name", "sex", "ethnic_group", "occupation", "phone", "studio")


@dataclass(frozen=True)
class Seat:
    """A row in which everything is right. `deputy` is the one that is there already, if any."""

    row: int
    facts: dict
    township: Township
    level: str
    number: int
    constituency: str
    key: tuple
    deputy: Deputy | None


class Reader:
    """Reads rows for one person; what every row needs is fetched once."""

    def __init__(self, by):
        rows = Township.objects.visible_to(by, *KEEPERS).current().select_related("county")
        self.townships = {township.pk: township for township in rows}
        self.studios: dict[tuple, Studio] = {}
        for studio in Studio.objects.filter(township__in=rows, active=True):
            for word in (studio.name, studio.code):
                self.studios[studio.township_id, word] = studio
        self.deputies: dict[tuple, list[Deputy]] = {}
        for deputy in Deputy.objects.filter(township__in=rows):
            self.deputies.setdefault((deputy.township_id, deputy.name), []).append(deputy)
        seats = Mandate.objects.filter(deputy__township__in=rows).select_related("term")
        self.seats = {(m.deputy_id, m.term.area_code, m.term.level, m.term.number) for m in seats}

    def is_known(self, seat: Seat) -> bool:
        congress = congress_of(seat.level, seat.township.pk)
        return seat.deputy is not None and (seat.deputy.pk, congress, seat.level, seat.number) in self.seats

    def read(self, number: int, values: dict) -> tuple[Seat | None, list[RowError]]:
        errors: list[RowError] = []

        def cell(column, parse, *args, default="", **more):
            try:
                return parse(values.get(column, ""), *args, **more)
            except Bad as bad:
                errors.append(RowError(number, column, str(bad)))
                return default

        township = cell(c.TOWNSHIP, self._township, default=None)
        facts = {
            "name": cell(c.NAME, text, 50, required=True),
            "sex": cell(c.SEX, lambda value: c.meaning(c.SEX, value)),
            "ethnic_group": cell(c.GROUP, text, 20),
            "occupation": cell(c.OCCUPATION, text, 100),
            "phone": cell(c.PHONE, phone),
            "studio": cell(c.STUDIO, self._studio, township, default=None),
        }
        level = cell(c.LEVEL, lambda value: c.meaning(c.LEVEL, value))
        term = cell(c.TERM, c.term_number, default=0)
        constituency = cell(c.CONSTITUENCY, text, 100)
        if errors:
            return None, errors
        try:
            deputy = self._deputy(township, facts)
        except Bad as bad:
            return None, [RowError(number, c.NAME, str(bad))]
        key = (township.pk, facts["name"], digits(facts["phone"]))
        return Seat(number, facts, township, level, term, constituency, key, deputy), []

    def _township(self, value):
        code = text(value, 20, required=True)
        if len(code) == 12 and code.endswith("000"):
            code = code[:9]
        if code not in self.townships:
            raise Bad(_("%s is no township whose deputies you enter") % code)
        return self.townships[code]

    def _studio(self, value, township):
        word = text(value, 80)
        if not word or township is None:
            return None
        if (township.pk, word) not in self.studios:
            raise Bad(
                _("%(township)s has no studio “%(studio)s”") % {"township": township, "studio": word[:40]}
            )
        return self.studios[township.pk, word]

    def _deputy(self, township, facts) -> Deputy | None:
        found = self.deputies.get((township.pk, facts["name"]), [])
        given = digits(facts["phone"])
        same = [deputy for deputy in found if given and digits(deputy.phone) == given]
        unknown = [deputy for deputy in found if not given or not deputy.phone]
        if len(found) > 1 and not same and unknown:
            raise Bad(_("there are several of this name in the township: their phones must tell them apart"))
        return next(iter(same or unknown), None)


def read_rows(file, name, *, by, limits):
    """(row number, {column: cell}, seat, errors) of every row. A row that repeats an earlier seat has neither."""
    table = read_table(file, name, expected=starred(c.HEADERS), limits=limits)
    try:
        spelled = check_header(table, c.HEADERS, c.REQUIRED)
        reader, seen = Reader(by), set()
        for number, cells in table:
            values = {column: cells[header] for column, header in spelled.items()}
            seat, errors = reader.read(number, values)
            if seat is not None:
                said = (seat.key, seat.level, seat.number)
                if said in seen or reader.is_known(seat):
                    seat = None
                seen.add(said)
            yield number, values, seat, errors
    finally:
        table.close()


def look_through(file, name, *, by, limits=BROWSER) -> tuple[Tally, list[Seat]]:
    """Read the whole file without writing anything. Raises nothing: what breaks it off stands in the tally."""
    tally, seats = Tally(), []
    try:
        for number, values, seat, errors in read_rows(file, name, by=by, limits=limits):
            tally.read += 1
            if errors:
                tally.refuse(errors)
            elif seat is None:
                tally.known += 1
            else:
                tally.added += 1
                seats.append(seat)
            if len(tally.sample) < SAMPLE:
                tally.sample.append((number, _masked(values)))
    except TableError as error:
        tally.break_off(RowError(error.row, error.column, str(error)))
    if not tally.read and not tally.broken:
        tally.break_off(RowError(0, "", _("The file holds a header and no rows.")))
    return tally, seats


def _masked(values) -> dict:
    masks = {c.NAME: mask_name, c.PHONE: mask_phone}
    return {header: masks.get(header, str)(str(value)) for header, value in values.items()}


def import_file(file, name, *, by, dry_run=False, skip_bad=False, limits=COMMAND, request=None) -> Tally:
    """Look a file through, then take it in: all or nothing; with `skip_bad` the good rows."""
    with transaction.atomic():
        tally, seats = look_through(file, name, by=by, limits=limits)
        if dry_run or tally.broken:
            return tally
        if tally.errors and not skip_bad:
            tally.added = 0
            return tally
        _take_in(seats)
        prefixes = scope_of(by).prefixes(*KEEPERS)
        audit.record(
            AccessRecord.Action.IMPORTED,
            by=by,
            request=request,
            subject=name,
            area_code=prefixes[0] if prefixes else "",
            details={
                "read": tally.read,
                "added": tally.added,
                "known": tally.known,
                "refused": tally.refused,
            },
        )
    return tally


def _take_in(seats: list[Seat]) -> None:
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


def _fill_in(deputy, facts, begun):
    """Who is elected again is in office again, once the term has begun; what was not known before is added."""
    new = {name: facts[name] for name in WHO if facts[name] and not getattr(deputy, name)}
    for name, value in (new | {"active": deputy.active or begun}).items():
        setattr(deputy, name, value)
    deputy.save(update_fields=[*new, "active"])


def _term(seat, terms) -> Term:
    """The term, made if this is the first seat in it. Before the change-over it has not begun: it has no start."""
    key = (congress_of(seat.level, seat.township.pk), seat.level, seat.number)
    if key not in terms:
        area, level, number = key
        others = Term.objects.filter(area_code=area, level=level, ends_on=None, starts_on__isnull=False)
        begins = None if others.exclude(number=number).exists() else timezone.localdate()
        terms[key], _new = Term.objects.get_or_create(
            area_code=area, level=level, number=number, defaults={"starts_on": begins}
        )
    return terms[key]


def write_template(target, *, user=None) -> None:
    """The empty roll, how to fill it in, and the townships and studios to choose from."""
    townships = Township.objects.visible_to(user, *KEEPERS) if user else Township.objects.all()
    townships = townships.current().select_related("county").order_by("code")
    studios = Studio.objects.filter(township__in=townships, active=True).order_by("township", "name_pinyin")
    guide = [Column(_("Column"), 14), Column(_("Required"), 10), Column(_("What stands in it"), 60, "long")]
    guide.append(Column(_("Words"), 60, "long"))
    rows = [
        (
            one.header,
            _("yes") if one.required else "",
            str(one.what),
            "、".join(c.MEANING.get(one.header, [])),
        )
        for one in c.COLUMNS
    ]
    areas = [Column(c.TOWNSHIP, 14), Column(_("Township"), 24), Column(_("County"), 20)]
    named = [Column(c.TOWNSHIP, 14), Column(c.STUDIO, 40), Column(_("Code"), 20)]
    write_xlsx(
        target,
        [
            Sheet(_("Roll of deputies"), [Column(one.header, one.width, "long") for one in c.COLUMNS], []),
            Sheet(_("How to fill it in"), guide, rows),
            Sheet(_("Townships"), areas, [(t.code, t.name, t.county.name) for t in townships]),
            Sheet(_("Studios"), named, studios.values_list("township_id", "name", "code")),
        ],
    )
