"""Hot topics and the proposals made of them, for county officials and those who triage."""

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.requests import StaffRequest
from common.ui.pagination import paginate
from opinions.lifecycle.errors import Refused
from opinions.lists.access import roles_required
from opinions.models import Opinion, Outcome, Proposal, Topic
from opinions.triage.topics import proposals
from opinions.triage.topics.clustering import PEOPLE
from opinions.triage.topics.refresh import DAYS
from studios.models import Role
from studios.permissions.scope import scope_of

READERS = (Role.COUNTY_OFFICIAL, Role.TRIAGE_OFFICER, Role.SUPERVISOR)
readers_only = roles_required(*READERS)
editors_only = roles_required(*proposals.EDITORS)
officials_only = roles_required(*proposals.ROLES)


class TakeUpForm(forms.Form):
    """The decision to make a proposal of a topic; `seen` is the number of opinions that the person saw."""

    months = forms.TypedChoiceField(
        label=_("time to answer"),
        choices=Proposal.Months.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=3,
    )
    reason = forms.CharField(label=_("reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
    # The clock of a proposal starts when a person has read the opinions, never because a machine found them similar.
    confirmed = forms.BooleanField(
        label=_("I have read these opinions: they are about one and the same matter"),
        error_messages={
            "required": _(
                "Read the opinions below first, and take out what is another matter; then tick this."
            )
        },
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """The answer to a proposal."""

    outcome = forms.ChoiceField(label=_("outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    answer = forms.CharField(label=_("answer"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}))


@readers_only
def topics(request: StaffRequest) -> HttpResponse:
    """List the hot topics, the one of most people first."""
    rows = Topic.objects.visible_to(request.user, *READERS).select_related("county", "proposal")
    page = paginate(request, rows.order_by("-people", "-messages", "id"))
    context = {"page": page, "days": DAYS, "people": PEOPLE}
    if not page.object_list:
        since = timezone.now() - timedelta(days=DAYS)
        context["heard"] = (
            Opinion.objects.visible_to(request.user, *READERS).filter(registered_at__gte=since).count()
        )
    return render(request, "opinions/topics/list.html", context)


@readers_only
def topic(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a topic with its opinions."""
    rows = Topic.objects.visible_to(request.user, *READERS).select_related("county", "proposal")
    row = get_object_or_404(rows, pk=pk)
    return _topic_page(request, row, TakeUpForm(initial={"seen": row.messages}))


def _topic_page(request: StaffRequest, row: Topic, form: TakeUpForm, status: int = 200) -> HttpResponse:
    opinions = Opinion.objects.visible_to(request.user, *READERS).filter(topics=row)
    opinions = (
        opinions.select_related("township", "lead_agency")
        .defer("body", "answer")
        .order_by("-registered_at", "-id")
    )
    roles = scope_of(request.user)

    def may(*wanted: str) -> bool:
        return roles.has(*wanted) and not hasattr(row, "proposal")

    most = max((count for _week, count in row.weeks), default=1) or 1
    context = {
        "topic": row,
        "page": paginate(request, opinions),
        "weeks": [
            (date.fromisoformat(week), count, round(100 * count / most)) for week, count in row.weeks[-13:]
        ],
        "form": form if may(*proposals.ROLES) else None,
        "may_exclude": may(*proposals.EDITORS) and row.messages > 1,
    }
    return render(request, "opinions/topics/detail.html", context, status=status)


@editors_only
@require_POST
def exclude(request: StaffRequest, pk: int) -> HttpResponse:
    """Take an opinion out of the topic: a person has read it, and it is another matter."""
    row = get_object_or_404(Topic.objects.visible_to(request.user, *proposals.EDITORS), pk=pk)
    number = request.POST.get("number", "")
    try:
        proposals.exclude(row.pk, by=request.user, number=number)
    except Opinion.DoesNotExist as missing:
        raise Http404 from missing
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("%s no longer belongs to this topic.") % number)
    return redirect("opinions:topic", pk)


@officials_only
@require_POST
def take_up(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a deputies' proposal of a topic, after a person has read and confirmed its opinions."""
    row = get_object_or_404(Topic.objects.visible_to(request.user, *proposals.ROLES), pk=pk)
    form = TakeUpForm(request.POST)
    if not form.is_valid():
        return _topic_page(request, row, form, status=422)
    given = form.cleaned_data
    try:
        made = proposals.take_up(
            row.pk, by=request.user, reason=given["reason"], months=given["months"], seen=given["seen"]
        )
    except Refused as refused:
        data = request.POST.copy()
        data["seen"] = str(row.messages)  # what the page shows now
        form.data = data
        form.add_error(refused.field or None, refused.message)
        return _topic_page(request, row, form, status=422)
    messages.success(request, _("Taken up as a deputies' proposal."))
    return redirect("opinions:proposal", made.pk)


@readers_only
def proposal(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a proposal; officials record its answer here."""
    rows = Proposal.objects.visible_to(request.user, *READERS).select_related(
        "county", "topic", "taken_up_by"
    )
    row = get_object_or_404(rows, pk=pk)
    official = Proposal.objects.visible_to(request.user, *proposals.ROLES).filter(pk=pk).exists()
    form, status = AnswerForm(request.POST or None), 200
    if request.method == "POST":
        if not official:
            raise Http404
        if form.is_valid():
            try:
                given = form.cleaned_data
                proposals.answer(pk, by=request.user, outcome=given["outcome"], text=given["answer"])
                return redirect("opinions:proposal", pk)
            except Refused as refused:
                form.add_error(refused.field or None, refused.message)
        status = 422
    opinions = Opinion.objects.visible_to(request.user, *READERS).filter(proposals=row)
    opinions = opinions.select_related("township").defer("body", "answer").order_by("-registered_at", "-id")
    context = {
        "proposal": row,
        "page": paginate(request, opinions),
        "form": form if official and not row.outcome else None,
    }
    return render(request, "opinions/topics/proposal.html", context, status=status)


@readers_only
def all_proposals(request: StaffRequest) -> HttpResponse:
    """List the proposals."""
    rows = Proposal.objects.visible_to(request.user, *READERS).select_related("county")
    return render(request, "opinions/topics/proposals.html", {"page": paginate(request, rows)})
