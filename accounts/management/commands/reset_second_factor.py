"""`reset_second_factor USER` for a lost phone, where no other administrator can set a new initial password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import remove_second_factor


class Command(BaseCommand):
    help = "Remove a person's authenticator app and recovery codes; the next login sets up another where one is needed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("No account is named %s.") % username)
        if remove_second_factor(user=user, by=None):
            self.stdout.write(_("The second factor of %s is removed; the password stays.") % username)
        else:
            self.stdout.write(_("%s has no second factor.") % username)
