"""The empty ledger to fill in, and the list of what was wrong with a filled-in one, as Excel."""

from collections.abc import Iterator
from typing import IO

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common.excel.tables import Column, Sheet, choices_among, choices_of, write_xlsx
from opinions.models import Category, Channel, Import, MatterType, Outcome, Satisfaction, Urgency
from studios.models import Agency, Township

from . import columns as c
from .parser import IMPORTER_ROLES


def _labels(choices: type[TextChoices]) -> str:
    return choices_among(label for _value, label in choices.choices)


def _few() -> dict[str, str]:
    """Return what the columns with few words offer."""
    return {
        c.CHANNEL: _labels(Channel),
        c.MATTER_TYPE: _labels(MatterType),
        c.OUTCOME: _labels(Outcome),
        c.SATISFACTION: _labels(Satisfaction),
        c.URGENCY: _labels(Urgency),
        c.SECRET: choices_among([_("yes"), _("no")]),
    }


def write_template(target: IO[bytes], *, user: User | None = None) -> None:
    """Write the template to a binary file: the ledger, how to fill it in, and the codes and names to choose from
    (within the area of `user`; all without one)."""
    visible = Township.objects.visible_to(user, *IMPORTER_ROLES) if user else Township.objects.all()
    townships = visible.on(timezone.localdate()).select_related("county").order_by("code")
    counties = {township.county_id for township in townships}
    agencies = Agency.objects.filter(county__in=counties, active=True).select_related("county")
    categories = list(Category.objects.filter(active=True).values_list("code", "name"))
    offered = _few() | {
        c.TOWNSHIP: choices_of(_("Townships"), "A", len(townships)),
        c.AGENCY: choices_of(_("Agencies"), "A", len(agencies)),
        c.CATEGORY: choices_of(_("Categories"), "B", len(categories)),
    }
    ledger = [
        Column(one.header, one.width, "long", as_text=True, choices=str(offered.get(one.header, "")))
        for one in c.COLUMNS
    ]
    pairs = [Column(c.TOWNSHIP, 14), Column(_("Township"), 24), Column(_("County"), 20)]
    write_xlsx(
        target,
        [
            Sheet(_("Ledger"), ledger, []),
            Sheet(_("How to fill it in"), _help_columns(), _help_rows()),
            Sheet(_("Townships"), pairs, ((t.code, t.name, t.county.name) for t in townships)),
            Sheet(
                _("Agencies"),
                [Column(c.AGENCY, 36), Column(_("County"), 20)],
                ((agency.name, agency.county.name) for agency in agencies),
            ),
            Sheet(
                _("Categories"),
                [Column(_("Code"), 10), Column(c.CATEGORY, 36)],
                categories,
            ),
        ],
    )


def _help_columns() -> list[Column]:
    return [
        Column(_("Column"), 14),
        Column(_("Required"), 10),
        Column(_("Content"), 60, "long"),
        Column(_("Words"), 60, "long"),
    ]


def _help_rows() -> Iterator[tuple[str, str, str, str]]:
    for column in c.COLUMNS:
        words = "、".join(c.MEANING.get(column.header, []))
        yield column.header, _("yes") if column.required else "", str(column.what), words


def write_errors(target: IO[bytes], job: Import) -> None:
    """Write the errors of an upload to a binary file: row, column, reason."""
    columns = [
        Column(_("Row"), 8, "number"),
        Column(_("Column"), 16),
        Column(pgettext("import error", "Reason"), 90, "long"),
    ]
    sheets = any(error[3:] and error[3] for error in job.errors)
    columns += [Column(_("Sheet"), 16)] if sheets else []
    rows = ([row or None, *rest][: len(columns)] for row, *rest in job.errors)
    write_xlsx(target, [Sheet(_("What was wrong"), columns, rows, [job.name])])
