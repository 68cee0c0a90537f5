"""Which opinions a person may open: for rooms that name one by its number and know nothing else of it. The room that
keeps them answers, with a function registered in AppConfig.ready():

    in_sight.ASKED.append(numbers_seen)    # numbers_seen(user, numbers) -> set of numbers
"""

from collections.abc import Callable, Iterable

ASKED: list[Callable] = []


def seen(user, numbers: Iterable[str]) -> set[str]:
    """Those of `numbers` whose page exists for `user`. A link to another would lead to a 404: an agency keeps the
    letters and messages about what it no longer has."""
    wanted = {number for number in numbers if number}
    return set().union(*(ask(user, wanted) for ask in ASKED)) if wanted else set()
