"""The cookies that a browser keeps between two public pages (ADR 0024). None of them holds the query code."""

from common.security.sealed_cookies import EncryptedCookie

PATH = "/p/"
FORM = EncryptedCookie(
    "form", 24 * 3600, PATH
)  # the key of the form that is being filled in: Back shows the same one
RECEIPT = EncryptedCookie(
    "receipt", 30 * 60, PATH
)  # the key of the form that was sent: its receipt may be looked at again
MATTER = EncryptedCookie("matter", 60 * 60, PATH)  # the number of the matter that was looked up
