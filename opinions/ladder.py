"""The general supervision ladder, as it is first laid down; every county may lay its own over it."""

# level, kind, anchor, working days after, recipients, reply within. Source: the office's rules, docs/workflow.md
LADDER = [
    (1, "remind", "warning", 0, ["handler"], None),
    (2, "urge", "overdue", 0, ["handler", "head"], None),
    (3, "supervise", "overdue", 3, ["handler", "head", "supervisor"], 1),
    (4, "circulate", "overdue", 8, ["head", "supervisor", "county_official"], None),
]


def lay(ladder_step) -> None:
    """Create the rungs as rows of the model `ladder_step` (a migration passes its own)."""
    ladder_step.objects.bulk_create(
        ladder_step(
            level=level, kind=kind, anchor=anchor, days=days, recipients=to, acknowledge_within=within
        )
        for level, kind, anchor, days, to, within in LADDER
    )
