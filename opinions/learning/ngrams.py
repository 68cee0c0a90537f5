"""What the classifier reads from a text: its runs of one to three characters. Chinese needs no word list for that."""

import unicodedata

LONGEST = 3
READ = 1_500  # characters of a body; what a matter is about is said before


def plain(text: str) -> str:
    """One width, one case, no line breaks: the same matter however it was typed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def ngrams(text: str) -> list[str]:
    text = plain(text)[:READ]
    return [text[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(text) - n + 1)]
