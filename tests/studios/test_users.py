"""Accounts in the product: one by hand, hundreds out of Excel, slips, roles taken away, people who leave."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessRecord, User
from deputies.models import Deputy
from letters.models import Organ
from letters.organs import ORGANS
from opinions.models import Category, Opinion, Responsibility
from opinions.triage.responsibilities import RESPONSIBILITIES
from studios.models import Agency, Approval, Membership, Role
from studios.rolls.agencies import AGENCIES
from studios.users.roll import USERS
from tests.conftest import person
from tests.opinions.story import told

pytestmark = pytest.mark.django_db
SLIP = re.compile(r'class="account-secret">([^<]+)<.*?initial-password">([^<]+)<', re.S)


@pytest.fixture
def boss(client, cast):
    client.force_login(cast.administrator)
    return client


def csv(roll, *rows):
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return io.BytesIO("\n".join(lines).encode())


def take(roll, by, *rows, **more):
    return roll.import_file(csv(roll, *rows), "表.csv", by=by, **more)


def text(response) -> str:
    return response.content.decode()


def row(name, role, place, **more):
    return {"姓名": name, "角色": role, "所属区域": place, "手机": "", "账号": ""} | more


# --- one by hand ---------------------------------------------------------------------------------------------------


def test_one_form_makes_an_account_that_logs_in_from_its_slip(boss, cast, client):
    sent = {"name": "石小梅", "role": "clerk", "place": "乾州街道 · 吉首市", "email": "shi@example.cn"}
    page = boss.post(reverse("users:new"), sent, follow=True)
    username, password = SLIP.search(text(page)).groups()
    user = User.objects.get(username="shixiaomei")
    assert (username, user.name, user.email) == ("shixiaomei", "石小梅", "shi@example.cn")
    assert list(user.memberships.values_list("role", "area_code")) == [("clerk", "433101005")]
    assert password in text(boss.get(reverse("users:slips")))  # opened again
    client.logout()
    client.post(reverse("login"), {"username": username, "password": password})
    assert client.get("/").url == reverse("password_change")


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"place": "不存在的地方"}, "place", "不存在的地方"),
        ({"place": "吉首市交通运输局"}, "place", "吉首市交通运输局"),
        ({"role": "handler"}, "place", "乾州街道"),
        ({"role": ""}, "role", ""),
        ({"is_head": "on"}, "is_head", ""),
        ({"may_export": "on"}, "may_export", ""),
        ({"name": ""}, "name", ""),
        ({"username": "CLERK"}, "username", ""),
        ({"phone": "123"}, "phone", ""),
        ({"email": "nowhere"}, "email", ""),
    ],
)
def test_each_mistake_has_one_message_beside_its_field_and_nothing_is_lost(boss, sent, field, said):
    before = User.objects.count()
    good = {"name": "石小梅", "role": "clerk", "place": "乾州街道", "phone": "13807430001"}
    page = boss.post(reverse("users:new"), good | sent)
    errors = page.context["form"].errors | page.context["role"].errors
    assert page.status_code == 422
    assert list(errors) == [field] and len(errors[field]) == 1 and said in errors[field][0]
    assert "乾州街道" in text(page) or "place" in sent
    assert User.objects.count() == before


def test_a_part_of_a_name_is_enough_and_several_are_named(boss):
    page = boss.post(reverse("users:new"), {"name": "甲", "role": "clerk", "place": "街道"})
    assert "乾州街道 · 吉首市、镇溪街道 · 吉首市" in page.context["role"].errors["place"][0]
    boss.post(reverse("users:new"), {"name": "甲", "role": "clerk", "place": "镇溪"})
    assert Membership.objects.get(user__name="甲").area_code == "433101007"


def test_roles_are_given_and_taken_on_the_page_of_the_person(boss, cast):
    page = reverse("users:detail", args=[cast.clerk.pk])
    boss.post(page, {"give": "1", "role": "supervisor", "place": "吉首市"})
    added = cast.clerk.memberships.get(role="supervisor")
    said = boss.post(page, {"give": "1", "role": "auditor", "place": "吉首市"}).context["role"].errors
    assert list(said) == ["role"] and "另建" in said["role"][0]
    boss.post(reverse("users:take_away", args=[cast.clerk.pk, added.pk]))
    assert not cast.clerk.memberships.filter(role="supervisor").exists()
    did = AccessRecord.objects.filter(subject=cast.clerk.username, action="set").order_by("pk")
    assert [one.details["did"] for one in did] == ["given", "taken away"]
    boss.post(page, {"name": "新名字", "phone": "", "email": "a@b.cn"})
    cast.clerk.refresh_from_db()
    assert (cast.clerk.name, cast.clerk.email) == ("新名字", "a@b.cn")


def test_nobody_gives_roles_to_themselves_or_to_people_elsewhere(client, cast):
    county = person("county_boss", "县管理员", (Role.ADMINISTRATOR, {"area_code": "433101"}))
    client.force_login(county)
    role = {"give": "1", "role": "clerk", "place": "吉首市"}
    assert client.post(reverse("users:detail", args=[county.pk]), role).status_code == 404
    assert client.post(reverse("users:detail", args=[cast.stranger_clerk.pk]), role).status_code == 404
    assert client.post(reverse("users:password", args=[cast.administrator.pk])).status_code == 404
    page = client.post(reverse("users:new"), {"name": "甲", "role": "clerk", "place": "沱江镇"})
    assert page.context["role"].errors["place"] and not User.objects.filter(name="甲").exists()


def test_a_right_that_nobody_gives_alone_waits(boss, cast, settings):
    settings.TWO_PEOPLE = ["grant"]
    second = person("second", "第二人", (Role.ADMINISTRATOR, {"area_code": "433101"}))
    sent = {"name": "龙审计", "username": "audit2", "role": "auditor", "place": "吉首市"}
    page = boss.post(reverse("users:new"), sent)
    assert "第二人" in page.context["role"].errors["role"][0] and 'value="audit2"' in text(page)
    rows = [row("石小梅", "工作人员", "乾州街道"), row("龙领导", "领导", "吉首市", 账号="lingdao")]
    tally = take(USERS, cast.administrator, *rows)
    assert str(tally) == "read 2 / added 1 / known 0 / refused 1" and "第二人" in str(tally.errors[0])
    Approval.objects.update(approved=True, decided_by=second, decided_at=Approval.objects.first().asked_at)
    boss.post(reverse("users:new"), sent)
    assert str(take(USERS, cast.administrator, *rows)) == "read 2 / added 1 / known 1 / refused 0"
    assert set(
        Membership.objects.filter(role__in=["auditor", "county_official"]).values_list(
            "user__username", flat=True
        )
    ) >= {"audit2", "lingdao"}


# --- out of Excel --------------------------------------------------------------------------------------------------


def test_accounts_out_of_a_table_as_offices_keep_it(boss, cast, office):
    deputy = Deputy.objects.create(name="田代表", township=office.qianzhou)
    rows = [
        row("石小梅", "工作室工作人员", "乾州街道"),
        row("石小梅", "分流员", "433101", 手机="13807430001"),
        row("龙云", "经办人", "吉首市交通运输局"),
        row("田代表", "人大代表", "乾州街道"),
    ]
    file = SimpleUploadedFile("人员.csv", csv(USERS, *rows).read())
    page = boss.post(reverse("users:import"), {"file": file})
    assert not User.objects.filter(name="龙云").exists()
    page = boss.post(reverse("users:import"), {"sealed": page.context["sealed"]}, follow=True)
    shown = dict(SLIP.findall(text(page)))
    assert sorted(shown) == ["longyun", "shixiaomei", "shixiaomei2", "tiandaibiao"]
    assert len(set(shown.values())) == 4
    deputy.refresh_from_db()
    assert deputy.user.username == "tiandaibiao"
    assert str(take(USERS, cast.administrator, *rows)) == "read 4 / added 0 / known 4 / refused 0"


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"角色": "局长"}, "角色"),
        ({"所属区域": "长沙县"}, "区域或单位"),
        ({"姓名": ""}, "姓名"),
        ({"手机": "12"}, "手机号码"),
        ({"账号": "clerk"}, "用户名"),
        ({"账号": "石 梅"}, "用户名"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row(cast, wrong, column):
    before = User.objects.count()
    tally = take(
        USERS,
        cast.administrator,
        row("甲", "工作人员", "乾州街道"),
        row("乙", "工作人员", "乾州街道") | wrong,
    )
    assert [(error.row, error.column) for error in tally.errors] == [(3, column)]
    assert User.objects.count() == before


def test_agencies_responsibilities_and_organs(cast, office):
    county = person("county_boss", "县管理员", (Role.ADMINISTRATOR, {"area_code": "433101"}))
    agencies = [
        {"单位名称": "吉首市林业局", "县市": "吉首市"},
        {"单位名称": "吉首市林业局", "县市": "433101"},
    ]
    assert str(take(AGENCIES, county, *agencies)) == "read 2 / added 1 / known 1 / refused 0"
    assert Agency.objects.get(name="吉首市林业局").county_id == "433101"
    assert take(AGENCIES, county, {"单位名称": "凤凰县林业局", "县市": "凤凰县"}).refused == 1
    duty = {"类别代码": "77", "类别名称": "林业", "县市": "吉首市", "责任单位": "吉首市林业局"}
    assert take(RESPONSIBILITIES, county, duty).refused == 1  # only a prefecture adds categories
    assert take(RESPONSIBILITIES, cast.administrator, duty).added == 1
    assert Category.objects.get(code="77").name == "林业"
    assert Responsibility.objects.get(category="77").agency.name == "吉首市林业局"
    other = duty | {"责任单位": office.transport.name}
    assert str(take(RESPONSIBILITIES, county, duty, other).errors[0]) != ""
    Organ.objects.all().delete()
    organ = {"县市": "吉首市", "发文机关": "吉首市人大常委会办公室", "代字": "吉人大办"}
    twice = organ | {"县市": "凤凰县"}
    tally = take(ORGANS, cast.administrator, organ, twice, skip_bad=True)
    assert (tally.added, tally.errors[0].column) == (1, "机关代字")
    assert Organ.objects.get().handover_mark == "交"


# --- people who leave ----------------------------------------------------------------------------------------------


def test_who_leaves_something_open_names_a_successor_first(boss, cast, office):
    told(cast, office)
    clerks = [m.user for m in Membership.objects.filter(role="clerk", area_code="433101005")]
    sent = {"user": [cast.officer.pk, *(one.pk for one in clerks)]}
    page = boss.post(reverse("users:off"), sent)
    assert page.status_code == 422 and Opinion.objects.get().number in text(page)
    assert User.objects.get(pk=cast.officer.pk).is_active
    fields = {name: str(cast.supervisor.pk) for _left, name, _chosen in page.context["left"]}
    boss.post(reverse("users:off"), sent | fields)
    assert not User.objects.get(pk=cast.officer.pk).is_active
    assert cast.supervisor.memberships.filter(role="triage_officer", area_code="433101").exists()


def test_several_are_switched_off_at_once_and_on_again_and_oneself_never(boss, cast):
    sent = {"user": [cast.official.pk, cast.auditor.pk, cast.administrator.pk, "x"]}
    boss.post(reverse("users:off"), sent)
    gone = User.objects.filter(pk__in=[cast.official.pk, cast.auditor.pk], is_active=False)
    assert gone.count() == 2 and User.objects.get(pk=cast.administrator.pk).is_active
    boss.post(reverse("users:on", args=[cast.official.pk]))
    assert User.objects.get(pk=cast.official.pk).is_active


def test_the_list_takes_the_same_queries_however_many(boss, cast):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(reverse("users:list")).status_code == 200
        return len(queries)

    boss.get(reverse("users:list"))  # which prolongs the session
    few = asked()
    for number in range(5):
        person(f"a_more{number}", "更多", (Role.CLERK, {"area_code": "433101005"}))
    assert asked() == few
