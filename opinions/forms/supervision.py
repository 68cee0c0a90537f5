"""The filter of the supervision page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from opinions.workflow.table import OPEN, Status
from studios.models import Agency, County, Role


class SupervisionFilter(forms.Form):
    """GET form. What is no choice of the person's own finds nothing, and says so beside the field."""

    show = forms.CharField(widget=forms.HiddenInput, required=False)
    county = forms.ModelChoiceField(
        County.objects.none(), label=_("county"), required=False, empty_label=_("all")
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("lead agency"), required=False, empty_label=_("all")
    )
    status = forms.ChoiceField(label=_("status"), required=False)

    def __init__(self, data, *, user, counties):
        super().__init__(data, auto_id="filter_%s")
        self.fields["county"].queryset = counties
        agencies = Agency.objects.visible_to(user, Role.SUPERVISOR, Role.COUNTY_OFFICIAL)
        if data.get("county"):
            agencies = agencies.filter(county=data["county"])
        self.fields["agency"].queryset = agencies
        self.fields["status"].choices = [("", _("all")), *((code, Status(code).label) for code in OPEN)]

    def narrow(self, rows):
        """`rows` with the filters that are set."""
        if not self.is_valid():
            return rows.none()
        names = {"county": "county", "agency": "lead_agency", "status": "status"}
        return rows.filter(
            **{names[name]: value for name, value in self.cleaned_data.items() if value and name in names}
        )

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(bool(self.data.get(name)) for name in ("county", "agency", "status"))
