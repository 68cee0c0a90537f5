"""Load data stands up to the same proof as the office's own, and the office goes on after it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.lifecycle.statuses import OPEN, Status
from opinions.models import Event, Opinion
from opinions.workflow import register, triage
from studios.models import Membership, Township
from tests.conftest import at
from tests.kept import kept

MOMENT = at("2026-11-23 15:00")


@pytest.fixture
def generated(db):
    return kept("generated", generate)


def generate(opinions=400, seed=7, years=2, **more) -> str:
    out = StringIO()
    call_command(
        "generate",
        opinions=opinions,
        seed=seed,
        years=years,
        now=MOMENT,
        stdout=out,
        **more,
    )
    return out.getvalue()


def facts() -> list:
    """All that must be the same for the same seed: everything but salts, ciphertexts and the hashes over them."""
    names = [
        "number",
        "title",
        "body",
        "status",
        "version",
        "round",
        "due_on",
        "next_check_at",
        "phone_index",
        "phone_tail",
        "answer",
    ]
    return list(Opinion.objects.order_by("pk").values_list(*names, "registered_at", "lead_agency__name"))


def test_the_ledgers_hold(generated):
    proof = verify()
    assert proof.broken is None
    assert proof.opinions == 400
    assert proof.events == Event.objects.count() > 2000
    assert "rows/s" in generated


def test_every_status_comes_up_and_the_newest_are_open(db):
    generate(years=0.1)
    assert set(Opinion.objects.values_list("status", flat=True)) == set(Status.values)
    open_ = Opinion.objects.filter(status__in=OPEN)
    assert open_.count() == 80
    closed = Opinion.objects.exclude(status__in=OPEN).order_by("-registered_at").first()
    assert not open_.filter(registered_at__lt=closed.registered_at).exists()
    assert not Event.objects.filter(at__gt=MOMENT).exists()


def test_as_many_open_as_asked(db):
    generate(open_=13)
    assert Opinion.objects.filter(status__in=OPEN).count() == 13


def test_the_sweep_finds_nothing_left_over_and_later_enough(generated):
    assert not sweep.sweep(now=MOMENT)
    later = sweep.sweep(now=MOMENT + timedelta(days=20))
    assert later.get("notify") and later.get("close")
    assert "failed" not in later
    assert verify().broken is None


def test_the_same_seed_gives_the_same_office(db):
    def once(seed):
        with transaction.atomic():
            generate(opinions=60, seed=seed)
            found = facts()
            transaction.set_rollback(True)
        return found

    assert once(5) == once(5) != once(6)


def test_the_office_goes_on(generated):
    generate(opinions=50, seed=8)
    township = Township.objects.get(code="433101004")
    clerk = Membership.objects.get(role="clerk", area_code=township.pk).user
    officer = Membership.objects.get(role="triage_officer", area_code="433101").user
    opinion = register.register(by=clerk, township=township, channel="phone", title="路", body="坏了")
    assert Opinion.objects.filter(number=opinion.number).count() == 1
    last = Opinion.objects.filter(county="433101", registered_at__year=2026).order_by("-number").first()
    assert opinion.number == last.number
    agency = Opinion.objects.filter(county="433101", lead_agency__isnull=False).first().lead_agency
    assert triage.route(opinion.number, by=officer, lead_agency=agency).status == "routed"
    assert verify().broken is None


def test_personal_data_is_stored_encrypted(generated):
    opinion = Opinion.objects.exclude(citizen_phone="").first()
    assert opinion.citizen_phone.startswith("1380000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT citizen_phone FROM opinions_opinion WHERE id = %s", [opinion.pk])
        assert "1380000" not in cursor.fetchone()[0]


def test_nonsense_is_refused(db):
    with pytest.raises(CommandError):
        generate(opinions=0)
