"""The administration of every model: scoped, audited, and deactivated rather than deleted."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from common.text.digits import number

ADMINISTRATOR = "administrator"


STATE = "row_state"
STALE = _(
    "Somebody has changed this since you opened the page. Nothing was saved: copy what you typed, and open the page "
    "again."
)


def state_of(obj: Model, form: Any) -> str:
    """Return a digest of what a page of `form` shows of the stored row."""
    names = [field.attname for field in obj._meta.concrete_fields if field.name in form.base_fields]
    stored = type(obj)._base_manager.filter(pk=obj.pk).values(*names).first()
    return hashlib.sha256(repr(stored).encode()).hexdigest()[:32]


def within(model: type[Model], user: Any) -> QuerySet[Any]:
    """Return the rows of `model` over which `user` is administrator; all rows of a model that has no areas."""
    rows: Any = model._default_manager
    return rows.visible_to(user, ADMINISTRATOR) if hasattr(rows, "visible_to") else rows.all()


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A filter at the side of a list that names only what lies in the administrator's area."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Any]]:
        return [(row.pk, str(row)) for row in within(field.related_model, request.user)]


def is_key(model: type[Model], value: str) -> bool:
    """Return whether a form's value, which may be forged, can be looked up as a key of `model` at all."""
    try:
        key = model._meta.pk.to_python(value)
    except ValidationError:
        return False
    return number(value) is not None if isinstance(key, int) else "\0" not in value


class KeySelect(AutocompleteSelect):
    """Django's own looks up whatever a forged form holds, and fails at a word where a key should stand: such a value
    is left out of the choices, and the field says that it is none."""

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        model = self.choices.queryset.model
        return super().optgroups(name, [one for one in value if is_key(model, one)], attrs)


class SafeAutocomplete(admin.options.BaseModelAdmin):
    """Of a ModelAdmin or an inline: its `autocomplete_fields` withstand forged forms."""

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeySelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ScopedModelAdmin(SafeAutocomplete, admin.ModelAdmin):
    """Who may do what follows from the role administrator over an area, not from Django's permissions.

    `natural_key`: the primary key is typed on adding and fixed from then on. `deletable`: rows that nothing
    else keeps; all others are switched off or ended instead.
    """

    natural_key = False
    deletable = False
    list_per_page = 50
    view_on_site = False

    def _allowed(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request) and (
            obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._allowed(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._allowed(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.deletable and self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        ordering = self.get_ordering(request)
        rows = within(self.model, request.user)
        return rows.order_by(*ordering) if ordering else rows

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", within(db_field.related_model, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return Django's form; of a row that exists it refuses a page older than the row, by which somebody would undo
        what others did meanwhile."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None or not change:
            return form
        shown = request.POST.get(STATE)
        stale = shown is not None and shown != state_of(obj, form)

        class Current(form):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                cleaned = super().clean()
                if stale:
                    raise ValidationError(STALE)
                return cleaned

        return Current

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Put the state of the row into the page; one that was sent and refused keeps the state that it had."""
        if (obj := context.get("original")) is not None:
            form = type(context["adminform"].form)
            context[STATE] = request.POST.get(STATE) or state_of(obj, form)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        # A changed primary key would be saved as a second row, and the first would stay.
        return (*fields, self.model._meta.pk.name) if self.natural_key and obj else fields

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        # Whatever a forged form said: what is saved lies in the administrator's area, or is rolled back.
        if not self.get_queryset(request).filter(pk=obj.pk).exists():
            raise PermissionDenied

    def response_action(  # type: ignore[override]  # the stubs describe a later Django, with one more argument
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Run the action on the chosen rows of a list; Django's own fails at a word where a key should be."""
        if not all(is_key(self.model, one) for one in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            message = _("What was chosen is not there. Nothing was changed.")
            self.message_user(request, message, messages.WARNING)
            return None
        return super().response_action(request, queryset)

    def area_of(self, obj: Any) -> str:
        """Return the area code under which an auditor finds the change; "" for a row without one."""
        return getattr(obj, "township_id", "") or getattr(obj, "county_id", "") or ""

    def facts_of(self, obj: Any) -> dict:
        """Return what the audit row keeps of the state after the change, as well as the names of the changed fields."""
        return {}

    def _record(self, request: HttpRequest, obj: Model, did: str, message: Any = None) -> None:
        details = {"did": did, "changes": message or []} | self.facts_of(obj)
        site: Any = self.admin_site  # congress_liaison.admin.LiaisonAdminSite, of an app above this one
        site.record(request, obj, area_code=self.area_of(obj), details=details)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._record(request, obj, "added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._record(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            self._record(request, obj, "deleted")
        return super().log_deletions(request, queryset)


class PersonAdmin(ScopedModelAdmin):
    """Rows with a person's `name`: Chinese says another word for it than for the name of a place."""

    @admin.display(description=_("full name"), ordering="name")
    def full_name(self, obj: Any) -> str:
        return obj.name

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "name":
            kwargs["label"] = _("Full name")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ReadOnlyAdmin(ScopedModelAdmin):
    """Rows that can be looked at here and come from elsewhere."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
