"""The congress report as a page, a Word document and a workbook, of any days and of the place that is asked for."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import IO, Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AccessRecord
from accounts.requests import StaffRequest
from reports.congress.files import change_heads, changes_of, lead_of, sentences, write_docx, write_xlsx
from reports.congress.forms import SpanForm
from reports.congress.report import CongressReport, congress_report
from reports.definitions.periods import Span, span_of
from reports.figures.areas import place_of
from reports.studios.figures import FIGURES
from reports.studios.overview import records_url
from reports.studios.views import overview_readers


@require_safe
@overview_readers
def congress(request: StaffRequest) -> HttpResponse:
    """Show the report; 422 for days that cannot be."""
    form = _form(request)
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form, "where": _where(request)}
    if valid:
        report = _report(request, _span(form))
        context |= {
            "report": report,
            "asked": urlencode({**form.data, **report.place.parameters}),
            "lead": lead_of(report),
            "sentences": sentences(report),
            "tables": _tables(report),
            "pairs": _before_and_after(report),
            "change_heads": change_heads(),
            "changes": list(changes_of(report)),
        }
    return render(request, "reports/congress.html", context, status=200 if valid else 422)


@require_safe
@overview_readers
def congress_docx(request: StaffRequest) -> HttpResponseBase:
    """Serve the report as a Word document."""
    return _file(request, "docx", write_docx)


@require_safe
@overview_readers
def congress_xlsx(request: StaffRequest) -> HttpResponseBase:
    """Serve the report as a workbook."""
    return _file(request, "xlsx", write_xlsx)


def _form(request: StaffRequest) -> SpanForm:
    """Return the form with what is asked for: without any day, this year until today."""
    today = timezone.localdate()
    days = {"first": today.replace(month=1, day=1).isoformat(), "last": today.isoformat()}
    return SpanForm({name: request.GET.get(name, day) for name, day in days.items()})


def _span(form: SpanForm) -> Span:
    return span_of(form.cleaned_data["first"], form.cleaned_data["last"])


def _where(request: StaffRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("county", "township") if request.GET.get(name)}


def _tables(report: CongressReport) -> list[dict[str, Any]]:
    """Return the columns in two tables, each as wide as a screen: what there is, and what was done."""
    middle = next(place for place, item in enumerate(report.columns) if item.code == "held")
    titles = [
        (_("Studios, deputies and funding"), slice(0, middle)),
        (_("Activities and opinions"), slice(middle, None)),
    ]
    return [
        {
            "title": title,
            "columns": report.columns[part],
            "lines": [replace(line, cells=line.cells[part]) for line in report.lines],
            "total": report.total[part],
        }
        for title, part in titles
    ]


def _before_and_after(report: CongressReport) -> list[dict[str, Any]]:
    """Return townships and studios of both days, each opening its rows."""
    days = {"before": report.span.first, "after": report.span.last}
    return [
        {
            "label": FIGURES[code].label,
            **{name: getattr(report, name)[code] for name in days},
            **{
                f"{name}_url": records_url(code, {**report.place.parameters, "on": day.isoformat()})
                for name, day in days.items()
            },
        }
        for code in report.before
    ]


def _report(request: StaffRequest, span: Span) -> CongressReport:
    where = _where(request)
    place = place_of(request.user, county=where.get("county", ""), township=where.get("township", ""))
    return congress_report(request.user, place, span, timezone.localdate())


def _file(
    request: StaffRequest, kind: str, write: Callable[[IO[bytes], CongressReport], object]
) -> HttpResponseBase:
    form = _form(request)
    if not form.is_valid():
        return congress(request)
    report = _report(request, _span(form))
    target = io.BytesIO()
    write(target, report)
    target.seek(0)
    name = f"{_('Congress report')} {report.place.name} {report.span.first} {report.span.last}.{kind}"
    audit.record(
        AccessRecord.Action.EXPORTED,
        by=request.user,
        request=request,
        subject=name,
        area_code=report.place.county.pk if report.place.county else "",
    )
    return FileResponse(target, as_attachment=True, filename=name)
