"""rotate_keys: encrypt all personal data with the first of FIELD_ENCRYPTION_KEYS."""

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from common.security.key_rotation import rotate, rotate_files


class Command(BaseCommand):
    help = "Put a new key first in FIELD_ENCRYPTION_KEYS (the old ones after it), restart, run this, drop the old ones."

    def handle(self, **options: object) -> None:
        try:
            count, files = rotate(), rotate_files()
        except InvalidToken:
            raise CommandError(
                "A value was encrypted with a key that is not in FIELD_ENCRYPTION_KEYS. Put the old key back behind "
                "the new one."
            ) from None
        self.stdout.write(f"re-encrypted {count} rows, {files} files")
