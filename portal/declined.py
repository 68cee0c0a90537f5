"""Why a matter was declined, in one whole sentence for each reason, with the office to turn to instead.

Source: the office's list of reasons (opinions/lifecycle/reasons.py).
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opinions.lifecycle.reasons import DeclineReason, door_for

SENTENCES = {
    DeclineReason.LITIGATION: gettext_lazy(
        "This matter is for a court to deal with, or a court already has it; the studio cannot handle it for you. "
        "Please turn to the people's court that has jurisdiction, or call 12368."
    ),
    DeclineReason.ARBITRATION: gettext_lazy(
        "For this matter you can apply by law for administrative reconsideration or arbitration. We can tell you "
        "how and where to apply."
    ),
    DeclineReason.PETITION: gettext_lazy(
        "The petitions office is dealing with this matter in its own procedure; please ask there."
    ),
    DeclineReason.DISCIPLINE: gettext_lazy(
        "Please report this matter to the discipline inspection and supervision authority, phone 12388. We keep "
        "what you told us secret."
    ),
    DeclineReason.OUTSIDE_AREA: gettext_lazy(
        "This matter is not in our area; please turn to the deputies' liaison studio of the place. If you need its "
        "phone number, we can look it up for you."
    ),
    DeclineReason.NO_FACTS: gettext_lazy(
        "The time, the place or what happened is still missing, so that it cannot be checked for now. Please tell us "
        "again once you know more."
    ),
    DeclineReason.REPEATED: gettext_lazy(
        "You were answered on this matter before, and there is nothing new this time. If something new happens, "
        "you are welcome to tell us again."
    ),
}


def why(data: dict[str, Any], note: str) -> list[str]:
    """Return the sentences of a decline: its reason, where to turn to if an officer named a nearer place, and the
    note. `data` is that of the ledger's event."""
    reason, door = data.get("reason", ""), data.get("right_door", "")
    sentences = [str(SENTENCES[reason])] if reason in SENTENCES else []
    if door and (not sentences or door != door_for(reason)):
        sentences.append(_("Please turn to: %(door)s.") % {"door": door})
    return [*sentences, note] if note else sentences
