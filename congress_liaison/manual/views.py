"""The manual in the product (帮助): contents, chapters, search."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.requests import StaffRequest
from congress_liaison.manual.chapters import WRITTEN_FOR, chapters, find
from studios.permissions.scope import scope_of

LONGEST = 100  # characters looked for


def contents(request: StaffRequest) -> HttpResponse:
    """Show the chapters, those of the person's roles first; with ?q= the sections that hold these words."""
    asked = request.GET.get("q", "").strip()[:LONGEST]
    roles = scope_of(request.user).roles
    own = [chapter for code, chapter in chapters().items() if WRITTEN_FOR[code] & set(roles)]
    others = [chapter for chapter in chapters().values() if chapter not in own]
    context = {"own": own, "others": others, "asked": asked, "hits": find(asked)}
    return render(request, "manual/contents.html", context)


def chapter(request: StaffRequest, code: str) -> HttpResponse:
    """Show one chapter; 404 for one that there is not."""
    if code not in WRITTEN_FOR:
        raise Http404
    return render(request, "manual/chapter.html", {"chapter": chapters()[code]})
