"""Settings that name roles must name real ones: a misspelled role would silently protect nobody."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from .roles import Role


@register
def roles_exist(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Report each name in SECOND_FACTOR_ROLES that is no role."""
    unknown = sorted(set(settings.SECOND_FACTOR_ROLES) - set(Role.values))
    return (
        [Error(f"SECOND_FACTOR_ROLES names no role: {', '.join(unknown)}", id="studios.E001")]
        if unknown
        else []
    )
