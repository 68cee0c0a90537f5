"""Who keeps the roll of deputies."""

from studios.models import Role

# The county's office and whoever enters people into the system.
KEEPERS = (Role.TRIAGE_OFFICER, Role.ADMINISTRATOR)
# Who arranges shifts with a deputy sees the number to call.
CALLERS = (*KEEPERS, Role.CLERK)
# Whose work it is to know a deputy's whole record; the deputy's own is always theirs.
RECORD_READERS = (Role.CLERK, Role.TRIAGE_OFFICER, Role.SUPERVISOR, Role.COUNTY_OFFICIAL)
