"""The pages of the reports: dashboard, months, one month, and its workbook."""

import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from common.pagination import paginate
from opinions.views.access import roles_required
from reports import bulletin as bulletins
from reports import periods, services
from reports.areas import opinions_of, place_of, reportable
from reports.dashboard import dashboard as dashboard_of
from reports.models import Report
from reports.month import month_report
from reports.month_page import all_months, month_context, month_lines, month_url
from reports.overview import overview
from reports.workbook import write_month
from studios.context import OVERSEERS
from studios.models import Role

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# More rows than this take longer than a web request may: they are made in the background.
AT_ONCE = 50_000
overseers_only = roles_required(*OVERSEERS)


@require_safe
@roles_required(*OVERSEERS, Role.CLERK)
def dashboard(request):
    place, period, chosen = _place_and_period(request)
    context = dashboard_of(request.user, place, period, timezone.localdate()) | chosen
    return render(request, "reports/dashboard.html", context)


@require_safe
@roles_required(*OVERSEERS, Role.CLERK)
def activities(request):
    """What deputies did: held of planned, people met, who took part, which studios lie idle."""
    place, period, chosen = _place_and_period(request)
    context = overview(request.user, place, period, timezone.localdate()) | chosen
    return render(request, "reports/activities.html", context)


def _place_and_period(request):
    """The place and the period that are asked for, and what the selector of periods offers."""
    asked = request.GET
    where = {name: asked.get(name, "") for name in ("county", "township")}
    place = place_of(request.user, **where, followed="followed" in asked)
    period = periods.parse(asked.get("period", "")) or periods.this_month()
    choices = periods.choices(timezone.localdate())
    listed = any(period.code == code for _group, options in choices for code, _label in options)
    return place, period, {"choices": choices, "listed": listed}


@require_safe
@overseers_only
def months(request):
    today = timezone.localdate()
    counties = list(reportable(request.user))
    page = paginate(request, all_months(request.user, today), per_page=13)
    made = Report.objects.visible_to(request.user, *OVERSEERS).select_related("county", "made_by")
    context = {
        "page": page,
        "counties": counties,
        "lines": month_lines(request.user, list(page), counties, today),
        "made": made[:10],
    }
    return render(request, "reports/months.html", context)


@require_safe
@overseers_only
def month(request, month):
    period, county, counties = _asked(request, month, request.GET.get("county", ""))
    today = timezone.localdate()
    report = month_report(county, period, opinions_of(county, request.user), today)
    made = Report.objects.visible_to(request.user, *OVERSEERS).filter(county=county, month=period.first)
    context = month_context(report, today) | {
        "counties": counties,
        "made": made.select_related("made_by")[:5],
    }
    return render(request, "reports/month.html", context)


@require_safe
@overseers_only
def bulletin(request, month):
    """What was circulated in the month, to be printed."""
    period, county, counties = _asked(request, month, request.GET.get("county", ""))
    today = timezone.localdate()
    notices = bulletins.issued(request.user, county, period)
    page = paginate(request, bulletins.circulated(notices), per_page=100)
    page.object_list = bulletins.with_words(page.object_list, today)
    context = {
        "period": period,
        "county": county,
        "counties": counties,
        "title": bulletins.title_of(period, county),
        "agencies": bulletins.by_agency(notices),
        "page": page,
        "previous": bulletins.url_of(period.previous, county),
        "next": bulletins.url_of(period.next, county) if period.next.first <= today else "",
    }
    return render(request, "reports/bulletin.html", context)


@require_safe
@overseers_only
def workbook(request, month):
    """The workbook at once, for scripts and small counties; a large month is left to the worker."""
    period, county, _counties = _asked(request, month, request.GET.get("county", ""))
    if opinions_of(county, request.user).filter(period.registered).count() > AT_ONCE:
        messages.warning(request, _("This month is too large to wait for: have it made in the background."))
        return redirect(month_url(period, county))
    target = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    rows = write_month(target, month=period, county=county, by=request.user)
    target.seek(0)
    return _attachment(request, target, f"{county.name}-{period}.xlsx", county, period, rows)


@require_POST
@overseers_only
def make(request, month):
    period, county, _counties = _asked(request, month, request.POST.get("county", ""))
    report = services.ask_report(county=county, month=period, by=request.user)
    return redirect("reports:made", pk=report.pk)


@require_safe
@overseers_only
def made(request, pk):
    return _progress(request, pk, "reports/made.html")


@require_safe
@overseers_only
def progress(request, pk):
    """The part of the page that asks for itself until the workbook is ready."""
    return _progress(request, pk, "reports/_progress.html")


@require_safe
@overseers_only
def download(request, pk):
    report = _report(request, pk)
    try:
        file = report.file.open("rb") if report.state == Report.State.READY else None
    except FileNotFoundError:
        file = None
    if file is None:
        raise Http404
    return _attachment(request, file, report.file_name, report.county, report.period, report.rows)


def _progress(request, pk, template):
    report = _report(request, pk)
    services.look_after(report)
    return render(request, template, {"report": report, "month_url": month_url(report.period, report.county)})


def _report(request, pk):
    rows = Report.objects.visible_to(request.user, *OVERSEERS).select_related("county", "made_by")
    return get_object_or_404(rows, pk=pk)


def _asked(request, month, code):
    """The month and the county of the address: both must exist, and the county's reports be the person's. Without a
    county it is the first they have."""
    period = periods.parse_month(month)
    counties = list(reportable(request.user))
    county = next((county for county in counties if county.pk == code or not code), None)
    if period is None or county is None:
        raise Http404
    return period, county, counties


def _attachment(request, file, name, county, period, rows):
    """Every download leaves a trace: who took how many rows of what."""
    audit.record(
        "exported",
        by=request.user,
        request=request,
        subject=f"{county.pk} {period}",
        area_code=county.pk,
        details={"rows": rows, "file": name},
    )
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
