"""How the product writes icons, dates, phone numbers and rates; a template builtin, no {% load %} needed."""

import logging
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import js_lib_bootstrap_icons
from django import template
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.security import crypto

register = template.Library()
logger = logging.getLogger(__name__)

ICONS = Path(str(js_lib_bootstrap_icons.__file__)).parent / "static" / "bootstrap-icons"
NO_VALUE = "—"


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, classes: str = "") -> SafeString:
    """Draw a Bootstrap icon as inline SVG, hidden from screen readers: `{% icon "inbox" %}`.

    The page says in text next to it what it means. An unknown name draws an empty box and is logged.
    """
    return format_html(
        '<svg class="icon {}" width="1em" height="1em" viewBox="0 0 16 16" fill="currentColor" '
        'aria-hidden="true" focusable="false">{}</svg>',
        classes,
        _icon_paths(str(name)),
    )


def _icon_paths(name: str) -> SafeString:
    path = ICONS / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        logger.error("no icon is called %r", name)
        return mark_safe("")
    # Every icon of the package is one <svg> element.
    inner = path.read_text().partition("<svg")[2].partition(">")[2].rpartition("</svg>")[0]
    # The file is part of an installed package, not anyone's input.
    return mark_safe(inner.strip())  # noqa: S308


@register.simple_tag
def status_badge(code: str, label: str, icon_name: str = "") -> SafeString:
    """Draw a status as lists and pages show it. A tag costs a tenth of an included template."""
    drawn = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge-status status-{}">{}{}</span>', code, drawn, label)


LIGHTS = {"red": "exclamation-circle-fill", "yellow": "clock-fill", "green": "check-circle-fill"}


@register.simple_tag
def light_mark(light: str, text: str, provisional: bool = False) -> SafeString:
    """Draw a traffic light with its text, and a mark on a deadline that may still move.

    `light` is red, yellow, green, or empty for text without a light."""
    shape = icon(LIGHTS[light]) if light else ""
    colour = f" light-{light}" if light else ""
    drawn = format_html('<span class="light{}">{}<span>{}</span></span>', colour, shape, text)
    if not provisional:
        return drawn
    why, word = _("The calendar of that year is not published yet"), _("provisional")
    return drawn + format_html(' <span class="provisional" title="{}">{}</span>', why, word)


@register.filter
def get_item(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return the value of a key that is itself a variable, None if absent: `{{ counts|get_item:code }}`."""
    return mapping.get(key) if mapping else None


@register.filter
def masked_phone(phone: str) -> str:
    """Mask a phone number as 138****1234, the only form in which lists show one."""
    return crypto.mask_phone(phone) if phone else ""


@register.filter
def localdate_short(value: date | None) -> str:
    """Write a date or moment as officials do: 10月13日 this year, 2025年10月13日 in any other; — for none."""
    if not value:
        return NO_VALUE
    day = _local(value)
    if day.year == timezone.localdate().year:
        return _("%(month)d/%(day)d") % {"month": day.month, "day": day.day}
    return localdate_long(day)


@register.filter
def localdate_long(value: date | None) -> str:
    """Write a date or moment for a sentence or paper: 2026年10月13日. Columns of tables may have 2026-10-13."""
    if not value:
        return NO_VALUE
    day = _local(value)
    return _("%(year)d-%(month)02d-%(day)02d") % {"year": day.year, "month": day.month, "day": day.day}


@register.filter
def localtime_long(value: datetime | None) -> str:
    """Write a moment for a sentence or paper, in local time: 2026年10月13日 14:05."""
    return f"{localdate_long(value)} {_local(value):%H:%M}" if value else NO_VALUE


@register.filter
def localtime_short(value: datetime | None) -> str:
    """Write a moment in local time: 10月13日 14:05 this year, 2025年10月13日 14:05 in any other."""
    return f"{localdate_short(value)} {_local(value):%H:%M}" if value else NO_VALUE


def _local(value: date) -> date:
    """Moments are stored in UTC; a plain date has no zone to convert from."""
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


@register.filter
def before_colon(label: object) -> str:
    """Return a label as it is written before a colon: a question loses its mark, so that “？：” never appears."""
    return str(label).rstrip("？?：: ")


@register.filter
def numeral(number: int) -> str:
    """Write a number below a hundred as official titles do in the page's language: 第十八届, term 18."""
    digits = "〇一二三四五六七八九"
    if not (get_language() or "").startswith("zh") or not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (
        (digits[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (digits[ones] if ones or not tens else "")
    )


@register.filter
def yuan(value: Decimal | float | str | None) -> str:
    """Write an amount of yuan: 12,000 for a whole one, 12,000.50 for another; — for none."""
    if value is None:
        return NO_VALUE
    amount = Decimal(value)
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


@register.filter
def rate(value: Any) -> str:
    """Write anything with .numerator and .denominator as 85.7%（6/7）; —（0/0） of nothing."""
    if value is None or value.numerator is None:
        return NO_VALUE
    return _("%(percent)s (%(numerator)s/%(denominator)s)") % {
        "percent": percent(value),
        "numerator": value.numerator,
        "denominator": value.denominator,
    }


@register.filter
def percent(value: Any) -> str:
    """Write anything with .numerator and .denominator as 85.7%, halves up; — without a denominator.

    Where it is too `early` for a share, it is said in words."""
    if value is None or value.numerator is None or not value.denominator:
        return NO_VALUE
    if getattr(value, "early", False):
        return _("not due yet")
    share = Decimal(value.numerator) * 100 / Decimal(value.denominator)
    return f"{share.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


@register.filter
def sent_files(request: HttpRequest | None) -> list[str]:
    """Return the names of the files that came with the request, for the person who must choose them again."""
    return [file.name or "" for _name, files in request.FILES.lists() for file in files] if request else []


@register.filter
def draft_key(extra_tags: str | None) -> str:
    """Return the key in a message's extra tag `draft:KEY`, which tells the browser to drop that form's draft."""
    found = re.search(r"(?:^|\s)draft:(\S+)", extra_tags or "")
    return found[1] if found else ""
