"""Areas, agencies, studios and memberships: the ground every other room stands on."""

from .agencies import Agency
from .areas import County, Township, Village
from .memberships import Membership, Role
from .studios import Studio

__all__ = ["Agency", "County", "Membership", "Role", "Studio", "Township", "Village"]
