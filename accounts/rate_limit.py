"""How quickly one address, or one query code, may try again: on the public pages and at the login. One
that is too quick waits; nobody is locked out.

A token bucket in one moment a key: each try moves `until` on by `every`; it may run ahead of now by `burst` tries. So
the longest wait is `every`, however much was tried: a whole village behind one address stays able to write (ADR 0025).
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from common.security.client_address import client_address, network_of
from common.security.crypto import keyed_hash

from .models import TokenBucket


@dataclass(frozen=True)
class Rule:
    """`burst` tries without waiting; then one more after each time of `every`."""

    burst: int
    every: timedelta


RULES = {
    "submit": Rule(20, timedelta(seconds=30)),  # opinions handed in from one address
    "form": Rule(40, timedelta(seconds=5)),  # forms sent from one address, right or wrong
    "file": Rule(30, timedelta(seconds=5)),  # files in them, before any of them is opened
    "text message": Rule(
        20, timedelta(minutes=2)
    ),  # sent to us from one number; the gateway brings the rest later
    "look up": Rule(20, timedelta(seconds=10)),  # codes tried from one address
    "code": Rule(6, timedelta(seconds=30)),  # tries of one code, from wherever
    "log in": Rule(20, timedelta(seconds=10)),  # failed logins from one address, whatever names were tried
}
FORGOTTEN_AFTER = timedelta(days=1)


def seconds_until_allowed(name: str, who: object, count: int = 1, *, now: datetime | None = None) -> int:
    """Return the seconds that `who` must wait before trying again; 0 for a try that was free, and is now used up.
    `name` is a key of RULES; `who` is stored as a keyed hash only. `count` tries together are free or not together."""
    now, rule = now or timezone.now(), RULES[name]
    count = min(count, rule.burst)  # more would never be free
    key = keyed_hash(f"pace {name} {who}")
    with transaction.atomic():
        TokenBucket.objects.bulk_create([TokenBucket(key=key, until=now)], ignore_conflicts=True)
        row = TokenBucket.objects.select_for_update().get(key=key)
        start = max(row.until, now)
        ahead = start - now - rule.every * (rule.burst - count)
        if ahead > timedelta(0):
            return math.ceil(ahead.total_seconds())
        row.until = start + rule.every * count
        row.save(update_fields=["until"])
    return 0


def give_back(name: str, who: object) -> None:
    """Take back a try that was counted: what succeeded slows nobody."""
    key = keyed_hash(f"pace {name} {who}")
    TokenBucket.objects.filter(key=key).update(until=F("until") - RULES[name].every)


def sender(request: HttpRequest) -> str:
    """Return by what one sender is told from another: the network address, or the network of a household."""
    return network_of(client_address(request))


def granted(name: str, who: object, *, most: int, within: timedelta, now: datetime | None = None) -> bool:
    """Return whether `who` gets one more of what is given at most `most` times in any period `within`; if so, count it.
    Each of the times is a row: parallel requests wait for it, and nothing is given twice."""
    now = now or timezone.now()
    keys = [keyed_hash(f"{name} {place} {who}") for place in range(most)]
    with transaction.atomic():
        TokenBucket.objects.bulk_create(
            [TokenBucket(key=key, until=now) for key in keys], ignore_conflicts=True
        )
        rows = list(TokenBucket.objects.select_for_update().filter(key__in=keys).order_by("key"))
        free = next((row for row in rows if row.until <= now), None)
        if free:
            free.until = now + within
            free.save(update_fields=["until"])
    return free is not None


def seconds_until_read(request: HttpRequest) -> int:
    """Return the seconds that the sender of a form must wait before it is looked at, right or wrong; 0 for none. Its
    files count each: to open them is what costs most."""
    who, files = sender(request), sum(len(request.FILES.getlist(name)) for name in request.FILES)
    return seconds_until_allowed("form", who) or (seconds_until_allowed("file", who, files) if files else 0)


def ask_to_wait(form: forms.Form, seconds: int) -> None:
    """Add to `form` the error that says how long to wait."""
    form.add_error(
        None, _("Please wait %(seconds)d seconds and send it again; nothing is lost.") % {"seconds": seconds}
    )


def too_many_requests(
    request: HttpRequest, template: str, form: forms.Form, seconds: int, **context: Any
) -> HttpResponse:
    """Answer 429: the form as it was typed, and how long to wait."""
    ask_to_wait(form, seconds)
    response = render(request, template, {"form": form, **context}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def forget(*, now: datetime | None = None) -> int:
    """Delete the rows that no longer make anybody wait; returns how many."""
    return TokenBucket.objects.filter(until__lt=(now or timezone.now()) - FORGOTTEN_AFTER).delete()[0]
