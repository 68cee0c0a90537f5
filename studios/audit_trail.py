"""The audit trail as an auditor may read it: the rows of their area, the logins of its people."""

import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts import audit
from accounts.models import AccessRecord, User
from accounts.requests import StaffRequest
from common.excel.workbook import Column, Sheet, write_xlsx
from common.security.numbers import mask_numbers
from common.templatetags.liaison import localdate_long, localtime_long
from common.text.search_text import contains_all_words
from common.ui.pagination import paginate
from studios.models import County

from .directory.filters import counties_of
from .models import Role
from .permissions.access import auditors_only
from .permissions.scope import NOTHING, scope_of
from .staff import staff_with_any_role_in

PREFECTURE_DIGITS = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Records = QuerySet[AccessRecord]
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def records_for(auditor: User) -> QuerySet[AccessRecord]:
    """Return the AccessRecords that exist for `auditor`.

    A row with an area is theirs when the area lies in their own. A row without one (a login) follows the person it
    is about. Rows about nobody known (a login with a name that is no account, a command) are the prefecture's.
    """
    prefixes = scope_of(auditor).prefixes(Role.AUDITOR)
    chosen = NOTHING
    for prefix in prefixes:
        chosen |= Q(area_code__startswith=prefix)
    people = staff_with_any_role_in(prefixes)
    chosen |= Q(area_code="", by__in=people.values("pk"))
    chosen |= Q(area_code="", by=None, username__in=people.values("username"))
    if any(len(prefix) == PREFECTURE_DIGITS for prefix in prefixes):
        chosen |= Q(area_code="", by=None, username="")
    return AccessRecord.objects.filter(chosen)


def midnight(day: date) -> datetime:
    """Return the moment at which `day` begins in the office's time zone, so that the index on `at` serves."""
    return timezone.make_aware(datetime.combine(day, time.min))


class AuditFilter(filters.FilterSet):
    who = filters.CharFilter(label=_("Who (name or account)"), method="by_person")
    action = filters.ChoiceFilter(
        label=_("Action"), choices=AccessRecord.Action.choices, empty_label=_("all actions")
    )
    subject = filters.CharFilter(label=_("What (begins with)"), lookup_expr="startswith")
    county = filters.ModelChoiceFilter(
        label=_("Area"), queryset=counties_of, method="in_county", empty_label=_("all areas")
    )
    since = filters.DateFilter(label=_("From"), method="from_day", widget=DATE)
    until = filters.DateFilter(label=_("To"), method="to_day", widget=DATE)

    class Meta:
        model = AccessRecord
        fields = ["who", "action", "subject", "county", "since", "until"]

    def by_person(self, rows: Records, name: str, value: str) -> Records:
        """Keep the rows whose account or name holds all the words."""
        return rows.filter(contains_all_words(["username", "by__name"], value))

    def from_day(self, rows: Records, name: str, day: date) -> Records:
        """Keep the rows from the beginning of `day`."""
        return rows.filter(at__gte=midnight(day))

    def to_day(self, rows: Records, name: str, day: date) -> Records:
        """Keep the rows up to the end of `day`."""
        return rows.filter(at__lt=midnight(day + timedelta(days=1)))

    def in_county(self, rows: Records, name: str, county: County) -> Records:
        """Keep the rows of the county and its townships."""
        return rows.filter(area_code__startswith=county.pk)

    @property
    def active(self) -> int:
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0


COLUMNS = [
    Column(pgettext_lazy("register", "No."), 8, "number"),
    Column(_("When"), 20, "second"),
    Column(_("Who"), 12),
    Column(_("Account"), 16),
    Column(_("Action"), 14),
    Column(_("What"), 26, "long"),
    Column(_("Reason"), 30, "long"),
    Column(_("Area"), 12),
    Column(_("Network address"), 18),
    Column(_("Details"), 60, "long"),
    Column(_("Row of the account"), 8, "number"),
    Column(_("Hash"), 68),
]
MOST_ROWS = 500_000  # below what one sheet holds


@require_safe
@auditors_only
def export(request: StaffRequest) -> HttpResponseBase:
    """Export what the page shows as Excel; taking it away is itself recorded. 422 when the rows exceed one sheet."""
    chosen = AuditFilter(request.GET, queryset=records_for(request.user), request=request)
    rows = chosen.qs.select_related("by").order_by("-at", "-id")
    if rows.count() > MOST_ROWS:
        return render(request, "studios/audit_too_many.html", {"most": MOST_ROWS}, status=422)
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    head = [str(_("Audit trail")), _head(request, chosen)]
    count = write_xlsx(target, [Sheet(str(_("Audit trail")), COLUMNS, _lines(rows), head, frozen=1)])
    target.seek(0)
    audit.record(
        AccessRecord.Action.EXPORTED,
        by=request.user,
        request=request,
        subject=str(_("Audit trail")),
        area_code=min(scope_of(request.user).prefixes(Role.AUDITOR)),
        details={"rows": count, "filter": mask_numbers(request.GET.urlencode())[:500]},
    )
    name = str(_("Audit trail %(day)s.xlsx") % {"day": f"{timezone.localdate():%Y-%m-%d}"})
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def _head(request: StaffRequest, chosen: AuditFilter) -> str:
    """Return for which days, by whom and when the export was made."""
    form = chosen.form
    days = form.cleaned_data if form.is_valid() else {}
    facts = {
        "since": localdate_long(days["since"]) if days.get("since") else _("the beginning"),
        "until": localdate_long(days.get("until") or timezone.localdate()),
        "by": request.user,
        "at": localtime_long(timezone.now()),
    }
    return str(_("From %(since)s to %(until)s. Made at %(at)s by %(by)s.") % facts)


# What was recorded under a code, in words.
SUBJECTS = {"triage model": _("triage model"), "categories": _("categories")}


def named_subject(subject: str) -> str:
    """Return what a record is about, in words."""
    if subject.startswith("assessment "):
        return str(_("Assessment %s") % subject.removeprefix("assessment "))
    return str(SUBJECTS.get(subject, subject))


OF_PEOPLE = {"user", "by", "person", "account"}  # details that hold the key of an account


def _named(key: str, value: Any, names: dict[str, str]) -> str:
    """Return a detail as text, an account by its name."""
    return names.get(str(value), str(value)) if key in OF_PEOPLE else str(value)


def _lines(rows: QuerySet[AccessRecord]) -> Iterator[list[Any]]:
    people = User.objects.values_list("pk", "name", "username")
    names = {str(pk): f"{name} ({username})" for pk, name, username in people}
    for place, row in enumerate(rows.iterator(chunk_size=2000), start=1):
        who = row.by.name if row.by else ""
        yield [
            place, row.at, who, row.username, row.get_action_display(), named_subject(row.subject),
            row.reason, row.area_code, row.address,
            "；".join(f"{key}: {_named(key, value, names)}" for key, value in row.details.items()),
            row.sequence, row.hash,
        ]  # fmt: skip


@require_safe
@auditors_only
def audit_trail(request: StaffRequest) -> HttpResponse:
    """Show what people looked at, revealed, exported and set. Read-only."""
    chosen = AuditFilter(request.GET, queryset=records_for(request.user), request=request)
    page = paginate(request, chosen.qs.select_related("by").order_by("-at", "-id"), per_page=50)
    return render(request, "studios/audit_trail.html", {"filter": chosen, "page": page})
