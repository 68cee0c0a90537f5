"""How the directory of deputies is narrowed down."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from studios.filters import DirectoryFilter

from .models import Deputy


class DeputyFilter(DirectoryFilter):
    active = filters.ChoiceFilter(
        label=_("In office"),
        choices=[("true", _("in office")), ("false", _("former"))],
        empty_label=_("all deputies"),
        method="in_office",
    )

    class Meta:
        model = Deputy
        fields = ["county", "township", "active", "text"]

    def in_office(self, rows, name, value):
        return rows.filter(active=value == "true")
