"""The sheet 办理结果 of the workbook: how the agencies' answers came out, A to D, as they stand now.

The headers are a fixed interface in the office's language (docs: the monthly workbook), so they are not translated.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from common.excel.workbook import Column, Note, Sheet, Total
from opinions.models import Outcome
from reports.workbook.form import Form
from studios.models import Agency, County

Answers = Counter[tuple[int | None, str]]  # (lead agency, outcome; "" for no answer) of what is accepted


def outcomes_sheet(answers: Answers, county: County, form: Form) -> Sheet:
    """Return the sheet; one query for the names."""
    columns = [Column("主办单位", 28, "long"), Column("受理件数", 9, "number")]
    for code, label in Outcome.choices:
        group = str(label) if str(label).startswith(code) else f"{code} {label}"
        columns.append(Column(f"{code}类件数", 9, "number", group=group))
        share = (f"{code}类件数", "受理件数")
        columns.append(Column(f"{code}类占比", 9, "percent", group=group, share=share))
    columns.append(Column("未答复", 8, "number"))
    return Sheet(
        "办理结果",
        columns,
        _rows(answers, dict(Agency.objects.filter(county=county).values_list("pk", "name"))),
        form.titled(f"{form.area}{form.period.label}各单位办理结果情况表", unit="单位：件、%"),
        frozen=1,
        computed=True,
        foot=form.foot,
        filtered=False,
    )


def _rows(answers: Answers, names: dict[int, str]) -> Iterator[Sequence[Any]]:
    agencies = {agency for agency, _outcome in answers}
    for agency in sorted(agencies, key=lambda key: (not key, names.get(key or 0, ""))):
        found = {outcome: n for (one, outcome), n in answers.items() if one == agency}
        yield [names.get(agency or 0) or _("not with an agency yet"), *_line(found)]
    together: Counter[str] = Counter()
    for (_agency, outcome), n in answers.items():
        together[outcome] += n
    yield Total([_("Total"), *_line(together)])
    yield Note([_("Accepted opinions registered in the period, by their latest answer as it stands now.")])


def _line(found: dict[str, int]) -> list[Any]:
    accepted = sum(found.values())
    line: list[Any] = [accepted]
    for code in Outcome.values:
        n = found.get(code, 0)
        line += [n, n / accepted if accepted else None]
    return [*line, found.get("", 0)]
