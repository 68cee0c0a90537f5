"""A whole import can be undone until somebody has worked on one of its rows: everything it brought is taken back with
ledger rows, counts no more, and can be imported again."""

from django.urls import reverse

from opinions.importing import jobs
from opinions.jobs import sweep
from opinions.ledger.verify import verify
from opinions.models import Import, Opinion
from opinions.workflow.triage import sign
from tests.opinions.ledger.ledgers import OPEN_ROW, WHOLE_ROW, many

from .import_room import clerk, files_of_this_test, page, start, text, upload  # noqa: F401 - fixtures

ROWS = [
    *many(3, OPEN_ROW | {"主办单位": "吉首市交通运输局"}),
    WHOLE_ROW,
    WHOLE_ROW | {"来件编号": "", "标题": "另一件"},
]


def taken_in(client):
    upload(client, *ROWS)
    start(client)
    return jobs.run(Import.objects.latest("id").pk)


def undo(client):
    address = reverse("opinions:import_undo", args=[Import.objects.latest("id").pk])
    return client.post(address, follow=True)


def test_what_nobody_has_worked_on_is_taken_back_and_can_be_imported_again(clerk):
    assert taken_in(clerk).added == 5
    sweep.sweep()
    assert "撤销此次导入" in text(page(clerk))
    assert "已撤回5件意见" in text(undo(clerk))
    assert {o.status for o in Opinion.objects.all()} == {"withdrawn"}
    assert not Opinion.objects.that_are("accepted").exists()
    assert {o.events.last().action for o in Opinion.objects.all()} == {"undo_import"}
    assert verify().broken is None
    assert "撤销此次导入" not in text(page(clerk))
    assert (taken_in(clerk).added, Opinion.objects.count()) == (5, 10)


def test_once_somebody_has_worked_on_one_nothing_is_taken_back(clerk, cast):
    taken_in(clerk)
    sign(Opinion.objects.filter(status="routed").first().number, by=cast.handler)
    assert "撤销此次导入" not in text(page(clerk))
    assert "已有人办理" in text(undo(clerk))
    assert "withdrawn" not in {o.status for o in Opinion.objects.all()}


def test_an_import_of_somebody_else_is_not_undone(clerk, cast):
    taken_in(clerk)
    address = reverse("opinions:import_undo", args=[Import.objects.get().pk])
    clerk.force_login(cast.officer)
    assert clerk.post(address).status_code == 404
    assert Import.objects.get().undone_at is None
