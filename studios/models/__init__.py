"""Areas, agencies, studios and memberships: the ground every other room stands on."""

from .agencies import Agency
from .areas import County, Township, Village
from .assessments import Assessment, AssessmentStep, Check, CountyChoice, Finding, HaveItem
from .changes import AreaChange
from .memberships import Membership, Role
from .studios import Funding, OpeningTime, Photo, Studio

__all__ = [
    "Agency",
    "AreaChange",
    "Assessment",
    "AssessmentStep",
    "Check",
    "County",
    "CountyChoice",
    "Finding",
    "Funding",
    "HaveItem",
    "Membership",
    "OpeningTime",
    "Photo",
    "Role",
    "Studio",
    "Township",
    "Village",
]
