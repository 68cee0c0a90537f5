"""login_link USERNAME: a way in for somebody who is locked out, without another administrator."""

from argparse import ArgumentParser

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from accounts.services import way_back


class Command(BaseCommand):
    help = "Unlock an account and print a link by which its holder, once, chooses a new password and is logged in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: object) -> None:
        user = get_user_model().objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {username}.")
        self.stdout.write(way_back(user=user))
