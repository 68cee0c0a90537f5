"""Areas, agencies and studios."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ui.admin import ScopedModelAdmin, ScopedRelatedFilter
from studios import history, leaving
from studios.areas.parser import is_code
from studios.models import Agency, County, Role, Studio, Township, Village
from studios.permissions.scope import scope_of
from studios.pinyin import name_key

from .leaving import LeavingMixin

BY_COUNTY = ("county", ScopedRelatedFilter)
BY_TOWNSHIP_COUNTY = ("township__county", ScopedRelatedFilter)


class CodeForm(forms.ModelForm):
    """Refuses a code that is none, and one outside the administrator's own area."""

    prefixes: list = []

    def clean_code(self) -> str:
        """Refuse a code that is none, and one outside the administrator's area."""
        code = self.cleaned_data["code"]
        if not is_code(code, self._meta.model._meta.pk.max_length):
            raise ValidationError(_("This is not a valid code of GB/T 2260."))
        if not code.startswith(tuple(self.prefixes)):
            raise ValidationError(_("This code lies outside your area."))
        return code

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        above = data.get("county") or data.get("township")
        code = data.get("code") or self.instance.pk
        # A village keeps its code when its township is merged.
        if above and code and not self.instance.pk and not code.startswith(above.pk):
            self.add_error(None, _("The code does not begin with the code of the unit above."))
        return data


class AreaAdmin(ScopedModelAdmin):
    natural_key = True
    form = CodeForm

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Return the form, told the area codes of the person's administration."""
        form = super().get_form(request, obj, change, **kwargs)
        cast(type[CodeForm], form).prefixes = scope_of(request.user).prefixes(Role.ADMINISTRATOR)
        return form

    def area_of(self, obj: Any) -> str:
        """Return the code under which the audit trail keeps the change: of the township or county."""
        return obj.pk[:9]


@admin.register(County)
class CountyAdmin(AreaAdmin):
    list_display = ["code", "name", "valid_from", "valid_to"]
    list_display_links = ["code", "name"]
    search_fields = ["code", "name"]


@admin.register(Township)
class TownshipAdmin(AreaAdmin):
    list_display = ["code", "name", "county", "kind", "counted", "valid_from", "valid_to", "successor"]
    list_display_links = ["code", "name"]
    list_filter = [BY_COUNTY, "kind", "counted"]
    list_select_related = ["county", "successor"]
    search_fields = ["code", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the fields that only guided actions change."""
        # Mergers, renamings and splits are guided actions (studios/areas/changes.py): names and ends keep
        # their history.
        fields = super().get_readonly_fields(request, obj)
        return (
            (*fields, "name", "kind", "county", "valid_to", "successor")
            if obj
            else (*fields, "valid_to", "successor")
        )


@admin.register(Village)
class VillageAdmin(AreaAdmin):
    list_display = ["code", "name", "township"]
    list_display_links = ["code", "name"]
    list_filter = [BY_TOWNSHIP_COUNTY]
    list_select_related = ["township"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["township"]


class NamedAdmin(ScopedModelAdmin):
    """Rows in a list by pinyin; the key is made here, when the name is typed."""

    person = False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save it with the key by which it is listed."""
        obj.name_pinyin = name_key(obj, person=self.person)
        super().save_model(request, obj, form, change)


@admin.register(Agency)
class AgencyAdmin(LeavingMixin, NamedAdmin):
    leaving_question = _("Which agency takes over what is open?")
    nobody_label = _("None: what is open goes back to triage")
    list_display = ["name", "county", "active"]
    list_filter = [BY_COUNTY, "active"]
    list_select_related = ["county"]
    search_fields = ["name", "name_pinyin"]

    def agencies_of(self, obj: Agency) -> set[int]:
        """Return the agency itself."""
        return {obj.pk}

    def successors(self, request: HttpRequest, obj: Agency, left: list[leaving.Left]) -> QuerySet:
        """Return the other agencies of the county that can act."""
        agencies: Any = self.get_queryset(request)
        return agencies.able_to_act().filter(county=obj.county_id).exclude(pk=obj.pk)

    def take_over(
        self, request: HttpRequest, obj: Agency, left: list[leaving.Left], successor: Agency | None
    ) -> None:
        """Hand what is open to `successor`, or back to triage."""
        leaving.hand_on(left, successor, by=cast(User, request.user))


class StudioForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        township = data.get("township") or (self.instance.township if self.instance.pk else None)
        village = data.get("village")
        if township and village and village.township_id != township.pk:
            self.add_error("village", _("The village does not lie in the township."))
        linked = data.get("belongs_to")
        if linked and (linked.is_home or linked.township_id != getattr(township, "pk", None)):
            self.add_error("belongs_to", _("A home is linked to a studio of its own township."))
        return data


@admin.register(Studio)
class StudioAdmin(NamedAdmin):
    form = StudioForm
    list_display = ["name", "code", "kind", "township", "in_charge", "active"]
    list_filter = [BY_TOWNSHIP_COUNTY, "kind", "active"]
    list_select_related = ["township"]
    search_fields = ["name", "name_pinyin", "code"]
    autocomplete_fields = ["township", "village", "belongs_to"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the fields that never change, or change only by a guided action."""
        # The code stands in the QR code at the door; kinds are never mixed; a township changes by a guided action.
        return (*super().get_readonly_fields(request, obj), "code", "kind", "township") if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save it as a new version, so that an open form of the studio's staff is stale."""
        obj.version += bool(change)
        if "active" in form.changed_data:
            obj.closed_on = None if obj.active else timezone.localdate()
        super().save_model(request, obj, form, change)

    def _record(self, request: HttpRequest, obj: Any, did: str, message: Any = None) -> None:
        """Record it in the studio's own history, with what each changed field held before and after."""
        form: Any = getattr(request, "studio_form", None)
        names = form.changed_data if form is not None and did == "changed" else []
        changes = {n: [str(form.initial.get(n) or ""), str(form.cleaned_data[n] or "")] for n in names}
        history.note(obj, did, by=cast(User, request.user), changes=changes, request=request)

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:
        """Keep the form for `_record`, which is handed the message alone."""
        request.studio_form = form
        return super().construct_change_message(request, form, formsets, add)
