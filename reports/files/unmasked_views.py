"""The page on which who holds the right says why they take a period's personal data away, and gets the workbook."""

from typing import Any

from django import forms
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import StaffRequest
from opinions.pages.forms.reveal import reason
from reports.files.views import TYPES
from reports.models import file_name
from reports.monthly.page import month_url
from reports.monthly.views import asked, overseers_only
from reports.workbook import unmasked as exports
from studios import approvals
from studios.models import Approval, County
from studios.permissions.scope import scope_of


class ReasonForm(forms.Form):
    reason = reason(
        _("What the personal data is needed for"),
        _("At least four characters; stands in the audit trail with your name, and on every sheet."),
    )

    def __init__(self, *args: Any, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    def clean(self) -> dict[str, Any]:
        if self.rows > exports.MOST:
            raise forms.ValidationError(
                _("%(rows)d opinions are too many for one file of this kind: choose a month."),
                params={"rows": self.rows},
            )
        super().clean()
        return self.cleaned_data


def _approved(request: StaffRequest, form: ReasonForm, county: County, period: str) -> bool:
    """Use up the approval of a second person, where one is needed; without one, say so on the form."""
    words = _("Export with personal data: %(county)s %(period)s") % {"county": county.name, "period": period}
    try:
        held = approvals.ask(
            Approval.Kind.UNMASKED, about=f"{county.pk} {period}", words=words, area_code=county.pk,
            by=request.user, request=request,
        )  # fmt: skip
        approvals.use(held, request=request)
    except approvals.NotApproved as error:
        form.add_error(None, str(error))
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@overseers_only
def unmasked(request: StaffRequest, month: str) -> HttpResponseBase:
    """Ask for the reason, then serve the workbook with personal data. 403 for those who do not hold the right."""
    sent = request.POST if request.method == "POST" else request.GET
    period, county, _counties = asked(request, month, sent.get("county", ""))
    if not scope_of(request.user).may_export(county):
        return render(request, "403.html", status=403)
    facts: dict[str, Any] = {"period": period, "county": county, "by": request.user}
    rows = exports.count(**facts)
    form = ReasonForm(request.POST if request.method == "POST" else None, rows=rows)
    if form.is_valid() and _approved(request, form, county, str(period)):
        file = exports.take_away(**facts, reason=form.cleaned_data["reason"], request=request)
        suffix = _("with personal data")
        name = file_name(county, period, "xlsx").replace(".xlsx", f"（{suffix}）.xlsx")
        return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES["xlsx"])
    context = {**facts, "form": form, "rows": rows, "month_url": month_url(period, county)}
    return render(request, "reports/unmasked.html", context, status=422 if form.is_bound else 200)
