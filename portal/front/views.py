"""The door for strangers: the front page, areas and the search, and what machines read of them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.ui.pagination import paginate
from deputies.directory.public import announced, coming
from portal.public_view import findable_view, public_view
from studios.models import County, Studio, Township, Village

from . import agenda, feeds, places
from .addresses import whole

SESSIONS = 6
ASKED = 40  # characters of a search that are read
A_PAGE = 20
MOST_IN_SITEMAP = 10_000


@findable_view
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the public front page: find a studio, what is on, how it works."""
    studios = places.studios()
    context = {"counties": places.counties(), "path": "/", **_on(studios, timezone.localtime())}
    return render(request, "portal/front/front.html", context)


@public_view
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the studios and areas called as asked for (`q`), in Chinese or pinyin; without a word all counties."""
    words = request.GET.get("q", "").strip()[:ASKED]
    context = {"words": words, "found": places.search(words), "counties": places.counties()}
    return render(request, "portal/front/search.html", context)


@findable_view
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show an area: the areas below it, its studios, what is on there."""
    area = places.area_of(code)
    studios = places.studios_in(area)
    context = {
        "area": area,
        "above": places.above(area),
        "below": places.below(area),
        "page": paginate(request, studios, A_PAGE),
        "county": _county_of(area),
        **_on(studios, timezone.localtime()),
    }
    return render(request, "portal/front/place.html", context)


@public_view
@require_safe
def place_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Send the sessions of an area as a calendar."""
    area = places.area_of(code)
    return feeds.sessions_calendar(request, _coming(area), _title(area))


@public_view
@require_safe
def place_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Send the sessions of an area as RSS."""
    area = places.area_of(code)
    return feeds.sessions_feed(request, _coming(area), _title(area), f"/p/in/{code}/")


@public_view
@require_safe
def studio_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Send a studio's sessions as a calendar; those called off since are marked so."""
    studio = get_object_or_404(Studio, code=code)
    return feeds.sessions_calendar(request, announced(studio, timezone.localdate()), studio.name)


@findable_view
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what is kept of whom, and for how long."""
    return render(request, "portal/front/privacy.html", {"kept_years": settings.RETENTION_YEARS})


@public_view
@require_safe
def short(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead from the short address of a studio to its page."""
    return redirect("portal:studio", code=get_object_or_404(Studio, pk=pk).code)


@public_view
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what they may list: nothing, unless the office lets them in; never a matter."""
    lines = ["User-agent: *"]
    if settings.SEARCH_ENGINES:
        lines += ["Allow: /$", "Allow: /p/", "Allow: /static/"]
        lines += [
            f"Disallow: /p/{name}/" for name in ("track", "matter", "receipt", "evaluate", "file", "verify")
        ]
        lines += ["Disallow: /", "", f"Sitemap: {whole(request, '/sitemap.xml')}"]
    else:
        lines += ["Disallow: /"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_view
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the pages that may be found; 404 where search engines are not let in."""
    if not settings.SEARCH_ENGINES:
        raise Http404
    rows = places.studios().select_related(None).prefetch_related(None)
    paths = ["/", "/p/privacy/"]
    paths += [f"/p/in/{code}/" for code in places.counties().values_list("pk", flat=True)]
    with_studio = Township.objects.current().filter(studios__active=True).distinct().order_by("code")
    paths += [f"/p/in/{code}/" for code in with_studio.values_list("pk", flat=True)]
    paths += [f"/p/{code}/" for code in rows.values_list("code", flat=True)]
    context = {"addresses": [whole(request, path) for path in paths[:MOST_IN_SITEMAP]]}
    return render(request, "portal/front/sitemap.xml", context, content_type="application/xml; charset=utf-8")


def _on(studios: Any, now: Any) -> dict[str, Any]:
    """Return what is on in `studios`: those open today, and the next sessions."""
    return {"open_today": agenda.open_today(studios, now), "sessions": coming(studios, now.date(), SESSIONS)}


def _coming(area: places.Area, today: date | None = None) -> list[dict[str, Any]]:
    return coming(places.studios_in(area), today or timezone.localdate(), feeds.MOST)


def _title(area: places.Area) -> str:
    return "".join(str(one) for one in [*places.above(area), area])


def _county_of(area: places.Area) -> County:
    if isinstance(area, Village):
        return area.township.county
    return area.county if isinstance(area, Township) else area
