"""`sweep` does once, by hand, what the beat does every minute, and can try out the future."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from notifications.models import Message
from opinions.models import Opinion
from tests.studios.test_haves import TestFindings as Findings
from tests.workflow.walk import Walk


def swept(**options) -> str:
    out = StringIO()
    call_command("sweep", stdout=out, **options)
    return out.getvalue()


def test_what_falls_due_is_done_and_said(cast, office):
    opinion = Walk(cast, office).to("reported_back")
    # The text message that says that it was received waits for the sweep, nothing else.
    assert swept(now="2026-03-02T18:00:00") == "尝试发送消息1条\n"
    assert swept(now="2026-03-02T18:05:00") == "尝试发送消息0条\n"
    assert "1" in swept(now="2026-04-20T00:00:00")
    assert Opinion.objects.get(pk=opinion.pk).status == "closed"


def test_who_must_mend_a_finding_is_reminded_as_by_the_beat(cast, office):
    Findings().found(cast, office)
    before = Message.objects.count()
    assert "五有" not in swept(now=f"{Findings.SOON - timedelta(days=9)}T09:00:00")
    assert "五有提醒1" in swept(now=f"{Findings.SOON - timedelta(days=3)}T09:00:00")
    assert Message.objects.count() > before


def test_nonsense_is_no_moment(db):
    with pytest.raises(CommandError, match="gestern"):
        swept(now="gestern")
