"""A number that came from outside as text: an id, a version, a day."""

MOST = 18  # digits; every row's key has fewer, and Python refuses to read thousands of them


def number(text: object) -> int | None:
    """Read a number in plain digits; None for all else, and for more digits than any number of ours has."""
    typed = str(text)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= MOST else None
