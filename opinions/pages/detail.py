"""One opinion's page, its register form on paper, the reveal of the citizen behind it, and the copy for the citizen."""

from dataclasses import replace

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.models import AccessRecord
from common.security.sealed_cookies import EncryptedCookie
from common.ui.qr import qr_svg
from letters.models import Letter
from notifications.models import Message
from opinions.ledger.timeline import entries_of
from opinions.lifecycle.statuses import Status
from opinions.lifecycle.transitions import ACTIONS, available, who
from opinions.lists.access import readers_only
from opinions.lists.progress import standing, steps_of
from opinions.lists.worklists import can_be_called
from opinions.models import Opinion, Receipt
from opinions.pages.forms.actions import FORMS
from opinions.pages.forms.reveal import RevealForm
from opinions.privacy.masking import citizen_view_for, masked
from opinions.workflow.letters import issued
from opinions.workflow.receipts import code_for, track_address
from studios.models import Role
from studios.permissions.scope import roles_over

from .loading import opinion_of

REVEALED = EncryptedCookie("revealed", 60, "/opinions/")


def _or_404(user, number):
    try:
        return opinion_of(user, number)
    except Opinion.DoesNotExist:
        raise Http404 from None


def _audited(request, action, opinion, **more):
    audit.record(
        action, by=request.user, request=request, subject=opinion.number, area_code=opinion.county_id, **more
    )


def parts_of(opinion, today, shown) -> list:
    """The joint agencies' parts, each with its light and its answer as this person may read it; one query at most."""
    parts = list(opinion.parts.select_related("agency")) if opinion.has_parts else []
    for part in parts:
        part.opinion = opinion
        part.colour, part.said = part.light(today), shown.words(part.answer)
    return parts


def may_copy(opinion) -> bool:
    return bool(who(ACTIONS["give_copy"], opinion) & roles_over(opinion))


def was_given(lines) -> bool:
    return any(line.code == "give_copy" for line in lines)


# What a photo or file came with, by the action of its ledger row.
CAME_WITH = {
    "register": gettext_lazy("with the opinion"),
    "answer": gettext_lazy("with the answer"),
    "supplement": gettext_lazy("added later"),
    "share_supplement": gettext_lazy("added later"),
}


def attachments_of(opinion, lines) -> list:
    """The files, each with what it came with; one query at most."""
    files = list(opinion.attachments.all()) if opinion.has_files else []
    actions = {line.sequence: line.code for line in lines}
    for file in files:
        file.came = CAME_WITH.get(actions.get(file.sequence), "")
    return files


def letters_of(opinion, user) -> list:
    if not opinion.has_letters:
        return []
    letters = Letter.objects.visible_to(user).filter(about=opinion.number)
    return list(letters.defer("facts_text").order_by("issued_at", "id"))


@readers_only
@require_GET
@never_cache
def detail(request, number):
    opinion = _or_404(request.user, number)
    _audited(request, AccessRecord.Action.LOOKED, opinion)
    today = timezone.localdate()
    shown = citizen_view_for(opinion)
    related = []
    if opinion.is_followed or opinion.merged_into_id:
        same = Q(merged_into=opinion.pk) | Q(pk=opinion.merged_into_id)
        related = Opinion.objects.visible_to(request.user).filter(same)
    letters = letters_of(opinion, request.user)
    done = issued(opinion, letters)
    # The action that the opinion waits for comes first.
    actions = sorted(
        (a for a in available(opinion, roles_over(opinion), today) if a.code not in done),
        key=lambda a: not a.primary,
    )
    lines = entries_of(opinion, shown=shown)
    context = {
        "opinion": opinion,
        "shown": shown,
        "standing": standing(opinion, today),
        "clock_label": Status(opinion.status).row.deadline,
        "steps": steps_of(opinion),
        "lines": lines,
        "answer": shown.words(opinion.answer),
        "parts": parts_of(opinion, today, shown),
        "letters": letters,
        "attachments": attachments_of(opinion, lines),
        "related": related,
        "actions": [(action, FORMS[action.code].heading) for action in actions],
        "call": can_be_called(opinion) and Role.CLERK in roles_over(opinion),
        "copied": may_copy(opinion) and was_given(lines),
        "reveal_form": RevealForm(auto_id="reveal_%s") if shown.may_reveal else None,
    }
    return render(request, "opinions/detail.html", context)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reveal(request, number):
    """The full name and number, for a minute, on a page that no browser keeps. The reason goes into the audit trail."""
    opinion = _or_404(request.user, number)
    shown = citizen_view_for(opinion)
    if not shown.may_reveal:
        return render(request, "403.html", status=403)
    if request.method != "POST":
        return _revealed(request, opinion, shown)
    form = RevealForm(request.POST, auto_id="reveal_%s")
    if not form.is_valid():
        return render(request, "opinions/reveal.html", {"opinion": opinion, "form": form}, status=422)
    _audited(
        request, AccessRecord.Action.REVEALED, opinion, reason=masked(opinion, form.cleaned_data["reason"])
    )
    return REVEALED.keep(redirect("opinions:reveal", number), f"{request.user.pk} {number}")


def _revealed(request, opinion, shown):
    if REVEALED.read(request) != f"{request.user.pk} {opinion.number}":
        return redirect("opinions:detail", opinion.number)
    words = "" if shown.body == opinion.body else opinion.body
    return render(request, "opinions/reveal.html", {"opinion": opinion, "revealed": True, "words": words})


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def registration_form(request, number):
    """群众意见登记表 on A4; asked for by POST with a reason, with the full name and number, for the citizen to sign."""
    opinion = _or_404(request.user, number)
    shown = citizen_view_for(opinion)
    form, named, status = None, False, 200
    if request.method == "POST":
        if not shown.may_reveal:
            raise PermissionDenied
        form = RevealForm(request.POST, auto_id="reveal_%s")
        named = form.is_valid()
        status = 200 if named else 422
    if named:
        reason = masked(opinion, form.cleaned_data["reason"])
        _audited(request, AccessRecord.Action.REVEALED, opinion, reason=reason)
    _audited(request, AccessRecord.Action.PRINTED, opinion)
    if form is None and shown.may_reveal:
        form = RevealForm(auto_id="reveal_%s", initial={"reason": _("The citizen signs the register form")})
    rounds = rounds_of(opinion, shown)
    context = {
        "opinion": opinion,
        "shown": shown,
        "named": named,
        "form": form,
        "body": shown.body,
        "answer": shown.words(opinion.answer),
        "parts": parts_of(opinion, timezone.localdate(), shown),
        "now": rounds[-1],
        "earlier": rounds[:-1],
        "printed_at": timezone.now(),
        "slip": _slip_of(request, opinion),
    }
    return render(request, "opinions/registration_form.html", context, status=status)


ON_THE_FORM = ("reopen", "route", "answer", "report_back", "evaluate")  # of an earlier round


def rounds_of(opinion, shown) -> list[dict]:
    """For each round, from the first: its number, the last line of each thing done in it
    (opinions.ledger.timeline), and `lines`, those of them that a later reader of the form asks for."""
    rounds = [{"round": number} for number in range(1, opinion.round + 1)]
    for line in entries_of(opinion, shown=shown):
        rounds[line.round - 1][line.code] = line
    for one in rounds:
        one["triage"] = one.get("decline") or one.get("route") or one.get("reopen")
        one["lines"] = [one[code] for code in ON_THE_FORM if code in one]
    return rounds


@readers_only
@require_GET
@never_cache
def slip(request, number):
    """What the citizen takes home: number, query code, the days promised, whom to call. Only for who issued the code,
    and only for a day; later they are led to issue another."""
    opinion = _or_404(request.user, number)
    if not (context := _slip_of(request, opinion)):
        if not Receipt.objects.filter(opinion=opinion, issued_by=request.user).exists():
            raise PermissionDenied
        return redirect("opinions:act", number, "reissue_code")
    _audited(request, AccessRecord.Action.PRINTED, opinion, details={"slip": True})
    return render(request, "opinions/slip.html", context)


def _slip_of(request, opinion) -> dict | None:
    """What stands on the slip; None where this person has none to print."""
    if not (opinion.has_slip and (code := code_for(opinion, request.user))):
        return None
    address = track_address(request)
    return {"opinion": opinion, "code": code, "address": address, "qr": qr_svg(address)}


# Whose words the copy carries: what the citizen said and was told; what the offices wrote to each other is not theirs.
WITH_CITIZEN = {"withdraw", "supplement", "report_back", "call_back", "evaluate", "reopen", "give_copy"}
# Of these the copy holds nothing: what the staff noted among themselves, and what somebody else said.
NOT_THEIRS = {"note_internally", "share_supplement"}


@readers_only
@require_GET
@never_cache
def copy(request, number):
    """All that is kept about the citizen, to be printed and handed over once the action `give_copy` says who asked."""
    opinion = _or_404(request.user, number)
    if not may_copy(opinion):
        raise PermissionDenied
    lines = entries_of(opinion)
    if opinion.erased_at or not was_given(lines):
        return redirect("opinions:act", number, "give_copy")
    _audited(request, AccessRecord.Action.PRINTED, opinion)
    context = {
        "opinion": opinion,
        "lines": [
            line if line.code in WITH_CITIZEN else replace(line, words="")
            for line in lines
            if line.code not in NOT_THEIRS
        ],
        "parts": parts_of(opinion, timezone.localdate(), citizen_view_for(opinion)),
        "attachments": opinion.attachments.exclude(
            sequence__in=[line.sequence for line in lines if line.code in NOT_THEIRS]
        ),
        "told": Message.objects.filter(about=number, channel=Message.Channel.SMS).order_by(
            "created_at", "id"
        ),
        "kept_years": settings.RETENTION_YEARS,
        "printed_at": timezone.now(),
    }
    return render(request, "opinions/copy.html", context)
