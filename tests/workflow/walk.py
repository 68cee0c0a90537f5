"""Walking an opinion into any status the ordinary way: `Walk(cast, office).to("answered")`."""

from datetime import datetime, timedelta

from accounts.actors import SYSTEM
from opinions.models import Opinion
from opinions.workflow import asking, joint, merging, register, report_back, secrecy, supervision, triage
from tests.conftest import at

START = at("2026-03-02 09:00")  # a Monday with no festival near it


class Walk:
    """An office taking the ordinary actions, an hour apart, from START; `now` is the last moment."""

    def __init__(self, cast, office, start: datetime = START):
        self.cast, self.office, self.now = cast, office, start

    def later(self, **delta) -> datetime:
        self.now += timedelta(**(delta or {"hours": 1}))
        return self.now

    def to(self, status: str, **written) -> Opinion:
        """A new opinion, told in 乾州街道 to the deputy, for the transport agency, in `status`."""
        return getattr(self, f"_{status}")(self._registered(**written))

    def _registered(self, opinion=None, **written) -> Opinion:
        if opinion is not None:
            return opinion
        facts = {
            "township": self.office.qianzhou,
            "studio": self.office.studio,
            "deputy": self.cast.as_deputy,
            "channel": "reception",
            "title": "村口的路坏了",
            "body": "下雨天走不了人。",
            "citizen_name": "石某",
            "citizen_phone": "13800000001",
        }
        return register.register(by=self.cast.clerk, at=self.now, **facts | written)

    def _routed(self, opinion):
        agency = self.office.transport
        if opinion.keep_secret:
            secrecy.redact(opinion.number, by=self.cast.officer, at=self.now)
        return triage.route(opinion.number, by=self.cast.officer, lead_agency=agency, at=self.later())

    def _handling(self, opinion):
        self._routed(opinion)
        return triage.sign(opinion.number, by=self.cast.handler, at=self.later())

    def _answered(self, opinion):
        self._handling(opinion)
        words = {"outcome": "A", "answer": "已经修好。"}
        return report_back.answer(opinion.number, by=self.cast.handler, at=self.later(), **words)

    def _reported_back(self, opinion):
        self._answered(opinion)
        return report_back.report_back(opinion.number, by=self.cast.clerk, how="visit", at=self.later())

    def _closed(self, opinion):
        self._reported_back(opinion)
        # By the window, not by an evaluation: so the citizen may still give one.
        return report_back.close(opinion.number, by=SYSTEM, at=self.later(days=30))

    def _declined(self, opinion):
        why = {"reason": "litigation", "right_door": "人民法院"}
        return triage.decline(opinion.number, by=self.cast.officer, at=self.later(), **why)

    def _merged(self, opinion):
        other = self.to("routed", title="同一条路")
        return merging.merge(opinion.number, by=self.cast.officer, into=other.number, at=self.later())

    def _withdrawn(self, opinion):
        return register.withdraw(opinion.number, by=self.cast.clerk, reason="已自行解决", at=self.later())

    # --- states that are no status of their own
    def suspended(self, **written) -> Opinion:
        opinion = self.to("handling", **written)
        until = (self.now + timedelta(days=10)).date()
        words = {"reason": "等群众补材料", "until_on": until}
        return supervision.suspend(opinion.number, by=self.cast.handler, at=self.later(), **words)

    def asked(self, **written) -> Opinion:
        opinion = self.to("handling", **written)
        words = {"question": "是哪一盏灯？"}
        return asking.ask_citizen(opinion.number, by=self.cast.handler, at=self.later(), **words)

    def follower_told(self, **written) -> Opinion:
        """Merged into another, whose answer both citizens have been told."""
        lead = self.to("handling", title="同一条路")
        opinion = self.to("registered", **written)
        merging.merge(opinion.number, by=self.cast.officer, into=lead.number, at=self.later())
        words = {"outcome": "A", "answer": "已经修好。"}
        report_back.answer(lead.number, by=self.cast.handler, at=self.later(), **words)
        report_back.report_back(lead.number, by=self.cast.clerk, how="visit", at=self.later())
        return Opinion.objects.get(pk=opinion.pk)

    def extension_asked(self, **written) -> Opinion:
        opinion = self.to("handling", **written)
        words = {"days": 3, "reason": "要勘测"}
        return supervision.ask_extension(opinion.number, by=self.cast.handler, at=self.later(), **words)

    def joined(self, status="routed", *, signed=False) -> Opinion:
        """Routed with the ecology agency joining, taken on to `status`; `signed`: it has signed for its part."""
        opinion = self.to("registered")
        agencies = {"lead_agency": self.office.transport, "joint_agencies": [self.office.ecology]}
        opinion = triage.route(opinion.number, by=self.cast.officer, at=self.later(), **agencies)
        if signed:
            agency = self.office.ecology
            joint.joint_sign(opinion.number, by=self.cast.other_handler, agency=agency, at=self.later())
        if status in ("handling", "answered"):
            opinion = triage.sign(opinion.number, by=self.cast.handler, at=self.later())
        if status == "answered":
            words = {"outcome": "A", "answer": "已经修好。"}
            opinion = report_back.answer(opinion.number, by=self.cast.handler, at=self.later(), **words)
        return opinion

    def under_notice(self, status="handling", **written) -> Opinion:
        """In `status`, with a supervision notice that waits for a reply."""
        opinion = self.to(status, **written)
        return supervision.notify(opinion.number, by=self.cast.supervisor, kind="supervise", at=self.later())
