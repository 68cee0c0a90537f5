"""The bulletin (通报) of a period as a Word document: text and tables drafted from the figures, for an official to
finish and sign. Every number in it is one of the workbook's."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH

from accounts.models import User
from common.templatetags.liaison import NO_VALUE, percent
from letters.models import Organ
from letters.services import in_chinese
from opinions.models import Category, Notice, Opinion
from reports.activities import figures
from reports.definitions.counts import Counts, Rate, total
from reports.definitions.figures import KNOWN, with_former
from reports.definitions.periods import BoundedPeriod
from reports.docx import heading, new_document, paragraph, table
from reports.figures.areas import opinions_of
from reports.files.agencies import BY_AGENCY, AgencyLine, agency_lines, handled_said, problems
from reports.monthly.bulletin import by_agency, circulated, issued, with_words
from reports.monthly.report import Compared, MonthReport, month_report
from reports.workbook.breakdown_sheets import accepted_in
from reports.workbook.summary_sheet import former_said
from reports.workbook.workbook import frozen_said, made_said
from studios.models import County

RATES_IN_TEXT = (
    "closed_rate",
    "on_time_rate",
    "called_back_rate",
    "first_satisfied_rate",
    "last_satisfied_rate",
    "reopened_rate",
    "median_days",
)
TABLE = (
    "accepted",
    "closed",
    "open",
    "closed_rate",
    "on_time_rate",
    "first_satisfied_rate",
    "last_satisfied_rate",
    "reopened_rate",
)
MOST = 5  # categories named in the text


def write_bulletin(
    target: Any,
    *,
    period: BoundedPeriod,
    county: County,
    by: User | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the bulletin to `target` as `by` may see it (None: the system); return how many opinions it is about."""
    made_at = timezone.now()
    today, opinions = timezone.localdate(made_at), opinions_of(county, by)
    with override(settings.LANGUAGE_CODE):
        report = month_report(county, period, opinions, today)
        organ = Organ.of(county).name
        title = f"{organ}{_heading_of(period)}"
        document = new_document(title, author=organ, at=timezone.localtime(made_at), official=True)
        if draft := _draft_said(report):
            document.paragraphs[0].insert_paragraph_before(draft)
        document.add_paragraph(_("To all agencies:"))
        agencies = agency_lines(opinions, county, period, today)
        for title, paragraphs in _text(report, opinions, county, by, today, agencies):
            heading(document, title)
            for words in paragraphs:
                paragraph(document, words)
        _signed(document, county, today)
        _tables(document, report, issued(by, county, period), today, agencies)
        document.add_paragraph()
        if report.former:
            document.add_paragraph(former_said(report.former))
        document.add_paragraph(f"{made_said(made_at, by)} {frozen_said(period, report.frozen)}")
        document.save(target)
    return report.total["all"]


def _draft_said(report: MonthReport) -> str:
    """Return that it is a draft while any month is not frozen: live figures are not circulated."""
    if len(report.frozen) == len(report.period.months):
        return ""
    return _("Draft: the figures are not frozen and will change. Not to be circulated.")


def _heading_of(period: BoundedPeriod) -> str:
    """Return the title after the organ's name."""
    return _("Bulletin on the handling of citizens' opinions, %(period)s") % {"period": period.label}


def _signed(document: DocxDocument, county: County, today: date) -> None:
    """Add the organ and the day, at the right as below a letter."""
    for words in (Organ.of(county).name, in_chinese(today)):
        document.add_paragraph(words).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _text(
    report: MonthReport,
    opinions: QuerySet[Opinion],
    county: County,
    by: User | None,
    today: date,
    agencies: list[AgencyLine],
) -> Iterator[tuple[str, list[str]]]:
    """Yield the numbered parts of the text, each with its paragraphs."""
    handled = [_handled(report)] if report.total["accepted"] else []
    yield _("1. Overview"), [_taken_in(report), *handled, _done(report)]
    yield _("2. Main issues raised"), [_spoken_of(report, opinions, county, today)]
    yield _("3. How the agencies handled them"), [handled_said(agencies)]
    yield _("4. Deputies' activities"), [_activities(report, by, today)]
    yield _("5. Problems"), problems(agencies, today)
    yield _("6. What is to be done next"), [_next(report)]


def _next(report: MonthReport) -> str:
    """Return what follows from the figures, for the official to finish."""
    counts = report.total
    words = _("%(open)d opinions are to be handled without delay.") % {"open": counts["open"]}
    if counts["overdue"]:
        words += _(
            "%(overdue)d of them are past their deadline: say why, and answer as soon as possible."
        ) % {"overdue": counts["overdue"]}
    return words + _("Where citizens are not satisfied, handle the matter again and tell them the result.")


def _taken_in(report: MonthReport) -> str:
    if not report.total["all"]:
        return _("In %(period)s no opinion was written down.") % {"period": report.period.label}
    words = _("In %(period)s %(all)d opinions were written down and %(accepted)d of them accepted") % {
        "period": report.period.label,
        "all": report.total["all"],
        "accepted": report.total["accepted"],
    }
    return words + "".join(_against(report, one) for one in report.compared) + _(".")


def _against(report: MonthReport, one: Compared) -> str:
    now, then = report.total["accepted"], one.total["accepted"]
    facts = {"label": one.label, "then": then, "by": abs(now - then)}
    if now == then:
        return _(", as many as in the %(label)s (%(then)d)") % facts
    more = _(", %(by)d more than in the %(label)s (%(then)d)")
    return (more if now > then else _(", %(by)d fewer than in the %(label)s (%(then)d)")) % facts


def _handled(report: MonthReport) -> str:
    """Return each rate with the two counts that it was made of."""
    counts = report.total
    words = _("%(closed)d are closed, %(open)d are still open, %(overdue)d of these past their deadline.") % {
        "closed": counts["closed"],
        "open": counts["open"],
        "overdue": counts["overdue"],
    }
    codes = with_former(RATES_IN_TEXT) if report.former else RATES_IN_TEXT
    listed = _("; ").join(f"{KNOWN[code].label} {_value(counts, code)}" for code in codes)
    return f"{words}{listed}{_('.')}"


def _value(counts: Counts, code: str) -> Any:
    """Return a figure, “—” for what was none when the month was frozen."""
    value = counts.figure(code)
    return NO_VALUE if value is None else value


def _done(report: MonthReport) -> str:
    """Return what was done in the period, whenever it was registered."""
    counts = report.done_total
    return _(
        "Whenever they were registered, %(closed)d were closed in the period; %(due)d answers had their last day in "
        "it, and %(on_time)d were given by then (%(rate)s)."
    ) % {
        "closed": counts["closed_in"],
        "due": counts["due_in"],
        "on_time": counts["due_on_time"],
        "rate": percent(counts.figure("due_on_time_rate")),
    }


def _spoken_of(report: MonthReport, opinions: QuerySet[Opinion], county: County, today: date) -> str:
    names = dict(Category.objects.values_list("pk", "name"))
    now = _by_category(accepted_in(opinions, county, report.period, today))
    then = _by_category(accepted_in(opinions, county, report.period.previous, today))
    most = sorted((-n, code) for code, n in now.items() if code)[:MOST]
    if not most:
        return _("No accepted opinion has a category.")
    listed = _("; ").join(
        _("%(name)s %(n)d (%(then)d before)")
        % {"name": names.get(code, code), "n": -n, "then": then.get(code, 0)}
        for n, code in most
    )
    return _("Most of the accepted were about: %s.") % listed


def _by_category(accepted: Mapping[Any, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_agency, top, _channel), n in accepted.items():
        found[top] = found.get(top, 0) + n
    return found


def _activities(report: MonthReport, by: User | None, today: date) -> str:
    scope = figures.scope_of_county(report.county, by)
    counts = figures.total(figures.count(scope, report.period, by="township", today=today).values())
    return _(
        "%(held)d of %(planned)d planned activities were held, %(visits)d of them household visits; %(people)d people "
        "were met. %(active)d of %(in_office)d deputies in office took part (%(share)s)."
    ) % {
        **{name: counts[name] for name in figures.COUNTED},
        "share": Rate(counts["active"], counts["in_office"]),
    }


def _tables(
    document: DocxDocument,
    report: MonthReport,
    notices: QuerySet[Notice],
    today: date,
    agencies: list[AgencyLine],
) -> None:
    heads = [_("Lead agency"), *(str(KNOWN[code].label) for code in BY_AGENCY)]
    rows: list[list[Any]] = [
        [one.name, *(_value(one.counts, code) for code in BY_AGENCY)] for one in agencies
    ]
    rows.append([_("Total"), *(_value(total(one.counts for one in agencies), code) for code in BY_AGENCY)])
    table(document, _("Agencies"), heads, rows, [4.2, *[1.2] * 5, *[2.1] * 2])
    heads = [_("Township"), *(str(KNOWN[code].label) for code in TABLE)]
    rows = [[row.name, *(_value(row.counts, code) for code in TABLE)] for row in report.rows]
    rows.append([_("Total"), *(_value(report.total, code) for code in TABLE)])
    table(document, _("Townships"), heads, rows, [2.2, 1.1, 1.1, 1.2, *[2.0] * 5])
    heads = [_("Lead agency"), _("urging notice"), _("supervision notice"), _("circulated notice")]
    heads += [_("Replies owed"), _("Replied")]
    names = ("agency__name", "urge", "supervise", "circulate", "owed", "replied")
    rows = [[row[name] for name in names] for row in by_agency(notices)]
    table(document, _("Notices by agency"), heads, rows, [5.1, *[2.1] * 5])
    heads = [_("Number"), _("Title"), _("Lead agency"), _("Deadline"), _("Working days late when circulated")]
    rows = [
        [row.opinion.number, row.title, row.addressee, row.due_on, row.late]
        for row in with_words(circulated(notices), today)
    ]
    table(document, _("Circulated"), heads, rows, [4.1, 3.7, 3.6, 2.5, 1.7])
