"""The query code of a receipt: how it is made, written and looked up.

Sixteen digits, because they can be typed on any phone and read out by anybody. The code is derived from the key of the
submission, so that a form sent twice gives the same receipt, and kept only as a keyed hash together with the last
four digits of the phone: a wrong code and wrong digits are one and the same miss, in one and the same time.
"""

import re
import unicodedata

from common.security.crypto import digits, keyed_hash

LENGTH = 16
TAIL = 4


def code_of(submission_key) -> str:
    """The code of a submission: nobody without the server's key can work it out."""
    return f"{int(keyed_hash(f'query code {submission_key}'), 16) % 10**LENGTH:0{LENGTH}d}"


def spaced(code: str) -> str:
    """1234 5678 9012 3456, as people read it."""
    return " ".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def typed_digits(text: str) -> str:
    """The digits of what was typed: full-width ones, spaces and dashes are tolerated; "" for anything else."""
    plain = re.sub(r"[\s\-\u2010-\u2015\u2212]", "", unicodedata.normalize("NFKC", text))
    return plain if plain.isascii() and plain.isdigit() else ""


def tail_of(phone: str) -> str:
    """The last four digits by which the owner of a phone is known; "" for those who left none."""
    return digits(phone)[-TAIL:]


def lookup_of(code: str, tail: str) -> str:
    return keyed_hash(f"receipt {code} {tail}")
