"""Activities out of Excel: who took part, when announced, how many met; refused with row and column, taken in once."""

import io
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from deputies.activities import import_columns as c
from deputies.activities.importing import ACTIVITIES
from deputies.models import Activity, Deputy, Participation
from tests.conftest import at

pytestmark = pytest.mark.django_db
ROW = {
    c.ON: "2014年3月11日", c.HALF: "上午", c.KIND: "接待", c.TOWNSHIP: "433101005", c.STUDIO: "乾州代表工作室",
    c.DEPUTIES: "张三、李四", c.PEOPLE: "35人次", c.ANNOUNCED: "2014-03-03",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(at("2026-11-30 10:00"), tick=False):
        yield


@pytest.fixture
def deputies(office):
    return [
        Deputy.objects.create(name=name, township=office.qianzhou, studio=office.studio)
        for name in ("张三", "李四")
    ]


def csv(*rows) -> io.BytesIO:
    lines = [ACTIVITIES.headers, *([row.get(h, "") for h in ACTIVITIES.headers] for row in rows)]
    return io.BytesIO("\n".join(map(",".join, lines)).encode())


def take(by, *rows, **more):
    return ACTIVITIES.import_file(csv(*rows), "活动.csv", by=by, **more)


def test_a_row_is_an_activity_with_its_deputies_and_people(cast, office, deputies):
    assert str(take(cast.officer, ROW)) == "read 1 / added 1 / known 0 / refused 0"
    one = Activity.objects.get()
    assert (one.on, one.half, one.kind, one.state) == (date(2014, 3, 11), "morning", "reception", "held")
    assert (one.people_met, one.announced_on, one.studio) == (35, date(2014, 3, 3), office.studio)
    assert (one.township, one.county, one.made_by) == (office.qianzhou, office.jishou, cast.officer)
    present = Participation.objects.filter(activity=one, attendance="present", morning_on=one.on)
    assert {row.deputy.name for row in present} == {"张三", "李四"}


def test_the_same_file_again_and_a_row_twice_add_nothing(cast, deputies):
    take(cast.officer, ROW)
    assert str(take(cast.officer, ROW, ROW)) == "read 2 / added 0 / known 2 / refused 0"
    other = ROW | {c.HALF: "下午"}
    assert str(take(cast.officer, other, other)) == "read 2 / added 1 / known 1 / refused 0"


def test_what_was_not_held_is_due_and_what_was_cancelled_holds_nobody(cast, deputies):
    missed = ROW | {c.PEOPLE: ""}
    off = ROW | {c.HALF: "下午", c.PEOPLE: "", c.STATE: "取消"}
    assert str(take(cast.officer, missed, off)) == "read 2 / added 2 / known 0 / refused 0"
    states = dict(Activity.objects.values_list("half", "state"))
    assert states == {"morning": "announced", "afternoon": "cancelled"}
    released = Participation.objects.filter(activity__state="cancelled")
    assert {(row.attendance, row.afternoon_on) for row in released} == {("released", None)}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (c.ON, ""), (c.ON, "去年"), (c.ON, "1999-01-01"), (c.HALF, "晚上"), (c.KIND, "吃饭"), (c.TOWNSHIP, "433123100"),
        (c.STUDIO, "没有的工作室"), (c.DEPUTIES, "王五"), (c.PEOPLE, "很多"), (c.PEOPLE, "99999"),
        (c.ANNOUNCED, "2014-03-10"), (c.STATE, "取消"), (c.STATE, "也许"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_taken_in(cast, deputies, column, value):
    tally = take(cast.officer, ROW | {c.HALF: "下午"}, ROW | {column: value})
    assert [(error.row, error.column) for error in tally.errors] == [(3, column)]
    assert not Activity.objects.exists()


def test_nobody_is_at_two_places_at_once(cast, office, deputies):
    visit = ROW | {c.KIND: "走访", c.STUDIO: "", c.DEPUTIES: "李四", c.HALF: "全天"}
    tally = take(cast.officer, ROW, visit)
    assert [(error.row, error.column) for error in tally.errors] == [(3, c.DEPUTIES)]
    assert "李四" in tally.errors[0].reason
    take(cast.officer, ROW)
    assert [error.column for error in take(cast.officer, visit).errors] == [c.DEPUTIES]


def test_the_clerk_of_a_studio_enters_that_studio_s_alone(cast, deputies):
    assert take(cast.studio_clerk, ROW).added == 1
    refused = take(cast.studio_clerk, ROW | {c.STUDIO: "", c.HALF: "下午"})
    assert [error.column for error in refused.errors] == [c.STUDIO]


def test_in_the_browser_what_was_read_is_shown_first(client, cast, deputies):
    client.force_login(cast.officer)
    page = reverse("activities:import")
    shown = client.post(page, {"file": SimpleUploadedFile("活动.csv", csv(ROW).read())})
    assert shown.context["tally"].added == 1 and not Activity.objects.exists()
    done = client.post(page, {"sealed": shown.context["sealed"]}, follow=True)
    assert "新增 1 项活动" in done.content.decode() and Activity.objects.count() == 1
    assert client.get(reverse("activities:import_template")).status_code == 200
