"""A row of the opinion list: what is fetched for it, and how it is written.

Fifty rows are most of what the list costs. Formatting them in code takes a quarter of the time of a template.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, cast

from django.db.models import CharField, F, Func, Model, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from common.templatetags.liaison import NO_VALUE, icon, light_mark, localdate_short, status_badge
from opinions.lifecycle.statuses import Status
from opinions.models import Opinion
from opinions.models.conditions import OpinionQuerySet
from opinions.models.redaction import HIDES
from opinions.privacy.masking import CitizenView, citizen_view_for

FETCHED = (
    "number", "round", "title", *HIDES, "status", "suspended_on", "due_on", "warn_on", "due_provisional",
    "registered_at",
)  # fmt: skip


def _name_of(field: str) -> Func:
    """Return an expression for the name of what the foreign key `field` refers to. It is read for each row: to plan
    four joins would take the database longer than all the rest of the list."""
    related = cast("type[Model]", Opinion._meta.get_field(field).related_model)  # a foreign key has one
    meta = related._meta
    named = f"SELECT named.name FROM {meta.db_table} named WHERE named.{meta.pk.column}"  # noqa: S608 - of models
    return Func(F(field), template=f"({named} = %(expressions)s)", output_field=CharField())


NAMES = {f"{field}_named": _name_of(field) for field in ("county", "township", "studio", "lead_agency")}


def with_row_columns(opinions: OpinionQuerySet, user: User) -> QuerySet[Opinion]:
    """Return `opinions` with no more columns than a row shows, the names of what they refer to, and the roles of
    `user`."""
    return opinions.with_roles(user).only(*FETCHED).annotate(**NAMES)


# The column's names are filled in once, the rest for each row.
ROW = """
  <tr class="row-{{light}}">
    <td class="card-title">
      <a class="row-title" href="{{address}}">{{title}}</a>
      <span class="row-sub"><span class="number">{{number}}</span>{{round}}</span>{{citizen}}
    </td>
    <td data-label="{township}">{{township}}{{studio}}</td>
    <td data-label="{status}">{{status}}</td>
    <td data-label="{due}" class="nowrap">{{due}}</td>
    <td data-label="{agency}">{{agency}}</td>
    <td data-label="{registered}" class="nowrap">{{registered}}</td>
  </tr>"""


class TableRows:
    """Iterates over the table rows of `opinions`. `county_shown`: they lie in more than one."""

    def __init__(self, opinions: Iterable[Any], *, county_shown: bool) -> None:
        self.opinions, self.county_shown = opinions, county_shown
        self.address = reverse("opinions:detail", args=["NUMBER"])
        self.no_clock = format_html('<span class="soft">{}</span>', NO_VALUE)
        # Cells that many rows have in common are formatted once.
        self.status, self.below, self.light = cache(_status), cache(_below), cache(light_mark)
        self.day, self.name = cache(lambda day: escape(localdate_short(day))), cache(escape)
        self.form = format_html(
            ROW,
            township=_("Township"),
            status=_("Status"),
            due=_("Due"),
            agency=_("Lead agency"),
            registered=_("Registered"),
        )

    def __iter__(self) -> Iterator[SafeString]:
        return map(self.row, self.opinions)

    def row(self, opinion: Any) -> SafeString:
        """Return the HTML of one row, an opinion from `with_row_columns`."""
        shown, light = citizen_view_for(opinion), opinion.light
        return format_html(
            self.form,
            light=light,
            address=self.address.replace("NUMBER", opinion.number),
            title=opinion.list_title,
            number=opinion.number,
            round=f" · {_('round %(round)d') % {'round': opinion.round}}" if opinion.round > 1 else "",
            citizen=_below(_citizen(opinion, shown)),
            township=self.name(self._township(opinion)),
            studio=self.below(opinion.studio_named),
            status=self.status(opinion.status, bool(opinion.suspended_on)),
            due=self._due(opinion, light),
            agency=self.name(opinion.lead_agency_named or NO_VALUE),
            registered=self.day(timezone.localdate(opinion.registered_at)),
        )

    def _township(self, opinion: Any) -> str:
        name = opinion.township_named
        return f"{opinion.county_named} {name}" if self.county_shown else name

    def _due(self, opinion: Opinion, light: str) -> SafeString:
        if not opinion.is_open:
            return self.no_clock
        return self.light(light, self.day(opinion.due_on), opinion.due_provisional)


def _below(text: str) -> str:
    """Return a second line of a cell; empty without text."""
    return format_html('<span class="row-sub">{}</span>', text) if text else ""


def _citizen(opinion: Opinion, shown: CitizenView) -> str:
    """Return name and number, masked; of one to be kept secret nothing: a list is read over a
    shoulder."""
    if opinion.keep_secret:
        return format_html("{} {}", icon("shield-lock"), _("kept secret"))
    if not opinion.citizen_name and not opinion.citizen_phone:
        return ""
    return f"{shown.name} {shown.phone}"


def _status(code: str, suspended: bool) -> SafeString:
    status = Status(code)
    badge = status_badge(status.row.tone, str(status.label), status.row.icon)
    if not suspended:
        return badge
    return format_html("{} {}", badge, status_badge("suspended", _("suspended"), "pause-circle"))
