"""Prepares the database and files before the parts start: migrations, static files, and on an empty database the demo.

Runs as a process of its own (`python -m congress_liaison.run.prepare`), so that the launcher stays small.
"""

import hashlib
import io
import os
import sys
from pathlib import Path

# 67 MB of Bootstrap and icons shrink to what pages use; source maps stay, the manifest needs them.
NOT_COLLECTED = ["*.rtl.*", "*.esm*"]


def main() -> int:
    """Prepare everything; returns the exit code 0."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")
    django.setup()
    _migrate()
    _collect_static()
    _demo()
    return 0


def say(part: str, text: str) -> None:
    """Print a line of progress."""
    print(f"  {part:<9} {text}", flush=True)


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        call_command("migrate", verbosity=0, interactive=False)
    say("database", connection.vendor + (f", {len(waiting)} migrations applied" if waiting else ""))


def _collect_static() -> None:
    """Collect only what changed since the last complete collection: it costs seconds."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    state = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(NOT_COLLECTED):
            file = os.stat(storage.path(path))
            state.update(f"{path} {file.st_size} {file.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == state.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=NOT_COLLECTED)
    stamp.write_text(state.hexdigest())
    say("static", "files collected")


def _demo() -> None:
    """Seed the demo office into a database that has no users, all of it or nothing; then show the accounts.

    An interrupted start leaves an empty database behind, never half an office. DEMO=0 starts an empty office.
    """
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import transaction

    data = Path(os.environ["DATA_DIR"])
    password, seeded = (data / "demo_password").read_text().strip(), data / "demo_seeded"
    if not get_user_model().objects.exists():
        if os.environ.get("DEMO", "1") == "0":
            seeded.unlink(missing_ok=True)
            say("accounts", "none yet: make one with manage.py create_administrator")
            return
        say("demo", "being made: one office, 14 months of work; this first start takes a little longer")
        seeded.touch()  # first: after the commit a crash could come between, and hide the accounts
        with transaction.atomic():
            call_command("demo", password=password, stdout=io.StringIO())
    if seeded.exists():
        print(f"\nDemo accounts (password of each: {password})")
        call_command("demo", accounts=True)
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
