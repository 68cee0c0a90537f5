"""`send_test_email ADDRESS`: one e-mail now, outside the outbox: a wrong mail server is seen before it matters."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Send one e-mail through EMAIL_URL, and say what the mail server answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *, address: str, **options: Any) -> None:
        mail = EmailMessage(
            _("Test message"), _("This is a test of the settings. Nothing needs to be done."), to=[address]
        )
        try:
            mail.send()
        except (OSError, ValueError) as error:
            raise CommandError(_("Nothing was sent: %s") % f"{type(error).__name__}: {error}") from None
        if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
            self.stdout.write(_("Written into the log only: EMAIL_URL names no mail server."))
        else:
            self.stdout.write(_("The mail server accepted it for %s.") % address)
