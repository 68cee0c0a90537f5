"""One opinion's page, its register form on paper, the reveal of the citizen behind it, and the copy for the citizen."""

from dataclasses import replace

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import audit
from accounts.models import AccessRecord
from letters.models import Letter
from notifications.models import Message
from opinions.forms.actions import FORMS
from opinions.forms.reveal import RevealForm
from opinions.letters import issued
from opinions.masking import masked, shown_to
from opinions.models import Opinion
from opinions.progress import CLOCK_LABELS, standing, steps_of
from opinions.timeline import lines_of
from opinions.workflow.table import ACTIONS, available, who
from studios.scope import roles_over

from .access import readers_only
from .fetch import opinion_of


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
    shown = shown_to(opinion)
    related = []
    if opinion.is_followed or opinion.merged_into_id:
        same = Q(merged_into=opinion.pk) | Q(pk=opinion.merged_into_id)
        related = Opinion.objects.visible_to(request.user).filter(same)
    letters = letters_of(opinion, request.user)
    done = issued(opinion, letters)
    # The action that the opinion waits for comes first.
    actions = sorted(
        (a for a in available(opinion, roles_over(opinion), today) if not a.at_once and a.code not in done),
        key=lambda a: not a.primary,
    )
    lines = lines_of(opinion, shown=shown)
    context = {
        "opinion": opinion,
        "shown": shown,
        "standing": standing(opinion, today),
        "clock_label": CLOCK_LABELS.get(opinion.status, ""),
        "steps": steps_of(opinion),
        "lines": lines,
        "answer": shown.words(opinion.answer),
        "parts": parts_of(opinion, today, shown),
        "letters": letters,
        "attachments": opinion.attachments.all() if opinion.has_files else [],
        "related": related,
        "actions": [(action, FORMS[action.code].heading) for action in actions],
        "copied": may_copy(opinion) and was_given(lines),
        "reveal_form": RevealForm(auto_id="reveal_%s") if shown.may_reveal else None,
    }
    return render(request, "opinions/detail.html", context)


@readers_only
@require_POST
@never_cache
def reveal(request, number):
    """The full name and number, once, on a page that no browser keeps. The reason goes into the audit trail."""
    opinion = _or_404(request.user, number)
    shown = shown_to(opinion)
    if not shown.may_reveal:
        return render(request, "403.html", status=403)
    form = RevealForm(request.POST, auto_id="reveal_%s")
    if not form.is_valid():
        return render(request, "opinions/reveal.html", {"opinion": opinion, "form": form}, status=422)
    _audited(
        request, AccessRecord.Action.REVEALED, opinion, reason=masked(opinion, form.cleaned_data["reason"])
    )
    words = "" if shown.body == opinion.body else opinion.body
    return render(request, "opinions/reveal.html", {"opinion": opinion, "revealed": True, "words": words})


@readers_only
@require_GET
@never_cache
def registration_form(request, number):
    """群众意见登记表 on A4."""
    opinion = _or_404(request.user, number)
    _audited(request, AccessRecord.Action.PRINTED, opinion)
    shown = shown_to(opinion)
    # Of each action the last of the present round; what came before stays in the timeline.
    last = {line.code: line for line in lines_of(opinion, shown=shown) if line.round == opinion.round}
    context = {
        "opinion": opinion,
        "shown": shown,
        "body": shown.body,
        "answer": shown.words(opinion.answer),
        "parts": parts_of(opinion, timezone.localdate(), shown),
        "triage": last.get("decline") or last.get("route") or last.get("reopen"),
        "told": last.get("report_back"),
        "printed_at": timezone.now(),
    }
    return render(request, "opinions/registration_form.html", context)


# Whose words the copy carries: what the citizen said and was told; what the offices wrote to each other is not theirs.
WITH_CITIZEN = {"withdraw", "report_back", "call_back", "evaluate", "reopen", "give_copy"}


@readers_only
@require_GET
@never_cache
def copy(request, number):
    """All that is kept about the citizen, to be printed and handed over once the action `give_copy` says who asked."""
    opinion = _or_404(request.user, number)
    if not may_copy(opinion):
        raise PermissionDenied
    lines = lines_of(opinion)
    if opinion.erased_at or not was_given(lines):
        return redirect("opinions:act", number, "give_copy")
    _audited(request, AccessRecord.Action.PRINTED, opinion)
    context = {
        "opinion": opinion,
        "lines": [line if line.code in WITH_CITIZEN else replace(line, words="") for line in lines],
        "parts": parts_of(opinion, timezone.localdate(), shown_to(opinion)),
        "attachments": opinion.attachments.all(),
        "told": Message.objects.filter(about=number, channel=Message.Channel.SMS).order_by(
            "created_at", "id"
        ),
        "kept_years": settings.RETENTION_YEARS,
        "printed_at": timezone.now(),
    }
    return render(request, "opinions/copy.html", context)
