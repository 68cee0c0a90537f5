"""One level of an escalation policy in words, for people to read."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from opinions.models import EscalationLevel
from opinions.models.escalation import Recipient


@dataclass(frozen=True)
class LevelText:
    """What is sent, when, to whom, and how."""

    kind: str
    when: str
    to: str
    more: str

    @classmethod
    def of(cls, facts: dict[str, Any]) -> "LevelText":
        """Describe a level, given as a dict of opinions.supervision.escalation.FIELDS."""
        anchor, days = EscalationLevel.Anchor(facts["anchor"]).label, facts["days"]
        when = _("%(anchor)s, %(days)d working days after") % {"anchor": anchor, "days": days}
        more = [_("as an official letter")] if facts["letter"] else []
        if within := facts["acknowledge_within"]:
            more.append(_("reply within %(days)d working days") % {"days": within})
        return cls(
            kind=str(EscalationLevel.Kind(facts["kind"]).label),
            when=when if days else str(anchor),
            to=_(", ").join(str(Recipient(code).label) for code in facts["recipients"]),
            more=_("; ").join(more),
        )
