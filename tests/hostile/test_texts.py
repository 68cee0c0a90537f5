"""Every text of the list in every field of the forms a stranger, a clerk and an agency reach, and in every search."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opinions.models import Opinion
from tests.hostile.texts import SHORT, TEXTS
from tests.opinions.story import signed, told
from tests.portal.conftest import WORDS, Citizen

pytestmark = pytest.mark.django_db
CLEAR = {200, 302, 400, 404, 409, 413, 422, 429}


@pytest.fixture(autouse=True)
def no_pace(monkeypatch):
    monkeypatch.setattr("accounts.rate_limit.seconds_until_allowed", lambda *args, **kwargs: 0)


@pytest.mark.parametrize("field", [
    "body", "title", "place", "citizen_name", "citizen_phone", "matter_type", "deputy", "submission_key", "website",
])  # fmt: skip
def test_the_citizens_form(client, office, field):
    citizen = Citizen(client, office.studio)
    form = citizen.form()
    for name, text in TEXTS.items():
        response = client.post(citizen.address, form | {field: text})
        assert response.status_code in CLEAR, name
        if response.status_code == 422 and field != "citizen_name":
            assert WORDS["citizen_name"] in response.content.decode(), f"{name}: nothing typed is lost"


def test_what_is_taken_is_shown_as_text_and_nothing_else(client, cast, office):
    citizen = Citizen(client, office.studio)
    for name, text in SHORT.items():
        response = citizen.send(body=f"正文 {text}", title="")
        assert response.status_code in (200, 422), name
    client.force_login(cast.clerk)
    for opinion in Opinion.objects.all():
        page = client.get(f"/opinions/{opinion.number}/").content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page


@pytest.mark.parametrize("field", ["code", "tail"])
def test_looking_up(client, db, field):
    for name, text in TEXTS.items():
        typed = {"code": "1" * 16, "tail": ""} | {field: text}
        assert client.post("/p/track/", typed).status_code in {422, 400}, name


@pytest.mark.parametrize("field", ["ticket", "reason", "satisfaction"])
def test_the_citizens_buttons(client, office, field):
    _opinion, code = Citizen(client, office.studio).tells()
    page = Citizen(client, office.studio).looks_up(code)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]
    for action in ("evaluate", "reopen", "withdraw"):
        for name, text in TEXTS.items():
            if (action, field) == ("withdraw", "reason"):
                continue  # a reason of any words is a reason
            typed = {"ticket": ticket, "satisfaction": "not", "reason": ""} | {field: text}
            assert client.post(f"/p/track/{action}/", typed).status_code in CLEAR, name


@pytest.mark.parametrize("path", [
    "/p/{}/", "/p/{}/new/", "/p/{}/qr.svg", "/p/evaluate/{}/", "/p/file/{}/", "/p/bulletin/{}/", "/p/track/{}/",
    "/p/bulletin/433101/?month={}", "/opinions/{}/", "/opinions/{}/sign/", "/opinions/{}/print/", "/reports/{}/",
    "/reports/2026-10/?county={}", "/opinions/waiting/{}/", "/studios/{}/", "/deputies/{}/",
    "/opinions/new/?township={}",
    "/opinions/new/alike/?township=433101005&title={}", "/opinions/new/earlier/?citizen_phone={}",
    "/dashboard/?period={}",
])  # fmt: skip
def test_addresses(client, cast, office, path):
    from urllib.parse import quote

    client.force_login(cast.officer)
    for name, text in SHORT.items():
        assert client.get(path.format(quote(text, safe=""))).status_code in CLEAR | {403}, name


@pytest.mark.parametrize(
    "name", ["q", "status", "county", "township", "studio", "agency", "registered_after", "sort", "page"]
)
@pytest.mark.parametrize("path", ["/opinions/", "/studios/", "/audit/"])
def test_lists(client, cast, office, path, name):
    told(cast, office)
    client.force_login(cast.auditor if path == "/audit/" else cast.officer)
    names = {"/audit/": {"q": "who", "status": "action", "sort": "subject", "registered_after": "since"}}
    for text in SHORT.values():
        asked = names.get(path, {}).get(name, name)
        assert client.get(path, {asked: text}).status_code in {200, 404}


@pytest.mark.parametrize(
    "field",
    ["title", "body", "place", "citizen_phone", "township", "studio", "channel", "deputy", "submission_key"],
)
def test_the_clerks_form(client, cast, office, field):
    client.force_login(cast.clerk)
    page = client.get(reverse("opinions:new")).content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', page)[1]
    form = {
        "submission_key": key, "township": office.qianzhou.pk, "studio": office.studio.pk, "channel": "reception",
        "matter_type": "help", "title": "", "body": "坏了",
    }  # fmt: skip
    for name, text in TEXTS.items():
        response = client.post(reverse("opinions:new"), form | {field: text})
        assert response.status_code in CLEAR, name
        if response.status_code == 422 and field != "body":
            assert "坏了" in response.content.decode(), f"{name}: nothing typed is lost"


@pytest.mark.parametrize("field", ["version", "outcome", "answer", "back"])
def test_the_agencys_answer(client, cast, office, field):
    opinion = signed(cast, office)
    client.force_login(cast.handler)
    for name, text in TEXTS.items():
        form = {"version": opinion.version, "outcome": "", "answer": "好了"} | {field: text}
        assert client.post(f"/opinions/{opinion.number}/answer/", form).status_code in CLEAR, name


@pytest.mark.parametrize(
    "content", [b"", b"\0", b"%PDF-", b"\xff\xd8\xff", b"PK\x03\x04" * 1000, b"<svg/>", b"GIF89a"]
)
@pytest.mark.parametrize("name", ["x.jpg", "../../x.pdf", "\u202egpj.exe", "a" * 300, "=1.png", "𠮷.webp"])
def test_files(client, office, settings, tmp_path, content, name):
    settings.MEDIA_ROOT = tmp_path
    files = [SimpleUploadedFile(name, content, "image/jpeg")]
    assert Citizen(client, office.studio).send(files=files).status_code in {200, 422}


def test_a_body_that_is_too_large_or_broken_is_said(client, office):
    citizen = Citizen(client, office.studio)
    form = citizen.form()
    large = client.post(citizen.address, form | {"body": "x" * 6_000_000})
    assert large.status_code == 413 and "5 MB" in large.content.decode()
    for kind, body in [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/json", b"{"),
        ("text/plain", b"\xff\xfe"),
        ("application/x-www-form-urlencoded; charset=nonsense", b"body=1"),
    ]:
        assert client.generic("POST", citizen.address, body, content_type=kind).status_code in CLEAR, kind
    many = client.post(citizen.address, {f"f{n}": "" for n in range(3000)})
    assert many.status_code == 400


def test_every_answer_forbids_inline_code_and_devices(client, cast, office):
    client.force_login(cast.clerk)
    for path in ("/", "/p/track/", "/opinions/", "/no/such/page/", "/opinions/?q=%00", "/login/"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "geolocation=()" in headers["Permissions-Policy"]
