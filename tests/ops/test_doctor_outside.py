"""The doctor asks for real: keys against what is stored, mail, gateway, store, scanner, certificate, the address; a
completed sweep, host by host. Each check fails here once because of what it is about."""

import os
import socket
import ssl
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from celery.signals import task_success
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from accounts import audit
from common.ops import heartbeat
from congress_liaison import doctor
from congress_liaison.doctor import keys, outside
from notifications import channels
from notifications.models import Message
from tests.opinions.story import told
from tests.ops.test_doctor import house, report  # noqa: F401 - a fixture
from tests.services import free_port

OTHER = ["OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="]


def found(findings, name):
    return next((one.level, one.detail) for one in findings if one.name == name)


def outside_found(name):
    return found(outside.examine(timezone.now()), name)


def test_other_keys_than_those_it_was_stored_with(house, cast, office, settings):
    assert {one.level for one in keys.examine()} == {"ok"}
    told(cast, office)
    audit.record("looked", by=cast.clerk)
    assert {one.level for one in keys.examine()} == {"ok"}
    settings.FIELD_ENCRYPTION_KEYS, settings.SECRET_KEY = (
        OTHER,
        "another key of many different characters 0123456789!",
    )
    level, detail = found(keys.examine(), "已存的个人信息")
    assert level == "fail" and "无法解密" in detail
    assert report()[1] == 1


def test_another_phone_index_key_than_before(house, cast, office, settings):
    told(cast, office)
    settings.PHONE_INDEX_KEY = "another"
    assert found(keys.examine(), "已存的电话索引")[0] == "fail"


def test_another_phone_index_key_is_found_by_the_audit_trail_alone(house, cast, settings):
    audit.record("looked", by=cast.clerk)
    audit.record("looked", by=cast.clerk)
    assert found(keys.examine(), "已存的电话索引")[0] == "ok"
    settings.PHONE_INDEX_KEY = "another"
    assert found(keys.examine(), "已存的电话索引")[0] == "fail"


def aged(folder, part, host, seconds):
    file = folder / "heartbeat" / f"{part}-{host}"
    file.touch()
    os.utime(file, (time.time() - seconds,) * 2)


def test_a_worker_that_lives_and_completes_no_sweep(house):
    assert report()[1] == 0
    aged(house.DATA_DIR, "sweep", socket.gethostname(), 301)
    lines, code = report()
    assert code == 1 and any(line.startswith("fail 完成的巡检") for line in lines)


def test_a_silent_host_is_named_while_another_works(house):
    aged(house.DATA_DIR, "worker", "web-2", 3600)
    lines, code = report()
    assert code == 0 and any("web-2" in line and line.startswith("ok") for line in lines)


def test_a_sweep_is_recorded_when_it_is_completed(settings, tmp_path):
    from congress_liaison.celery import app

    settings.DATA_DIR = tmp_path
    app.finalize()
    app.loader.import_default_modules()
    task_success.send(sender=app.tasks["notifications.sweep"], result=None)
    assert heartbeat.ages(tmp_path / "heartbeat", "messages")
    assert not heartbeat.ages(tmp_path / "heartbeat", "sweep")


@pytest.fixture
def silent():
    """A server that takes a connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_mail_server_that_refuses_and_one_that_is_silent(settings, silent, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert outside_found("邮件服务器")[0] == "warn"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert outside_found("邮件服务器")[0] == "fail"
    monkeypatch.setattr(outside, "PATIENCE", 0.2)
    settings.EMAIL_PORT = silent
    assert outside_found("邮件服务器")[0] == "fail"


def test_a_silent_mail_server_costs_one_wait_and_not_one_for_each_letter(settings, silent, monkeypatch):
    monkeypatch.setattr(channels, "_silent_until", 0.0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", silent, 1
    began = time.monotonic()
    for _ in range(20):
        with pytest.raises(channels.NotSent):
            channels.send_email(Message(subject="s", body="b", address="a@example.cn"))
    assert time.monotonic() - began < 5


def test_messages_wait_on_a_queue_of_their_own():
    from congress_liaison.celery import app

    route = app.amqp.router.route({}, "notifications.deliver")
    assert route["queue"].name == "messages"
    assert (
        app.amqp.router.route({}, "opinions.sweep").get("queue", app.amqp.queues["celery"]).name == "celery"
    )
    assert set(app.amqp.queues) == {"celery", "messages"}  # a worker that is told of none takes both


def test_a_gateway_a_scanner_and_a_store_that_are_not_there(settings):
    from tests.ops.test_storage import real

    settings.SMS_GATEWAY, settings.SMS_HTTP_URL = (
        "notifications.gateway.HttpSms",
        f"http://127.0.0.1:{free_port()}/",
    )
    settings.CLAMD = f"127.0.0.1:{free_port()}"
    settings.MEDIA_STORAGE = "s3"
    options = real.IN_A_BUCKET["OPTIONS"] | {
        "bucket_name": "b", "endpoint_url": f"http://127.0.0.1:{free_port()}", "access_key": "k", "secret_key": "s",
        "region_name": "cn",
    }  # fmt: skip
    settings.STORAGES = settings.STORAGES | {"default": real.IN_A_BUCKET | {"OPTIONS": options}}
    for name in ("短信网关", "病毒扫描", "附件存储"):
        level, detail = outside_found(name)
        assert level == "fail" and "没有应答" in detail, name


@pytest.mark.parametrize(
    ("name", "values", "level"),
    [
        ("PUBLIC_URL", {"PUBLIC_URL": ""}, "warn"),
        ("PUBLIC_URL", {"PUBLIC_URL": "http://opinions.example.gov.cn"}, "warn"),
        ("PUBLIC_URL", {"PUBLIC_URL": "https://elsewhere.example.gov.cn:1"}, "fail"),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["*"]}, "warn"),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["localhost"]}, "warn"),
        ("ALLOWED_HOSTS", {}, "ok"),
    ],
)
def test_the_address_of_the_installation(settings, name, values, level):
    settings.HTTPS, settings.ALLOWED_HOSTS, settings.PUBLIC_URL = True, ["opinions.example.gov.cn"], ""
    for setting, value in values.items():
        setattr(settings, setting, value)
    assert outside_found(name)[0] == level


def certificate(folder, ends):
    """A certificate of our own that ends then, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, ends - timedelta(days=90), ends)
    file = folder / "tls.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.mark.parametrize(("days", "level"), [(-1, "fail"), (20, "warn"), (22, "ok")])
def test_a_certificate_that_ends(settings, tmp_path, days, level):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, timezone.now() + timedelta(days=days)))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            line, _who = server.accept()
            with suppress(OSError):
                context.wrap_socket(line, server_side=True).close()

        threading.Thread(target=serve, daemon=True).start()
        settings.PUBLIC_URL = f"https://localhost:{server.getsockname()[1]}"
        settings.ALLOWED_HOSTS = ["localhost"]
        assert outside_found("证书")[0] == level


def test_sqlite_is_for_trying_out(db):
    from django.db import connection

    level = {"sqlite": "warn", "postgresql": "ok"}[connection.vendor]
    assert outside_found("数据库类型")[0] == level


def test_nothing_outside_is_asked_where_nothing_is_set(house):
    assert doctor.FAIL not in {one.level for one in outside.examine(timezone.now())}
