"""From an empty database with compose's defaults to the first closed opinion, in a real browser and through pages only,
but for the one command that makes the administrator."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from opinions.models import Opinion
from studios.models import Membership, Township
from tests.common.test_browser import DESK

from .afternoon import walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COMPOSE = (Path(__file__).resolve().parents[2] / "docker-compose.yml").read_text()


def by_default(name: str) -> list[str]:
    return re.search(rf"\$\{{{name}-([a-z_,]+)}}", COMPOSE)[1].split(",")


@pytest.fixture
def new_page(chromium, live_server):
    contexts = []

    def made():
        contexts.append(chromium.new_context(viewport=DESK, base_url=live_server.url, locale="zh-CN"))
        return contexts[-1].new_page()

    yield made
    for context in contexts:
        context.close()


def test_an_empty_office_closes_its_first_opinion(new_page, live_server, settings, tmp_path):
    settings.SECOND_FACTOR_ROLES = by_default("SECOND_FACTOR_ROLES")
    settings.TWO_PEOPLE = by_default("TWO_PEOPLE")
    settings.PUBLIC_URL = live_server.url
    out = StringIO()
    call_command("create_administrator", "admin", name="龙管理", area="433100", stdout=out)
    walk(new_page, out.getvalue().strip().splitlines()[-1], tmp_path)
    assert Township.objects.filter(counted=True).current().count() == 115
    roles = Membership.objects.order_by("role").values_list("role", flat=True)
    assert list(roles) == ["administrator", "clerk", "handler", "supervisor", "triage_officer"]
    assert Opinion.objects.get().status == "closed"
