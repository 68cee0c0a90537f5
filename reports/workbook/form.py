"""What makes a sheet of the workbook a form: its title, who reports, the unit, and the line of those who sign.

The words of the form are a fixed interface in the office's language, so they are not translated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from accounts.models import User
from common.excel.workbook import Column
from letters.models import Organ
from reports.definitions.figures import KNOWN
from reports.definitions.periods import BoundedPeriod
from studios.models import County

REPORTS = {"month": "月报表", "quarter": "季报表", "year": "年报表"}
BLANK = "　" * 8


@dataclass(frozen=True)
class Form:
    """The paper of one area and period; `said` is the line on what is counted, made when and by whom, and whether it
    is frozen."""

    area: str
    organ: str
    contact: str
    period: BoundedPeriod
    by: User | None
    today: date
    said: str

    def titled(
        self, title: str, *, said: str = "", unit: str = "单位：件、%、天"
    ) -> list[str | tuple[str, str]]:
        """Return the lines above a table with this title."""
        return [title, said or self.said, (f"填报单位（盖章）：{self.organ}", unit)]

    def report(self, by: str = "") -> str:
        """Return the title of the report, `by` a column."""
        kind = REPORTS[self.period.kind]
        axis = f"（按{by}）" if by else ""
        return f"{self.area}{self.period.label}群众意见办理情况{kind}{axis}"

    @property
    def foot(self) -> str:
        """The line of those who sign."""
        who = self.by.name if self.by else BLANK
        day = f"{self.today.year}年{self.today.month}月{self.today.day}日"
        return (
            f"单位负责人：{BLANK}审核人：{BLANK}填报人：{who}　　　"
            f"联系电话：{self.contact or BLANK}　　　填报日期：{day}"
        )


def form_of(county: County, period: BoundedPeriod, by: User | None, today: date, said: str) -> Form:
    """Return the form of a county. One query."""
    organ = Organ.of(county)
    return Form(county.name, organ.name, organ.contact, period, by, today, said)


def with_shares(columns: Mapping[str, Column]) -> dict[str, Column]:
    """Return `columns`, by the codes of figures, with each rate as the quotient of the two columns it is made of."""
    found = {}
    for code, column in columns.items():
        figure, share = KNOWN.get(code), None
        if figure and figure.of and figure.counts in columns and figure.of in columns:
            share = (str(columns[figure.counts].header), str(columns[figure.of].header))
        found[code] = replace(column, share=share)
    return found
