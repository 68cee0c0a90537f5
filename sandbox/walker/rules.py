"""What each action does to an opinion, written from docs/workflow.md: one rule for each, called `_on_<code>`."""

from dataclasses import dataclass
from datetime import date, datetime

from .workdays import between

KINDS = {"remind": "提醒", "urge": "催办", "supervise": "督办", "circulate": "提请通报"}


@dataclass(frozen=True)
class Notice:
    """Somebody must have been told of `about` since a moment: people of a role, or the citizen by text message."""

    to: tuple
    about: str
    since: datetime
    why: str
    subject: str = ""


class Rules:
    """The part of a Matter (oracle.py) that takes what people did."""

    def take(self, code: str, now: datetime, values: dict, by: str = "") -> bool:
        """What the action does; False when the oracle has no rule for it. `by`: the agency or area of who took it."""
        rule = getattr(self, f"_on_{code}", None)
        if rule is None:
            return False
        self.by = by
        rule(now, values)
        return True

    def tell(self, group: str, now: datetime, why: str, subject: str = "") -> None:
        to = {
            "citizen": ("citizen", self.phone),
            "handlers": ("handler", self.agency),
            "officers": ("officer", self.county),
            "supervisors": ("supervisor", self.county),
            "clerks": ("clerk", self.township, self.studio),
        }[group]
        if group != "citizen" or self.phone:
            self.notices.append(Notice(to, self.number, now, why, subject))

    def _nothing(self, now, values):
        """It leaves status, days and figures as they are."""

    _on_escalate = _on_issue_supervision = _on_sign_off_letter = _nothing
    _on_redact = _on_issue_handover = _on_issue_reply = _on_give_copy = _on_reissue_code = _nothing

    # --- register
    def _on_amend(self, now, values):
        self.kind = values.get("matter_type", self.kind)
        self.channel = values.get("channel", self.channel)
        self.phone = (
            values.get("citizen_phone") or self.phone
        )  # shown empty, and left alone where it stays so
        self.name = values.get("citizen_name") or self.name
        self.title = values.get("title", self.title)
        self.township = values.get("township", self.township)
        self.studio = values.get("studio", self.studio)
        self.deputy = values.get("deputy", self.deputy)
        if self.status == "routed":
            self.tell("handlers", now, "corrected before it was signed for")

    def _on_withdraw(self, now, values):
        self._go_on()
        self._become("withdrawn", now.date())
        for one in list(self.followers):
            one._on_unmerge(now, values)
            one.tell("officers", now, "nothing left to follow")

    def _on_archive(self, now, values):
        self._go_on()
        self._become("withdrawn", now.date())

    _on_undo_import = _on_archive

    def _on_note_internally(self, now, values):
        self.kept_back.append(values["words"])

    def _on_note_progress(self, now, values):
        (self.said if "shown" in values else self.kept_back).append(values["words"])

    def _on_explain(self, now, values):
        self.said.append(values["words"])

    def _on_supplement(self, now, values):
        self.said.append(values["words"])
        (self.followed if self.status == "merged" else self)._hear_more(now)

    def _hear_more(self, now):
        why = "more from the citizen"
        if self.status == "registered":
            return self.tell("officers", now, why)
        self.tell("handlers", now, why)
        if self.status in ("answered", "reported_back"):
            self.tell("clerks", now, why)

    # --- triage
    def _on_classify(self, now, values):
        self.kind = values.get("matter_type") or self.kind
        self.category = values.get("category") or self.category
        if "matter_type" in values:
            self.complex = "is_complex" in values

    def _on_route(self, now, values):
        self._on_classify(now, values)
        self.agency = values["lead_agency"]
        self.joint = dict.fromkeys(values.get("joint_agencies", []), "sent")
        self._send(now, int(values.get("handling_days") or 0))
        for agency in self.joint:
            self.notices.append(Notice(("handler", agency), self.number, now, "a joint part to sign for"))

    def _send(self, now, days=0):
        self.routed_on, self.added, self.stood, self.ever_routed = now.date(), 0, 0, True
        self.days = days or self.limit("handling")
        self._become("routed", now.date())
        self.tell("handlers", now, "a new opinion to sign for")

    def _on_sign(self, now, values):
        self._become("handling", now.date())

    def _back(self, status, now):
        self.agency, self.extension, self.joint = "", "", {}
        self._go_on()
        self._become(status, now.date())

    def _on_return_it(self, now, values):
        self._back("registered", now)
        self.tell("officers", now, "returned by the agency")

    def _on_decline(self, now, values):
        self._back("declined", now)
        for one in (self, *self.followers):
            one.tell("citizen", now, "that it cannot be handled here")

    def _on_reconsider(self, now, values):
        self._back("registered", now)
        self.tell("officers", now, "to be reconsidered")

    def follow(self, other) -> None:
        """`other` None: it goes its own way."""
        if self.followed:
            self.followed.followers = [one for one in self.followed.followers if one is not self]
        self.followed, self.into = other, other.number if other else ""
        if other:
            other.followers.append(self)

    def _on_unmerge(self, now, values):
        self.follow(None)
        self._back("registered", now)

    def _on_merge(self, now, values):
        self.into = values["into"]
        self._back("merged", now)

    def _on_hand_on(self, now, values):
        self._back("registered", now)

    _on_recall = _on_hand_on

    # --- joint parts
    def _on_joint_sign(self, now, values):
        self.joint[self.by] = "signed"

    def _on_joint_answer(self, now, values):
        self.joint[self.by] = "answered"

    def _on_joint_return(self, now, values):
        self.joint.pop(self.by, None)

    def _on_hand_on_part(self, now, values):
        before, after = values["agency"], values.get("successor")
        self.joint.pop(before, None)
        if after:
            self.joint.setdefault(after, "sent")

    # --- supervise
    def _on_ask_extension(self, now, values):
        self.extension, self.extension_days = "asked", int(values["days"])
        self.tell("supervisors", now, "an extension is asked for")

    def _on_grant_extension(self, now, values):
        self.extension = "granted"
        self.added += self.extension_days
        self.due = self.answer_due
        self.climb.start()
        self.tell("handlers", now, "the extension is granted")

    def _on_refuse_extension(self, now, values):
        self.extension = "refused"
        self.tell("handlers", now, "the extension is refused")

    def _on_notify(self, now, values):
        self.climb.sent.append((KINDS[values["kind"]], now.date()))

    def _on_acknowledge(self, now, values):
        self.climb.promise(date.fromisoformat(values["promised_on"]))

    # --- standing still
    def _on_suspend(self, now, values):
        self.suspended = (now.date(), date.fromisoformat(values["until_on"]))

    def _on_ask_citizen(self, now, values):
        self._on_suspend(now, values)
        self.question = values["question"]
        self.said.append(self.question)
        self.tell("citizen" if self.phone else "clerks", now, "a question to the citizen")

    def _on_resume(self, now, values):
        self._resume(now.date())

    def _on_answer_question(self, now, values):
        self.said.append(values["words"])
        self._resume(now.date())
        self.tell("handlers", now, "the citizen's answer to the question")

    def _resume(self, day: date) -> None:
        since, until = self.suspended
        stood = max(0, between(since, min(day, until)))
        self.added, self.stood = self.added + stood, self.stood + stood
        self._go_on()
        self.due = self.answer_due

    def _go_on(self) -> None:
        self.suspended, self.question = None, ""

    # --- report back
    def _on_answer(self, now, values):
        self.late = self.late or now.date() > self.answer_due
        self.answers.append((self.round, self.answer_due, now.date()))
        self.answer, self.extension = values["answer"], ""
        self._become("answered", now.date())
        if not self.told_by_system:
            self.tell("clerks", now, "an answer to report back")

    def _on_report_back(self, now, values):
        self._reported_back(now)
        if values["how"] == "sms":
            self.tell("citizen", now, "the answer")

    def _reported_back(self, now):
        self.reported = True
        self._become("reported_back", now.date())

    def _on_call_back(self, now, values):
        if values["reached"] == "yes":
            self.called, self.called_in = True, self.round

    def _on_call(self, now, values):
        """One call that does it all: the answer told, the citizen reached, and what they think of it."""
        if values["result"] == "unreached":
            return
        if self.status == "answered":
            self._reported_back(now)
        self._on_call_back(now, {"reached": "yes"})
        if values["result"] != "reached":
            self._on_evaluate(now, {"satisfaction": values["result"]})

    def _on_evaluate(self, now, values):
        self.evaluations.append((self.round, values["satisfaction"]))
        if values["satisfaction"] == "not":
            self._on_reopen(now, {})
        elif self.status == "reported_back":
            self._close(now.date())

    def _close(self, day: date) -> None:
        self._become("closed", day)
        self.closed_on = day
        self.closings.append((self.round, day))

    def _on_rate(self, now, values):
        self.rating = values["rating"]

    def _on_reopen(self, now, values):
        if self.status == "merged":  # it goes its own way again, to the agency that answered
            self.agency = self.followed.agency
            self.follow(None)
        self.round, self.reported = self.round + 1, True
        self.extension, self.closed_on, self.answer = "", None, ""
        self.tell("supervisors", now, "reopened")
        if self.round > 2 or "ask_triage" in values:
            self._back("registered", now)
        else:
            joint = self.joint
            self._send(now)
            self.joint = dict.fromkeys(joint, "sent")
