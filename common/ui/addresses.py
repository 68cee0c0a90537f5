"""Addresses of pages that are the same for everybody: a page names dozens of them, and the next one the same."""

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def address_of(view: str) -> str:
    """The address of a page whose address holds nothing that changes."""
    return _found(view, get_script_prefix())


@lru_cache
def _found(view: str, _prefix: str) -> str:
    return reverse(view)
