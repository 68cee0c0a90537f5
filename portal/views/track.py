"""Looking up what became of it, and what the citizen may do: evaluate, ask again, withdraw it.

Nothing is in the address: a browser that found an opinion keeps for an hour which one it was (portal/kept.py), so
that the page is an ordinary one, to be loaded again. The forms on it carry a ticket of their own, signed and good for a
few hours, so that each acts on the opinion above it, even if another was looked up since.
"""

from collections.abc import Callable
from typing import Any

from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rate_limit
from opinions.lifecycle.errors import Refused
from opinions.models import Attachment, Opinion
from opinions.pages.attachments import served_attachment
from opinions.privacy import evaluation_tokens
from portal import links, services
from portal.forms import ACTION_FORMS, Evaluate, TrackForm
from portal.kept import MATTER
from portal.plain import ActionForm
from portal.progress import Story, story_of
from portal.public_view import public_view
from portal.way_back import links as way_back
from portal.way_back.promised import promised_on

TICKET_GOOD_FOR = 6 * 3600
_tickets = TimestampSigner(salt="portal.ticket")


@public_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def track(request: HttpRequest) -> HttpResponse:
    """Show the form for the query code, or find its opinion and lead to it."""
    if request.method != "POST":
        return render(request, "portal/track.html", {"form": TrackForm()})
    form = TrackForm(request.POST)
    if seconds := too_quick(request, form):
        return rate_limit.too_many_requests(request, "portal/track.html", form, seconds)
    if form.is_valid():
        if opinion := services.find(**form.cleaned_data):
            return MATTER.keep(redirect("portal:matter"), opinion.number)
        form.missed()
    return render(request, "portal/track.html", {"form": form}, status=422)


def too_quick(request: HttpRequest, form: TrackForm) -> int:
    """Return the seconds to wait: an address may try few codes, and a code may be tried seldom, from any address."""
    seconds = rate_limit.seconds_until_allowed("look up", rate_limit.sender(request))
    if seconds or not form.is_valid():
        return seconds
    return rate_limit.seconds_until_allowed("code", form.cleaned_data["code"])


@public_view
@require_safe
@never_cache
def matter(request: HttpRequest) -> HttpResponse:
    """Show the opinion that was looked up. A citizen who reads its answer here has been told it."""
    number = MATTER.read(request)
    opinion = number and services.opinions().filter(number=number).first()
    if not opinion:
        return redirect("portal:track")
    return _progress(request, services.report_back_on_page(opinion))


@public_view
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget what was looked up: for a citizen on a device that others use too."""
    return MATTER.forget(redirect("portal:track"))


@public_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take(request: HttpRequest, action: str) -> HttpResponse:
    """Take the action of one of the buttons under an opinion that was looked up."""
    if action not in ACTION_FORMS:
        raise Http404
    if request.method != "POST":
        return redirect("portal:matter")
    seconds = rate_limit.seconds_until_read(request)
    form = ACTION_FORMS[action](request.POST, None if seconds else request.FILES)
    try:
        number = _tickets.unsign(request.POST.get("ticket", ""), max_age=TICKET_GOOD_FOR)
    except BadSignature:
        typed = request.POST.get("reason") or request.POST.get("words", "")
        context = {"form": TrackForm(), "too_old": True, "typed": typed}
        return render(request, "portal/track.html", context, status=422)
    if seconds:
        return _wait(request, number, form, _progress, seconds)
    return MATTER.keep(_take(request, number, form, _progress, reverse("portal:matter")), number)


@public_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def evaluate(request: HttpRequest, token: str) -> HttpResponse:
    """Open the link in the text message: the evaluation of one round, which shows no more than its answer."""
    meant = evaluation_tokens.read(token)
    number, round_number = meant or ("", 0)
    opinion = services.opinions().filter(number=number).first()
    if not opinion:
        raise Http404
    if evaluation_tokens.expired(opinion):
        return redirect("portal:track")
    possible = opinion.round == round_number and "evaluate" in story_of(opinion).actions
    if request.method == "POST":
        form = Evaluate(request.POST)
        if seconds := rate_limit.seconds_until_read(request):
            return _wait(request, opinion.number, form, _evaluation, seconds)
        return _take(request, opinion.number, form, _evaluation, request.path, possible=possible)
    return _evaluation(request, opinion, Evaluate() if possible else None)


@public_view
@require_safe
@never_cache
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a file of the opinion or its answer to a visitor who was shown it in the last hours."""
    if not (pk := links.key_in(token)):
        raise Http404
    return served_attachment(get_object_or_404(Attachment, pk=pk))


def _wait(
    request: HttpRequest, number: str, form: ActionForm, page: Callable[..., HttpResponse], seconds: int
) -> HttpResponse:
    """Show the form as it was typed, and how long to wait before sending it again."""
    rate_limit.ask_to_wait(form, seconds)
    response = page(request, services.opinions().get(number=number), form, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _take(
    request: HttpRequest,
    number: str,
    form: ActionForm,
    page: Callable[..., HttpResponse],
    back: str,
    *,
    possible: bool = True,
) -> HttpResponse:
    """Take the action as the citizen, and lead `back` to where the opinion is shown. Sent a second time it leads there
    too. That it is no longer possible is said on `page`, with what was typed."""
    if form.is_valid():
        arguments = form.arguments()
        try:
            if not possible:
                raise Refused("")
            services.take(form.code, number, **arguments)
        except Refused as refused:
            if refused.field in form.fields:
                form.add_error(refused.field, refused.message)
            elif not services.taken_before(form.code, number, **arguments):
                typed = arguments.get("reason") or arguments.get("words", "")
                return page(
                    request, services.opinions().get(number=number), moved=True, typed=typed, status=409
                )
        if not form.errors:
            return redirect(f"{back}?done={form.action_taken}")
    return page(request, services.opinions().get(number=number), form, status=422)


def _progress(
    request: HttpRequest,
    opinion: Opinion,
    form: ActionForm | None = None,
    *,
    moved: bool = False,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    story = story_of(opinion)
    bound = {form.code: form} if form else {}
    context = {
        "forms": [bound.get(code) or ACTION_FORMS[code](auto_id=f"{code}_%s") for code in story.actions],
        "ticket": _tickets.sign(opinion.number),
        "wrong": form,
        "way_back": way_back.path_of(opinion),
        "day": promised_on(opinion),
    }
    return _shown(request, "portal/progress.html", story, context, moved, typed, status)


def _evaluation(
    request: HttpRequest,
    opinion: Opinion,
    form: ActionForm | None = None,
    *,
    moved: bool = False,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    return _shown(request, "portal/evaluate.html", story_of(opinion), {"form": form}, moved, typed, status)


def _shown(
    request: HttpRequest,
    template: str,
    story: Story,
    context: dict[str, Any],
    moved: bool,
    typed: str,
    status: int,
) -> HttpResponse:
    done = ACTION_FORMS.get(request.GET.get("done", ""))
    facts = {"story": story, "done": done.done if done else "", "moved": moved, "typed": typed}
    return render(request, template, context | facts, status=status)
