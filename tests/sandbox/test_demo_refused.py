"""Where no demo is made: beside real work, and where invented numbers would really ring."""

import pytest
from django.core.management import CommandError, call_command

from opinions.models import Opinion
from studios.models import Township
from tests.workflow.walk import Walk


def test_no_accounts_without_a_demo(db):
    with pytest.raises(CommandError):
        call_command("demo", accounts=True)


def test_not_beside_real_opinions(cast, office):
    Walk(cast, office).to("registered")
    with pytest.raises(CommandError):
        call_command("demo", password="Plain-demo-word-1")
    assert Opinion.objects.count() == 1
    assert Township.objects.count() == 4


def test_not_where_phones_would_ring(db, settings):
    settings.SMS_GATEWAY = "somewhere.Real"
    with pytest.raises(CommandError):
        call_command("demo", password="Plain-demo-word-1")
    assert not Township.objects.exists()
