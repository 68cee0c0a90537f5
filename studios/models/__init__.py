"""Areas, agencies, studios and memberships: which every other app builds on."""

from .agencies import Agency
from .approvals import Approval
from .areas import County, Township, Village
from .assessments import Assessment, AssessmentItem, AssessmentStep, Check, CountyChoice, Finding
from .changes import AreaChange
from .former_townships import FormerTownship, StudioFormerTownship
from .memberships import Membership, Role
from .studios import Funding, OpeningTime, Photo, Studio

__all__ = [
    "Agency",
    "Approval",
    "AreaChange",
    "Assessment",
    "AssessmentItem",
    "AssessmentStep",
    "Check",
    "County",
    "CountyChoice",
    "Finding",
    "FormerTownship",
    "Funding",
    "Membership",
    "OpeningTime",
    "Photo",
    "Role",
    "Studio",
    "StudioFormerTownship",
    "Township",
    "Village",
]
