"""How long a process lets PostgreSQL wait for a lock, work at one statement, or sit in a transaction that does nothing.

Without them one forgotten transaction holds up everybody who comes after it, for as long as it likes. Commands that a
person runs (migrations, an import at night) have none.
"""

from django.db import connections


def for_pages() -> None:
    """Limit this process's connections as a person in front of a page needs it; call before the first is opened."""
    _limit(lock_timeout=10, statement_timeout=30, idle_in_transaction_session_timeout=60)


def for_tasks() -> None:
    """Limit them as background work needs it: a training reads for minutes, and Celery ends what takes too long."""
    _limit(lock_timeout=30, idle_in_transaction_session_timeout=600)


def _limit(**seconds: int) -> None:
    for database in connections.settings.values():
        if database["ENGINE"] == "django.db.backends.postgresql":
            given = database.setdefault("OPTIONS", {}).get("options", "")
            more = (f"-c {name}={limit}s" for name, limit in seconds.items() if name not in given)
            database["OPTIONS"]["options"] = " ".join([given, *more]).strip()
