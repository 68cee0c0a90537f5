"""Why a template cannot be used."""


class BadTemplate(Exception):
    """The template cannot be used: `code` says why, `what` names it."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(f"{code}: {what}")
        self.code, self.what = code, what
