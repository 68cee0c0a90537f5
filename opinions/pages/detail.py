"""One opinion's page, its register form on paper, the reveal of the citizen behind it, and the copy for the citizen."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import audit
from accounts.models import AccessRecord, User
from accounts.requests import StaffRequest
from common.security.sealed_cookies import EncryptedCookie
from common.ui.qr import qr_svg
from letters.models import Draft, Letter
from notifications.models import Message
from opinions.ledger.timeline import TimelineEntry, entries_of
from opinions.lifecycle.statuses import Status
from opinions.lifecycle.transitions import ACTIONS, Action, available, who
from opinions.lists.access import readers_only
from opinions.lists.progress import standing, steps_of
from opinions.lists.worklists import can_be_called
from opinions.models import Opinion, Receipt
from opinions.models.redaction import masked
from opinions.pages.forms.actions import FORMS
from opinions.pages.forms.reveal import RevealForm
from opinions.privacy.masking import CitizenView, citizen_view_for
from opinions.workflow.letters import issued
from opinions.workflow.receipts import code_for, track_address
from studios.models import Role
from studios.permissions.scope import roles_over

from .attachments import attachments_of
from .loading import opinion_of

REVEALED = EncryptedCookie("revealed", 60, "/opinions/")


def _or_404(user: User, number: str) -> Any:
    try:
        return opinion_of(user, number)
    except Opinion.DoesNotExist:
        raise Http404 from None


def _audited(request: StaffRequest, action: str, opinion: Opinion, **more: Any) -> None:
    audit.record(
        action, by=request.user, request=request, subject=opinion.number, area_code=opinion.county_id, **more
    )


def parts_of(opinion: Any, today: date, shown: CitizenView) -> list[Any]:
    """Return the joint agencies' parts, each with its light (`colour`) and its answer as this person may read it
    (`said`); one query at most. `opinion` comes from opinion_of."""
    parts = list(opinion.parts.select_related("agency")) if opinion.has_parts else []
    for part in parts:
        part.opinion = opinion
        part.colour, part.said = part.light(today), shown.words(part.answer)
    return parts


def may_copy(opinion: Opinion) -> bool:
    """Tell if the person may give the citizen a copy."""
    return bool(who(ACTIONS["give_copy"], opinion) & roles_over(opinion))


def was_given(lines: Sequence[TimelineEntry]) -> bool:
    """Tell if a copy was given before."""
    return any(line.code == "give_copy" for line in lines)


# Who has the page on which drafts are read.
READ_DRAFTS = frozenset([Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.COUNTY_OFFICIAL])


def letters_of(opinion: Any, user: User) -> list[Letter]:
    """Return the letters about the opinion that the person may read, in order of issue; no query when it has none."""
    if not opinion.has_letters:
        return []
    letters = Letter.objects.visible_to(user).filter(about=opinion.number)
    return list(letters.defer("facts_text").order_by("issued_at", "id"))


def _expected(action: Action, opinion: Opinion) -> bool:
    """Tell if the opinion waits for this action."""
    return action.primary or (action.code == "redact" and opinion.redacted_at is None)


def drafts_of(opinion: Any, user: User) -> list[Draft]:
    """Return the letters about the opinion that wait to be signed off; no query when none does."""
    if not opinion.draft_waits:
        return []
    rows = Draft.objects.waiting().filter(about=opinion.number)
    return list(rows.defer("facts_text").order_by("drafted_at", "id"))


@readers_only
@require_GET
@never_cache
def detail(request: StaffRequest, number: str) -> HttpResponse:
    """Show one opinion with its timeline, files, letters, and the actions that are possible now."""
    opinion = _or_404(request.user, number)
    _audited(request, AccessRecord.Action.LOOKED, opinion)
    today = timezone.localdate()
    shown = citizen_view_for(opinion)
    related: Iterable[Opinion] = []
    if opinion.is_followed or opinion.merged_into_id:
        same = Q(merged_into=opinion.pk) | Q(pk=opinion.merged_into_id)
        related = Opinion.objects.visible_to(request.user).filter(same)
    letters = letters_of(opinion, request.user)
    drafts = drafts_of(opinion, request.user)
    done = issued(opinion, [*letters, *drafts])
    # The action that the opinion waits for comes first.
    actions = sorted(
        (a for a in available(opinion, roles_over(opinion), today) if a.code not in done),
        key=lambda a: not _expected(a, opinion),
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
        "drafts": drafts,
        "may_read_drafts": bool(drafts and roles_over(opinion) & READ_DRAFTS),
        "attachments": attachments_of(opinion, lines, shown),
        "related": related,
        "actions": [(action, FORMS[action.code].heading, _expected(action, opinion)) for action in actions],
        "call": can_be_called(opinion) and Role.CLERK in roles_over(opinion),
        "copied": may_copy(opinion) and was_given(lines),
        "reveal_form": RevealForm(auto_id="reveal_%s") if shown.may_reveal else None,
    }
    return render(request, "opinions/detail.html", context)


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reveal(request: StaffRequest, number: str) -> HttpResponse:
    """Show the full name and number, for a minute, on a page that no browser keeps. The reason goes into the audit
    trail."""
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


def _revealed(request: StaffRequest, opinion: Any, shown: CitizenView) -> HttpResponse:
    if REVEALED.read(request) != f"{request.user.pk} {opinion.number}":
        return redirect("opinions:detail", opinion.number)
    words = "" if shown.body == opinion.body else opinion.body
    return render(request, "opinions/reveal.html", {"opinion": opinion, "revealed": True, "words": words})


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def registration_form(request: StaffRequest, number: str) -> HttpResponse:
    """Show the 群众意见登记表 on A4; on a POST with a reason with the full name and number, for the citizen to sign."""
    opinion = _or_404(request.user, number)
    shown = citizen_view_for(opinion)
    form: RevealForm | None = None
    named, status = False, 200
    if request.method == "POST":
        if not shown.may_reveal:
            raise PermissionDenied
        form = RevealForm(request.POST, auto_id="reveal_%s")
        named = form.is_valid()
        status = 200 if named else 422
    if form is not None and named:
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


def rounds_of(opinion: Opinion, shown: CitizenView) -> list[dict[str, Any]]:
    """Return for each round, from the first: its number, the last timeline entry of each action in it by the action's
    code, and `lines`, those that a later reader of the form asks for."""
    rounds: list[dict[str, Any]] = [{"round": number} for number in range(1, opinion.round + 1)]
    for line in entries_of(opinion, shown=shown):
        rounds[line.round - 1][line.code] = line
    for one in rounds:
        one["triage"] = one.get("decline") or one.get("route") or one.get("reopen")
        one["lines"] = [one[code] for code in ON_THE_FORM if code in one]
    return rounds


@readers_only
@require_GET
@never_cache
def slip(request: StaffRequest, number: str) -> HttpResponse:
    """Show the slip that the citizen takes home: number, query code, the days promised, whom to call. Only for the
    person who issued the code, and only for a day; later they are led to issue another."""
    opinion = _or_404(request.user, number)
    if not (context := _slip_of(request, opinion)):
        if not Receipt.objects.filter(opinion=opinion, issued_by=request.user).exists():
            raise PermissionDenied
        return redirect("opinions:act", number, "reissue_code")
    _audited(request, AccessRecord.Action.PRINTED, opinion, details={"slip": True})
    return render(request, "opinions/slip.html", context)


def _slip_of(request: StaffRequest, opinion: Any) -> dict[str, Any] | None:
    """Return the content of the slip; None when this person has none to print."""
    if not (opinion.has_slip and (code := code_for(opinion, request.user))):
        return None
    address = track_address(request)
    return {"opinion": opinion, "code": code, "address": address, "qr": qr_svg(address)}


# Whose words the copy carries: what the citizen said and was told; what the offices wrote to each other is not theirs.
WITH_CITIZEN = {
    "withdraw",
    "explain",
    "supplement",
    "report_back",
    "call_back",
    "evaluate",
    "reopen",
    "give_copy",
}
# Of these the copy holds nothing: what the staff noted among themselves, and what somebody else said.
NOT_THEIRS = {"note_internally", "share_supplement"}


@readers_only
@require_GET
@never_cache
def copy(request: StaffRequest, number: str) -> HttpResponse:
    """Show everything that is stored about the citizen, to be printed and handed over once the action `give_copy` says
    who asked."""
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
