"""`send_test_sms PHONE`: one text message now, outside the outbox: a wrong gateway is seen before it matters."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from notifications.channels import NotSent, Rejected, Uncertain


class Command(BaseCommand):
    help = "Send one text message through SMS_GATEWAY, and say what the gateway answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone")

    def handle(self, *, phone: str, **options: Any) -> None:
        gateway = import_string(settings.SMS_GATEWAY)()
        reference = f"test-{timezone.now():%Y%m%d%H%M%S}"
        try:
            gateway.send(phone=phone, text=_("This is a test of the settings."), reference=reference)
        except (NotSent, Rejected) as error:
            raise CommandError(_("Nothing was sent: %s") % error) from None
        except Uncertain as error:
            raise CommandError(_("Whether it was sent is not known: %s") % error) from None
        if settings.SMS_GATEWAY.endswith("ConsoleSms"):
            self.stdout.write(_("Written into the log only: SMS_GATEWAY names no gateway."))
        else:
            self.stdout.write(_("The gateway accepted it, reference %s.") % reference)
