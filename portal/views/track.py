"""Looking up what became of it, and what the citizen may do: evaluate, ask again, take it back.

Nothing is kept in the address or in a session: the page that shows an opinion carries a ticket, signed and good for a
few hours, with which its own buttons find the opinion again.
"""

from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.audit import address_of
from opinions import evaluation_link
from opinions.models import Attachment
from opinions.views.attachments import served_attachment
from opinions.workflow.step import Refused
from portal import pace, services
from portal.doors import public
from portal.forms import TAKES, Evaluate, TrackForm
from portal.notes import notes_of
from portal.progress import story_of

TICKET_GOOD_FOR = 6 * 3600
_tickets = TimestampSigner(salt="portal.ticket")
_files = TimestampSigner(salt="portal.file")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def track(request):
    if request.method != "POST":
        return render(request, "portal/track.html", {"form": TrackForm()})
    form = TrackForm(request.POST)
    if form.is_valid() and (seconds := _too_quick(request, form)):
        return pace.slow_down(request, "portal/track.html", form, seconds)
    if form.is_valid() and (opinion := services.find(**form.cleaned_data)):
        return _progress(request, services.tell(opinion))
    if form.is_valid():
        form.add_error(None, _("We find nothing under this code and these digits. Please check both."))
    return render(request, "portal/track.html", {"form": form}, status=422)


def _too_quick(request, form) -> int:
    """Seconds to wait: an address tries few codes, and a code is tried seldom, from wherever."""
    return pace.wait("look up", address_of(request)) or pace.wait("code", form.cleaned_data["code"])


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def take(request, action):
    """One of the buttons under an opinion that was looked up."""
    if action not in TAKES:
        raise Http404
    if request.method != "POST":
        return redirect("portal:track")
    form = TAKES[action](request.POST, request.FILES)
    try:
        number = _tickets.unsign(request.POST.get("ticket", ""), max_age=TICKET_GOOD_FOR)
    except BadSignature:
        again = TrackForm()
        typed = request.POST.get("reason") or request.POST.get("words", "")
        context = {"form": again, "too_old": True, "typed": typed}
        return render(request, "portal/track.html", context, status=422)
    return _take(request, number, form, _progress)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def evaluate(request, token):
    """The link in the text message: opens the evaluation of one round, and shows no more than its answer."""
    meant = evaluation_link.read(token)
    opinion = meant and services.opinions().filter(number=meant[0]).first()
    if not opinion:
        raise Http404
    if opinion.round != meant[1] or "evaluate" not in story_of(opinion).actions:
        return _evaluation(
            request, opinion, refused=_("This was already answered, or the matter has moved on.")
        )
    if request.method != "POST":
        return _evaluation(request, opinion, Evaluate())
    return _take(request, opinion.number, Evaluate(request.POST), _evaluation)


@public
@require_safe
@never_cache
def file(request, token):
    """A file of the answer, for whoever was shown the answer in the last hours."""
    try:
        pk = _files.unsign(token, max_age=TICKET_GOOD_FOR)
    except BadSignature:
        raise Http404 from None
    return served_attachment(get_object_or_404(Attachment, pk=pk))


def _with_links(story):
    return [(found, reverse("portal:file", args=[_files.sign(str(found.pk))])) for found in story.files]


def _take(request, number, form, page):
    """Take the action as the citizen, and show the opinion again on `page`."""
    if form.is_valid():
        try:
            services.take(form.code, number, **form.arguments())
        except Refused as refused:
            if refused.field not in form.fields:
                opinion = services.opinions().get(number=number)
                return page(request, opinion, refused=refused.message, status=409)
            form.add_error(refused.field, refused.message)
        else:
            return page(request, services.opinions().get(number=number), done=form.done)
    return page(request, services.opinions().get(number=number), form, status=422)


def _progress(request, opinion, form=None, *, done="", refused="", status=200):
    story = story_of(opinion)
    bound = {form.code: form} if form else {}
    context = {
        "story": story,
        "files": _with_links(story),
        "notes": notes_of(opinion),
        "forms": [bound.get(code) or TAKES[code](auto_id=f"{code}_%s") for code in story.actions],
        "ticket": _tickets.sign(opinion.number),
        "wrong": form,
        "done": done,
        "refused": refused,
    }
    return render(request, "portal/progress.html", context, status=status)


def _evaluation(request, opinion, form=None, *, done="", refused="", status=200):
    story = story_of(opinion)
    context = {"story": story, "files": _with_links(story), "form": form, "done": done, "refused": refused}
    return render(request, "portal/evaluate.html", context, status=status)
