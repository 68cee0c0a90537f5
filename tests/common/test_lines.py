"""What stands in one line takes no line break, whichever door it comes by."""

import csv
import io

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from common.text.single_line import one_line
from notifications.services import queue
from notifications.tasks import deliver
from opinions.importing.services import import_file
from opinions.models import Opinion
from opinions.workflow import register
from studios.models import Agency, Studio
from studios.profile import services
from tests.opinions.ledger.ledgers import OPEN_ROW
from tests.opinions.pages.test_entry import NEW, typed
from tests.opinions.story import told
from tests.portal.conftest import Citizen
from tests.studios.test_admin import add_user

TYPED = "路灯\r\nBcc: x@y.cn\n\u2028坏了"
KEPT = "路灯 Bcc: x@y.cn 坏了"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nb", "a b"),
        (" a \n\n b\t", "a b"),
        ("张　三", "张　三"),
        ("两  格", "两  格"),
        ("a\x0b\x85b", "a b"),
        ("", ""),
    ],
)
def test_breaks_become_one_blank_and_all_else_stays(text, line):
    assert one_line(text) == line


def at_the_desk(client, cast, office):
    client.force_login(cast.clerk)
    names = dict.fromkeys(("title", "place", "citizen_name", "outside_number", "recorded_for"), TYPED)
    assert client.post(NEW, typed(**names)).status_code == 302
    opinion = Opinion.objects.get()
    return [getattr(opinion, name) for name in names]


def on_the_public_pages(client, cast, office):
    Citizen(client, office.studio).send(title=TYPED, place=TYPED, citizen_name=TYPED)
    opinion = Opinion.objects.get()
    return [opinion.title, opinion.place, opinion.citizen_name]


def amended(client, cast, office):
    opinion = told(cast, office)
    client.force_login(cast.clerk)
    fields = {
        "title": TYPED, "body": "新话", "channel": "phone", "matter_type": "help", "urgency": "normal", "place": TYPED,
        "citizen_name": TYPED, "township": office.qianzhou.pk, "version": opinion.version,
    }  # fmt: skip
    assert client.post(f"/opinions/{opinion.number}/amend/", fields).status_code == 302
    opinion.refresh_from_db()
    return [opinion.title, opinion.place, opinion.citizen_name]


def imported(client, cast, office):
    row, out = OPEN_ROW | {"标题": TYPED, "姓名": TYPED, "来件编号": TYPED}, io.StringIO()
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    import_file(io.BytesIO(out.getvalue().encode()), "a.csv", by=cast.clerk)
    opinion = Opinion.objects.get()
    return [opinion.title, opinion.citizen_name, opinion.outside_number]


def by_the_workflow(client, cast, office):
    opinion = register.register(
        by=cast.clerk, township=office.qianzhou, channel="phone", title=TYPED, body="话", place=TYPED
    )
    assert opinion.title == opinion.place == KEPT  # as it is in hand, not only as it is stored
    opinion.refresh_from_db()
    return [opinion.title, opinion.place]


def on_a_studios_page(client, cast, office):
    client.force_login(cast.clerk)
    data = {"name": TYPED, "address": TYPED, "in_charge": TYPED, "version": 1}
    assert client.post(reverse("studios:edit", args=[office.studio.pk]), data).status_code == 302
    studio = Studio.objects.get(pk=office.studio.pk)
    return [studio.name, studio.address, studio.in_charge]


def by_a_service(client, cast, office):
    services.update_studio(office.studio.pk, by=cast.clerk, name=TYPED)
    return [Studio.objects.get(pk=office.studio.pk).name]


def in_the_administration(client, cast, office):
    client.force_login(cast.administrator)
    county = {"area_code": "433101", "role": "clerk"}
    add_user(client, county | {"area_code": "433101005"})
    user = User.objects.get(username="new_clerk")
    data = {"name": TYPED, "county": "433101", "active": "on"}
    client.post(reverse("admin:studios_agency_add"), data)
    User.objects.filter(pk=user.pk).update(name=TYPED)
    return [User.objects.get(pk=user.pk).name, Agency.objects.latest("pk").name]


DOORS = [
    at_the_desk,
    on_the_public_pages,
    amended,
    imported,
    by_the_workflow,
    on_a_studios_page,
    by_a_service,
    in_the_administration,
]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_no_door_lets_a_line_break_into_a_line(client, cast, office, door):
    kept = door(client, cast, office)
    assert kept == [KEPT] * len(kept)


def test_an_email_goes_out_whatever_its_subject_was_made_of(
    cast, settings, django_capture_on_commit_callbacks
):
    message = queue(
        key="k", channel="email", subject=TYPED, body="话", recipient=cast.clerk, address="a@b.cn"
    )
    deliver(message.pk)
    message.refresh_from_db()
    assert (message.state, message.subject) == ("sent", KEPT)
    assert [m.subject for m in mail.outbox] == [KEPT]
