"""What the keepers of the register correct about one deputy: facts and photo, a seat, a term. The services decide."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.security.uploads import PhotoField
from common.ui.fields import PersonNameField, PhoneField, row_field
from common.ui.forms import LiaisonFormHelper, VisibleText
from deputies.activities.forms.activity import DAY
from deputies.models import Deputy, Level, Mandate, Term
from deputies.models.people import CODE_LENGTH, congress_of
from deputies.register_access import KEEPERS
from deputies.roll import corrections
from deputies.roll.corrections import FACTS, SEAT
from studios.directory.filters import TownshipField
from studios.models import Studio, Township


class CorrectForm(VisibleText, forms.ModelForm):
    """`version` is the deputy's as the person saw it; `save` is never called."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        deputy: Deputy,
        instance: Any,
        **more: Any,
    ) -> None:
        super().__init__(data, files, instance=instance, initial={"version": deputy.version}, **more)
        back = reverse("deputies:detail", args=[deputy.pk])
        self.helper = LiaisonFormHelper(self, cancel_url=back)

    def arguments(self) -> dict[str, Any]:
        """Return the service's keywords."""
        return {name: self.cleaned_data[name] for name in self.fields}


class FactsForm(CorrectForm):
    photo = PhotoField(required=False)
    no_photo = forms.BooleanField(label=_("Take the photo away"), required=False)
    shifts = forms.ChoiceField(
        label=_("Shifts to come, if the deputy moves"),
        required=False,
        choices=[
            ("", "—"),
            ("keep", _("the deputy keeps them")),
            ("release", _("the deputy is released from them")),
        ],
        help_text=_("Asked when studio or township changes; the planners are told."),
    )

    class Meta:
        model = Deputy
        fields = FACTS
        field_classes = {"township": TownshipField, "phone": PhoneField, "name": PersonNameField}
        labels = {"name": _("Full name")}
        widgets = {"phone": forms.TextInput(attrs={"type": "tel", "inputmode": "tel"})}

    def __init__(self, *args: Any, user: User, deputy: Deputy, **more: Any) -> None:
        super().__init__(*args, deputy=deputy, instance=deputy, **more)
        townships = Township.objects.visible_to(user, *KEEPERS).current().select_related("county")
        here = Q(pk=deputy.township_id)
        row_field(self, "township").queryset = (townships | Township.objects.filter(here)).distinct()
        near = Studio.objects.filter(township__county=deputy.township.county_id, active=True)
        row_field(self, "studio").queryset = near.order_by("township_id", "name_pinyin")
        if not deputy.photo:
            del self.fields["no_photo"]
        if not corrections.coming_shifts(deputy, timezone.localdate()).exists():
            del self.fields["shifts"]


class SeatForm(CorrectForm):
    class Meta:
        model = Mandate
        fields = SEAT
        labels = {"ended_on": _("The seat ended on")}
        widgets = {"began_on": DAY, "ended_on": DAY}
        help_texts = {
            "began_on": _("Empty: since the term began. For a by-election its day."),
            "ended_on": _(
                "Empty while the deputy sits. From this day on the deputy no longer counts as in office."
            ),
            "end_reason": _(
                "Asked when it ends before the term does; the deputy is released from the shifts to come."
            ),
        }

    def __init__(self, *args: Any, deputy: Deputy, instance: Mandate, **more: Any) -> None:
        super().__init__(*args, deputy=deputy, instance=instance, **more)
        congresses = Q(pk=instance.term_id)
        for level in CODE_LENGTH:
            if level == Level.TOWNSHIP and deputy.township.kind == Township.Kind.SUBDISTRICT:
                continue  # a subdistrict (街道) has no congress of its own
            congresses |= Q(level=level, area_code=congress_of(level, deputy.township_id))
        row_field(self, "term").queryset = Term.objects.filter(congresses).order_by("area_code", "-number")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        ended, term = data.get("ended_on"), data.get("term")
        if ended and not data.get("end_reason") and not (term and term.ends_on == ended):
            self.add_error("end_reason", _("Say why the seat ended."))
        if data.get("end_reason") and not ended:
            self.add_error("ended_on", _("Give the day on which the seat ended."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # That a term has one seat for a deputy is said by the service.
        return {*super()._get_validation_exclusions(), "deputy"}  # type: ignore[misc]  # not in the stubs


class TermCorrectionForm(forms.ModelForm):
    class Meta:
        model = Term
        fields = ["number", "starts_on"]
        widgets = {"starts_on": DAY}
        help_texts = {"starts_on": _("The term before ends on this day.")}

    def __init__(self, data: Mapping[str, Any] | None = None, *, instance: Term) -> None:
        super().__init__(data, instance=instance)
        cast(forms.IntegerField, self.fields["number"]).min_value = 1
        if instance.starts_on is None:
            del self.fields["starts_on"]
        self.helper = LiaisonFormHelper(self, cancel_url=reverse("deputies:list"))
