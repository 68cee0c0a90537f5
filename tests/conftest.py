"""The cast and the stage of every test: two counties, a person for every role, and a stranger from next door."""

from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from accounts.models import User
from common.db.database import append_only_sql, lift_append_only_sql
from deputies.models import Deputy
from letters.models import FROZEN, Kind, Organ
from opinions.models import Category, EscalationLevel, Responsibility, UrgentSignal
from studios.models import Agency, AssessmentItem, County, Membership, Role, Studio, Township
from workdays import calendar
from workdays.models import CalendarYear, Holiday
from workdays.seed import seed_calendar

from . import migrated
from .browser import wait_for_open_requests
from .kept import forget, kept

CHINA = ZoneInfo("Asia/Shanghai")
# Table → the columns that are fixed; none: all of them.
APPEND_ONLY = {
    "accounts_accessrecord": (),
    "anchors_anchor": (),
    "anchors_block": (),
    "anchors_leaf": (),
    "opinions_event": (),
    "opinions_ladderchange": (),
    "opinions_limitchange": (),
    "opinions_pastround": (),
    "letters_letter": FROZEN,
    "reports_frozenactivityfigure": (),
    "reports_frozendone": (),
    "reports_frozenfigure": (),
    "reports_frozenmonth": (),
    "reports_frozenopinion": (),
    "studios_areachange": (),
    "studios_assessmentstep": (),
}


def at(text: str) -> datetime:
    """`at("2026-09-30 09:00")` in the office's time zone."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    migrated.use_template()


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """The calendar is kept in the thread, beyond the rows of one test; and a query count must not depend on age."""
    calendar.forget()
    monkeypatch.setattr(calendar, "CACHE_SECONDS", 3600)
    translation.activate(django_settings.LANGUAGE_CODE)  # a request leaves its language in the thread


@pytest.fixture(autouse=True)
def plain_files_and_quick_passwords(settings):
    settings.STORAGES = django_settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.ANCHORS_FILE = f"{settings.DATA_DIR}/anchors-{uuid4()}.jsonl"
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "accounts.passwords.SecretHasher",
    ]


@pytest.fixture(autouse=True)
def letters_need_no_signing(request, monkeypatch):
    """The offices of most tests let every kind of letter be issued by rule; `@pytest.mark.signing`: as a new office."""
    if request.node.get_closest_marker("signing"):
        return
    for kind in Kind.values:
        monkeypatch.setattr(Organ._meta.get_field(f"{kind}_by_rule"), "_get_default", lambda: True)


@pytest.fixture(scope="session", autouse=True)
def a_test_database_can_be_emptied():
    """Tests with real transactions empty the tables afterwards: the append-only ones rightly refuse it, and the
    rows that migrations laid down must be laid again for whoever comes next."""
    plain = TransactionTestCase._fixture_teardown

    def teardown(self):
        wait_for_open_requests()
        execute_all(sql for t in APPEND_ONLY for sql in lift_append_only_sql(connection.vendor, t))
        plain(self)
        execute_all(
            sql for t, fixed in APPEND_ONLY.items() for sql in append_only_sql(connection.vendor, t, fixed)
        )
        seed_calendar(CalendarYear, Holiday)
        migration("opinions", "0007_notices").create_general(EscalationLevel)
        migration("studios", "0003_append_only_and_items").create_items(AssessmentItem)
        migration("opinions", "0010_urgent_signals").create_signals(UrgentSignal)
        forget()

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = plain


def migration(app, name):
    return import_module(f"{app}.migrations.{name}")


def execute_all(statements):
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


@pytest.fixture
def areas(db):
    """Two counties with two townships each; the codes are the real ones."""
    return kept("areas", make_areas)


def make_areas():
    jishou = County.objects.create(code="433101", name="吉首市")
    fenghuang = County.objects.create(code="433123", name="凤凰县")
    township = Township.objects.create
    return SimpleNamespace(
        jishou=jishou,
        fenghuang=fenghuang,
        qianzhou=township(code="433101005", county=jishou, name="乾州街道", kind="subdistrict"),
        zhenxi=township(code="433101007", county=jishou, name="镇溪街道", kind="subdistrict"),
        tuojiang=township(code="433123100", county=fenghuang, name="沱江镇", kind="town"),
        alaying=township(code="433123104", county=fenghuang, name="阿拉营镇", kind="town"),
    )


@pytest.fixture
def office(areas):
    """Studios, agencies, categories and who is responsible for what, in both counties."""
    return kept("office", make_office, areas)


def make_office(areas):
    office = SimpleNamespace(**vars(areas))
    office.studio = Studio.objects.create(
        code="jishou-qianzhou", name="乾州代表工作室", township=areas.qianzhou
    )
    office.other_studio = Studio.objects.create(
        code="fh-tuojiang", name="沱江代表工作室", township=areas.tuojiang
    )
    office.roads = Category.objects.create(code="02", name="交通运输", keywords="公交 公路 客运 出租车")
    office.environment = Category.objects.create(code="03", name="环境保护", keywords="噪音 污水 排污 异味")
    for county, prefix in [(areas.jishou, ""), (areas.fenghuang, "other_")]:
        transport = Agency.objects.create(county=county, name=f"{county.name}交通运输局")
        ecology = Agency.objects.create(county=county, name=f"{county.name}生态环境局")
        Responsibility.objects.create(county=county, category=office.roads, agency=transport)
        Responsibility.objects.create(county=county, category=office.environment, agency=ecology)
        setattr(office, f"{prefix}transport", transport)
        setattr(office, f"{prefix}ecology", ecology)
    return office


def person(username, name, *memberships) -> User:
    user = User.objects.create_user(username, password="Pass-word-123", name=name)
    for role, over in memberships:
        Membership.objects.create(user=user, role=role, **over)
    return user


@pytest.fixture
def cast(office):
    """One person for every role in 吉首市, and the same of 凤凰县 as strangers to it."""
    return kept("cast", make_cast, office)


def make_cast(office):
    jishou, fenghuang = {"area_code": "433101"}, {"area_code": "433123"}
    cast = SimpleNamespace(
        clerk=person("clerk", "吴文员", (Role.CLERK, {"area_code": "433101005"})),
        studio_clerk=person("studio_clerk", "石文员", (Role.CLERK, {"studio": office.studio})),
        officer=person("officer", "龙分流", (Role.TRIAGE_OFFICER, jishou)),
        handler=person("handler", "田承办", (Role.HANDLER, {"agency": office.transport})),
        other_handler=person("other_handler", "向承办", (Role.HANDLER, {"agency": office.ecology})),
        supervisor=person("supervisor", "彭督办", (Role.SUPERVISOR, jishou)),
        official=person("official", "麻主任", (Role.COUNTY_OFFICIAL, jishou)),
        deputy=person("deputy", "杨代表", (Role.DEPUTY, {"area_code": "433101005"})),
        auditor=person("auditor", "审计员", (Role.AUDITOR, {"area_code": "4331"})),
        administrator=person("administrator", "管理员", (Role.ADMINISTRATOR, {"area_code": "4331"})),
        prefecture=person("prefecture", "州督办", (Role.SUPERVISOR, {"area_code": "4331"})),
        stranger_clerk=person("stranger_clerk", "外县文员", (Role.CLERK, {"area_code": "433123100"})),
        stranger_officer=person("stranger_officer", "外县分流", (Role.TRIAGE_OFFICER, fenghuang)),
        stranger_handler=person(
            "stranger_handler", "外县承办", (Role.HANDLER, {"agency": office.other_transport})
        ),
        nobody=person("nobody", "无角色"),
    )
    cast.as_deputy = Deputy.objects.create(
        name="杨代表", township=office.qianzhou, studio=office.studio, user=cast.deputy
    )
    return cast
