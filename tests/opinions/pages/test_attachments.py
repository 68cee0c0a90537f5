"""Photos and PDFs on the clerk's form, the citizen's form and the agency's answer, and who may open them."""

import hashlib
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AccessRecord
from common.security.encrypted_files import opened
from opinions.models import Attachment, Opinion
from tests.common.test_uploads import from_a_phone
from tests.opinions.story import signed, told
from tests.portal.conftest import Citizen, answered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def photo(name="张秀英家门口.jpg"):
    return SimpleUploadedFile(name, from_a_phone(), "image/jpeg")


def pdf(name="回复函.pdf", content=b"%PDF-1.7 x"):
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_citizens_photo_is_kept_under_no_name_of_theirs(client, office, folder):
    opinion, _code = Citizen(client, office.studio).tells(files=[photo(), pdf("身份证.pdf")])
    kept = list(opinion.attachments.all())
    assert [(a.name, a.kind) for a in kept] == [("1.jpg", "image/jpeg"), ("2.pdf", "application/pdf")]
    assert opinion.events.get().data["files"] == [a.digest for a in kept]
    for attachment in kept:
        assert re.fullmatch(r"attachments/[0-9a-f]{32}", attachment.file.name)
        content = opened((folder / attachment.file.name).read_bytes())
        assert (
            hashlib.sha256(content).hexdigest() == attachment.digest
            and "张秀英的手机".encode() not in content
        )


def test_a_form_sent_twice_keeps_its_photo_once(client, office, folder):
    citizen = Citizen(client, office.studio)
    form = citizen.form()
    for _ in range(2):
        client.post(citizen.address, form | {"files": [photo()]})
    assert Attachment.objects.count() == 1 and len(list(folder.rglob("*"))) == 2


def test_a_file_that_is_not_taken_is_named_and_the_words_stay(client, office):
    response = Citizen(client, office.studio).send(files=[SimpleUploadedFile("坏.jpg", b"<script>")])
    page = response.content.decode()
    assert (
        response.status_code == 422 and "坏.jpg" in page and "桥头的路灯" in page and "重新选择照片" in page
    )
    assert not Opinion.objects.exists()


def test_the_clerk_and_the_agency_attach_files_too(client, cast, office):
    client.force_login(cast.clerk)
    page = client.get(reverse("opinions:new")).content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', page)[1]
    facts = {
        "submission_key": key, "township": office.qianzhou.pk, "studio": office.studio.pk, "channel": "reception",
        "matter_type": "help", "title": "路灯", "body": "坏了", "files": [photo()],
    }  # fmt: skip
    assert client.post(reverse("opinions:new"), facts).status_code == 302
    assert Opinion.objects.get().attachments.get().name == "1.jpg"

    opinion = signed(cast, office)
    client.force_login(cast.handler)
    url = reverse("opinions:act", args=[opinion.number, "answer"])
    form = {"version": opinion.version, "outcome": "A", "answer": "已修好", "files": [pdf()]}
    assert client.post(url, form).status_code == 302
    assert opinion.attachments.get().name == "回复函.pdf"
    assert "回复函.pdf" in client.get(reverse("opinions:detail", args=[opinion.number])).content.decode()


def test_an_answer_that_comes_back_with_errors_keeps_its_words(client, cast, office):
    opinion = signed(cast, office)
    client.force_login(cast.handler)
    url = reverse("opinions:act", args=[opinion.number, "answer"])
    wrong = client.post(url, {"outcome": "A", "answer": "已修好灯泡", "files": [pdf(content=b"MZ")]})
    assert wrong.status_code == 422 and "已修好灯泡" in wrong.content.decode()


@pytest.fixture
def with_photo(client, cast, office):
    opinion, _code = Citizen(client, office.studio).tells(files=[photo(), pdf()])
    return opinion


def test_it_is_served_so_that_it_can_do_nothing(client, cast, with_photo):
    client.force_login(cast.clerk)
    image, document = with_photo.attachments.all()
    for attachment, shown in [(image, "inline"), (document, "attachment")]:
        response = client.get(reverse("opinions:attachment", args=[with_photo.number, attachment.pk]))
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith(shown)
        assert response.headers["Content-Type"] == attachment.kind
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response.headers["Cache-Control"] and "Last-Modified" not in response.headers
    looked = AccessRecord.objects.filter(action="looked", by=cast.clerk, subject=with_photo.number)
    assert looked.latest("pk").details == {"file": str(document.pk)}


def test_only_who_sees_the_opinion_opens_its_files(client, cast, office, with_photo):
    other = told(cast, office)
    image = with_photo.attachments.first()
    for who, number in [
        (cast.stranger_clerk, with_photo.number),
        (cast.handler, with_photo.number),  # not routed to them
        (cast.clerk, other.number),  # another opinion's number
    ]:
        client.force_login(who)
        assert client.get(reverse("opinions:attachment", args=[number, image.pk])).status_code == 404
    client.logout()
    assert client.get(reverse("opinions:attachment", args=[with_photo.number, image.pk])).status_code == 302


@pytest.mark.parametrize(
    "path", ["/media/attachments/", "/media/", "/attachments/", "/internal-media/attachments/"]
)
def test_no_path_leads_to_the_folder(client, with_photo, path):
    name = with_photo.attachments.first().file.name.split("/")[1]
    assert client.get(path + name).status_code in (302, 404)


def test_the_citizen_opens_their_own_files_and_those_of_the_answer_and_nothing_else(
    client, cast, office, with_photo
):
    from opinions.workflow import report_back, triage

    citizen = Citizen(client, office.studio)
    opinion, code = citizen.tells(files=[photo()])
    triage.route(opinion.number, by=cast.officer, lead_agency=office.transport)
    triage.sign(opinion.number, by=cast.handler)
    report_back.answer(
        opinion.number, by=cast.handler, outcome="A", answer="好了", files=_examined(pdf("回复函.pdf"))
    )
    page = citizen.looks_up(code).content.decode()
    link, own = re.findall(r'href="(/p/file/[^"]+)"', page)
    assert "回复函.pdf" in page and "1.jpg" in page
    assert client.get(own)["Content-Type"] == "image/jpeg"
    assert b"".join(client.get(link).streaming_content) == b"%PDF-1.7 x"
    forged = "/p/file/" + str(with_photo.attachments.first().pk) + "/"
    assert client.get(forged).status_code == 404


def _examined(*files):
    from common.security.uploads import examine

    return [examine(file) for file in files]


def test_a_matter_without_files_shows_none(client, cast, office):
    citizen = Citizen(client, office.studio)
    opinion, code = citizen.tells()
    answered(cast, office, opinion)
    assert "/p/file/" not in citizen.looks_up(code).content.decode()


def test_a_lost_file_is_not_found_and_no_error(client, cast, with_photo, folder):
    client.force_login(cast.clerk)
    image = with_photo.attachments.first()
    (folder / image.file.name).unlink()
    assert client.get(reverse("opinions:attachment", args=[with_photo.number, image.pk])).status_code == 404
