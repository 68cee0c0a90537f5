"""What a citizen adds while the matter is on its way."""

from django.utils.translation import gettext_lazy as _

from common.uploads import FilesField
from opinions.forms.actions.base import words

from .plain import Plain


class Supplement(Plain):
    code = "supplement"
    heading = _("I want to add something")
    submit = _("Add it")
    done = _("Added. Those who deal with it have got a message.")

    words = words(_("What do you want to add?"))
    files = FilesField(label=_("Photos"))

    def arguments(self):
        return self.cleaned_data
