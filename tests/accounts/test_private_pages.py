"""What is read behind the login stays there: in no cache, in no log; what is refused or done unusually often is told to
an auditor; a page older than its row undoes nothing."""

import logging
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.models import AccessRecord
from common.security.log_filter import WithoutTokens
from notifications.models import Message
from opinions.models import Opinion
from opinions.privacy import evaluation_tokens
from tests.opinions.story import reported, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def test_no_page_behind_the_login_is_kept_by_a_browser(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.officer)
    for address in ("/", "/opinions/", "/opinions/triage/", f"/opinions/{opinion.number}/", "/messages/"):
        assert "no-store" in client.get(address)["Cache-Control"], address
    assert client.post(reverse("logout"))["Clear-Site-Data"] == '"cache"'


def test_a_panel_is_a_look_like_any_other(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.officer)
    before = AccessRecord.objects.filter(action="looked", subject=opinion.number).count()
    client.get(f"/opinions/{opinion.number}/route/", headers={"HX-Request": "true"})
    assert AccessRecord.objects.filter(action="looked", subject=opinion.number).count() == before + 1


def test_refused_access_is_recorded_once_an_hour(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.stranger_clerk)
    for _turn in "ab":
        assert client.get(f"/opinions/{opinion.number}/").status_code == 404
    client.force_login(cast.administrator)
    assert client.get("/opinions/").status_code == 403
    rows = AccessRecord.objects.filter(action="refused").order_by("pk")
    assert [(row.by, row.subject) for row in rows] == [
        (cast.stranger_clerk, f"opinions:detail {opinion.number}"),
        (cast.administrator, "opinions:list"),
    ]


def test_who_reveals_unusually_often_is_named_to_the_auditor(cast):
    for _turn in range(29):
        audit.record(AccessRecord.Action.REVEALED, by=cast.clerk, area_code="433101")
    assert not Message.objects.exists()
    audit.record(AccessRecord.Action.REVEALED, by=cast.clerk, area_code="433101")
    message = Message.objects.get()
    assert message.recipient == cast.auditor and "吴文员（clerk）" in message.body and "30次" in message.body
    assert AccessRecord.objects.get(action="alarm").details["times"] == 30
    assert audit.verify()[1] == ""


def test_no_token_reaches_a_log():
    for said in ("Not Found: /p/evaluate/433101-2026-000001.1:abc/", "Forbidden: /p/file/xyz:1:abc/"):
        line = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (said,), None)
        assert WithoutTokens().filter(line)
        assert re.fullmatch(r"\w+ ?\w*: /p/(evaluate|file)/\*\*\*/", line.getMessage())


def test_the_link_of_an_evaluation_ends(client, cast, office):
    opinion = reported(cast, office)
    address = reverse("portal:evaluate", args=[evaluation_tokens.token_of(opinion)])
    assert client.get(address).status_code == 200
    Opinion.objects.filter(pk=opinion.pk).update(reported_back_at=timezone.now() - timedelta(days=91))
    assert client.get(address)["Location"] == reverse("portal:track")


def test_a_stale_page_does_not_bring_a_deactivated_account_back(client, cast):
    client.force_login(cast.administrator)
    address = reverse("admin:accounts_user_change", args=[cast.clerk.pk])
    page = client.get(address)
    state = re.search(r'name="row_state" value="(\w+)"', page.content.decode())[1]
    type(cast.clerk).objects.filter(pk=cast.clerk.pk).update(is_active=False)
    form = page.context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields} | {"row_state": state, "is_active": "on"}
    answer = client.post(address, sent)
    assert answer.status_code == 200 and "已有他人作了修改" in answer.content.decode()
    cast.clerk.refresh_from_db()
    assert not cast.clerk.is_active
