"""Nobody leaves with empty hands: who hears of a registration, and another query code for a lost one (ADR 0024)."""

from django.utils.translation import gettext_lazy as _

from opinions import codes, receipts
from opinions.models import Opinion

from . import sms
from .people import deputy_of
from .step import WEB, Refused, step


def tell_of_it(taken) -> None:
    """The citizen gets a receipt where there is a number, the deputy hears what was told to them."""
    opinion = taken.opinion
    if opinion.citizen_phone:
        taken.tell_citizen(
            _("We have received your opinion %(number)s"),
            _(
                "[%(office)s People's Congress] We have received what you told us; by %(day)s it will be passed to the "
                "agency responsible. Look it up with your query code. %(ask)s"
            ),
            day=sms.month_day(opinion.due_on),
            **sms.facts(opinion),
        )
    taken.tell(
        [user for user in deputy_of(opinion) if user != taken.by.user],
        _("Told to you: %(number)s"),
        _("A citizen told you “%(title)s”. You will hear when it is answered and evaluated."),
    )


def reissue_code(number, *, by, version=None, name="", tail="", reason="", at=None, via=WEB) -> Opinion:
    """The citizen has lost the query code, or never had one: another is issued, the former finds nothing any more.

    Who asks says the `name` or the last four digits (`tail`) that the opinion has; where it has neither, `reason` says
    how it was made sure that it is this person. Refused when what was said does not fit."""
    with step("reissue_code", number, by=by, version=version, at=at, via=via) as taken:
        opinion = taken.opinion
        taken.data, taken.text = {"asked": _recognised(opinion, name, tail, reason)}, reason
        receipts.replace(opinion, by=taken.by.user, at=taken.at)
    return opinion


def _recognised(opinion, name, tail, reason) -> str:
    """By which of the questions the citizen was recognised. A given answer that is wrong is refused, whatever else."""
    known = codes.tail_of(opinion.citizen_phone)
    if tail and tail != known:
        raise Refused(_("These are not the last four digits of the number given with the opinion."), "tail")
    if name and name != opinion.citizen_name:
        raise Refused(_("This is not the name given with the opinion."), "name")
    if tail or name:
        return "tail" if tail else "name"
    if known or opinion.citizen_name:
        raise Refused(_("Ask for the name, or for the last four digits of the phone number."), "tail")
    if not reason.strip():
        raise Refused(
            _("No name or number is known. Write how you made sure that it is this person."), "reason"
        )
    return "reason"
