"""`create_administrator`: the first account of an installation, or a further one when nobody can log in any more."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.invitations import link_for
from accounts.models import User
from studios.administration import appoint, clean_area
from studios.models import Membership, Role


class Command(BaseCommand):
    help = (
        "Make an administrator and print the one-time link by which that person sets the password. Asks for what is "
        "not given. For an administrator who exists, a new link is printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?")
        parser.add_argument("--name", help="the person's full name")
        parser.add_argument("--area", help="the code of the prefecture (4 digits) or county (6)")

    @transaction.atomic
    def handle(self, *, username: str | None, name: str | None, area: str | None, **options: Any) -> None:
        username = username or self.ask(_("User name (letters and digits, such as admin): "))
        user = User.objects.filter(username=username).first()
        if user is None:
            user = self.make(username, name or self.ask(_("Full name: ")), area)
        elif not Membership.objects.filter(user=user, role=Role.ADMINISTRATOR).exists():
            raise CommandError(_("%s is the account of somebody else; choose another user name.") % username)
        self.stdout.write(_("Open this link within three days and set the password; it works once:"))
        self.stdout.write(link_for(user))

    def make(self, username: str, name: str, area: str | None) -> User:
        """Return a new administrator without a usable password. Raises CommandError naming what is wrong."""
        user = User(username=username, name=name)
        user.set_unusable_password()
        try:
            user.full_clean(exclude=["password"])
            area = clean_area(area or self.ask(_("Code of the prefecture (4 digits) or county (6 digits): ")))
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        user.save()
        appoint(user, area, by=None)
        return user

    def ask(self, question: str) -> str:
        """Return what the person at the terminal types. Raises CommandError where nobody is there to ask."""
        try:
            self.stdout.write(question, ending="")
            self.stdout.flush()
            typed = input().strip()
        except EOFError:
            raise CommandError(_("Give the user name, --name and --area.")) from None
        if not typed:
            raise CommandError(_("Nothing was typed; nothing was made."))
        return typed
