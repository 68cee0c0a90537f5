"""The features of a text: its runs of one and two characters. Chinese needs no word list for that."""

import unicodedata

import numpy as np

LONGEST = 2
READ = 1_500  # characters of a body; what a matter is about is said before
BITS = np.uint64(16)  # of a character: a run is a number, and what is known of all runs are arrays


def plain(text: str) -> str:
    """Return the text in one width and one case, without line breaks: the same for the same words however they were
    typed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def runs(text: str, longest: int = LONGEST) -> np.ndarray:
    """Return every run of one to `longest` (four at most) characters of the beginning of a text, as a number."""
    units = np.frombuffer(plain(text)[:READ].encode("utf-16-le", "surrogatepass"), dtype="<u2").astype(
        np.uint64
    )
    found = [units]
    while len(found) < longest:
        found.append((found[-1][:-1] << BITS) | units[len(found) :])
    return np.concatenate(found)


def lengths(found: np.ndarray) -> np.ndarray:
    """Return how many characters each of these runs has."""
    ones = np.ones(len(found), np.int8)
    return sum(((found >> np.uint64(n * 16) > 0).astype(np.int8) for n in (1, 2, 3)), start=ones)
