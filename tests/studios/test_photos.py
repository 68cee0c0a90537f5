"""Photos of strangers: only the pixels are kept, under a name of ours, for those who may see the studio."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from common.security.uploads import examine
from studios.models import Photo
from studios.profile import services

SECRET = b"GPS 28.31N 109.73E of a quiet house"


def picture(form="JPEG", size=(2400, 1200), name="../../etc/passwd.php", **more) -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, form, **more)
    return SimpleUploadedFile(name, target.getvalue())


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def added(cast, office, **more) -> Photo:
    return services.add_photo(
        office.studio.pk, by=cast.clerk, upload=examine(picture(**more)), caption="门口"
    )


def test_place_time_and_comments_of_the_camera_stay_behind(cast, office):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # ImageDescription
    exif[0x0112] = 6  # turned by a quarter
    photo = added(cast, office, exif=exif, comment=SECRET)
    content = photo.file.read()
    assert SECRET not in content and b"Exif" not in content
    assert (photo.width, photo.height) == (1200, 2400), "turned as the camera said"


def test_the_name_is_ours(cast, office):
    photo = added(cast, office)
    assert photo.file.name.startswith("studios/") and photo.file.name.endswith(".jpg")
    assert "passwd" not in photo.file.name and ".." not in photo.file.name


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"%PDF-1.7"])
def test_what_is_no_photo_is_refused_beside_the_field(client, cast, office, content):
    client.force_login(cast.clerk)
    sent = {"file": SimpleUploadedFile("a.jpg", content), "caption": "门口"}
    answer = client.post(reverse("studios:photos", args=[office.studio.pk]), sent)
    assert answer.status_code == 422 and answer.context["form"].errors["file"]
    assert "门口" in answer.content.decode() and not Photo.objects.exists()


def test_a_scanner_that_cannot_be_asked_lets_no_photo_in(client, cast, office, settings):
    settings.CLAMD = "/nowhere/clamd.sock"
    client.force_login(cast.clerk)
    url = reverse("studios:photos", args=[office.studio.pk])
    assert client.post(url, {"file": picture(), "caption": "门口"}).status_code == 422


def test_only_those_who_see_the_studio_see_the_picture(client, cast, office):
    photo = added(cast, office)
    url = reverse("studios:photo", args=[office.studio.pk, photo.pk])
    for who, status in {"official": 200, "clerk": 200, "stranger_clerk": 404, "nobody": 403}.items():
        client.force_login(getattr(cast, who))
        answer = client.get(url)
        assert answer.status_code == status, who
        if status == 200:
            assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    other = reverse("studios:photo", args=[office.other_studio.pk, photo.pk])
    client.force_login(cast.prefecture)
    assert client.get(other).status_code == 404, "a photo is reached through its own studio only"


def test_removing_takes_the_file_and_keeps_the_history(cast, office, django_capture_on_commit_callbacks):
    photo = added(cast, office)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_photo(office.studio.pk, photo.pk, by=cast.clerk)
    assert not photo.file.storage.exists(photo.file.name)


def test_there_is_an_end_to_photos(client, cast, office, monkeypatch):
    monkeypatch.setattr(services, "MOST_PHOTOS", 1)
    client.force_login(cast.clerk)
    url = reverse("studios:photos", args=[office.studio.pk])
    assert client.post(url, {"file": picture(), "caption": "门口"}).status_code == 302
    answer = client.post(url, {"file": picture(), "caption": "室内"})
    assert (answer.status_code, Photo.objects.count()) == (422, 1)
