"""Who wants which messages by e-mail as well, and the text of such an e-mail."""

from collections.abc import Collection

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User

from .models import Preference, Topic


def email_body(subject: str) -> str:
    """Return the text of an e-mail: its subject and nothing of the matter, because mail passes through other people's
    machines. The rest is shown after the login."""
    with override(settings.LANGUAGE_CODE):
        return _("%(subject)s\n\nLog in to the system to read it.") % {"subject": subject}


def topics_of(user: User) -> list[str]:
    """Return the topics that `user` wants by e-mail; [] for a person who has chosen none."""
    found = Preference.objects.filter(pk=user.pk).values_list("by_email", flat=True).first()
    return [topic for topic in found or [] if topic in Topic.values]


def wants_email(user: User | None, topic: str) -> bool:
    """Return whether `user` wants messages of `topic` by e-mail; a query only for people who have an address."""
    return user is not None and bool(user.email) and topic in topics_of(user)


def choose(*, by: User, topics: Collection[str]) -> Preference:
    """Set the topics that the person wants by e-mail; unknown ones are left out."""
    row, _new = Preference.objects.update_or_create(
        user=by, defaults={"by_email": [topic for topic in Topic.values if topic in topics]}
    )
    return row
