"""What an area's or a studio's people can subscribe to: its sessions as a calendar, and as news (RSS)."""

from datetime import datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from common.templatetags.liaison import localdate_long

from .addresses import whole
from .calendar_file import Entry, calendar_file

MOST = 50


def sessions_calendar(request: HttpRequest, sessions: list[dict[str, Any]], title: str) -> HttpResponse:
    """Return `sessions` (deputies.directory.public) as a calendar to subscribe to."""
    entries = [
        Entry(
            key=f"session-{one['key']}",
            on=one["on"],
            title=f"{one['name']} · {one['studio']}",
            words="\n".join(_lines(one)),
            place=one["where"],
            address=whole(request, f"/p/{one['studio'].code}/"),
            cancelled=one["cancelled"],
        )
        for one in sessions
        if one.get("key")  # the day a session was moved from is no session any more
    ]
    return calendar_file(entries, "sessions.ics", title=title)


def sessions_feed(
    request: HttpRequest, sessions: list[dict[str, Any]], title: str, path: str
) -> HttpResponse:
    """Return `sessions` as RSS, under the `title` of the page at `path`."""
    feed = Rss201rev2Feed(
        title=title, link=whole(request, path), description=title, language="zh-cn",
        feed_url=whole(request, request.path),
    )  # fmt: skip
    for one in sessions:
        if one.get("key"):
            feed.add_item(
                title=f"{localdate_long(one['on'])} {written(one['on'], 'l')} {one['name']}",
                link=whole(request, f"/p/{one['studio'].code}/"),
                description="\n".join(_lines(one)),
                unique_id=f"session-{one['key']}-{one['on']:%Y%m%d}",
                unique_id_is_permalink=False,
                pubdate=_beginning(one),
            )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


def _lines(one: dict[str, Any]) -> list[str]:
    when = f"{localdate_long(one['on'])} {written(one['on'], 'l')} {one['half']} {one['hours']}".strip()
    who = _("Deputies") + "：" + "、".join(one["deputies"]) if one["deputies"] else ""
    return [line for line in (when, one["where"], who, _("called off") if one["cancelled"] else "") if line]


def _beginning(one: dict[str, Any]) -> datetime | None:
    told = one.get("announced_on")
    return timezone.make_aware(datetime.combine(told, time(9))) if told else None
