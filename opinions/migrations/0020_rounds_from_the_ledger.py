"""Fills the facts of rounds from the ledger, for what was evaluated, called back or reopened before they were kept.

In slices of keys, each committed by itself and right to repeat: an office may go on working meanwhile.
"""

from datetime import date

from django.db import migrations
from django.db.models import Max, OuterRef, Q, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.db.database import AppendOnly

SLICE = 5000
ASKED = ["answer", "report_back", "call_back", "evaluate", "rate", "reopen"]


def fill(apps, schema_editor):
    Opinion = apps.get_model("opinions", "Opinion")
    last = Opinion.objects.aggregate(last=Max("pk"))["last"] or 0
    for after in range(0, last, SLICE):
        rows = Opinion.objects.filter(pk__gt=after, pk__lte=after + SLICE)
        _fill_columns(apps, rows)
        _fill_rounds(apps, rows.filter(round__gt=1))


def _fill_columns(apps, rows):
    events = apps.get_model("opinions", "Event").objects.filter(opinion=OuterRef("pk")).order_by("sequence")
    said = events.filter(action="evaluate").annotate(said=KT("data__satisfaction")).values("said")
    reached = events.filter(action="call_back", data__reached=True).values("at")
    asked = rows.filter(Q(round__gt=1) | ~Q(satisfaction="") | Q(called_back_at__isnull=False))
    asked.update(
        first_satisfaction=Coalesce(Subquery(said[:1]), Value("")),
        last_satisfaction=Coalesce(Subquery(said.reverse()[:1]), Value("")),
        first_called_back_at=Subquery(reached[:1]),
    )


def _fill_rounds(apps, reopened):
    Event, PastRound = apps.get_model("opinions", "Event"), apps.get_model("opinions", "PastRound")
    events = Event.objects.filter(
        Q(action__in=ASKED) | Q(to_status="closed"), opinion__in=reopened.values("pk")
    )
    rounds = {}
    for event in events.order_by("opinion_id", "sequence").iterator(chunk_size=SLICE):
        if event.action == "reopen":
            past = rounds.pop((event.opinion_id, event.round - 1))
            past.event_id = event.pk
            rounds[event.pk] = past
            continue
        key = (event.opinion_id, event.round)
        past = rounds.setdefault(key, PastRound(opinion_id=event.opinion_id, round=event.round))
        _note(past, event)
    kept = [past for past in rounds.values() if past.event_id]
    PastRound.objects.bulk_create(kept, batch_size=500, ignore_conflicts=True)


def _note(past, event):
    data = event.data
    if event.action == "answer":
        past.answered_at, past.outcome = event.at, data["outcome"]
        past.due_on = date.fromisoformat(data["due_on"])
        past.answered_late = timezone.localdate(event.at) > past.due_on
    elif event.action == "report_back":
        past.reported_back_at = event.at
    elif event.action == "call_back" and data.get("reached"):
        past.called_back_at = event.at
    elif event.action == "evaluate":
        past.satisfaction = data["satisfaction"]
    elif event.action == "rate":
        past.deputy_rating = data["rating"]
    if event.to_status == "closed" and event.from_status != "closed":
        past.closed_at = event.at


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("opinions", "0019_facts_of_rounds")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop), AppendOnly("PastRound")]
