"""Files of the list, sent with the citizen's form and as a photo of a studio."""

import pytest
from django.urls import reverse

from opinions.models import Attachment, Opinion
from studios.models import Photo
from tests.hostile.uploads import SCRIPT, UPLOADS, multipart
from tests.portal.conftest import WORDS, Citizen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("accounts.rate_limit.seconds_until_allowed", lambda *args, **kwargs: 0)
    return tmp_path


@pytest.mark.parametrize("case", UPLOADS, ids=str)
def test_a_citizen_sends_it(client, office, files_of_this_test, case):
    citizen = Citizen(client, office.studio)
    response = client.generic("POST", citizen.address, **multipart(citizen.form(), "files", case.made()))
    page = response.content.decode()
    assert response.status_code == case.status and case.told in page
    kept = [path for path in files_of_this_test.rglob("*") if path.is_file()]
    if case.status == 302:
        assert response.url == reverse("portal:receipt")
        assert client.get(response.url).status_code == 200
        assert Attachment.objects.get().name in ("1.jpg", "1.png", "1.pdf"), "nobody's words"
        assert Attachment.objects.get().name == "1.pdf" or SCRIPT not in kept[0].read_bytes()
        return
    assert not kept and not Opinion.objects.exists()
    if case.status == 422:
        assert WORDS["body"].split("\n")[0] in page and WORDS["citizen_phone"] in page, (
            "nothing typed is lost"
        )
        beside = page[page.index('<label for="id_files">') : page.index('name="files"')]
        assert case.told in beside, "the words stand beside the field"


@pytest.mark.parametrize(
    "case", [case for case in UPLOADS if "files" not in case.name and "beside" not in case.name], ids=str
)
def test_a_clerk_hangs_it_into_the_gallery(client, cast, office, case):
    client.force_login(cast.clerk)
    files = case.made()
    typed = multipart({"caption": "门口的牌子"}, "file", files)
    response = client.generic("POST", reverse("studios:photos", args=[office.studio.pk]), **typed)
    pdf = files[0][1].startswith(b"%PDF-")
    if case.status == 302 and not pdf:
        assert response.status_code == 302 and Photo.objects.count() == 1
    else:
        assert response.status_code == 422 and not Photo.objects.exists()
        assert "门口的牌子" in response.content.decode(), "nothing typed is lost"
