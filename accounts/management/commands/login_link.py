"""login_link USERNAME: a way in for somebody who is locked out, without another administrator."""

from argparse import ArgumentParser

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from accounts.services import way_back


class Command(BaseCommand):
    help = "Unlock an account and print a link by which its holder, once, chooses a new password and is logged in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--without-second-factor",
            action="store_true",
            help="remove a lost second factor; the login sets up another where one is needed",
        )

    def handle(self, *, username: str, without_second_factor: bool, **options: object) -> None:
        user = get_user_model().objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {username}.")
        path = way_back(user=user, without_second_factor=without_second_factor)
        self.stdout.write(f"{settings.PUBLIC_URL.rstrip('/')}{path}")
