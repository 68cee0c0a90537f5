"""What a letter says of the matter itself, what is enclosed, and which letters went before."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from letters.facts import lines
from letters.models import Kind, Letter
from letters.services import in_chinese
from opinions.models import Opinion
from opinions.models.choices import Urgency
from opinions.privacy.masking import CitizenView

LONGEST_MATTER = 400  # characters; longer words are an enclosure
FORMER = 4  # letters named


def of_matter(opinion: Opinion, shown: CitizenView, files: int) -> dict[str, Any]:
    """Return the citizen's words as an agency may read them, where it is, and the marks of urgency and secrecy.
    `files`: how many photos and files came with it."""
    long = len("".join(lines(shown.body))) > LONGEST_MATTER
    enclosed = [_("the citizen's words")] if long else []
    if files:
        enclosed.append(_("%(count)d photos or files (in the system)") % {"count": files})
    numbered = (
        [f"{place}. {what}" for place, what in enumerate(enclosed, 1)] if len(enclosed) > 1 else enclosed
    )
    return {
        "title": inner_quotes(shown.title),
        "short_title": inner_quotes(short(shown.title)),
        "matter": shown.body,
        "village": "" if opinion.keep_secret else shown.place,
        "urgency": pgettext("mark of a letter", "urgent") if opinion.urgency == Urgency.URGENT else "",
        "secret": "1" if opinion.keep_secret else "",
        "long": "1" if long else "",
        "enclosures": pgettext("enclosures", "; ").join(numbered),
    }


LONGEST_TITLE = 30  # a longer one, in the citizen's words, makes no title of a letter


def short(title: str) -> str:
    """Return the title as part of the letter's own title; empty if it is too long for that."""
    title = title.rstrip("。！？；，.!?;, ")
    return title if len(title) <= LONGEST_TITLE else ""


def inner_quotes(title: str) -> str:
    """Return a title for use between “ and ”: quotation marks inside are single."""
    return title.replace("“", "‘").replace("”", "’")


def joint_due(opinion: Opinion) -> str:
    """Return the day by which the first joint agency reports; "" without one."""
    if not getattr(opinion, "has_parts", True):
        return ""
    days = opinion.parts.filter(answered_at=None).order_by("due_on").values_list("due_on", flat=True)
    return in_chinese(days.first())


def previous(opinion: Opinion, kind: str) -> list[str]:
    """Return the numbers of the valid letters of `kind` about the opinion so far; supervision letters of this routing
    only."""
    rows = Letter.objects.filter(about=opinion.number, kind=kind, cancelled_at=None)
    if kind != Kind.REPLY:
        rows = rows.filter(agency=opinion.lead_agency_id)
    if kind == Kind.SUPERVISION and opinion.routed_at:
        rows = rows.filter(issued_at__gte=opinion.routed_at)
    return [str(letter) for letter in rows.defer("facts_text").order_by("issued_at", "id")]


def former(opinion: Opinion, kind: str) -> dict[str, str]:
    """Return the letters of `kind` that went before, and from the second supervision letter on which one it is."""
    numbers = previous(opinion, kind)
    said = _(", ").join(numbers[-FORMER:])
    return {"previous": said, "times": str(len(numbers) + 1) if numbers and kind == Kind.SUPERVISION else ""}
