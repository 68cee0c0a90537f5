"""Steps that are written together leave exactly what steps that are written one by one leave."""

from datetime import timedelta

import pytest

from notifications.models import Message
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Event, Opinion
from opinions.workflow import register
from tests.conftest import at

pytestmark = pytest.mark.django_db
ROW_APART = {"id", "number", "ledger_head", "words_salt", "title"}


def state(numbers):
    """All that the sweep could change, without what differs from row to row anyway."""
    rows = Opinion.objects.filter(number__in=numbers).order_by("number").values()
    opinions = [{name: value for name, value in row.items() if name not in ROW_APART} for row in rows]
    events = Event.objects.filter(opinion__number__in=numbers).order_by("opinion", "sequence")
    messages = Message.objects.filter(about__in=numbers).order_by("about", "id")
    return (
        opinions,
        [(e.action, e.from_status, e.to_status, e.at, facts_of(e), hasattr(e, "notice")) for e in events],
        [(m.recipient_id, m.subject.split("433101")[0], m.channel) for m in messages],
    )


def facts_of(event) -> dict:
    """Its letter has a number of its own."""
    return event.data | {name: bool(event.data.get(name)) for name in ("letter", "letter_id")}


def office_at_work(walk):
    """One of each kind of thing that falls due: a rule's triage, a resumption, a rung, a report back, a closing."""
    start = walk.now
    made = [walk.suspended(), walk.to("handling"), walk.to("reported_back")]
    made.append(walk.to("answered", channel="web"))
    made.append(
        register.register(
            by=walk.cast.clerk, at=walk.later(), township=walk.office.qianzhou, channel="visit",
            title="公交站牌歪了", body="公交站牌歪了半个月。",
        )
    )  # fmt: skip
    walk.now = start
    return [opinion.number for opinion in made]


def test_a_batch_and_one_by_one_end_in_the_same_place(walk):
    together, apart = office_at_work(walk), office_at_work(walk)
    moments = [at("2026-03-03 09:00") + timedelta(days=day) for day in range(40)]
    for now in moments:
        for number in apart:
            while sweep.check(number, now=now):
                pass
        done = sweep.sweep(now=now)
        assert "failed" not in done
    one, other = state(apart), state(together)
    assert one == other
    assert len({event[0] for event in one[1]}) >= 9, "too little happened to compare"
    assert verify().broken is None
