"""What no line of the application's log may hold."""

import logging
import re

# The addresses whose last part stands for a person: /p/evaluate/…, /p/file/…, /login/link/…, /welcome/….
TOKEN = re.compile(r"(/(?:evaluate|file|login/link|welcome)/)[^/\s\"?]+")


class WithoutTokens(logging.Filter):
    """Replace a token in an address by stars, also in the lines that Django writes about a request that failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True: every line is written, without its tokens."""
        message = record.getMessage()
        if (clean := TOKEN.sub(r"\1***", message)) != message:
            record.msg, record.args = clean, ()
        return True
