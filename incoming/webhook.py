"""The address under which the SMS gateway brings what citizens send (docs/sms-gateway.md)."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts import rate_limit
from common.security.crypto import phone_index
from common.text import phone_numbers
from studios.models import Studio

from . import services
from .signature import is_signed

MOST_BYTES = 16 * 1024
MOST_ID = 100


@csrf_exempt
@login_not_required
@require_POST
def sms(request: HttpRequest) -> JsonResponse:
    """Take in one text message. 200 means that it is kept, however often it comes; after anything else the gateway
    brings it again. What no citizen's phone sent is answered 200 too, and not kept."""
    if not settings.SMS_IN_KEY:
        raise Http404
    if refused := _at_the_door(request):
        return refused
    read = _read(request.body)
    if read is None:
        return _answer(400, "id, from and text are needed")
    key, sender, text = read
    phone = phone_numbers.normal(sender)
    if not (phone_numbers.MOBILE.fullmatch(phone) or "-" in phone):
        return _answer(200, "not kept: no citizen's number")
    return _answer(200, "kept") if services.is_kept(key) else _kept(key, phone, text)


def _kept(key: str, phone: str, text: str) -> JsonResponse:
    """Keep what has not come before; one number may send few together, and the gateway brings the rest later."""
    studio = Studio.objects.select_related("township").filter(code=settings.SMS_IN_STUDIO).first()
    if studio is None:
        return _answer(503, "SMS_IN_STUDIO is no studio's code")
    if seconds := rate_limit.seconds_until_allowed("text message", phone_index(phone)):
        response = _answer(429, "too many from this number")
        response.headers["Retry-After"] = str(seconds)
        return response
    services.take_in(key=key, phone=phone, text=text, studio=studio)
    return _answer(200, "kept")


def _at_the_door(request: HttpRequest) -> JsonResponse | None:
    """Refuse what is too large, before it is read, and what the gateway has not signed."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    if len(told) > 9 or not told.isdecimal() or int(told) > MOST_BYTES:
        return _answer(413, "too large")
    stamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    if not is_signed(settings.SMS_IN_KEY, stamp, request.body, given):
        return _answer(401, "not signed")
    return None


def _read(body: bytes) -> tuple[str, str, str] | None:
    """Return key, sender and text of a call; None where it lacks one of them."""
    try:
        told: Any = json.loads(body)
        identity, sender, text = (str(told[name]).replace("\0", "") for name in ("id", "from", "text"))
    except (ValueError, KeyError, TypeError):
        return None
    if not 0 < len(identity) <= MOST_ID or not identity.isprintable() or len(sender) > MOST_ID:
        return None
    return f"sms/{identity}", sender, text


def _answer(status: int, says: str) -> JsonResponse:
    return JsonResponse({"says": says}, status=status)
