"""Checks a .docx that an office wants for its letters, before anything of it is saved."""

from . import package
from .bad_template import BadTemplate
from .facts import sample
from .rendering import render
from .sheet import blocks

MOST_BYTES = 1024 * 1024
# The least a letter must say to be one.
NEEDED = ("number", "addressee")


def accept(content: bytes) -> None:
    """Raise BadTemplate unless `content` is a plain Word document that gives a letter with the sample's facts."""
    if len(content) > MOST_BYTES:
        raise BadTemplate("too_large")
    try:
        package.check(content)
        made = render(content, sample())
        text = " ".join(block.text or " ".join(map(" ".join, block.rows)) for block in blocks(made))
    except BadTemplate:
        raise
    except Exception as error:  # whatever a broken document makes the libraries raise, it is no template
        raise BadTemplate("unreadable", str(error)[:200]) from error
    if missing := [name for name in NEEDED if sample()[name] not in text]:
        raise BadTemplate("missing", ", ".join(missing))
