"""Addresses of pages that are the same for everybody: a page names dozens of them, and the next one the same."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def address_of(view: str) -> str:
    """Return the address of the view `view`, one whose address has no arguments."""
    return _reversed(view, get_script_prefix())


@lru_cache
def _reversed(view: str, _prefix: str) -> str:
    return reverse(view)
