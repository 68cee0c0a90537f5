"""Checks the settings of the channels when a command starts, so that a gateway that cannot work is reported then."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from . import quiet

GATEWAY = "notifications.gateway.HttpSms"
HOME = ("localhost", "127.0.0.1", "::1")
# Less than the lease of a message that is being sent (services.LEASE).
LONGEST_TIMEOUT = 60


@register()
def channels(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Report quiet hours and gateway settings that cannot work."""
    found = []
    try:
        quiet.hours()
    except ImproperlyConfigured as error:
        found.append(Error(str(error), id="notifications.E001"))
    try:
        if not callable(getattr(import_string(settings.SMS_GATEWAY), "send", None)):
            raise ImportError("it has no method send")
    except ImportError as error:
        what = f"SMS_GATEWAY must be the Python path of a gateway / SMS_GATEWAY 应为短信网关类的路径: {error}"
        found.append(Error(what, id="notifications.E007"))
    return found + (_gateway() if settings.SMS_GATEWAY == GATEWAY else [])


def _gateway() -> list[Error]:
    found = []
    url = urlsplit(settings.SMS_HTTP_URL)
    if not url.hostname or url.scheme not in ("https", "http"):
        found.append(Error("SMS_HTTP_URL must be the gateway's address", id="notifications.E002"))
    elif url.scheme == "http" and url.hostname not in HOME:
        found.append(
            Error("SMS_HTTP_URL must begin with https://: it carries numbers", id="notifications.E003")
        )
    try:
        request = json.loads(settings.SMS_HTTP_REQUEST)
        missing = [name for name in ("{phone}", "{text}") if name not in json.dumps(request)]
    except ValueError:
        missing = ["a JSON text"]
    if missing:
        found.append(Error(f"SMS_HTTP_REQUEST lacks {', '.join(missing)}", id="notifications.E004"))
    if not (settings.SMS_HTTP_KEY.isascii() and (settings.SMS_HTTP_KEY + "x").isprintable()):
        found.append(Error("SMS_HTTP_KEY must be one line of ASCII", id="notifications.E006"))
    if not 0 < settings.SMS_HTTP_TIMEOUT <= LONGEST_TIMEOUT:
        found.append(Error(f"SMS_HTTP_TIMEOUT must be 1 to {LONGEST_TIMEOUT}", id="notifications.E005"))
    return found
