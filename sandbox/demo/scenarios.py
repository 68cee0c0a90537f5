"""What becomes of the demo's opinions: each fate is a function that leads a Life through the ordinary actions.

A fate need not end: when the story reaches today (life.Present), the opinion stays where it then is.
"""

from typing import Any

from opinions.lifecycle.reasons import DeclineReason, door_for
from opinions.lifecycle.statuses import OPEN, Status
from opinions.models import Opinion
from opinions.workflow import asking, merging, notes, register, supervision, triage
from sandbox.texts import said
from studios.models import Role

from .scenario import Life
from .scenario_steps import (
    answered,
    evaluated,
    part_answered,
    part_returned,
    part_signed,
    promised,
    routed,
    send,
    signed,
    signed_jointly,
    told,
    unhappy,
)


def smooth(life: Life, **answer: Any) -> None:
    """Lead it to its end without trouble."""
    signed(life)
    answered(life, **answer)
    told(life)
    evaluated(life)


def late(life: Life) -> None:
    """Answer it after its last day."""
    smooth(life, late=True)


def reopened(life: Life) -> None:
    """Reopen it once."""
    signed(life)
    answered(life, planned=True)
    told(life)
    unhappy(life)
    life.wait(0)
    life.take(triage.sign, by=life.crew.handler(life.opinion))
    answered(life, planned=False)
    told(life)
    evaluated(life)


def reopened_twice(life: Life) -> None:
    """Reopen it twice."""
    signed(life)
    for _round in range(2):
        answered(life, planned=True)
        told(life)
        unhappy(life)
        life.wait(1)
        if life.opinion.status == Status.REGISTERED:
            send(life, by=life.crew.over_county(Role.SUPERVISOR, life.opinion), designated=True)
            life.wait(0)
        life.take(triage.sign, by=life.crew.handler(life.opinion))
    answered(life, planned=False)
    told(life)
    evaluated(life)


def declined(life: Life) -> None:
    """Decline it."""
    routed(life)
    life.wait(1)
    reason = life.rng.choice([DeclineReason.LITIGATION, DeclineReason.ARBITRATION, DeclineReason.PETITION])
    officer = life.crew.over_county(Role.TRIAGE_OFFICER, life.opinion)
    life.take(
        triage.decline, by=officer, reason=reason, right_door=door_for(reason, life.opinion.township.county)
    )


def reconsidered(life: Life) -> None:
    """Decline it, and accept it after all."""
    declined(life)
    life.wait(life.rng.randint(2, 6))
    supervisor = life.crew.over_county(Role.SUPERVISOR, life.opinion)
    life.take(triage.reconsider, by=supervisor, reason="群众补充了材料，可以受理。")
    smooth(life)


def merged(life: Life) -> None:
    """Merge it into the county's latest opinion of the same topic; on its own way if there is none."""
    routed(life)
    opinion = life.wait(0)
    like = Opinion.objects.filter(
        county=opinion.county_id,
        category=opinion.category_id,
        registered_at__lt=opinion.registered_at,
        status__in=[*OPEN, Status.CLOSED],
    ).order_by("-registered_at")
    if (into := like.first()) is None:
        smooth(life)
    else:
        officer = life.crew.over_county(Role.TRIAGE_OFFICER, opinion)
        life.take(merging.merge, by=officer, into=into.number, answered=merging.COPY)


def withdrawn(life: Life) -> None:
    """Withdraw it."""
    signed(life)
    life.wait(life.rng.randint(1, 2))
    life.take(register.withdraw, by=life.crew.clerk(life.opinion), reason=said(life.rng, "withdrawals"))


def returned(life: Life) -> None:
    """Return it from an agency to triage, which sends it to the one that it names, designated."""
    routed(life)
    life.wait(0)
    life.take(triage.return_it, by=life.crew.handler(life.opinion), reason=said(life.rng, "returns"))
    life.wait(1)
    officer = life.crew.over_county(Role.TRIAGE_OFFICER, life.opinion)
    send(life, by=officer, designated=True, instructions="经研究，指定由你单位主办，不得再退。")
    smooth(life)


def suspended(life: Life) -> None:
    """Suspend it first for an answer of the citizen, then until the day that was set, when the clock runs again by
    itself."""
    signed(life)
    life.wait(1)
    handler = life.crew.handler(life.opinion)
    life.take(asking.ask_citizen, by=handler, question="请问具体是哪一处？方便时请约时间一起到现场看。")
    life.wait(1)
    life.take(
        asking.answer_question, by=life.crew.clerk(life.opinion), words="村口第二个路口，这两天都在家。"
    )
    life.take(notes.note_progress, by=handler, words="已到现场看过，等检测结果。", shown=True)
    life.take(supervision.suspend, by=handler, reason=said(life.rng, "suspensions"))
    life.until_checked()
    answered(life)
    told(life)
    evaluated(life)


def extended(life: Life, *, granted: bool = True) -> None:
    """Ask for an extension, which is granted or refused."""
    extension_asked(life)
    life.wait(1)
    supervisor = life.crew.over_county(Role.SUPERVISOR, life.opinion)
    if granted:
        life.take(supervision.grant_extension, by=supervisor)
    else:
        life.take(supervision.refuse_extension, by=supervisor, reason="时间够用，请抓紧办理。")
    answered(life)
    told(life)
    evaluated(life)


def extension_refused(life: Life) -> None:
    """Ask for an extension, which is refused."""
    extended(life, granted=False)


def extension_asked(life: Life) -> None:
    """Ask for an extension that nobody has decided yet."""
    signed(life)
    life.wait(0)
    days = max(1, (life.opinion.handling_days or 0) // 2)
    handler = life.crew.handler(life.opinion)
    life.take(supervision.ask_extension, by=handler, days=days, reason=said(life.rng, "extensions"))


def escalated(life: Life) -> None:
    """Let the escalation policy run."""
    signed(life)
    life.wait(1)
    official = life.crew.over_county(Role.COUNTY_OFFICIAL, life.opinion)
    life.take(supervision.escalate, by=official, reason="几个乡镇都有反映，转为代表建议。")
    answered(life, planned=True)
    told(life)
    evaluated(life)


def joined(life: Life) -> None:
    """Let another agency answer its part, then the lead agency answers for both."""
    signed_jointly(life)
    part_signed(life)
    life.wait(1)
    part_answered(life)
    answered(life)
    told(life)
    evaluated(life)


# --- fates that stay open: somebody has not acted
def waits_for_triage(life: Life) -> None:
    """Leave it in triage."""
    life.look()


def waits_for_signature(life: Life) -> None:
    """Leave it at the agency, not signed for."""
    routed(life)


def waits_for_answer(life: Life) -> None:
    """Leave it at the agency, signed for."""
    signed(life)


def waits_for_part(life: Life) -> None:
    """Leave it where the joint agency has signed for its part, or has returned it, or not even that."""
    signed_jointly(life)
    turn = life.rng.random()
    if turn < 0.5:
        part_signed(life)
    elif turn < 0.8:
        part_returned(life)


def waits_for_telling(life: Life) -> None:
    """Leave it answered and not reported back."""
    signed(life)
    answered(life)


def waits_for_evaluation(life: Life) -> None:
    """Leave it reported back and not evaluated."""
    signed(life)
    answered(life)
    told(life)


def warned(life: Life) -> None:
    """Leave it where a supervisor has sent a notice and waits for the reply."""
    signed(life)
    life.wait(2)
    supervisor = life.crew.over_county(Role.SUPERVISOR, life.opinion)
    life.take(
        supervision.notify,
        by=supervisor,
        kind="supervise",
        letter=True,
        note="群众多次询问，请速办并报进展。",
    )


def promise_broken(life: Life) -> None:
    """Leave it where the agency promised a day, and let it pass."""
    warned(life)
    life.wait(0)
    promised(life)
