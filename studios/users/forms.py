"""The forms of one account: who it is, and a role over a place that is found by typing."""

from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import StaffRequest
from common.ui.fields import PersonNameField, PhoneField
from studios.models import County, Membership, Role
from studios.permissions.roles import OVERSEERS
from studios.staff import under_q

from .places import Place, Places, membership_over
from .rights import ALONE, stand_apart


class PersonForm(forms.Form):
    """Who an account is for. The user name never changes: the ledger keeps it."""

    name = PersonNameField(label=_("Full name"), max_length=50)
    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        required=False,
        validators=[User.username_validator],
        help_text=_("Letters and digits; empty: made from the name."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    phone = PhoneField(label=_("Mobile number"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)

    def __init__(self, data: Any = None, *, user: User | None = None) -> None:
        facts = {"name": user.name, "phone": user.phone, "email": user.email} if user else None
        super().__init__(data, initial=facts)
        if user:
            del self.fields["username"]

    def clean_username(self) -> str:
        """Refuse a name that an account has, in whatever case."""
        typed = self.cleaned_data["username"]
        if typed and User.objects.filter(username__iexact=typed).exists():
            raise ValidationError(_("There is an account of this name; choose another."))
        return typed


class PlaceInput(forms.TextInput):
    """A text field that offers places while one types."""

    places: list[Place] = []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        box = super().render(name, value, {**(attrs or {}), "list": "places"}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((p.label,) for p in self.places))
        return format_html('{}<datalist id="places">{}</datalist>', box, options)


class RoleForm(forms.Form):
    """One role over one place. `membership` is what it says, not saved, once it is valid."""

    role = forms.ChoiceField(label=_("Role"), choices=[("", "—"), *Role.choices])
    place = forms.CharField(
        label=_("Area, studio or agency"),
        max_length=120,
        widget=PlaceInput(attrs={"autocomplete": "off"}),
        help_text=_("Type a part of its name, or its code, and choose."),
    )
    is_head = forms.BooleanField(label=_("heads the agency"), required=False)
    may_export = forms.BooleanField(label=_("may export names and phone numbers"), required=False)

    def __init__(self, data: Any = None, *, by: User, user: User | None = None) -> None:
        super().__init__(data)
        self.places, self.user = Places(by), user
        self.fields["place"].widget.places = self.places.everything
        self.membership: Membership | None = None

    def clean(self) -> dict[str, Any]:
        """Find the place, and check what of it fits together: one message beside the field that is wrong."""
        data = super().clean() or self.cleaned_data
        role, words = data.get("role"), data.get("place")
        if role and data.get("is_head") and role != Role.HANDLER:
            self.add_error("is_head", _("Only a handler heads an agency."))
        if role and data.get("may_export") and role not in OVERSEERS:
            self.add_error(
                "may_export", _("Only a triage officer, supervisor or county official may export them.")
            )
        if not role or not words:
            return data
        try:
            place = self.places.find(words, role)
        except ValidationError as wrong:
            self.add_error("place", wrong)
            return data
        self.membership = membership_over(
            place, role, is_head=bool(data.get("is_head")), may_export=bool(data.get("may_export"))
        )
        self._check_beside_others(self.membership)
        return data

    def _check_beside_others(self, new: Membership) -> None:
        held = list(self.user.memberships.all()) if self.user else []
        if not stand_apart({new.role, *(row.role for row in held)}):
            self.add_error("role", ALONE)
        over = (new.role, new.area_code, new.studio_id, new.agency_id)
        if over in {(row.role, row.area_code, row.studio_id, row.agency_id) for row in held}:
            self.add_error("place", _("The person has this role there already."))


class UserFilter(filters.FilterSet):
    """Accounts by words, role, area and whether they are in use."""

    text = filters.CharFilter(label=_("Name or user name"), method="with_words", max_length=50)
    role = filters.ChoiceFilter(
        label=_("Role"),
        field_name="memberships__role",
        choices=Role.choices,
        empty_label=_("all roles"),
        distinct=True,
    )
    place = filters.ChoiceFilter(
        label=_("County"), method="in_place", choices=(), empty_label=_("all counties")
    )
    is_active = filters.ChoiceFilter(
        label=_("State"), choices=[("True", _("in use")), ("False", _("switched off"))], empty_label=_("all")
    )

    class Meta:
        model = User
        fields = ["text", "role", "place", "is_active"]

    def __init__(self, *args: Any, request: StaffRequest, **kwargs: Any) -> None:
        super().__init__(*args, request=request, **kwargs)
        counties = County.objects.visible_to(request.user, Role.ADMINISTRATOR).order_by("code")
        self.filters["place"].extra["choices"] = [(one.pk, one.name) for one in counties]

    def with_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the accounts whose name holds the words or whose user name begins with them."""
        words = value.strip()
        return rows.filter(Q(name__contains=words) | Q(username__istartswith=words))

    def in_place(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the accounts with a role in the county."""
        return rows.filter(Exists(Membership.objects.filter(under_q([value]), user=OuterRef("pk"))))

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0
