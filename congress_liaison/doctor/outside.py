"""What the product reaches outside itself, and under which address it is reached: asked for real, each for a few
seconds at most."""

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.http.request import validate_host
from django.utils.translation import gettext as _

from common.security import storage, virus_scan

from .findings import FAIL, OK, WARN, Finding

PATIENCE = 5  # seconds
RENEW_WITHIN = timedelta(days=21)
HOME = ("localhost", "127.0.0.1", "[::1]", "::1")


def examine(now: datetime) -> list[Finding]:
    """Return a finding for each service that is set up, and for the address of the installation."""
    return [
        _engine(),
        _mail(),
        _sms(),
        _asked(_("storage of uploads"), settings.MEDIA_STORAGE == "s3", storage.ask, _("disk")),
        _asked(_("virus scanner"), bool(settings.CLAMD), virus_scan.ping, _("none is set")),
        *_address(now),
    ]


def _engine() -> Finding:
    if connection.vendor == "sqlite":
        return Finding(
            WARN, _("kind of database"), _("SQLite: for trying out; an office at work runs PostgreSQL")
        )
    return Finding(OK, _("kind of database"), connection.vendor)


def _asked(name: str, used: bool, question: Callable[[], object], without: str) -> Finding:
    """Return the finding for a service that is asked by `question`, which raises what is wrong."""
    if not used:
        return Finding(OK, name, without)
    try:
        question()
    except Exception as error:
        return Finding(FAIL, name, _("does not answer: %s") % _reason(error))
    return Finding(OK, name, _("answers"))


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".strip().splitlines()[0][:200]


def _mail() -> Finding:
    name = _("mail server")
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return Finding(WARN, name, _("none is set: e-mail is written into the log (EMAIL_URL)"))
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Finding(OK, name, settings.EMAIL_BACKEND)

    def greet() -> None:
        mail = get_connection(timeout=PATIENCE)
        mail.open()
        mail.close()

    return _asked(name, True, greet, "")


def _sms() -> Finding:
    name = _("gateway of text messages")
    if settings.SMS_GATEWAY.endswith("ConsoleSms"):
        return Finding(WARN, name, _("none is set: text messages are written into the log (SMS_GATEWAY)"))
    if not settings.SMS_HTTP_URL:
        return Finding(OK, name, settings.SMS_GATEWAY)
    url = urlsplit(settings.SMS_HTTP_URL)

    def connect() -> None:
        port = url.port or (443 if url.scheme == "https" else 80)
        socket.create_connection((url.hostname or "", port), timeout=PATIENCE).close()

    return _asked(name, True, connect, "")


def _address(now: datetime) -> list[Finding]:
    return [_hosts(), _public_url(), *_certificate(now)]


def _hosts() -> Finding:
    hosts = settings.ALLOWED_HOSTS
    if "*" in hosts:
        return Finding(WARN, "ALLOWED_HOSTS", _("every name is taken: give the names of this installation"))
    if settings.HTTPS and all(host in HOME for host in hosts):
        return Finding(WARN, "ALLOWED_HOSTS", _("only this machine: nobody else can open a page"))
    return Finding(OK, "ALLOWED_HOSTS", ", ".join(hosts))


def _public_url() -> Finding:
    if not settings.PUBLIC_URL:
        return Finding(
            WARN, "PUBLIC_URL", _("not set: text messages hold no link, QR codes may name the wrong host")
        )
    url = urlsplit(settings.PUBLIC_URL)
    if not validate_host(url.hostname or "", settings.ALLOWED_HOSTS):
        return Finding(
            FAIL, "PUBLIC_URL", _("%s is not in ALLOWED_HOSTS: its pages answer 400") % url.hostname
        )
    if url.scheme != "https":
        return Finding(
            WARN, "PUBLIC_URL", _("does not begin with https://: what citizens write travels in clear")
        )
    return Finding(OK, "PUBLIC_URL", settings.PUBLIC_URL)


def _certificate(now: datetime) -> list[Finding]:
    url = urlsplit(settings.PUBLIC_URL)
    if url.scheme != "https" or not url.hostname:
        return []
    name = _("certificate")
    try:
        pem = ssl.get_server_certificate((url.hostname, url.port or 443), timeout=PATIENCE)
        ends = x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc
    except (OSError, ValueError) as error:
        return [Finding(WARN, name, _("%(url)s cannot be reached from here: %(why)s") % {
            "url": settings.PUBLIC_URL, "why": _reason(error),
        })]  # fmt: skip
    left = ends - now.astimezone(UTC)
    level = FAIL if left <= timedelta() else WARN if left < RENEW_WITHIN else OK
    return [Finding(level, name, _("valid until %s") % ends.strftime("%Y-%m-%d"))]
