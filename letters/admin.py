"""The organs that sign a county's letters and how they are numbered. Templates have a page of their own."""

from django.contrib import admin

from common.ui.admin import ScopedModelAdmin, ScopedRelatedFilter

from .models import Organ


@admin.register(Organ)
class OrganAdmin(ScopedModelAdmin):
    list_display = ["name", "county", "short_name", "issues_on_route"]
    list_filter = [("county", ScopedRelatedFilter)]
    list_select_related = ["county"]

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), "county") if obj else ()
