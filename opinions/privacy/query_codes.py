"""The query code of a receipt: how it is made, written and looked up.

Sixteen digits, because they can be typed on any phone and read out by anybody. The code is derived from the key of
the submission, so that a form sent twice gives the same receipt, and kept only as a keyed hash together with the last
four digits of the phone: a wrong code and wrong digits cannot be told apart, nor by the time they take.
"""

import re
import unicodedata
from uuid import UUID

from common.security.crypto import keyed_hash
from common.text.phone_numbers import digits

LENGTH = 16
TAIL = 4


def code_of(submission_key: UUID) -> str:
    """Return the code of a submission: nobody without the server's key can work it out."""
    return f"{int(keyed_hash(f'query code {submission_key}'), 16) % 10**LENGTH:0{LENGTH}d}"


def spaced(code: str) -> str:
    """Return the code as people read it: 1234 5678 9012 3456."""
    return " ".join(code[at : at + 4] for at in range(0, LENGTH, 4))


def typed_digits(text: str) -> str:
    """Return the digits of `text` as typed: full-width ones, spaces and dashes are tolerated; empty for anything
    else."""
    plain = re.sub(r"[\s\-\u2010-\u2015\u2212]", "", unicodedata.normalize("NFKC", text))
    return plain if plain.isascii() and plain.isdigit() else ""


def tail_of(phone: str) -> str:
    """Return the last four digits by which the owner of a phone is known; empty for those who left none."""
    return digits(phone)[-TAIL:]


def lookup_of(code: str, tail: str) -> str:
    """Return the keyed hash under which the receipt of this code and these last digits is stored."""
    return keyed_hash(f"receipt {code} {tail}")
