"""What the office sets for the workflow: categories, responsibilities, routing rules, urgent signals. Limits and the
escalation policy have pages of their own, which ask why (opinions/supervision/time_limits.py,
opinions/supervision/escalation.py). Never opinions."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.ui.admin import ScopedModelAdmin, ScopedRelatedFilter
from studios.admin.general import GeneralRowsAdmin
from studios.permissions.access import over_a_prefecture

from .models import Category, Responsibility, RoutingRule, UrgentSignal

BY_COUNTY = ("county", ScopedRelatedFilter)


@admin.register(Category)
class CategoryAdmin(ScopedModelAdmin):
    """One tree for all counties, so that figures can be added up: edited by the prefecture."""

    natural_key = True
    list_display = ["code", "name", "keywords", "active"]
    list_display_links = ["code", "name"]
    list_filter = ["active"]
    search_fields = ["code", "name"]

    def has_add_permission(self, request):
        return super().has_add_permission(request) and over_a_prefecture(request.user)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and over_a_prefecture(request.user)


class ResponsibilityForm(forms.ModelForm):
    def clean(self):
        data = super().clean() or self.cleaned_data
        county, agency = data.get("county"), data.get("agency")
        if county and agency and agency.county_id != county.pk:
            self.add_error("agency", _("The agency belongs to another county."))
        return data


@admin.register(Responsibility)
class ResponsibilityAdmin(ScopedModelAdmin):
    form = ResponsibilityForm
    deletable = True
    list_display = ["county", "category", "agency"]
    list_display_links = ["category"]
    list_filter = [BY_COUNTY]
    list_select_related = ["county", "category", "agency"]
    search_fields = ["category__name", "agency__name"]
    autocomplete_fields = ["category", "agency"]


@admin.register(RoutingRule)
class RoutingRuleAdmin(ScopedModelAdmin):
    """A rule that is changed decides nothing until it was tested again."""

    deletable = True
    list_display = ["position", "name", "county", "agency", "live"]
    list_display_links = ["name"]
    list_filter = [BY_COUNTY, "live"]
    list_select_related = ["county", "agency"]
    search_fields = ["name", "agency__name"]
    autocomplete_fields = ["category", "agency"]

    def save_model(self, request, obj, form, change):
        if form.changed_data != ["position"] or not change:
            obj.live, obj.tried_at, obj.tried = False, None, {}
        super().save_model(request, obj, form, change)


@admin.register(UrgentSignal)
class UrgentSignalAdmin(GeneralRowsAdmin):
    deletable = True
    list_display = ["name", "county", "words", "months", "active"]
    list_filter = [BY_COUNTY, "active"]
    list_select_related = ["county"]
