"""The messages about what was registered or corrected: to the citizen, the deputy and the agency."""

import logging

from django.utils.translation import gettext_lazy as _

from . import citizen_sms, deadlines
from .recipients import deputy_of, handlers_of
from .transition import Transition

log = logging.getLogger(__name__)


def announce(t: Transition, *, text: bool) -> None:
    """Notify the citizen where `text` says so, and the deputy to whom the opinion was told."""
    opinion = t.opinion
    if opinion.citizen_phone and not text:
        log.info("no text as receipt for %s: its phone got enough today", opinion.number)
    if text:
        t.notify_citizen(
            _("We have received your opinion %(number)s"),
            _(
                "[%(office)s People's Congress] We have received what you told us; by %(day)s it will be passed to the "
                "agency responsible. Look it up with your query code. %(ask)s"
            ),
            day=citizen_sms.month_day(deadlines.due_day(opinion)),
            **citizen_sms.facts(opinion),
        )
    t.notify_staff(
        [user for user in deputy_of(opinion) if user != t.by.user],
        _("Told to you: %(number)s"),
        _("A citizen told you “%(title)s”. You will hear when it is answered and evaluated."),
    )


def announce_correction(t: Transition) -> None:
    """Notify the agency that has the opinion already, with the numbers of the letters that were issued again."""
    body, numbers = _("“%(title)s” was corrected before you signed for it; please read it again."), {}
    if "reissued" in t.data:
        body = _(
            "“%(title)s” was corrected before you signed for it; please read it again. %(letters)s replaces %(void)s."
        )
        numbers = {"letters": "、".join(t.data["reissued"]), "void": "、".join(t.data["void"])}
    t.notify_staff(handlers_of(t.opinion.lead_agency_id), _("Corrected: %(number)s"), body, **numbers)
