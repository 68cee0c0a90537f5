"""The pages of the reports of a month, quarter or year: the list of months, one period, freezing, what changed since,
and the bulletin."""

from collections.abc import Collection
from datetime import date

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lists.access import roles_required
from opinions.models import Opinion
from reports.definitions import periods
from reports.definitions.counts import Counts
from reports.definitions.periods import BoundedPeriod
from reports.figures.areas import opinions_of, reportable
from reports.figures.counting import count_figures
from reports.freezing import services as freezing
from reports.freezing.adjustments import changes, explained, reconciled
from reports.freezing.services import may_freeze
from reports.models import FrozenMonth, Report
from reports.monthly import bulletin as bulletins
from reports.monthly.page import all_months, month_context, month_lines, month_url
from reports.monthly.report import month_report
from studios.models import County, Role
from studios.permissions.roles import OVERSEERS
from studios.permissions.scope import scope_of

overseers_only = roles_required(*OVERSEERS)


@require_safe
@overseers_only
def months(request: StaffRequest) -> HttpResponse:
    """List the months, with the figures of each county."""
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
def month(request: StaffRequest, month: str) -> HttpResponse:
    """Show the report of one period."""
    period, county, counties = asked(request, month, request.GET.get("county", ""))
    today = timezone.localdate()
    report = month_report(county, period, opinions_of(county, request.user), today)
    made = Report.objects.visible_to(request.user, *OVERSEERS).filter(county=county, code=period.code)
    context = month_context(report, today) | {
        "counties": counties,
        "made": made.select_related("made_by")[:5],
        "may_export": scope_of(request.user).may_export(county),
        "may_freeze": _freezable(period, report.frozen, today) and may_freeze(request.user, county),
    }
    return render(request, "reports/month.html", context)


def _freezable(period: BoundedPeriod, frozen: Collection[FrozenMonth], today: date) -> bool:
    return period.is_month and not frozen and period.last < today


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.COUNTY_OFFICIAL)
def freeze(request: StaffRequest, month: str) -> HttpResponse:
    """Show the figures once more and what freezing means; POST freezes."""
    sent = request.POST if request.method == "POST" else request.GET
    period, county, _counties = asked(request, month, sent.get("county", ""), Role.COUNTY_OFFICIAL)
    if not period.is_month:
        raise Http404
    if request.method == "POST":
        try:
            freezing.freeze(county=county, month=period, by=request.user)
            messages.success(request, _("The month is frozen."))
        except freezing.NotPossible as error:
            messages.warning(request, str(error.message))
        return redirect(month_url(period, county))
    today = timezone.localdate()
    report = month_report(county, period, opinions_of(county, request.user), today)
    possible = _freezable(period, report.frozen, today)
    return render(request, "reports/freeze.html", month_context(report, today) | {"possible": possible})


@require_safe
@overseers_only
def adjustments(request: StaffRequest, month: str) -> HttpResponse:
    """Show what has changed in a frozen month since: which opinions, in which figures, why."""
    period, county, _counties = asked(request, month, request.GET.get("county", ""))
    frozen = FrozenMonth.objects.filter(county=county, month=period.first).select_related("frozen_by").first()
    if frozen is None or not period.is_month:
        raise Http404
    today, rows = timezone.localdate(), opinions_of(county, request.user)
    found = changes(frozen, rows, today)
    page = paginate(request, found)
    page.object_list = explained(page.object_list, rows, today)
    context = {
        "county": county,
        "period": period,
        "frozen": frozen,
        "page": page,
        "figures": reconciled(frozen, found, _live(rows.filter(period.registered), today)),
        "month_url": month_url(period, county),
    }
    return render(request, "reports/adjustments.html", context)


def _live(rows: QuerySet[Opinion], today: date) -> Counts:
    return count_figures(rows, today=today)[None]


@require_safe
@overseers_only
def bulletin(request: StaffRequest, month: str) -> HttpResponse:
    """Show what was circulated in the month, to be printed."""
    period, county, counties = asked(request, month, request.GET.get("county", ""))
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


def asked(
    request: StaffRequest, code_of_period: str, code: str, *roles: str
) -> tuple[BoundedPeriod, County, list[County]]:
    """Return the period and the county of the address, and the person's counties; 404 unless both exist and the
    county's reports are the person's (as one of `roles`). Without a county it is the first they have."""
    period = periods.parse_bounded(code_of_period)
    counties = list(reportable(request.user, *roles))
    county = next((county for county in counties if county.pk == code or not code), None)
    if period is None or county is None:
        raise Http404
    return period, county, counties
