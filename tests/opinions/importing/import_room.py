"""The import room as a test enters it: fixtures and the steps of a browser."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opinions.models import Import
from tests.opinions.ledger.ledgers import as_csv


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def clerk(client, cast):
    client.force_login(cast.clerk)
    return client


def upload(client, *rows, file=None, name="台账.csv"):
    content = (file or as_csv(*rows)).read()
    response = client.post(
        reverse("opinions:imports"), {"file": SimpleUploadedFile(name, content)}, follow=True
    )
    assert response.status_code == 200
    return response


def page(client, what="import", **more):
    return client.get(reverse(f"opinions:{what}", args=[Import.objects.latest("id").pk]), **more)


def start(client, **data):
    return client.post(
        reverse("opinions:import_start", args=[Import.objects.latest("id").pk]), data, follow=True
    )


def text(response):
    return response.content.decode()
