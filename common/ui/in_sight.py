"""Which opinions a person may open: for apps that name one by its number and know nothing else of it. The app that
keeps them answers, with a function registered in AppConfig.ready():

    in_sight.PROVIDERS.append(numbers_seen)    # numbers_seen(user, numbers) -> set of numbers
"""

from collections.abc import Callable, Iterable

from django.contrib.auth.base_user import AbstractBaseUser

PROVIDERS: list[Callable[[AbstractBaseUser, set[str]], set[str]]] = []


def visible_numbers(user: AbstractBaseUser, numbers: Iterable[str]) -> set[str]:
    """Return those of `numbers` whose page exists for `user`. A link to another would lead to a 404: an agency keeps
    the letters and messages about what it no longer has."""
    wanted = {number for number in numbers if number}
    found: set[str] = set()
    return found.union(*(ask(user, wanted) for ask in PROVIDERS)) if wanted else found
