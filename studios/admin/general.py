"""Rows that hold everywhere, next to those of one county: who may edit which."""

from typing import Any

from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from common.ui.admin import ScopedModelAdmin
from studios.permissions.access import over_a_prefecture


class GeneralRowsAdmin(ScopedModelAdmin):
    """Rows without a county hold everywhere: an administrator of one county only looks at them."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the row may be edited: a general one only by administrators of a prefecture."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or obj.county_id is not None or over_a_prefecture(request.user)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Require a county of everybody who may not set what holds everywhere."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "county":
            field.required = not over_a_prefecture(request.user)
            field.empty_label = _("everywhere")
        return field
