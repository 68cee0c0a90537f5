"""Areas, agencies, studios, and the accounts with their memberships, as the administrator edits them."""

from . import ground, haves, people  # noqa: F401
