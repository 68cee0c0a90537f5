"""The HTTP gateway for text messages, for any provider that takes one JSON request a message (docs/sms-gateway.md).

Whether a message may be tried again follows from how far the request came: before there was a connection, nothing was
sent; after the request was written, only an answer tells.
"""

import http.client
import json
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from .channels import NotSent, Rejected, Uncertain

LONGEST_ANSWER = 64 * 1024
TOO_MANY = 429


class HttpSms:
    """Settings: SMS_HTTP_URL, SMS_HTTP_KEY (or SMS_HTTP_KEY_FILE), SMS_HTTP_REQUEST, SMS_HTTP_ID, SMS_HTTP_TIMEOUT."""

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
    if isinstance(part, str) and part.startswith("{") and part.endswith("}") and part[1:-1] in values:
        return values[part[1:-1]]
    return part


def _exchange(
    connection: http.client.HTTPConnection, url: SplitResult, body: bytes, headers: dict[str, str]
) -> tuple[int, bytes]:
    path = f"{url.path or '/'}{'?' + url.query if url.query else ''}"
    try:
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        return response.status, response.read(LONGEST_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise Uncertain(_("the line broke after sending: %s") % f"{type(error).__name__} {error}") from error


def judge(status: int, answer: bytes) -> None:
    """Return when the gateway's answer says that the message was sent: 2xx with an id.

    Raises Uncertain for 2xx without an id, Rejected for 4xx, which is final, and NotSent for 5xx, 429 and any other
    answer that does not accept the request."""
    text = answer.decode(errors="replace")[:200]
    if 200 <= status < 300:
        if not message_id(answer):
            raise Uncertain(_("answer without a message id: %s") % f"HTTP {status} {text}")
    elif 400 <= status < 500 and status != TOO_MANY:
        raise Rejected(_("the gateway refuses it: %s") % f"HTTP {status} {text}")
    else:
        raise NotSent(_("the gateway is out of order: %s") % f"HTTP {status} {text}")


def message_id(answer: bytes) -> str | int | None:
    """Return the value at SMS_HTTP_ID (`data.id`) of the answer; None where there is none."""
    try:
        found = json.loads(answer)
        for name in settings.SMS_HTTP_ID.split("."):
            found = found[int(name)] if isinstance(found, list) else found[name]
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    return found if isinstance(found, str | int) and found is not False else None
