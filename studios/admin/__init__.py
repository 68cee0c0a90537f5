"""Areas, agencies, studios, and the accounts with their memberships, as the administrator edits them."""

from . import assessments, ground, people  # noqa: F401
