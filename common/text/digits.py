"""A number that came from outside as text: an id, a version, a day."""

MOST = 18  # digits; every row's key has fewer, and Python refuses to read thousands of them


def number(text) -> int | None:
    """What `text` writes in plain digits; None for all else, and for more digits than any number of ours has."""
    text = str(text)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST else None
