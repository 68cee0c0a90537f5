"""Asking for pages in turns, so that all of them meet the same machine."""

import statistics

from django.db import connection

FINE = (200, 204, 302)


def ask_in_turns(asked: dict, turns: int) -> dict:
    """Every page once a turn; a first turn warms up and is not counted, unless it is all there is (`turns` 0). A page
    that has nothing left gives None."""
    seen = {name: [] for name in asked}
    for turn in range(turns + 1):
        for name, ask in asked.items():
            if (answer := ask()) is None:
                continue
            if answer.status not in FINE:
                raise RuntimeError(f"{name}: {answer.status} {answer.text[:500]}")
            if turn or not turns:
                seen[name].append(answer)
    return {name: _said(answers) for name, answers in seen.items() if answers}


def _said(answers) -> dict:
    return {
        "ms": statistics.median(answer.milliseconds for answer in answers),
        "worst_ms": max(answer.milliseconds for answer in answers),
        "statements": max(answer.statements for answer in answers),
        "kb": answers[-1].bytes / 1024,
    }


def database_mb() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0] / 2**20
