"""Deputies, as the administrator edits them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ui.admin import PersonAdmin
from studios.admin.ground import BY_TOWNSHIP_COUNTY, NamedAdmin
from studios.models import Role
from studios.permissions.scope import scope_of
from studios.staff import staff_only_in

from .models import Deputy, DeputyFormerTownship


class DeputyForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        township, studio = data.get("township"), data.get("studio")
        if township and studio and studio.township.county_id != township.county_id:
            self.add_error("studio", _("The studio lies in another county than the township."))
        return data


@admin.register(Deputy)
class DeputyAdmin(NamedAdmin, PersonAdmin):
    person = True
    form = DeputyForm
    list_display = ["full_name", "township", "studio", "user", "active"]
    list_filter = [BY_TOWNSHIP_COUNTY, "active"]
    list_select_related = ["township", "studio", "user"]
    search_fields = ["name", "name_pinyin"]
    autocomplete_fields = ["township", "studio", "user"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the deputy; a township that changes is kept for the figures of the past."""
        if change and "township" in form.changed_data:
            DeputyFormerTownship.keep(Deputy.objects.filter(pk=obj.pk))
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the fields that nobody types: whether a deputy is in office follows from the seats (ADR 0028)."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "active") if obj and obj.mandates.exists() else fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only accounts of the person's own administration."""
        if db_field.related_model is User:
            kwargs["queryset"] = staff_only_in(scope_of(request.user).prefixes(Role.ADMINISTRATOR))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
