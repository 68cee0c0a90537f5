"""verify_ledger holds the files against the ledger: one exchanged, lost, added or taken away is named."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from common.security.encrypted_files import sealed
from opinions.models import Attachment, Opinion
from opinions.workflow import personal_data, register
from tests.opinions.story import told
from tests.portal.conftest import Citizen

pytestmark = pytest.mark.django_db


@pytest.fixture
def opinion(client, cast, office, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    told(cast, office)  # one without files
    pdf = SimpleUploadedFile("x.pdf", b"%PDF-1.7 as it came")
    return Citizen(client, office.studio).tells(files=[pdf])[0]


def exchange(attachment):
    Path(attachment.file.path).write_bytes(sealed(b"%PDF-1.7 another"))


def exchange_the_stored_bytes(attachment):
    stored = Path(attachment.file.path).read_bytes()
    Path(attachment.file.path).write_bytes(stored[:-1] + bytes([stored[-1] ^ 1]))


def add(attachment):
    Attachment(opinion=attachment.opinion, sequence=1, name="2.pdf", kind="x", size=1, digest="0" * 64).save()


def add_elsewhere(attachment):
    Attachment(opinion=attachment.opinion, sequence=9, name="2.pdf", kind="x", size=1, digest="0" * 64).save()


@pytest.mark.parametrize(("deed", "said"), [
    (exchange, "文件“1.pdf”的内容被改动"),
    (exchange_the_stored_bytes, "文件“1.pdf”的内容被改动"),
    (lambda attachment: attachment.file.storage.delete(attachment.file.name), "文件“1.pdf”已不在存储中"),
    (lambda attachment: attachment.delete(), "当时附有1个文件，其中0个仍与当时一致"),
    (add, "当时附有1个文件，其中1个仍与当时一致"),
    (add_elsewhere, "文件“2.pdf”是事后加上的"),
])  # fmt: skip
def test_what_was_done_to_a_file_is_named(opinion, deed, said):
    deed(opinion.attachments.get())
    for one in ("", opinion.number):
        with pytest.raises(CommandError, match=said) as found:
            call_command("verify_ledger", opinion=one)
        assert opinion.number in str(found.value)


def test_untouched_and_erased_files_hold(cast, office, opinion, capsys, django_capture_on_commit_callbacks):
    call_command("verify_ledger")
    register.withdraw(opinion.number, by=cast.clerk, reason="撤回")
    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(opinion.number, by=cast.supervisor, reason="本人要求")
    assert not Attachment.objects.exists()
    call_command("verify_ledger")
    assert capsys.readouterr().out.split("\n")[:2] == ["ok 2 opinions, 2 events", "ok 2 opinions, 4 events"]
    assert Opinion.objects.count() == 2
