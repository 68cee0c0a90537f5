"""Why an action was not taken."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """The action is not possible now. `field` names the input it is about, empty for the whole form."""

    def __init__(self, message, field=""):
        super().__init__(message)
        self.message, self.field = message, field

    def __str__(self):
        return str(self.message)


class Stale(Refused):
    """Somebody was first: `events` are the ledger rows since the version that the person saw."""

    def __init__(self, opinion, events):
        super().__init__(_("The opinion has changed since you opened it."))
        self.opinion, self.events = opinion, events
