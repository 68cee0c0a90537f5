"""Every figure of the product about opinions: its code, its words, what it counts and of what. No other module defines
one; what the counts are asked of is reports/definitions/counts.py.

A definition that changes gets a new code and the former one moves to RETIRED, so that a month that was frozen by it
keeps what it showed, under its own name (ADR 0038).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ALL = "all"  # every row, whatever became of it
BASIS = _(
    "Counted are the opinions registered in the period, as they stand now; declined, merged and withdrawn ones "
    "stand in the register but are not accepted."
)


@dataclass(frozen=True)
class Figure:
    """`counts` names a condition (or a status, or ALL); with `of`, the figure is the rate counts / of; a `median` is
    that of the days which those counted took. 0 % of a rate with `needs` says something once one of these is counted.
    """

    code: str
    label: str | Promise
    words: str | Promise
    counts: str
    of: str = ""
    median: bool = False
    needs: tuple[str, ...] = ()


def _count(code: str, label: str | Promise, words: str | Promise, counts: str = "") -> Figure:
    return Figure(code, label, words, counts or code)


FIGURES = {
    figure.code: figure
    for figure in [
        _count(ALL, _("Written down"), _("Every opinion written down in the period.")),
        _count("accepted", _("Accepted"), _("Registered and neither declined, merged nor withdrawn.")),
        _count("closed", _("Closed"), _("Accepted, and satisfied or the evaluation window has passed.")),
        _count("on_time", _("Closed on time"), _("Closed, and every answer was given by its last day.")),
        _count("late", _("Closed late"), _("Closed, and an answer was given after its last day.")),
        _count("open", _("Still open"), _("Accepted and not closed.")),
        _count(
            "overdue",
            _("Past the deadline"),
            _("Open, not suspended, and past the last day of the present stage."),
        ),
        _count(
            "reported",
            _("Reported back"),
            _("Accepted, and the citizen was told the answer, in whichever round."),
        ),
        _count(
            "called_back",
            _("Called back"),
            _("Accepted, and the citizen was reached by a call back, in whichever round."),
        ),
        _count(
            "evaluated_once",
            _("Evaluated"),
            _("Accepted, and the citizen evaluated the handling, in whichever round."),
        ),
        _count(
            "first_satisfied",
            _("Satisfied at first"),
            _("The first evaluation was satisfied or mostly satisfied."),
        ),
        _count(
            "last_satisfied",
            _("Satisfied in the end"),
            _("The latest evaluation was satisfied or mostly satisfied."),
        ),
        _count("reopened", _("Reopened"), _("Accepted, and handled in a second or later round.")),
        _count("reopened_twice", _("Reopened twice or more"), _("Accepted, and in a third or later round.")),
        _count(
            "imported",
            _("Imported"),
            _("Accepted, and taken over from a former ledger: handled before, not by this register."),
        ),
        _count(
            "imported_evaluated",
            _("Evaluated in the former ledger"),
            _("Imported, with an evaluation that the former ledger states. No satisfaction rate counts it."),
        ),
        _count(
            "imported_satisfied",
            _("Satisfied in the former ledger"),
            _("Imported, and satisfied or mostly satisfied as the former ledger states it."),
        ),
        Figure(
            "closed_rate",
            _("Closing rate"),
            _("Closed ÷ accepted; not due yet while nothing is closed and nothing is past its deadline."),
            "closed",
            "accepted",
            needs=("overdue",),
        ),
        Figure("on_time_rate", _("On-time rate"), _("Closed on time ÷ closed."), "on_time", "closed"),
        Figure(
            "called_back_rate",
            _("Call-back rate"),
            _("Called back ÷ reported back."),
            "called_back",
            "reported",
            needs=("closed",),
        ),
        Figure(
            "first_satisfied_rate",
            _("First satisfaction rate"),
            _("Opinions whose first evaluation was satisfied or mostly satisfied ÷ opinions evaluated."),
            "first_satisfied",
            "evaluated_once",
        ),
        Figure(
            "last_satisfied_rate",
            _("Final satisfaction rate"),
            _(
                "Opinions whose latest evaluation was satisfied or mostly satisfied ÷ opinions evaluated; not "
                "evaluated never counts as satisfied."
            ),
            "last_satisfied",
            "evaluated_once",
        ),
        Figure(
            "reopened_rate",
            _("Reopening rate"),
            _("Reopened ÷ accepted."),
            "reopened",
            "accepted",
            needs=("reported",),
        ),
        Figure(
            "median_days",
            _("Median days to close"),
            _("Calendar days from registering to closing; half of the closed took no longer."),
            "closed",
            median=True,
        ),
    ]
}
# Of a former ledger: beside the table, in none of its rates.
IMPORTED = ("imported", "imported_evaluated", "imported_satisfied")
# What was done in the period, whenever it was registered (reports/figures/completed.py): facts with a day of their own.
DONE = {
    figure.code: figure
    for figure in [
        _count(
            "carried_in",
            _("Carried over"),
            _("Opinions that were open when the period began, whenever they were registered."),
        ),
        _count(
            "closed_in",
            _("Closed in the period"),
            _(
                "Opinions closed in the period, whenever they were registered; one closed, reopened and closed again "
                "in it counts once."
            ),
        ),
        _count(
            "due_in",
            _("Answers due in the period"),
            _(
                "Opinions whose answer had its last day in the period, whenever they were registered, and that day is "
                "over; of several rounds the last one counts."
            ),
        ),
        _count("due_on_time", _("Answered by the last day"), _("Of these, the ones answered by that day.")),
        Figure(
            "due_on_time_rate",
            _("On-time rate of what was due"),
            _("Answered by the last day ÷ answers due in the period."),
            "due_on_time",
            "due_in",
        ),
        _count(
            "left_open",
            _("Open at the end"),
            _(
                "Opinions that were open when the period ended (now, where it is not over), whenever registered."
            ),
        ),
    ]
}
# How months that were frozen until ADR 0038 counted satisfaction: shown of them alone.
RETIRED = {
    figure.code: figure
    for figure in [
        _count(
            "evaluated",
            _("Evaluated (former definition)"),
            _("Accepted, and evaluated in the round that was the present one."),
        ),
        _count(
            "satisfied",
            _("Satisfied (former definition)"),
            _("Accepted, and satisfied or mostly satisfied in the round that was the present one."),
        ),
        Figure(
            "satisfied_rate",
            _("Satisfaction rate (former definition)"),
            _(
                "As frozen: satisfied or mostly satisfied ÷ evaluated, by the present round alone. An evaluation that "
                "led to reopening was not counted."
            ),
            "satisfied",
            "evaluated",
        ),
    ]
}
# The columns of months that were frozen by a former definition.
FORMER = tuple(code for code, figure in RETIRED.items() if figure.of)


def with_former(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return `columns` with the former rate next to the one that took its place."""
    at = columns.index("last_satisfied_rate") + 1
    return (*columns[:at], *FORMER, *columns[at:])


KNOWN = FIGURES | DONE | RETIRED
