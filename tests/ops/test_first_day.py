"""The first day of an office: from an empty database with compose's defaults to the first closed opinion. All is done
through pages, but for the one command that makes the administrator; and the ways in when there is no administrator."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AccessRecord, SecondFactor, User
from opinions.models import Opinion
from sandbox.walker.browser import Browser
from sandbox.walker.door import SECRET, code_of
from sandbox.walker.filling import standing
from studios.models import Membership, Township
from tests.conftest import at

pytestmark = pytest.mark.django_db
COMPOSE = (Path(__file__).resolve().parents[2] / "docker-compose.yml").read_text()
BASE, OWN = "https://localhost", "Walk-the-house-2026"
SHOWN = re.compile(r'class="initial-password">([^<]+)<')


@pytest.fixture
def clock():
    with time_machine.travel(at("2026-03-02 10:00"), tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def compose_defaults(settings):
    roles = re.search(r"SECOND_FACTOR_ROLES:-?([a-z_,]+)}", COMPOSE.replace("ROLES-", "ROLES:-"))[1]
    settings.SECOND_FACTOR_ROLES = roles.split(",")
    assert "administrator" in settings.SECOND_FACTOR_ROLES
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def created(*args, **options) -> str:
    """What the command prints; the last line is the link."""
    out = StringIO()
    call_command("create_administrator", *args, stdout=out, **options)
    return out.getvalue().strip().splitlines()[-1]


class Person:
    """Somebody at a browser without script, who reads pages and fills in forms."""

    def __init__(self, name: str, password: str, clock):
        self.name, self.password, self.clock, self.browser = name, password, clock, Browser(BASE)

    def opens(self, url: str):
        page = self.browser.get(url)
        assert page.status == 200, f"{self.name} at {url}: {page.status} {page.text[:300]}"
        return page

    def fills_in(self, page, button="", to="", **values):
        """Send the form of the page that has these fields and is sent to `to`; what stands in it stays. Returns the
        page it leads to."""
        wanted = set(values) | ({button} - {""})
        forms = [f for f in page.forms if f.method == "POST" and to in f.action]
        fitting = [f for f in forms if wanted <= {x.name for x in f.fields} | {n for n, _v in f.buttons}]
        assert fitting, f"{self.name} at {page.path}: no form with {wanted}: {page.text[:400]}"
        sent = standing(fitting[0]) | values
        pressed = [pair for pair in fitting[0].buttons if pair[0]]
        sent |= dict(pressed[:1] if not button else [p for p in pressed if p[0] == button])
        answer = self.browser.send(fitting[0], sent, page.url)
        assert answer.status == 200, f"{self.name} sent {page.path}: {answer.status} {answer.text[:600]}"
        return answer

    def logs_in(self):
        page = self.fills_in(self.opens("/login/"), username=self.name, password=self.password)
        if page.path == "/second-factor/":
            secret = SECRET.search(page.text)[0]
            self.clock.shift(timedelta(seconds=31))
            page = self.fills_in(page, code=code_of(secret, self.clock_now()))
            assert page.path == "/second-factor/recovery-codes/"
            page = self.opens("/")
        if page.path == "/password/":
            page = self.fills_in(page, old_password=self.password, new_password1=OWN, new_password2=OWN)
            self.password = OWN
        assert page.path == "/", f"{self.name} is led to {page.path}"
        return page

    def clock_now(self) -> float:
        import time

        return time.time()


def key_of(person, url, name) -> str:
    page = person.opens(f"{url}?q={name}")
    link = next(href for href, text in page.links if text == name)
    return urlsplit(link).path.rstrip("/").split("/")[-2]


def test_from_an_empty_database_to_the_first_closed_opinion(clock):
    link = created("admin", name="管理员", area="433100")
    admin = Person("admin", OWN, clock)
    page = admin.fills_in(admin.opens(link), new_password1=OWN, new_password2=OWN)
    assert page.path == "/login/" and "用它登录" in page.text
    assert "不再有效" in admin.opens(link).text  # a link works once
    home = admin.logs_in()
    assert reverse("studios:areas") in [href.removeprefix(BASE) for href, _text in home.links]

    admin.fills_in(admin.opens("/studios/areas/"), button="bundled")
    assert Township.objects.filter(counted=True).current().count() == 115
    admin.fills_in(admin.opens("/admin/opinions/category/add/"), code="02", name="交通运输")
    admin.fills_in(admin.opens("/admin/studios/agency/add/"), county="433101", name="吉首市交通运输局")
    agency = key_of(admin, "/admin/studios/agency/", "吉首市交通运输局")
    admin.fills_in(
        admin.opens("/admin/opinions/responsibility/add/"), county="433101", category="02", agency=agency
    )
    admin.fills_in(
        admin.opens("/admin/studios/studio/add/"),
        code="433101004-1",
        name="乾州代表工作室",
        kind="studio",
        township="433101004",
    )
    people = {}
    for name, role, over in [
        ("clerk", "clerk", {"area_code": "433101004"}),
        ("officer", "triage_officer", {"area_code": "433101"}),
        ("handler", "handler", {"agency": agency}),
        ("official", "county_official", {"area_code": "433101"}),
        ("auditor", "auditor", {"area_code": "4331"}),
    ]:
        line = {"role": role, "area_code": "", "studio": "", "agency": ""} | over
        line = {f"memberships-0-{field}": value for field, value in line.items()}
        page = admin.opens("/admin/accounts/user/add/")
        form = next(f for f in page.forms if "username" in f)
        sent = standing(form) | {"username": name, "name": name, "memberships-TOTAL_FORMS": "1"} | line
        answer = admin.browser.send(form, sent | {"_save": "1"}, page.url)
        shown = SHOWN.search(answer.content.decode())
        assert shown, answer.tree.xpath("string(//*[contains(@class,'errorlist')])") + name
        people[name] = Person(name, shown[1], clock)
        # With an initial password, and with a second factor where compose asks for one.
        people[name].logs_in()
    assert SecondFactor.objects.exclude(confirmed_at=None).count() == 3

    clerk, officer, handler = people["clerk"], people["officer"], people["handler"]
    clerk.fills_in(
        clerk.opens("/opinions/new/"),
        channel="phone",
        matter_type="complaint",
        title="公交站牌歪了",
        body="人民北路公交站牌歪了半个月，没人修。",
        citizen_phone="13800138000",
        township="433101004",
    )
    where = f"/opinions/{Opinion.objects.get().number}"
    officer.fills_in(officer.opens(f"{where}/route/"), lead_agency=agency, category="02")
    handler.fills_in(handler.opens(f"{where}/sign/"), to="/sign/")
    handler.fills_in(handler.opens(f"{where}/answer/"), outcome="A", answer="站牌已经扶正。")
    clerk.fills_in(clerk.opens(f"{where}/report_back/"), how="phone")
    page = clerk.fills_in(clerk.opens(f"{where}/evaluate/"), satisfaction="satisfied", how="phone")
    assert Opinion.objects.get().status == "closed"
    assert "已办结" in page.text


# --- the ways in -------------------------------------------------------------------------------------------------


def test_the_command_says_what_is_wrong_and_makes_nothing():
    for area, why in [("43", "区划代码"), ("999999", "区划代码"), ("abcd", "区划代码")]:
        with pytest.raises(CommandError, match=why):
            created("admin", name="管理员", area=area)
    assert not User.objects.exists()


def test_the_command_asks_for_what_is_not_given(monkeypatch):
    answers = iter(["admin", "龙管理", "4331"])
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    assert "/welcome/" in created()
    user = User.objects.get()
    assert (user.username, user.name, user.has_usable_password()) == ("admin", "龙管理", False)
    assert list(user.memberships.values_list("role", "area_code")) == [("administrator", "4331")]


def test_a_lost_link_is_made_again_for_an_administrator_and_for_nobody_else(cast, settings):
    settings.PUBLIC_URL = "https://opinions.example.gov.cn/"
    assert created("administrator").startswith("https://opinions.example.gov.cn/welcome/")
    with pytest.raises(CommandError, match="clerk"):
        created("clerk")


def test_a_link_ends_after_three_days(cast, client, clock):
    link = created("administrator").removeprefix(BASE)
    clock.shift(timedelta(days=3, seconds=1))
    assert "不再有效" in client.get(link, secure=True).content.decode()


def test_a_superuser_without_a_role_is_told_what_to_do_and_can(client, areas, clock):
    root = User.objects.create_superuser("root", password=OWN, name="超级用户")
    client.force_login(root)
    page = client.get("/", secure=True).content.decode()
    assert "超级用户" in page and reverse("take_administration") in page
    answer = client.post(reverse("take_administration"), {"area_code": "4331xx"}, secure=True)
    assert answer.status_code == 422 and "区划代码" in answer.content.decode()
    assert "4331xx" in answer.content.decode()
    client.post(reverse("take_administration"), {"area_code": "4331"}, secure=True)
    assert Membership.objects.filter(user=root, role="administrator", area_code="4331").count() == 1
    assert AccessRecord.objects.filter(action="set", by=root, subject="root").count() == 1
    assert client.get("/", secure=True).url.startswith(reverse("second_factor"))


def test_nobody_else_takes_the_role(client, cast):
    cast.clerk.is_superuser = True
    cast.clerk.save()
    for user in (cast.nobody, cast.clerk, cast.administrator):
        client.force_login(user)
        assert client.post(
            reverse("take_administration"), {"area_code": "4331"}, secure=True
        ).status_code in (
            302,
            403,
        )
        assert (
            not Membership.objects.filter(user=user, role="administrator")
            .exclude(user=cast.administrator)
            .exists()
        )


def test_a_lost_phone_is_helped_by_a_command(cast):
    SecondFactor.objects.create(user=cast.auditor, secret="A" * 32, confirmed_at=at("2026-01-01 09:00"))
    out = StringIO()
    call_command("reset_second_factor", "auditor", stdout=out)
    assert not SecondFactor.objects.exists()
    assert "auditor" in out.getvalue()
    assert AccessRecord.objects.filter(action="set", subject="auditor", by=None).count() == 1
    with pytest.raises(CommandError, match="nobody-here"):
        call_command("reset_second_factor", "nobody-here")


def test_an_administrator_takes_in_areas_of_their_own_only(client, cast, settings):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.SECOND_FACTOR_ROLES = []
    client.force_login(cast.administrator)

    def sent(rows):
        text = "county_code,county,township_code,township\n" + rows
        return client.post(
            reverse("studios:areas"), {"file": SimpleUploadedFile("a.csv", text.encode())}, secure=True
        )

    page = sent("430102,芙蓉区,430102001,文艺路街道\n")
    assert page.status_code == 422 and "430102001" in page.content.decode()
    page = sent("433122,泸溪县,433122100,浦市镇\n")
    assert page.status_code == 200 and not Township.objects.filter(pk="433122100").exists()
    sealed = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())[1]
    client.post(reverse("studios:areas"), {"sealed": sealed}, secure=True)
    assert Township.objects.get(pk="433122100").name == "浦市镇"
