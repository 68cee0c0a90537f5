"""Fills a template with a letter's facts: the sandbox in which an office's template runs."""

import io
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from . import package
from .bad_template import BadTemplate
from .facts import PLACEHOLDERS
from .finishing import finish

# All that a template may be made of: names, conditions, and loops over a list, none inside another. No attribute,
# call, filter or arithmetic: nothing by which a template could reach further or grow without end.
ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
)


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """Parses every part of the document (text, headers, footers, properties), and refuses it unless all of it is
    allowed. Values are escaped for XML and never parsed again."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        check(tree)
        return tree


def check(tree: nodes.Template) -> None:
    """Raise BadTemplate for anything that a letter's template has no need of."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            raise BadTemplate("not_allowed", type(node).__name__)
    for loop in tree.find_all(nodes.For):
        if loop.recursive or next(loop.find_all(nodes.For), None):
            raise BadTemplate("not_allowed", "For in For")
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    if unknown := sorted(used - own - set(PLACEHOLDERS)):
        raise BadTemplate("unknown", ", ".join(unknown))


def render(content: bytes | memoryview, facts: dict[str, Any]) -> bytes:
    """Return the .docx of a letter: the template `content` filled with `facts`. Raises BadTemplate."""
    document = DocxTemplate(io.BytesIO(bytes(content)))
    try:
        document.render(facts, LetterEnvironment(), autoescape=True)
        finish(document.docx, facts)
        made = io.BytesIO()
        document.save(made)
    except UndefinedError as error:
        raise BadTemplate("unknown", str(error)) from error
    except TemplateError as error:
        raise BadTemplate("syntax", str(error)) from error
    # Once more: a field may take its code from what was filled in, and templates are older than some of the rules.
    package.check(made.getvalue())
    return made.getvalue()
