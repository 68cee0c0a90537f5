"""Photos of strangers: only the pixels are kept, under a name of ours, for those who may see the studio."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from studios import facts, pictures
from studios.models import Photo
from studios.refusals import Refused

SECRET = b"GPS 28.31N 109.73E of a quiet house"


def picture(form="JPEG", size=(2400, 1200), name="../../etc/passwd.php", **more) -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, form, **more)
    return SimpleUploadedFile(name, target.getvalue())


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def added(cast, office, **more) -> Photo:
    return facts.add_photo(office.studio.pk, by=cast.clerk, upload=picture(**more), caption="门口")


def test_place_time_and_comments_of_the_camera_stay_behind(cast, office):
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()  # ImageDescription
    exif[0x0112] = 6  # turned by a quarter
    photo = added(cast, office, exif=exif, comment=SECRET)
    content = photo.file.read()
    assert SECRET not in content and b"Exif" not in content
    assert (photo.width, photo.height) == (800, 1600), "turned as the camera said, and shrunk"


def test_what_hides_behind_the_picture_is_not_kept(cast, office):
    upload = SimpleUploadedFile("a.jpg", picture().read() + b"<?php evil(); ?>")
    photo = facts.add_photo(office.studio.pk, by=cast.clerk, upload=upload, caption="门口")
    assert b"php" not in photo.file.read()


def test_the_name_is_ours(cast, office):
    photo = added(cast, office)
    assert photo.file.name.startswith("studios/") and photo.file.name.endswith(".jpg")
    assert "passwd" not in photo.file.name and ".." not in photo.file.name


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_formats_become_jpeg(cast, office, form):
    assert added(cast, office, form=form).file.read()[:2] == b"\xff\xd8"


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"\xff\xd8\xff\xe0 cut off"])
def test_what_is_no_photo_is_refused(cast, office, content):
    upload = SimpleUploadedFile("a.jpg", content)
    with pytest.raises(Refused):
        facts.add_photo(office.studio.pk, by=cast.clerk, upload=upload, caption="门口")
    assert not Photo.objects.exists()


def test_a_gif_in_disguise_a_bomb_and_a_giant_are_refused(cast, office, monkeypatch):
    with pytest.raises(pictures.NotAPicture):
        pictures.made_anew(picture("GIF"))
    with pytest.raises(pictures.NotAPicture, match="像素"):
        pictures.made_anew(picture("PNG", size=(9000, 9000)))
    monkeypatch.setattr(pictures, "MAX_BYTES", 100)
    with pytest.raises(pictures.NotAPicture, match="MB"):
        pictures.made_anew(picture())


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
        facts.remove_photo(office.studio.pk, photo.pk, by=cast.clerk)
    assert not photo.file.storage.exists(photo.file.name)


def test_there_is_an_end_to_photos(client, cast, office, monkeypatch):
    monkeypatch.setattr(facts, "MOST_PHOTOS", 1)
    client.force_login(cast.clerk)
    url = reverse("studios:photos", args=[office.studio.pk])
    assert client.post(url, {"file": picture(), "caption": "门口"}).status_code == 302
    answer = client.post(url, {"file": picture(), "caption": "室内"})
    assert (answer.status_code, Photo.objects.count()) == (422, 1)
