"""The organs that sign a county's letters and how they are numbered. Templates have a page of their own."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from common.ui.admin import ScopedModelAdmin, ScopedRelatedFilter

from .models import Organ

BY_RULE = ("handover_by_rule", "supervision_by_rule", "reply_by_rule")


@admin.register(Organ)
class OrganAdmin(ScopedModelAdmin):
    list_display = ["name", "county", "short_name", "issues_on_route", *BY_RULE]
    list_filter = [("county", ScopedRelatedFilter)]
    list_select_related = ["county"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), "county") if obj else ()
