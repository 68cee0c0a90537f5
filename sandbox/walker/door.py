"""Logging in as a person does: password, second factor, and the first password changed."""

import base64
import hashlib
import hmac
import re
import struct
from datetime import timedelta

from .browser import REDIRECTS
from .filling import filled

SECRET = re.compile(r"\b(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}\b")


class LockedOut(Exception):
    """Without this person the walk cannot go on."""


def code_of(secret: str, seconds: float) -> str:
    """RFC 6238: six digits for thirty seconds."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(seconds) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def enter(walk, who, page):
    """From the page of the login that a browser was sent to, on to what was asked for."""
    given = {"username": who.name, "password": who.password}
    page = walk.send(
        who, page, page.form("/login/"), filled(page.form("/login/"), walk.rng, walk.today, given)
    )
    if page.status < 300 and page.path == "/second-factor/":
        page = _second_factor(walk, who, page)
    if page.status < 300 and page.path == "/password/":
        page = _own_password(walk, who, page)
    if page.path in ("/login/", "/second-factor/", "/password/"):
        again = "an endless redirect" if page.status in REDIRECTS else page.text[:200]
        walk.fault("somebody cannot log in", page.path, f"{who.name} ({who.role}): {page.status} {again}")
        raise LockedOut(who.name)
    return page


def _second_factor(walk, who, page):
    if found := SECRET.search(page.text):
        who.secret = found[0]
    walk.clock.shift(timedelta(seconds=31))  # each code counts once
    form = page.form("/second-factor/")
    page = walk.send(
        who,
        page,
        form,
        filled(form, walk.rng, walk.today, {"code": code_of(who.secret, walk.now.timestamp())}),
    )
    if page.path == "/second-factor/recovery-codes/":  # shown once
        page = walk._read(who, "GET", "/", lambda: who.browser.get("/", page.url))
    return page


def _own_password(walk, who, page):
    from .office import PASSWORD

    form = page.form("/password/")
    given = {"old_password": who.password, "new_password1": PASSWORD, "new_password2": PASSWORD}
    page = walk.send(who, page, form, filled(form, walk.rng, walk.today, given))
    who.password = PASSWORD
    return page
