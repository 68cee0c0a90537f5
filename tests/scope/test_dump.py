"""Numbers and a secret name, typed wherever anything can be typed: a thief who has the database, the files and the
broker reads none of them; the office reads all of them, with the next key too; after its time nobody does."""

import base64
import json
import os
import re
import subprocess
import tempfile
from datetime import timedelta

import pytest
import redis
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.security.uploads import examine
from opinions.models import Event, Opinion, Proposal, Topic
from opinions.workflow import report_back, triage
from reports.figures.counting import count_figures
from tests import test_urls_by_role as matrix
from tests.common.test_uploads import from_a_phone
from tests.opinions.story import erase_old, reported, routed
from tests.portal.conftest import Citizen
from tests.scope.marks import our_models
from tests.scope.typed import submit_every_form
from tests.url_stage import build

SECRET, GONE = "欧阳秘密", "上官匿名"
PHONE, PHONE_GONE = "13987654321", "13712121212"
PHONE_CUT = "13355557777"  # the automatic title ends in the middle of it
IDENTITY = "433101199003071234"
# What the office says of itself and its rules stays in clear: it is on public pages, or is matched against (ADR 0030).
OFFICE = {
    "opinions:triage_rules", "studios:edit", "deputies:edit", "deputies:seat", "supervision:ladder",
    "set_language", "login",
}  # fmt: skip
PUBLIC = "portal:"
# Panels of an opinion that are no addresses of the table. What else may be done ends it, or passes it on.
PANELS = ("amend", "supplement", "note_internally")


def thiefs_view(folder) -> bytes:
    """The database as it is dumped or lies on the disk, every file, every session, everything in the broker."""
    parts = [_database(), *_broker()]
    parts += [
        json.dumps(session.get_decoded(), ensure_ascii=False).encode() for session in Session.objects.all()
    ]
    files = [path for path in folder.rglob("*") if path.is_file()]
    parts += [path.name.encode() + path.read_bytes() for path in files]
    everything = b"\n".join(parts)
    return everything + b"\n" + re.sub(rb"\\+u[0-9a-f]{4}", lambda m: _spelled(m[0]), everything)


def _spelled(escape: bytes) -> bytes:
    return chr(int(escape[-4:], 16)).encode("utf-8", "replace")


def _database() -> bytes:
    if connection.vendor == "sqlite":
        return connection.connection.serialize()
    facts = connection.settings_dict
    where = ["-h", facts["HOST"], "-p", str(facts["PORT"]), "-U", facts["USER"], facts["NAME"]]
    env = {**os.environ, "PGPASSWORD": facts["PASSWORD"]}
    return subprocess.run(["pg_dump", *where], check=True, capture_output=True, env=env).stdout


def _broker() -> list[bytes]:
    if not os.environ.get("CELERY_BROKER_URL", "").startswith("redis"):
        return []
    broker, found = redis.Redis.from_url(django_settings.CELERY_BROKER_URL), []
    for key in broker.scan_iter(count=1000):
        if broker.type(key) == b"list":
            for sent in broker.lrange(key, 0, -1):
                found += [sent, base64.b64decode(json.loads(sent)["body"])]
        elif broker.type(key) == b"hash":
            found += broker.hgetall(key).values()
    return found


def texts() -> dict:
    """Everything that the office reads: each text of each row."""
    found = {}
    for model in our_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._base_manager.order_by("pk").values_list("pk", *names):
            found[model._meta.label, row[0]] = row[1:]
    return found


def typing(name: str, length: int, number: str, secret: str) -> str:
    if "phone" in name:
        return number
    if name == "outside_number":
        return "12345-0001"  # another office's number for it stays in clear (ADR 0030)
    if name == "citizen_name":
        return secret or "麻大姐"
    said = f"{secret}说：电话{number}，证{IDENTITY}"
    return said if len(said) <= length else number[:length]


def type_everywhere(cast, stage) -> tuple[dict, int]:
    """(number typed → where, how many forms were taken)."""
    typed, taken = {}, 0
    for who in ("clerk", "officer", "handler", "supervisor", "official", "deputy", "administrator", None):
        client = Client()
        if who:
            client.force_login(getattr(cast, who))
        for name, row in matrix.TABLE.items():
            public = name.startswith(PUBLIC)
            if name in OFFICE or public != (who is None):
                continue
            number = f"139{len(typed):08d}"
            typed[number] = f"{who} {name}"
            secret = SECRET if public or name.startswith("opinions:") else ""
            url = matrix.address(stage, name, row)
            statuses = submit_every_form(client, url, lambda f, n, t=(number, secret): typing(f, n, *t))
            assert 500 not in statuses, url
            taken += statuses.count(302)
    return typed, taken


def type_into_panels(cast, stage) -> dict:
    """The clerk corrects and adds: number typed → where. Each must be taken, or nothing was tried."""
    client, typed = Client(), {}
    client.force_login(cast.clerk)
    for code in PANELS:
        number = f"138{len(typed):08d}"
        typed[number] = f"clerk opinions:act {code}"
        url = reverse("opinions:act", args=[stage.number, code])
        statuses = submit_every_form(client, url, lambda f, n, t=number: typing(f, n, t, SECRET))
        assert 500 not in statuses, url
        assert Event.objects.filter(opinion__number=stage.number, action=code).count() == 1, (url, statuses)
    return typed


def closed(cast, office):
    photo = examine(SimpleUploadedFile(f"{GONE}{PHONE_GONE}.jpg", from_a_phone()))
    facts = {"citizen_name": GONE, "citizen_phone": PHONE_GONE, "keep_secret": True, "files": [photo]}
    said = {"title": f"{GONE}家进水", "body": f"找{GONE}，电话{PHONE_GONE}，证{IDENTITY}"}
    number = reported(cast, office, channel="web", **facts | said).number
    return report_back.evaluate(
        number, by=cast.clerk, satisfaction="satisfied", how="phone", reason=f"{GONE}说好了，{PHONE_GONE}"
    )


@pytest.mark.django_db(transaction=True)
def test_whatever_is_typed_no_thief_reads_it_and_the_office_does(
    cast, office, settings, tmp_path, caplog, monkeypatch
):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    Citizen(Client(), office.studio).tells(
        title="", body=f"厂里夜里往河里排污，请打我的电话好吗谢谢{PHONE_CUT}"
    )
    settings.FIELD_ENCRYPTION_KEYS = [old := Fernet.generate_key().decode()]
    stage = build(cast, office)
    them = {"citizen_name": SECRET, "citizen_phone": PHONE, "keep_secret": True}
    secret = routed(cast, office, **them)
    stage.number = secret.number
    for told_in in (*Topic.objects.all(), *Proposal.objects.all()):
        told_in.opinions.add(secret)
    triage.issue_handover(secret.number, by=cast.officer)
    old_one = closed(cast, office)
    panels = type_into_panels(cast, stage)
    amended = secret.events.get(action="amend")
    assert {"title", "body", "place", "citizen_phone"} <= set(amended.data["fields"])
    assert len(amended.data["reissued"]) == 1, "the letter to the agency has the new words too"
    typed, taken = type_everywhere(cast, stage)
    typed |= panels
    assert taken >= 25, taken

    stolen = thiefs_view(tmp_path) + caplog.text.encode()
    assert "雨棚".encode() in stolen  # it does read what lies there
    found = [f"{number} of {where}" for number, where in typed.items() if number.encode() in stolen]
    found += [word for word in (SECRET, GONE, PHONE, PHONE_GONE, IDENTITY) if word.encode() in stolen]
    assert not found
    assert PHONE_CUT[:7].encode() not in stolen, (
        "a title ends with half a number, which no mask knows for one"
    )

    before = texts()
    assert str(before).count(SECRET) >= 3 and str(before).count("139000") >= 12
    settings.FIELD_ENCRYPTION_KEYS = [new := Fernet.generate_key().decode(), old]
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert texts() == before

    figures = count_figures(Opinion.objects.all())
    erase_old(timezone.now() + timedelta(days=6 * 366))
    after = str(texts())
    assert GONE in str(before) and GONE not in after and PHONE_GONE not in after
    assert count_figures(Opinion.objects.all()) == figures
    assert Opinion.objects.get(pk=old_one.pk).status == old_one.status
