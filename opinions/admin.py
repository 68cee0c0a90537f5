"""What the office sets for the workflow: categories, responsibilities, ladder. Limits have a page of their own,
which asks why (opinions/workflow/limits.py). Never opinions."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from common.admin import ScopedModelAdmin, ScopedRelatedFilter
from studios.access import over_a_prefecture

from .models import Category, LadderStep, Responsibility, RoutingRule, UrgentSignal

BY_COUNTY = ("county", ScopedRelatedFilter)


class GeneralRowsAdmin(ScopedModelAdmin):
    """Rows without a county hold everywhere: an administrator of one county only looks at them."""

    def has_change_permission(self, request, obj=None):
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or obj.county_id is not None or over_a_prefecture(request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "county":
            field.required = not over_a_prefecture(request.user)
            field.empty_label = _("everywhere")
        return field


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
        data = super().clean()
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


class LadderStepForm(forms.ModelForm):
    recipients = forms.MultipleChoiceField(
        label=_("recipients"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("handler", _("agency handler")),
            ("head", _("head of the agency")),
            ("supervisor", _("supervisor")),
            ("county_official", _("county official")),
        ],
    )


@admin.register(LadderStep)
class LadderStepAdmin(GeneralRowsAdmin):
    form = LadderStepForm
    deletable = True
    list_display = ["level", "kind", "county", "anchor", "days", "acknowledge_within"]
    list_display_links = ["level", "kind"]
    list_filter = [BY_COUNTY]
    list_select_related = ["county"]


@admin.register(RoutingRule)
class RoutingRuleAdmin(ScopedModelAdmin):
    """A rule that is changed decides nothing until it was tried out again."""

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
