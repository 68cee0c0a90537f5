"""Parsing of a ledger's rows into entries, or errors that name row, column and reason. Writes nothing."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.excel.importing import RowError, code, name, phones
from common.excel.tables import CELL
from common.text.visible import word as normal
from opinions.models import Opinion
from opinions.triage.classification import by_keywords, keyword_categories
from studios.models import Agency, Township

from . import columns as c
from .decisions import UNDECIDED, UNKNOWN_AGENCY, Decisions, is_recent, refusal_of_recent
from .entries import Entry, former_identity, identity
from .lookups import IMPORTER_ROLES, Lookups
from .own_export import take_history
from .vocabulary.meaning import AskedWord, meaning

__all__ = ["IMPORTER_ROLES", "Reader"]

TITLE_FROM_BODY = 80
MOST_NOTES = 4000


class Reader:
    """Reads rows for one person, as it was decided. `asked`: the words that a person is to say the meaning of, with how
    often they occur and what they may mean; `without_agency`: answered rows that name no agency; `recent`: rows
    answered since the office works here; `own_evaluations`: rows of the product's own sheet with an evaluation."""

    def __init__(self, by: User, now: datetime, decisions: Decisions = UNDECIDED) -> None:
        self.by, self.now, self.decisions = by, now, decisions
        self.lookups = Lookups(by)
        self.keyword_categories = keyword_categories()
        self.asked: dict[tuple[str, str], AskedWord] = {}
        self.times: Counter[tuple[str, str]] = Counter()
        self.without_agency = 0
        self.without_year = 0
        self.undated = 0
        self.recent = 0
        self.own_evaluations = 0

    def read(
        self,
        number: int,
        values: Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        notes: Mapping[str, Any] | None = None,
        sheet: str = "",
    ) -> tuple[Entry | None, list[RowError]]:
        """Return the entry of a row (`values`: column → cell), or all errors of it. `headers`: column → header of the
        file; `notes`: what is kept as a note."""
        return _Row(self, number, values, headers or {}, notes or {}, sheet).read()

    def ask(self, column: str, asked: AskedWord) -> None:
        """Note a word that a person is to say the meaning of."""
        key = column, normal(asked.word)
        self.asked.setdefault(key, asked)
        self.times[key] += 1


class _Row:
    def __init__(
        self,
        reader: Reader,
        number: int,
        values: Mapping[str, Any],
        headers: Mapping[str, str],
        notes: Mapping[str, Any],
        sheet: str,
    ) -> None:
        self.reader, self.number, self.values, self.headers = reader, number, values, headers
        kept = dict(notes)
        self.history = take_history(kept)
        reader.own_evaluations += bool(self.history and (self.history.first or self.history.last))
        self.notes = {header: str(value) for header, value in kept.items() if value != ""}
        self.sheet = sheet
        self.errors: list[RowError] = []

    def refuse(self, column: str, reason: str) -> None:
        self.errors.append(RowError(self.number, column, reason, self.sheet))

    def cell(self, column: str, parse: Callable[..., Any], *args: Any, default: Any = "", **more: Any) -> Any:
        """Return the parsed cell; `default` when it is wrong, which is recorded."""
        try:
            return parse(self.values.get(column, ""), *args, **more)
        except c.CellError as bad:
            if isinstance(bad, AskedWord):
                self.reader.ask(column, bad)
            self.refuse(column, str(bad))
            return default

    def decided(self, column: str) -> Mapping[str, str]:
        return self.reader.decisions.words.get(column, {})

    def read(self) -> tuple[Entry | None, list[RowError]]:
        title, body = self.title_and_body()
        written = {
            "township": self.township(),
            "title": title,
            "body": body,
            "outside_number": self.cell(c.OUTSIDE_NUMBER, code, 60),
            "citizen_name": self.cell(c.NAME, name, 50),
            "citizen_phone": self.phone(),
            "category": self.cell(
                c.CATEGORY, self.reader.lookups.category, self.decided(c.CATEGORY), default=None
            ),
            "channel": self.word(c.CHANNEL),
            "matter_type": self.word(c.MATTER_TYPE),
            "keep_secret": self.word(c.SECRET),
            "urgency": self.word(c.URGENCY),
            "place": self.place_of(),
        }
        registered_at = self.registered_at()
        self.check_in_force(written["township"], registered_at)
        self.place(written)
        answered_at, answer = self.answer(registered_at)
        self.check_before_go_live(answered_at)
        county = written["township"].county if written["township"] else self.reader.lookups.only_county
        lookup = self.reader.lookups.agency
        agency = self.cell(c.AGENCY, lookup, county, self.decided(c.AGENCY), default=None)
        outcome, satisfaction = self.word(c.OUTCOME), self.word(c.SATISFACTION)
        unknown = False
        if answer and agency is None and not self.errors:
            agency, unknown = self.responsible(written)
        if self.errors or registered_at is None:
            return None, self.errors
        return self.entry(
            written, registered_at, agency, unknown, answered_at, answer, outcome, satisfaction
        ), []

    def entry(
        self,
        written: dict[str, Any],
        registered_at: datetime,
        agency: Agency | None,
        unknown: bool,
        answered_at: datetime | None,
        answer: str,
        outcome: str,
        satisfaction: str,
    ) -> Entry:
        return Entry(
            row=self.number,
            key=identity(written, registered_at),
            registered_at=registered_at,
            written=written,
            agency=agency,
            answered_at=answered_at,
            answer=answer,
            outcome=outcome,
            satisfaction=satisfaction,
            former_key=former_identity(written, registered_at),
            notes="\n".join(f"{header}：{value}" for header, value in self.notes.items())[:MOST_NOTES],
            agency_unknown=unknown,
            sheet=self.sheet,
            history=self.history,
        )

    def title_and_body(self) -> tuple[str, str]:
        """Return title and body; one of them does for both."""
        title, wrong = self.cell(c.TITLE, c.text, 100), len(self.errors)
        body = self.cell(c.BODY, c.text, CELL)
        if not body and len(self.errors) == wrong and (c.BODY in self.values or not (title or wrong)):
            self.refuse(c.BODY if c.BODY in self.values else c.TITLE, _("must not be empty"))
        return title or " ".join(body.split())[:TITLE_FROM_BODY], body or title

    def registered_at(self) -> datetime | None:
        year = self.reader.decisions.year
        moment, _day_only = self.cell(c.REGISTERED_AT, c.moment, self.reader.now, year, default=(None, False))
        if moment is None and year is None and c.moment_without_year(self.values.get(c.REGISTERED_AT, "")):
            self.reader.without_year += 1
        return moment

    def word(self, column: str) -> Any:
        return self.cell(
            column,
            lambda value: meaning(column, value, self.decided(column), self.headers.get(column, "")),
            default=c.DEFAULT[column],
        )

    def phone(self) -> str:
        """Return the number by which the citizen is reached; the others of the cell are kept as a note."""
        if "*" in (typed := str(self.values.get(c.PHONE, ""))) and len(typed) < 40:
            self.notes[self.headers.get(c.PHONE, c.PHONE)] = (
                typed  # masked in a list or export: no number to call
            )
            return ""
        first, *others = self.cell(c.PHONE, phones, default=[]) or [""]
        if others:
            self.notes[_("other phone numbers")] = "、".join(others)
        return first

    def place_of(self) -> str:
        village = self.cell(c.VILLAGE, c.text, 50)
        return " ".join(part for part in (village, self.cell(c.PLACE, c.text, 140)) if part)

    def township(self) -> Township | None:
        lookups, decisions = self.reader.lookups, self.reader.decisions
        known = len(self.errors)
        township = self.cell(c.TOWNSHIP, lookups.township, self.decided(c.TOWNSHIP), default=None)
        if township is None and len(self.errors) == known:
            township = lookups.of_village(self.values.get(c.VILLAGE, ""))
            township = township or lookups.townships.get(decisions.township) or lookups.only_township
            if township is None:
                self.refuse(c.TOWNSHIP, _("must not be empty"))
        return township

    def check_in_force(self, township: Township | None, registered_at: datetime | None) -> None:
        if not (township and registered_at and township.valid_to):
            return
        if timezone.localdate(registered_at) >= township.valid_to:
            reason = _("%(name)s ended on %(day)s; its successor is %(code)s")
            facts = {"name": township.name, "day": township.valid_to, "code": township.successor_id or "—"}
            self.refuse(c.TOWNSHIP, reason % facts)

    def check_before_go_live(self, answered_at: datetime | None) -> None:
        """Refuse what was answered since the office works here, unless a second person approved it: a clerk alone would
        else enter a whole week of answered and satisfied citizens."""
        if not is_recent(answered_at):
            return
        self.reader.recent += 1
        if not self.reader.decisions.approved:
            self.refuse(c.ANSWERED_AT, refusal_of_recent())

    def place(self, written: dict[str, Any]) -> None:
        """Add the studio for a clerk of a studio, who registers for that studio and would not see the opinion
        otherwise."""
        township, lookups = written["township"], self.reader.lookups
        if township and not township.code.startswith(lookups.wide or ("-",)):
            written["studio"] = lookups.studios.get(township.code)

    def answer(self, registered_at: datetime | None) -> tuple[datetime | None, str]:
        """Return (time, text) of the answer; both or neither. A text without a day is no answer yet (正在办理): it is
        kept as a note, unless it was decided that it was given on the day of registration."""
        given = {column: self.values.get(column, "") for column in (c.ANSWER, c.ANSWERED_AT)}
        if given[c.ANSWER] != "" and given[c.ANSWERED_AT] == "":
            return self.undated_answer(registered_at)
        if not any(value != "" for value in given.values()):
            self.check_nothing_without_answer()
            return None, ""
        text = self.cell(c.ANSWER, c.text, CELL, required=True)
        year = self.reader.decisions.year
        at, day_only = self.cell(c.ANSWERED_AT, c.moment, self.reader.now, year, default=(None, False))
        if at and registered_at and at < registered_at:
            if not (day_only and timezone.localdate(at) == timezone.localdate(registered_at)):
                self.refuse(c.ANSWERED_AT, _("earlier than the registration"))
            at = registered_at
        return at, text

    def undated_answer(self, registered_at: datetime | None) -> tuple[datetime | None, str]:
        self.reader.undated += 1
        text = self.cell(c.ANSWER, c.text, CELL)
        if self.reader.decisions.undated == "registered":
            return registered_at, text
        self.notes[self.headers.get(c.ANSWER, c.ANSWER)] = text
        for column in (c.OUTCOME, c.SATISFACTION):
            if (value := self.values.get(column, "")) != "":
                self.notes[self.headers.get(column, column)] = str(value)
        return None, ""

    def check_nothing_without_answer(self) -> None:
        for column in (c.OUTCOME, c.SATISFACTION):
            value = self.values.get(column, "")
            if value != "" and c.MEANING[column].get(str(value)) != "":
                self.refuse(column, _("there is no answer in this row"))

    def responsible(self, written: dict[str, Any]) -> tuple[Agency | None, bool]:
        """Return the agency that the rules name, for an answer without the agency that gave it; else the one that was
        decided for all such rows, or True for an unknown one. Records an error where nothing was decided."""
        reader, township = self.reader, written["township"]
        opinion = Opinion(
            county_id=township.county_id,
            title=written["title"],
            body=written["body"],
            category=written["category"],
        )
        if opinion.category is None:
            classification = by_keywords(opinion, reader.keyword_categories)
            opinion.category = classification.category if classification.sure else None
        for category in opinion.category.lineage if opinion.category else []:
            if agency := reader.lookups.responsible.get((township.county_id, category)):
                return agency, False
        reader.without_agency += 1
        choice = reader.decisions.agency
        if choice == UNKNOWN_AGENCY:
            return None, True
        agencies = reader.lookups.agencies[township.county_id].values()
        if agency := next((one for one in agencies if choice and str(one.pk) == choice), None):
            return agency, False
        self.refuse(c.AGENCY, _("say which agency answered: the rules cannot tell it from the text"))
        return None, False
