"""One size of the peer, measured like ours: prints one JSON object. Runs in the peer's own environment.

PEER_DATABASE_URL=… python -m benchmarks.peer.measure --tickets 10000 [--turns 10]
"""

import argparse
import base64
import json
import os
import random
import sys
from datetime import timedelta
from urllib.parse import quote

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.peer.settings"
django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from helpdesk.models import FollowUp, Queue, Ticket

from benchmarks.turns import ask_in_turns, database_mb
from benchmarks.web import Browser, serving
from sandbox.texts import spoken

MOST_OPEN = 20_000
BATCH = 5_000


def fill(count: int) -> None:
    """Tickets with the words of our load data, eight queues, two follow-ups each; the newest 20,000 are open."""
    call_command("migrate", verbosity=0)
    get_user_model().objects.get_or_create(username="staff", is_staff=True, is_superuser=True)
    if Ticket.objects.exists():
        return
    queues = [Queue.objects.create(title=f"county {n}", slug=f"c{n}") for n in range(8)]
    rng, now = random.Random(1), timezone.now()
    for start in range(0, count, BATCH):
        tickets = [_ticket(rng, queues, now, count, n) for n in range(start, min(start + BATCH, count))]
        rows = Ticket.objects.bulk_create(tickets)
        FollowUp.objects.bulk_create(
            FollowUp(ticket=row, date=row.created, title=title, comment=row.title, public=True)
            for row in rows
            for title in ("Opened", "Answered")
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _ticket(rng, queues, now, count, number) -> Ticket:
    words, told = (
        spoken(rng, f"村{rng.randrange(1200)}"),
        now - timedelta(days=1095) * ((count - number) / count),
    )
    is_open = number >= count - MOST_OPEN
    return Ticket(
        title=words.title, description=words.body, queue=rng.choice(queues), created=told, modified=told,
        status=Ticket.OPEN_STATUS if is_open else Ticket.CLOSED_STATUS,
        resolution="" if is_open else words.solved, priority=3, submitter_email="citizen@example.org",
        secret_key="x",  # noqa: S106
    )  # fmt: skip


def cookies() -> dict:
    user, session = get_user_model().objects.get(username="staff"), SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = (
        str(user.pk),
        "django.contrib.auth.backends.ModelBackend",
    )
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key}


def rows_of(search="") -> str:
    """The address from which the peer's list fetches its rows."""
    query = {"filtering": {}, "sorting": "created", "sortreverse": True, "search_string": search}
    return "/helpdesk/datatables_ticket_list/" + base64.b64encode(json.dumps(query).encode()).decode()


def pages(browser, count) -> dict:
    newest = Ticket.objects.order_by("-pk").first()
    word = "学生"
    browser.get("/helpdesk/tickets/submit/")
    facts = {"queue": newest.queue_id, "title": newest.title, "body": newest.description, "priority": 3}
    facts |= {"submitter_email": "citizen@example.org", "assigned_to": ""}
    status = iter(range(10**6))
    update = {
        "comment": "已经办好。",
        "title": newest.title,
        "priority": 3,
        "queue": newest.queue_id,
        "owner": 0,
    }
    return {
        "list": lambda: browser.get(f"{rows_of()}?draw=1&start=0&length=50"),
        "list, in the middle": lambda: browser.get(f"{rows_of()}?draw=1&start={count // 2}&length=50"),
        f"search {word}": lambda: browser.get(f"{rows_of(word)}?draw=1&start=0&length=50"),
        "the page around its list": lambda: browser.get(f"/helpdesk/tickets/?q={quote(word)}"),
        "dashboard": lambda: browser.get("/helpdesk/dashboard/"),
        "statistics": lambda: browser.get("/helpdesk/reports/"),
        "one ticket": lambda: browser.get(f"/helpdesk/tickets/{newest.pk}/"),
        "create": lambda: browser.post("/helpdesk/tickets/submit/", **facts),
        "change status": lambda: browser.post(
            f"/helpdesk/tickets/{newest.pk}/update/", new_status=1 + 2 * (next(status) % 2), **update
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, required=True)
    parser.add_argument("--turns", type=int, default=10)
    asked = parser.parse_args()
    fill(asked.tickets)
    session = cookies()
    connections.close_all()
    environ = {"PEER_DATABASE_URL": os.environ["PEER_DATABASE_URL"]}
    with serving("benchmarks.peer.wsgi", environ=environ) as server:
        print("peer begin", file=sys.stderr, flush=True)
        seen = ask_in_turns(pages(Browser(server, session), asked.tickets), asked.turns)
        print("peer end", file=sys.stderr, flush=True)
        result = {"pages": seen, "memory_after_mb": server.memory_mb(), "database_mb": database_mb()}
    print(json.dumps({"opinions": asked.tickets, **result}, ensure_ascii=False))


if __name__ == "__main__":
    main()
