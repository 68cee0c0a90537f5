"""Ways back that people can keep: the page behind the short address, the promised day, the receipt as a picture."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.privacy import query_codes
from portal import services
from portal.front.addresses import whole
from portal.kept import MATTER, RECEIPT
from portal.progress import story_of
from portal.public_view import public_view

from . import links
from .picture import drawn
from .promised import day_file, promised_on


@public_view
@require_safe
@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Show how far a matter is to a person with its address. Never what the citizen wrote; the answer only once they
    were told it, and not of a secret matter. Opening it tells nobody anything: programs open addresses too."""
    opinion = _behind(token)
    story = story_of(opinion)
    there_is = story.answer or story.matter.status == Status.ANSWERED
    answer = (
        None if opinion.keep_secret else story.answer
    )  # story_of gives one only once it was reported back
    context = {
        "story": story, "answer": answer, "there_is": there_is, "token": token, "day": promised_on(opinion)
    }  # fmt: skip
    return render(request, "portal/way_back/follow.html", context)


@public_view
@require_safe
@never_cache
def follow_day(request: HttpRequest, token: str) -> HttpResponse:
    """Send the promised day of the matter behind the address."""
    return day_file(request, _behind(token)) or redirect("follow", token=token)


@public_view
@require_safe
@never_cache
def matter_day(request: HttpRequest) -> HttpResponse:
    """Send the promised day of the matter that was looked up."""
    number = MATTER.read(request)
    opinion = services.opinions().filter(number=number).first() if number else None
    return (opinion and day_file(request, opinion)) or redirect("portal:matter")


@public_view
@require_safe
@never_cache
def receipt_day(request: HttpRequest) -> HttpResponse:
    """Send the promised day of what this browser has sent."""
    return _of_receipt(request, lambda opinion, _key: day_file(request, opinion))


@public_view
@require_safe
@never_cache
def receipt_picture(request: HttpRequest) -> HttpResponse:
    """Send the receipt of what this browser has sent, as a picture."""

    def picture(opinion: Opinion, key: UUID) -> HttpResponse:
        content = drawn(
            code=query_codes.spaced(query_codes.code_of(key)),
            number=opinion.number,
            day=promised_on(opinion),
            address=whole(request, links.path_of(opinion)),
        )
        response = HttpResponse(content, content_type="image/png")
        response.headers["Content-Disposition"] = f'attachment; filename="{opinion.number}.png"'
        return response

    return _of_receipt(request, picture)


def _of_receipt(request: HttpRequest, make: Callable[[Opinion, UUID], HttpResponse | None]) -> HttpResponse:
    key = RECEIPT.read(request)
    opinion = services.opinions().filter(submission_key=key).first() if key else None
    return (opinion and make(opinion, UUID(key))) or redirect("portal:receipt")


def _behind(token: str) -> Opinion:
    key = links.key_in(token)
    opinion = services.opinions().filter(pk=key).first() if key else None
    if opinion is None or opinion.erased_at:
        raise Http404
    return opinion
