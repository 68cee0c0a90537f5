"""What a person wants by e-mail, and how the outbox is narrowed down."""

import django_filters as filters
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ui.forms import LiaisonFormHelper
from studios.directory.filters import counties_of

from .models import Message, Topic
from .preferences import topics_of


class PreferenceForm(forms.Form):
    """The topics that a person also wants by e-mail."""

    by_email = forms.MultipleChoiceField(
        label=_("Also by e-mail"),
        choices=Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The e-mail names the message and nothing of the matter; the inbox here has everything."),
    )

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        super().__init__(data, initial={"by_email": topics_of(user)})
        self.helper = LiaisonFormHelper(self)


class OutboxFilter(filters.FilterSet):
    """Narrows the outbox by state, channel, county and opinion."""

    state = filters.ChoiceFilter(label=_("State"), choices=Message.State.choices, empty_label=_("all"))
    channel = filters.ChoiceFilter(
        label=_("Sent by"),
        choices=[c for c in Message.Channel.choices if c[0] != Message.Channel.INBOX],
        empty_label=_("all"),
    )
    county = filters.ModelChoiceFilter(label=_("County"), queryset=counties_of, empty_label=_("all counties"))
    about = filters.CharFilter(label=_("Number of the opinion"), lookup_expr="startswith", max_length=40)

    class Meta:
        model = Message
        fields = ["state", "channel", "county", "about"]

    @property
    def active(self) -> int:
        """The number of filters in use."""
        return sum(bool(value) for value in self.form.cleaned_data.values()) if self.form.is_valid() else 0
