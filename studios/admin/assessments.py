"""The assessment criteria (五有) and what a county has switched on, as the administrator edits them."""

from django.contrib import admin

from common.ui.admin import ScopedModelAdmin, ScopedRelatedFilter
from studios.models import AssessmentItem, CountyChoice

from .general import GeneralRowsAdmin


@admin.register(AssessmentItem)
class AssessmentItemAdmin(GeneralRowsAdmin):
    """Switched off, not deleted: assessments keep what was asked for on their day."""

    list_display = ["text", "have", "measure", "bound", "county", "place", "active"]
    list_filter = ["have", "active", ("county", ScopedRelatedFilter)]
    list_select_related = ["county"]
    search_fields = ["text"]


@admin.register(CountyChoice)
class CountyChoiceAdmin(ScopedModelAdmin):
    list_display = ["county", "ranks_studios"]
    list_select_related = ["county"]
    natural_key = True
