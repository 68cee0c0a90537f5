"""Spreadsheets of the list, sent to every import of the product: told why not, or previewed; nothing is taken in."""

import pytest
from django.urls import reverse

from accounts.models import AccessRecord
from deputies.models import Deputy
from opinions.models import Opinion
from studios.models import Studio
from tests.deputies.test_import import ROW as DEPUTY
from tests.hostile.books import BOOKS, HEAVY
from tests.hostile.uploads import multipart
from tests.opinions.ledger.ledgers import OPEN_ROW
from tests.studios.test_import_studios import ROW as STUDIO
from workdays.models import CalendarYear

pytestmark = pytest.mark.django_db
IMPORTS = {
    "opinions:imports": ("clerk", OPEN_ROW),
    "deputies:import": ("officer", DEPUTY),
    "studios:import": ("officer", STUDIO),
}


def rows() -> list:
    return [model.objects.count() for model in (Opinion, Deputy, Studio, CalendarYear)]


def sent(client, address, case, row):
    """What the sender reads in the end."""
    response = client.generic("POST", reverse(address), **multipart({}, "file", [case.made(row)]))
    assert response.status_code in (200, 302, 422)
    return (
        client.get(response.url).content.decode()
        if response.status_code == 302
        else response.content.decode()
    )


def sent_as_a_calendar(client, cast, case):
    """Which is a CSV file of three columns: no workbook is one."""
    client.force_login(cast.administrator)
    row = {"date": "2027-01-01", "kind": "holiday", "name": "元旦"}
    page = sent(client, "calendar:imports", case, row)
    assert "没有导入" in page or "文件是空的" in page or "xls" not in case.made(row)[0]
    assert "<script>alert" not in page


@pytest.mark.parametrize("case", BOOKS + HEAVY, ids=str)
def test_it_is_sent_to_every_import(client, cast, settings, tmp_path, case):
    settings.MEDIA_ROOT = tmp_path
    before, told = rows(), {}
    for address, (who, row) in [*IMPORTS.items()][: 1 if case in HEAVY else None]:
        client.force_login(getattr(cast, who))
        page = sent(client, address, case, row)
        told[address] = case.told in page
        assert "<script>alert" not in page and "root:x:" not in page
    assert all(told.values()), told
    if case not in HEAVY:
        sent_as_a_calendar(client, cast, case)
    assert rows() == before and not AccessRecord.objects.filter(action="imported").exists()
