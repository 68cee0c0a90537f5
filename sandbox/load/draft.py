"""One opinion of the load data, lived in memory: the workflow's own clocks and ledger rows, but no database.

Faster than the ordinary actions by what they check: who may act, and what the row's state allows. It is for load
data alone; the ledger it leaves is proved by `verify_ledger` like any other.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.actors import SYSTEM, Actor, actor_of
from accounts.models import User
from opinions.lifecycle.origins import RULE, WEB
from opinions.lifecycle.statuses import ESCALATING, Status
from opinions.lifecycle.transitions import ACTIONS
from opinions.models import Event, EventText, Notice, Opinion, PastRound
from opinions.workflow import deadlines, escalation
from opinions.workflow.column_changes import columns
from opinions.workflow.notices import prepare_notice
from opinions.workflow.transition import Transition, make_event
from studios.models import Agency


@dataclass
class Draft:
    opinion: Opinion
    events: list[Event] = field(default_factory=list)
    texts: list[EventText] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    rounds: list[PastRound] = field(default_factory=list)
    columns: dict[str, Any] | None = None  # after the last action

    def take(
        self,
        code: str,
        *,
        by: User | Actor,
        at: datetime,
        role: str,
        text: str = "",
        status: str | None = None,
        **data: Any,
    ) -> None:
        """Take one action as `transition` would have written it. `status` overrides the table's."""
        opinion, action = self.opinion, ACTIONS[code]
        via = RULE if by is SYSTEM else WEB
        t = Transition(action, opinion, actor_of(by), via, at, role, status or action.to, data, text)
        before = opinion.status
        if t.to is not None and t.to != before:
            opinion.status = t.to
            deadlines.for_status(opinion, t.today)
        event, words = make_event(t, self.columns, from_status=before)
        self.columns = columns(opinion)
        self.events.append(event)
        if words:
            words.event = event
            self.texts.append(words)

    def route(
        self,
        agency: Agency,
        *,
        by: User | Actor,
        at: datetime,
        role: str,
        designated: bool = False,
        code: str = "route",
        **data: Any,
    ) -> None:
        """Route to `agency`: what routing and reopening share, with the limit that starts to run."""
        opinion = self.opinion
        opinion.lead_agency, opinion.designated = agency, designated
        opinion.routed_at, opinion.signed_at = at, None
        deadlines.start_handling(opinion, timezone.localdate(at))
        opinion.return_by_on = opinion.handling_due_on
        data |= {"handling_due_on": str(opinion.handling_due_on), "handling_days": opinion.handling_days}
        self.take(code, by=by, at=at, role=role, agency=agency.pk, agency_name=agency.name, **data)

    def climb(self, until: datetime) -> None:
        """Issue the escalation policy's notices that fell due before `until`."""
        opinion = self.opinion
        if opinion.status not in ESCALATING:
            return
        while rung := escalation.next_level(opinion):
            at = max(escalation.level_at(opinion, rung, opinion.changed_at), opinion.changed_at)
            if at > until:
                return
            notice, facts = prepare_notice(opinion, kind=rung.kind, at=at, level=rung)
            self.take("notify", by=SYSTEM, at=at, role="system", **facts)
            notice.event = self.events[-1]
            self.notices.append(notice)

    def settle(self) -> None:
        """Set when the sweep must look at it next."""
        self.opinion.next_check_at = escalation.next_check(self.opinion, self.opinion.changed_at)


def begun(*, by: User, at: datetime, number: str, **facts: Any) -> Draft:
    """Return the draft of a registered opinion."""
    opinion = Opinion(
        number=number, status="", version=0, ledger_head="", registered_at=at, registered_by=by, **facts
    )
    opinion.changed_at = at
    draft = Draft(opinion)
    draft.take("register", by=by, at=at, role="clerk", status=Status.REGISTERED, channel=opinion.channel)
    return draft
