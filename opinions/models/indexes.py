"""The indexes of opinions: one for every order of the list, every scope, and every question that few rows answer.

What each serves, as PostgreSQL plans it: benchmarks/plans. Words are found by another (common/db/database.py,
ADR 0034).
"""

from django.db.models import Index, Q

from opinions.lifecycle.statuses import OPEN

IS_OPEN = Q(status__in=OPEN)

# The columns by which a list is filtered within its area, none of it rare enough for an index of its own: they are in
# the index of the order, so that counting looks at no row. (SQLite has no such columns and passes them over.)
FILTERED = ["status", "channel", "matter_type", "category"]

INDEXES = [
    Index(fields=["county", "-registered_at", "-id"], name="opinion_county_recent", include=FILTERED),
    # So are the whole prefecture's months: all that figures ask of a row.
    Index(
        fields=["-registered_at", "-id"],
        name="opinion_recent",
        include=[
            *FILTERED,
            "county",
            "round",
            "answered_late",
            "first_satisfaction",
            "last_satisfaction",
            "imported_satisfaction",
            "due_on",
            "suspended_on",
            "reported_back_at",
            "first_called_back_at",
            "closed_at",
            "lead_agency",
        ],
    ),
    Index(fields=["county", "township", "-registered_at", "-id"], name="opinion_township_recent"),
    # A list also names the county: it is read from the index too.
    Index(fields=["studio", "-registered_at", "-id"], name="opinion_studio_recent", include=["county"]),
    Index(fields=["lead_agency", "-registered_at", "-id"], name="opinion_agency_recent", include=["county"]),
    Index(fields=["county", "status", "-registered_at"], name="opinion_county_status"),
    Index(fields=["lead_agency", "status", "due_on"], name="opinion_agency_work"),
    Index(
        fields=["county", "due_on", "id"],
        name="opinion_open_due",
        condition=IS_OPEN,
    ),
    # What a list may ask of the whole prefecture, and what few rows are: the open, the lately closed.
    Index(fields=["due_on", "id"], name="opinion_all_due", condition=IS_OPEN),
    Index(
        fields=["status", "-registered_at", "-id"],
        name="opinion_open_status",
        condition=IS_OPEN,
    ),
    # The stock of a dashboard is counted in the index alone: all that its figures ask of what is open.
    Index(
        fields=[
            "county",
            "township",
            "status",
            "due_on",
            "suspended_on",
            "extension_state",
            "acknowledge_by_on",
            "round",
        ],
        name="opinion_stock",
        condition=IS_OPEN,
    ),
    # What was closed, and what answers fell due, in a month, whenever it was registered: counted in the index alone.
    Index(
        fields=["closed_at"],
        name="opinion_closed",
        include=["county", "township"],
        condition=Q(closed_at__isnull=False),
    ),
    Index(
        fields=["handling_due_on"],
        name="opinion_answer_due",
        include=["county", "township", "status", "answered_at", "suspended_on"],
        condition=Q(handling_due_on__isnull=False),
    ),
    Index(
        fields=["-registered_at", "-id"],
        name="opinion_reopened_twice",
        condition=Q(round__gt=2),
    ),
    Index(
        fields=["county", "acknowledge_by_on"],
        name="opinion_reply_owed",
        condition=Q(acknowledge_by_on__isnull=False),
    ),
    Index(fields=["due_on"], name="opinion_provisional", condition=Q(due_provisional=True)),
    Index(
        fields=["next_check_at"],
        name="opinion_next_check",
        condition=Q(next_check_at__isnull=False),
    ),
    Index(
        fields=["phone_index", "-registered_at"],
        name="opinion_phone",
        condition=~Q(phone_index=""),
    ),
    Index(fields=["phone_tail"], name="opinion_phone_tail", condition=~Q(phone_tail="")),
    Index(
        fields=["county", "outside_number"],
        name="opinion_outside",
        condition=~Q(outside_number=""),
    ),
    # Of one import, to undo it.
    Index(fields=["imported_with"], name="opinion_imported_with", condition=Q(imported_with__isnull=False)),
]
