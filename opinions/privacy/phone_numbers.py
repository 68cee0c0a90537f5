"""Telephone numbers of citizens, in whatever form they were typed."""

import re
import unicodedata

from common.security.crypto import digits

# Mobile: 11 digits from 13 to 19. Landline: area code with its 0, then 7 or 8 digits; within the prefecture
# people leave the area code out.
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
LOCAL = re.compile(r"[2-8]\d{6,7}")
TYPED = re.compile(r"[\d\s()+\-.]*")


def normal(typed: str) -> str:
    """Return the number in one form: `+86 138-0013 8000` → `13800138000`, `(0743)8222333` → `0743-8222333`; empty for
    anything but a whole number.

    Full-width digits, spaces, dashes, dots, brackets and the country code are tolerated.
    """
    plain = unicodedata.normalize("NFKC", typed).strip()
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
    if not plain.isascii() or not TYPED.fullmatch(plain):
        return ""
    number = digits(plain)
    number = re.sub(r"^(?:00)?86(?=0?\d{10,11}$)", "", number)
    if MOBILE.fullmatch(number) or LOCAL.fullmatch(number):
        return number
    landline = LANDLINE.fullmatch(number)
    return f"{landline[1]}-{landline[2]}" if landline else ""
