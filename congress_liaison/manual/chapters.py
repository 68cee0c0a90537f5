"""The chapters of docs/manual: read once a process, cut into sections to be searched, made into pages."""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown

from common.text.visible import word
from studios.models import Role

FOLDER = settings.BASE_DIR / "docs" / "manual"
# Every chapter in the order of the contents: its file without ending, and the roles that it is written for.
WRITTEN_FOR = {
    "clerk": {Role.CLERK},
    "officer": {Role.TRIAGE_OFFICER},
    "handler": {Role.HANDLER},
    "supervisor": {Role.SUPERVISOR},
    "official": {Role.COUNTY_OFFICIAL},
    "deputy": {Role.DEPUTY},
    "administrator": {Role.ADMINISTRATOR},
    "auditor": {Role.AUDITOR},
    "operator": {Role.ADMINISTRATOR},
    "citizen": set[Role](),
}
LINK = re.compile(r'href="(?:\.\./)*([\w./-]+)\.md"')


@dataclass(frozen=True)
class Section:
    """One heading of a chapter with the words below it. `anchor` is "" above the first heading."""

    heading: str
    anchor: str
    words: str


@dataclass(frozen=True)
class Chapter:
    """A chapter as a page; `sections` in their order."""

    code: str
    title: str
    html: SafeString
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Hit:
    """A section that holds all words looked for, with the words around the first of them."""

    chapter: Chapter
    section: Section
    excerpt: str


@lru_cache(maxsize=1)
def chapters() -> dict[str, Chapter]:
    """Return all chapters by their code, in the order of the contents."""
    return {code: _chapter(code) for code in WRITTEN_FOR}


def _chapter(code: str) -> Chapter:
    title, _end, text = (FOLDER / f"{code}.md").read_text(encoding="utf-8").partition("\n")
    maker = Markdown(
        extensions=["tables", "fenced_code", "toc"],
        extension_configs={"toc": {"slugify": lambda heading, _separator: re.sub(r"\W+", "-", heading)}},
    )
    html = LINK.sub(_link, maker.convert(text))
    # Files of the product itself, not typed by anybody.
    return Chapter(code, title.lstrip("# "), mark_safe(html), tuple(_sections(html)))  # noqa: S308


def _link(found: re.Match[str]) -> str:
    """Return the link to another chapter; a document that is no chapter is for operators and has no page."""
    name = found[1].rsplit("/", 1)[-1]
    return f'href="../{name}/"' if name in WRITTEN_FOR else 'href="#"'


def _sections(html: str) -> list[Section]:
    parts = re.split(r'<h2 id="([^"]*)">(.*?)</h2>', html)
    heads = [("", ""), *zip(parts[1::3], parts[2::3], strict=True)]
    return [
        Section(strip_tags(heading), anchor, " ".join(strip_tags(words).split()))
        for (anchor, heading), words in zip(heads, parts[::3], strict=True)
    ]


AROUND = 40  # characters before and after the first word found


def find(asked: str) -> list[Hit]:
    """Return the sections that hold every word of `asked`, whatever its width or case; nothing for no words."""
    words = [word(part) for part in asked.split() if word(part)]
    hits = []
    for chapter in chapters().values() if words else ():
        for section in chapter.sections:
            held = word(f"{chapter.title} {section.heading} {section.words}")
            if all(part in held for part in words):
                hits.append(Hit(chapter, section, _around(section.words, asked.split(maxsplit=1)[0])))
    return hits


def _around(words: str, first: str) -> str:
    place = max(0, words.casefold().find(first.casefold()) - AROUND)
    cut = words[place : place + 2 * AROUND + len(first)]
    return f"{'…' if place else ''}{cut}{'…' if place + len(cut) < len(words) else ''}"
