"""Who wants which messages by e-mail as well, and what such an e-mail says."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from .models import Preference, Topic


def email_body(subject) -> str:
    """No word of the matter: mail passes through other people's machines. The rest is told after the login."""
    with override(settings.LANGUAGE_CODE):
        return _("%(subject)s\n\nLog in to the system to read it.") % {"subject": subject}


def topics_of(user) -> list[str]:
    found = Preference.objects.filter(pk=user.pk).values_list("by_email", flat=True).first()
    return [topic for topic in found or [] if topic in Topic.values]


def wants_email(user, topic) -> bool:
    """Asked of the database only for people who have an address."""
    return bool(user and user.email) and topic in topics_of(user)


def choose(*, by, topics) -> Preference:
    """A person decides for themselves."""
    row, _new = Preference.objects.update_or_create(
        user=by, defaults={"by_email": [topic for topic in Topic.values if topic in topics]}
    )
    return row
