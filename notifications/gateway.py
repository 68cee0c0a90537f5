"""The HTTP gateway for text messages, for any provider that takes one JSON request a message (docs/sms-gateway.md).

Whether a message may be tried again follows from how far the request came: before there was a connection, nothing was
sent; after the request was written, only an answer tells.
"""

import http.client
import json
import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from .channels import NotSent, Rejected, Uncertain

LONGEST_ANSWER = 64 * 1024
PLACE = re.compile(r"\{(\w+)\}")  # what is filled in, alone or within a longer text
# The protocol itself says that these were not acted upon (RFC 6585, 4; RFC 9110, 10.2.3 for 503 with Retry-After).
TOO_MANY, NOT_NOW = 429, 503
# Whether such a request was acted upon is open: one that came too slowly, one that conflicts with an earlier one.
OPEN = (408, 409)


class HttpSms:
    """Settings: SMS_HTTP_URL, SMS_HTTP_KEY (or SMS_HTTP_KEY_FILE), SMS_HTTP_REQUEST, SMS_HTTP_ID,
    SMS_HTTP_NOT_SENT, SMS_HTTP_TIMEOUT."""

    def send(self, *, phone: str, text: str, reference: str) -> None:
        """Send `text` in one request. Raises NotSent, Rejected or Uncertain (channels.py)."""
        url = urlsplit(settings.SMS_HTTP_URL)
        try:
            body = request_body(phone=phone, text=text, reference=reference)
            settings.SMS_HTTP_KEY.encode("ascii")
        except ValueError as error:
            raise NotSent(_("the gateway's settings are wrong: %s") % error) from error
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Accept": "application/json",
            "Idempotency-Key": reference,
        }
        if settings.SMS_HTTP_KEY:
            headers["Authorization"] = f"Bearer {settings.SMS_HTTP_KEY}"
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=settings.SMS_HTTP_TIMEOUT)
        try:
            try:
                connection.connect()
            except OSError as error:
                raise NotSent(_("no connection: %s") % error) from error
            judge(*_exchange(connection, url, body, headers))
        finally:
            connection.close()


def request_body(**values: str) -> bytes:
    """Return SMS_HTTP_REQUEST with {phone}, {text}, {reference} and {key} filled in. The template is parsed before it
    is filled, so that nothing a citizen wrote can become part of the request's structure. Raises ValueError for a
    template that is not JSON."""
    values["key"] = settings.SMS_HTTP_KEY
    return json.dumps(_filled(json.loads(settings.SMS_HTTP_REQUEST), values), ensure_ascii=False).encode()


def _filled(part: Any, values: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, values) for value in part]
    if isinstance(part, str):  # in one pass: what a citizen wrote is not looked through again
        return PLACE.sub(lambda found: values.get(found[1], found[0]), part)
    return part


def _exchange(
    connection: http.client.HTTPConnection, url: SplitResult, body: bytes, headers: dict[str, str]
) -> tuple[int, bool, bytes]:
    path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        waits = response.getheader("Retry-After") is not None
        return response.status, waits, response.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise Uncertain(_("the line broke after sending: %s") % f"{type(error).__name__} {error}") from error


def judge(status: int, waits: bool, answer: bytes) -> None:
    """Return when the gateway's answer says that the message was sent: 2xx with an id. `waits`: it names a Retry-After.

    Raises NotSent where it is certain that nothing went out: 429, 503 with Retry-After, and what SMS_HTTP_NOT_SENT
    names; Rejected for 4xx, which is final; Uncertain for all else. 500, 502 or 504 may come from a proxy after the
    provider has taken the message: trying again would send it twice."""
    text = answer.decode(errors="replace")
    said = f"HTTP {status} {text[:200]}"
    if status == TOO_MANY or (status == NOT_NOW and waits) or _named_not_sent(status, text):
        raise NotSent(_("the gateway is out of order: %s") % said)
    if 200 <= status < 300:
        if not message_id(answer):
            raise Uncertain(_("answer without a message id: %s") % said)
    elif 400 <= status < 500 and status not in OPEN:
        raise Rejected(_("the gateway refuses it: %s") % said)
    else:
        raise Uncertain(_("an answer that leaves open whether it was sent: %s") % said)


def _named_not_sent(status: int, text: str) -> bool:
    """Whether SMS_HTTP_NOT_SENT names this answer: by its status, or by its status and a text in it."""
    for named in settings.SMS_HTTP_NOT_SENT:
        code, _colon, part = named.partition(":")
        if code == str(status) and part in text:
            return True
    return False


def message_id(answer: bytes) -> str | int | None:
    """Return the value at SMS_HTTP_ID (`data.id`) of the answer; None where there is none."""
    try:
        found = json.loads(answer)
        for name in settings.SMS_HTTP_ID.split("."):
            found = found[int(name)] if isinstance(found, list) else found[name]
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return found if isinstance(found, str | int) and found is not False else None
