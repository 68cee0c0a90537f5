"""The administration: only administrators, only their area, no way to raise oneself, everything recorded."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from accounts.models import AccessRecord, User
from deputies.models import Deputy
from opinions.models import Category, Responsibility, UrgentSignal
from studios.models import Agency, County, Membership, Role, Studio, Township
from tests.conftest import person


@pytest.fixture
def elsewhere(office):
    """Another prefecture in the same installation."""
    county = County.objects.create(code="430121", name="长沙县")
    office.far_county = county
    office.far_township = Township.objects.create(
        code="430121100", county=county, name="㮾梨街道", kind="town"
    )
    office.far_agency = Agency.objects.create(county=county, name="长沙县水利局")
    office.far_studio = Studio.objects.create(code="far", name="远方工作室", township=office.far_township)
    office.far_clerk = person("far_clerk", "远方文员", (Role.CLERK, {"area_code": "430121100"}))
    office.far_deputy = Deputy.objects.create(name="远方代表", township=office.far_township)
    return office


@pytest.fixture
def boss(client, cast):
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def county_boss(client, cast):
    user = person("county_boss", "县管理员", (Role.ADMINISTRATOR, {"area_code": "433101"}))
    client.force_login(user)
    return client


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def no_memberships(total=0, initial=0):
    return {"memberships-TOTAL_FORMS": total, "memberships-INITIAL_FORMS": initial}


def with_memberships(*rows):
    data = no_memberships(len(rows))
    for number, row in enumerate(rows):
        data |= {f"memberships-{number}-{name}": value for name, value in row.items()}
    return data


def add_user(client, *memberships, username="new_clerk"):
    data = {"username": username, "name": "新文员", "phone": ""} | with_memberships(*memberships)
    return client.post(url(User, "add"), data, follow=True)


# --- what stands there -------------------------------------------------------------------------------------


def test_no_citizens_data_and_nothing_of_packages_stands_there():
    standing = {model._meta.label for model in admin.site._registry}
    assert standing == {
        "accounts.User", "studios.County", "studios.Township", "studios.Village", "studios.Agency",
        "studios.Studio", "studios.AssessmentItem", "studios.CountyChoice",
        "deputies.Deputy", "workdays.CalendarYear", "workdays.Holiday", "letters.Organ",
        "opinions.Category", "opinions.Responsibility", "opinions.RoutingRule", "opinions.UrgentSignal",
    }  # fmt: skip


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda model: model._meta.label))
def test_every_list_and_page_opens_in_chinese(boss, elsewhere, cast, model):
    response = boss.get(url(model, "changelist"))
    assert response.status_code == 200
    assert "系统管理" in response.content.decode()
    if response.context["cl"].result_list:
        row = next(iter(response.context["cl"].result_list))
        assert boss.get(url(model, "change", row.pk)).status_code == 200


def test_django_s_flags_open_nothing(client, cast):
    User.objects.filter(pk=cast.clerk.pk).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(pk=cast.clerk.pk))
    assert client.get(reverse("admin:index")).status_code == 403
    assert client.get(url(User, "changelist")).status_code == 403


# --- another prefecture does not exist ---------------------------------------------------------------------


def test_lists_hold_nothing_of_another_prefecture(boss, elsewhere):
    for model in (County, Township, Agency, Studio, Deputy, User):
        text = boss.get(url(model, "changelist")).content.decode()
        for stranger in ("长沙县", "㮾梨", "远方"):
            assert stranger not in text, (model, stranger)


def test_pages_of_another_prefecture_cannot_be_opened(boss, elsewhere):
    for row in (elsewhere.far_county, elsewhere.far_agency, elsewhere.far_clerk, elsewhere.far_deputy):
        response = boss.get(url(type(row), "change", row.pk))
        assert (response.status_code, response.url) == (302, reverse("admin:index"))
    assert (
        boss.post(reverse("admin:accounts_user_reset_password", args=[elsewhere.far_clerk.pk])).status_code
        == 403
    )


def test_choices_offered_and_forged(boss, elsewhere):
    assert "长沙县" not in boss.get(url(Agency, "add")).content.decode()
    boss.post(url(Agency, "add"), {"name": "假单位", "county": "430121", "active": "on"})
    boss.post(
        url(Studio, "add"),
        {"code": "fake", "name": "假工作室", "kind": "studio", "township": "430121100", "active": "on"},
    )
    boss.post(url(Deputy, "add"), {"name": "假代表", "township": "433101005", "user": elsewhere.far_clerk.pk})
    boss.post(url(County, "add"), {"code": "430122", "name": "假县"})
    assert not Agency.objects.filter(name="假单位").exists()
    assert not Studio.objects.filter(code="fake").exists()
    assert not Deputy.objects.filter(name="假代表").exists()
    assert not County.objects.filter(code="430122").exists()


def test_searching_while_typing_finds_only_what_is_visible(boss, elsewhere):
    ask = {"app_label": "studios", "model_name": "studio", "field_name": "township"}
    found = boss.get(reverse("admin:autocomplete"), ask | {"term": ""}).json()["results"]
    assert {row["id"] for row in found} == {"433101005", "433101007", "433123100", "433123104"}


# --- accounts ----------------------------------------------------------------------------------------------


def test_a_new_account_gets_an_initial_password_shown_once(boss, client):
    response = add_user(boss, {"role": "clerk", "area_code": "433101005"})
    user = User.objects.get(username="new_clerk")
    password = response.context["initial_password"]
    assert user.check_password(password)
    assert user.must_change_password
    assert password in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert user.memberships.get().area_code == "433101005"
    assert password not in boss.get(url(User, "change", user.pk)).content.decode()
    assert not (user.is_staff or user.is_superuser)


def test_the_right_that_was_given_stands_in_the_audit_trail(boss, cast):
    add_user(boss, {"role": "supervisor", "area_code": "433101"})
    record = AccessRecord.objects.get(action="set")
    assert (record.by, record.area_code) == (cast.administrator, "433101")
    assert record.details["memberships"] == ["supervisor 433101"]


def test_the_right_to_export_is_given_there_and_stands_in_the_audit_trail(boss, cast):
    add_user(boss, {"role": "supervisor", "area_code": "433101", "may_export": "on"})
    assert User.objects.get(username="new_clerk").memberships.get().may_export
    record = AccessRecord.objects.get(action="set")
    assert record.details["memberships"] == ["supervisor 433101 exports unmasked"]
    refused = add_user(
        boss, {"role": "clerk", "area_code": "433101005", "may_export": "on"}, username="another"
    )
    assert "导出姓名、电话的权限只能授予" in refused.content.decode()


@pytest.mark.parametrize("forged", ["43", "4301", "430121", "430121100", "", "433199"])
def test_no_area_outside_can_be_given(boss, elsewhere, forged):
    response = add_user(boss, {"role": "clerk", "area_code": forged})
    assert response.status_code == 200
    assert not User.objects.filter(username="new_clerk").exists()


def test_no_agency_or_studio_outside_can_be_given(boss, elsewhere):
    add_user(boss, {"role": "handler", "agency": elsewhere.far_agency.pk})
    add_user(boss, {"role": "clerk", "studio": elsewhere.far_studio.pk})
    assert not Membership.objects.filter(user__username="new_clerk").exists()


def test_a_county_administrator_gives_nothing_over_the_prefecture(county_boss):
    add_user(county_boss, {"role": "supervisor", "area_code": "4331"})
    add_user(county_boss, {"role": "supervisor", "area_code": "433123"})
    assert not User.objects.filter(username="new_clerk").exists()
    add_user(county_boss, {"role": "supervisor", "area_code": "433101"})
    assert User.objects.filter(username="new_clerk").exists()


def test_accounts_that_reach_further_than_the_administrator_are_out_of_reach(county_boss, cast):
    names = county_boss.get(url(User, "changelist")).content.decode()
    assert "officer" in names
    assert "州督办" not in names
    Membership.objects.create(user=cast.officer, role=Role.SUPERVISOR, area_code="433123")
    assert (
        county_boss.post(reverse("admin:accounts_user_reset_password", args=[cast.officer.pk])).status_code
        == 403
    )
    cast.officer.refresh_from_db()
    assert not cast.officer.must_change_password


def test_nobody_gives_rights_to_themselves(boss, cast):
    me = cast.administrator
    mine = me.memberships.get()
    data = {"name": "管理员", "phone": "", "is_active": "on"} | with_memberships(
        {"id": mine.pk, "user": me.pk, "role": "administrator", "area_code": "4331"},
        {"user": me.pk, "role": "clerk", "area_code": "433101"},
    )
    boss.post(url(User, "change", me.pk), data | {"memberships-INITIAL_FORMS": 1})
    assert [m.role for m in me.memberships.all()] == ["administrator"]
    assert boss.post(reverse("admin:accounts_user_reset_password", args=[me.pk])).status_code == 403


def test_nobody_locks_themselves_out(boss, cast):
    boss.post(url(User, "change", cast.administrator.pk), {"name": "管理员", "phone": ""} | no_memberships())
    cast.administrator.refresh_from_db()
    assert cast.administrator.is_active


@pytest.mark.parametrize("apart", ["administrator", "auditor"])
def test_administrator_auditor_and_work_are_different_accounts(boss, apart):
    response = add_user(
        boss, {"role": apart, "area_code": "4331"}, {"role": "clerk", "area_code": "433101005"}
    )
    assert "不得与其他角色共用" in response.content.decode()
    assert not User.objects.filter(username="new_clerk").exists()


def test_the_same_membership_twice_is_said_not_crashed(boss):
    row = {"role": "clerk", "area_code": "433101005"}
    assert "重复填写" in add_user(boss, row, row).content.decode()


def test_forged_fields_raise_nobody(boss, cast):
    data = {
        "name": "吴文员", "phone": "", "is_active": "on", "is_superuser": "on", "is_staff": "on",
        "username": "stolen", "password": "x",
    }  # fmt: skip
    boss.post(url(User, "change", cast.clerk.pk), data | no_memberships())
    cast.clerk.refresh_from_db()
    assert (cast.clerk.is_superuser, cast.clerk.is_staff, cast.clerk.username) == (False, False, "clerk")
    assert cast.clerk.check_password("Pass-word-123")


def test_an_account_is_deactivated_and_never_deleted(boss, cast):
    membership = cast.clerk.memberships.get()
    data = {"name": "吴文员", "phone": ""} | with_memberships(
        {"id": membership.pk, "user": cast.clerk.pk, "role": "clerk", "area_code": "433101005"}
    )
    boss.post(url(User, "change", cast.clerk.pk), data | {"memberships-INITIAL_FORMS": 1})
    cast.clerk.refresh_from_db()
    assert not cast.clerk.is_active
    assert boss.post(url(User, "delete", cast.clerk.pk), {"post": "yes"}).status_code == 403


def test_a_new_initial_password_is_asked_for_and_recorded(boss, cast):
    page = reverse("admin:accounts_user_reset_password", args=[cast.clerk.pk])
    assert not boss.get(page).context["initial_password"]
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password("Pass-word-123"), "asking changes nothing"
    told = boss.post(page)
    password = boss.get(told.url).context["initial_password"]
    assert boss.get(told.url).context["initial_password"] == password, "loaded again, it is the same"
    assert not boss.get(page).context["initial_password"], "asked again, it is asked"
    cast.clerk.refresh_from_db()
    assert cast.clerk.check_password(password)
    record = AccessRecord.objects.get(action="password_changed")
    assert (record.by, record.subject) == (cast.administrator, "clerk")


# --- what the office sets ----------------------------------------------------------------------------------


def test_names_get_their_pinyin_when_they_are_typed(boss, office):
    boss.post(url(Agency, "add"), {"name": "重建办", "county": "433101", "active": "on"})
    assert Agency.objects.get(name="重建办").name_pinyin == "chong jian ban"
    boss.post(url(Deputy, "add"), {"name": "曾单", "township": "433101005", "active": "on"})
    assert Deputy.objects.get(name="曾单").name_pinyin == "zeng dan"


def test_a_code_is_fixed_once_typed(boss, office):
    boss.post(url(County, "change", "433101"), {"code": "433102", "name": "吉首"})
    assert set(County.objects.values_list("code", "name")) == {("433101", "吉首"), ("433123", "凤凰县")}


@pytest.mark.parametrize("code", ["430000", "43310", "abcdef", "433100000"])
def test_what_is_no_code_is_refused(boss, office, code):
    boss.post(url(County, "add"), {"code": code, "name": "新县"})
    assert not County.objects.filter(name="新县").exists()


def test_a_responsible_agency_is_one_of_the_county(boss, office):
    Category.objects.create(code="04", name="其他")
    data = {"county": "433101", "category": "04", "agency": office.other_ecology.pk}
    boss.post(url(Responsibility, "add"), data)
    assert not Responsibility.objects.filter(category="04").exists()
    boss.post(url(Responsibility, "add"), data | {"agency": office.ecology.pk})
    assert Responsibility.objects.get(category="04").agency == office.ecology
    assert AccessRecord.objects.get(action="set").area_code == "433101"


def test_general_rows_are_the_prefectures(county_boss, office):
    general = UrgentSignal.objects.filter(county=None).first()
    change = url(UrgentSignal, "change", general.pk)
    signal = {"name": "缺水", "words": "停水 断水", "unless": "", "months": "", "active": "on"}
    assert county_boss.get(change).status_code == 200
    assert county_boss.post(change, signal).status_code == 403
    assert county_boss.post(url(UrgentSignal, "delete", general.pk), {"post": "yes"}).status_code == 403
    county_boss.post(url(UrgentSignal, "add"), signal | {"county": ""})
    assert not UrgentSignal.objects.filter(name="缺水").exists()
    county_boss.post(url(UrgentSignal, "add"), signal | {"county": "433101"})
    assert UrgentSignal.objects.get(name="缺水").county_id == "433101"
    assert county_boss.post(url(Category, "add"), {"code": "09", "name": "新"}).status_code == 403


def test_the_calendar_is_only_looked_at(boss):
    from workdays.models import CalendarYear, Holiday

    assert boss.get(url(Holiday, "changelist")).status_code == 200
    assert boss.get(url(Holiday, "add")).status_code == 403
    year = CalendarYear.objects.first()
    assert boss.post(url(CalendarYear, "change", year.pk), {"source": "x"}).status_code == 403


def test_no_model_of_a_citizen_can_be_reached_by_its_address(boss):
    for model in apps.get_models():
        if model not in admin.site._registry and model._meta.app_label != "contenttypes":
            page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            assert boss.get(page).status_code == 404, page
