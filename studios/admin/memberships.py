"""The form in which memberships are given, and the rules that no row alone can break."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from common.ui.fields import choice_field
from studios import approvals
from studios.models import Approval, County, Membership, Township
from studios.permissions.scope import NOTHING
from studios.users.rights import ALONE, GUARDED, grant_approval, stand_apart


def area_choices(prefixes: Iterable[str]) -> list[tuple[Any, Any]]:
    """Return the area codes that an administrator of `prefixes` may give, by county, as choices of a select."""
    under = NOTHING
    for prefix in prefixes:
        under |= Q(code__startswith=prefix)
    groups: list[tuple[str, Any]] = [
        ("", "—"),
        *((p, _("%s (whole prefecture)") % p) for p in prefixes if len(p) == 4),
    ]
    counties = {county.pk: county for county in County.objects.filter(under)}
    inside: dict[County, list[tuple[str, str]]] = {}
    for township in Township.objects.filter(under).select_related("county"):
        ended = _(" (ended)") if township.valid_to else ""
        inside.setdefault(township.county, []).append((township.pk, f"{township.name}{ended}"))
    for county in sorted({*counties.values(), *inside}, key=lambda county: county.pk):
        whole = [(county.pk, _("%s (whole county)") % county)] if county.pk in counties else []
        groups.append((county.name, whole + inside.get(county, [])))
    return groups


class MembershipForm(forms.ModelForm):
    area_code = forms.ChoiceField(label=_("area"), required=False)
    area_choices: list = []

    class Meta:
        model = Membership
        fields = ["role", "area_code", "studio", "agency", "is_head", "may_export"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "area_code" in self.fields:  # it is not when the row may only be looked at
            choice_field(self, "area_code").choices = self.area_choices


class MembershipFormSet(BaseInlineFormSet):
    """The memberships of one account, looked at together. `request` is that of the person who gives them."""

    request: Any = None
    held: list[Approval | None] = []

    def clean(self) -> None:
        super().clean()
        kept = [f for f in self.forms if f.is_valid() and f.cleaned_data and not self._leaves(f)]
        rows = [form.cleaned_data for form in kept]
        roles = {row["role"] for row in rows if row.get("role")}
        if not stand_apart(roles):
            raise ValidationError(ALONE)
        keys = [(row.get("role"), row.get("area_code"), row.get("studio"), row.get("agency")) for row in rows]
        if len(set(keys)) < len(keys):
            raise ValidationError(_("The same membership is entered twice."))
        self.held = self._approvals(kept)

    def _approvals(self, kept: Iterable[Any]) -> list[Approval | None]:
        """Return the approvals for the guarded rights that are new; raises ValidationError for those that lack one."""
        held, lacking = [], []
        for form in kept:
            row, given = form.instance, form.cleaned_data
            guarded = given.get("role") in GUARDED or given.get("may_export")
            if self.request is None or not guarded or not (form.has_changed() or not row.pk):
                continue
            try:
                account = self.instance.username
                held.append(grant_approval(row, account=account, by=self.request.user, request=self.request))
            except approvals.NotApproved as error:
                lacking.append(str(error))
        if lacking:
            raise ValidationError(lacking)
        return held

    def save(self, commit: bool = True) -> Any:
        """Save the memberships, and use up the approvals for them."""
        for one in self.held:
            approvals.use(one, request=self.request)
        return super().save(commit=commit)

    def _leaves(self, form: Any) -> bool:
        return form.cleaned_data.get("DELETE") or (not form.instance.pk and not form.has_changed())
