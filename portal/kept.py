"""What a browser keeps between two public pages, and nothing else does (ADR 0024). None of it holds the query code."""

from common.security.sealed_cookies import Kept

PATH = "/p/"
FORM = Kept("form", 24 * 3600, PATH)  # the key of the form that is being filled in: Back shows the same one
RECEIPT = Kept(
    "receipt", 30 * 60, PATH
)  # the key of the form that was sent: its receipt may be looked at again
MATTER = Kept("matter", 60 * 60, PATH)  # the number of the matter that was looked up
