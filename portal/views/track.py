"""Looking up what became of it, and what the citizen may do: evaluate, ask again, withdraw it.

Nothing is kept in the address: a browser that found an opinion keeps for an hour which one it was (portal/kept.py), so
that the page is an ordinary one, to be loaded again. The forms on it carry a ticket of their own, signed and good for a
few hours, so that each acts on the opinion above it, whatever was looked up since.
"""

from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audit import address_of
from opinions.lifecycle.errors import Refused
from opinions.models import Attachment
from opinions.pages.attachments import served_attachment
from opinions.privacy import evaluation_tokens
from portal import links, rate_limit, services
from portal.forms import TAKES, Evaluate, TrackForm
from portal.kept import MATTER
from portal.progress import story_of
from portal.public_view import public_view

TICKET_GOOD_FOR = 6 * 3600
_tickets = TimestampSigner(salt="portal.ticket")


@public_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def track(request):
    if request.method != "POST":
        return render(request, "portal/track.html", {"form": TrackForm()})
    form = TrackForm(request.POST)
    if form.is_valid():
        if seconds := _too_quick(request, form):
            return rate_limit.too_many_requests(request, "portal/track.html", form, seconds)
        if opinion := services.find(**form.cleaned_data):
            return MATTER.keep(redirect("portal:matter"), opinion.number)
        form.missed()
    return render(request, "portal/track.html", {"form": form}, status=422)


def _too_quick(request, form) -> int:
    """Seconds to wait: an address tries few codes, and a code is tried seldom, from wherever."""
    return rate_limit.seconds_until_allowed(
        "look up", address_of(request)
    ) or rate_limit.seconds_until_allowed("code", form.cleaned_data["code"])


@public_view
@require_safe
@never_cache
def matter(request):
    """The opinion that was looked up. A citizen who reads its answer here has been told it."""
    number = MATTER.read(request)
    opinion = number and services.opinions().filter(number=number).first()
    if not opinion:
        return redirect("portal:track")
    return _progress(request, services.tell(opinion))


@public_view
@require_POST
def leave(request):
    """For a citizen who looked something up on a device that others use too."""
    return MATTER.forget(redirect("portal:track"))


@public_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take(request, action):
    """One of the buttons under an opinion that was looked up."""
    if action not in TAKES:
        raise Http404
    if request.method != "POST":
        return redirect("portal:matter")
    form = TAKES[action](request.POST, request.FILES)
    try:
        number = _tickets.unsign(request.POST.get("ticket", ""), max_age=TICKET_GOOD_FOR)
    except BadSignature:
        typed = request.POST.get("reason") or request.POST.get("words", "")
        context = {"form": TrackForm(), "too_old": True, "typed": typed}
        return render(request, "portal/track.html", context, status=422)
    return MATTER.keep(_take(request, number, form, _progress, reverse("portal:matter")), number)


@public_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def evaluate(request, token):
    """The link in the text message: opens the evaluation of one round, and shows no more than its answer."""
    meant = evaluation_tokens.read(token)
    opinion = meant and services.opinions().filter(number=meant[0]).first()
    if not opinion:
        raise Http404
    possible = opinion.round == meant[1] and "evaluate" in story_of(opinion).actions
    if request.method == "POST":
        form = Evaluate(request.POST)
        return _take(request, opinion.number, form, _evaluation, request.path, possible=possible)
    return _evaluation(request, opinion, Evaluate() if possible else None)


@public_view
@require_safe
@never_cache
def file(request, token):
    """A file of the opinion or its answer, for a visitor who was shown it in the last hours."""
    if not (pk := links.key_in(token)):
        raise Http404
    return served_attachment(get_object_or_404(Attachment, pk=pk))


def _take(request, number, form, page, back, *, possible=True):
    """Take the action as the citizen, and lead `back` to where the opinion is shown. Sent a second time it leads there
    too. What is no longer possible is said on `page`, with what was typed."""
    if form.is_valid():
        said = form.arguments()
        try:
            if not possible:
                raise Refused("")
            services.take(form.code, number, **said)
        except Refused as refused:
            if refused.field in form.fields:
                form.add_error(refused.field, refused.message)
            elif not services.taken_before(form.code, number, **said):
                typed = said.get("reason") or said.get("words", "")
                return page(
                    request, services.opinions().get(number=number), moved=True, typed=typed, status=409
                )
        if not form.errors:
            return redirect(f"{back}?done={form.took}")
    return page(request, services.opinions().get(number=number), form, status=422)


def _progress(request, opinion, form=None, *, moved=False, typed="", status=200):
    story = story_of(opinion)
    bound = {form.code: form} if form else {}
    context = {
        "forms": [bound.get(code) or TAKES[code](auto_id=f"{code}_%s") for code in story.actions],
        "ticket": _tickets.sign(opinion.number),
        "wrong": form,
    }
    return _shown(request, "portal/progress.html", story, context, moved, typed, status)


def _evaluation(request, opinion, form=None, *, moved=False, typed="", status=200):
    return _shown(request, "portal/evaluate.html", story_of(opinion), {"form": form}, moved, typed, status)


def _shown(request, template, story, context, moved, typed, status):
    done = TAKES.get(request.GET.get("done", ""))
    facts = {"story": story, "done": done.done if done else "", "moved": moved, "typed": typed}
    return render(request, template, context | facts, status=status)
