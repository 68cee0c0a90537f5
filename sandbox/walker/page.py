"""A page as a browser without script has it: its text, the links and forms it offers, and the forms' fields."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import html

BLANK = re.compile(r"\s+")


def plain(text: str) -> str:
    """Text as it is read: every run of blanks is one."""
    return BLANK.sub(" ", text).strip()


@dataclass
class Field:
    """One input of a form; `options` are (value, label) of a select, of radios or of boxes of one name."""

    name: str
    kind: str
    value: str = ""
    label: str = ""
    help: str = ""
    required: bool = False
    most: str = ""  # the latest day, the greatest number
    checked: list = field(default_factory=list)
    options: list = field(default_factory=list)
    error: str = ""


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field]
    buttons: list[tuple[str, str]]
    multipart: bool

    def __contains__(self, name):
        return any(one.name == name for one in self.fields)

    def __getitem__(self, name) -> Field:
        return next(one for one in self.fields if one.name == name)


class Page:
    def __init__(self, url: str, status: int, content: bytes, kind: str = "text/html", headers=None):
        self.url, self.status, self.content, self.headers = url, status, content, headers or {}
        self.is_html = "html" in kind
        self.sent = False  # whether it is the direct answer to a form, with no redirect between

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @cached_property
    def tree(self):
        text = self.content.decode("utf-8", "replace")
        return html.fromstring(text) if self.is_html and text.strip() else html.fromstring("<html></html>")

    @cached_property
    def text(self) -> str:
        return plain(" ".join(self.tree.itertext()))

    def text_of(self, path: str) -> str:
        """The text of the first element of an XPath; empty when there is none."""
        found = self.tree.xpath(path)
        return plain(found[0].text_content()) if found else ""

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """(address, text) of every link that stays in the house, each address once."""
        found: dict[str, str] = {}
        for one in self.tree.iter("a"):
            address = urldefrag(urljoin(self.url, one.get("href") or "#"))[0]
            inside = urlsplit(address).netloc == urlsplit(self.url).netloc
            if one.get("href") and inside and address.startswith(("http", "/")):
                found.setdefault(address, plain(one.text_content()))
        return list(found.items())

    def linked(self, pattern: str) -> list[str]:
        """The addresses whose path matches the whole of `pattern`."""
        return [address for address, _text in self.links if re.fullmatch(pattern, urlsplit(address).path)]

    @cached_property
    def forms(self) -> list[Form]:
        return [self._form(one) for one in self.tree.iter("form")]

    def form(self, pattern: str) -> Form | None:
        """The first form that is posted to a path matching `pattern`."""
        posted = (f for f in self.forms if f.method == "POST")
        return next((f for f in posted if re.fullmatch(pattern, urlsplit(f.action).path)), None)

    @cached_property
    def facts(self) -> dict[str, str]:
        """Term → description of the page's lists of facts; the first of each term."""
        found: dict[str, str] = {}
        for term in self.tree.iter("dt"):
            told = term.getnext()
            if told is not None and told.tag == "dd":
                found.setdefault(plain(term.text_content()), plain(told.text_content()))
        return found

    def _form(self, element) -> Form:
        fields: dict[str, Field] = {}
        buttons = []
        inside = element.xpath(".//input|.//select|.//textarea|.//button")
        elsewhere = (
            self.tree.xpath(f"//*[@form='{element.get('id')}' and @name]") if element.get("id") else []
        )
        for one in [*inside, *elsewhere]:
            kind = one.get("type", "text") if one.tag == "input" else one.tag
            if kind in ("submit", "button", "reset", "image"):
                if (one.tag == "button" or kind == "submit") and one.get("form") is None:
                    buttons.append((one.get("name") or "", one.get("value") or ""))
            elif one.get("name") and one.get("disabled") is None:
                self._add(fields, one, kind)
        return Form(
            action=urldefrag(urljoin(self.url, element.get("action") or self.url))[0],
            method=(element.get("method") or "get").upper(),
            fields=list(fields.values()),
            buttons=buttons,
            multipart="multipart" in (element.get("enctype") or ""),
        )

    def _add(self, fields, one, kind) -> None:
        name = one.get("name")
        known = fields.get(name)
        if known is None:
            known = fields[name] = Field(name, kind, label=self._label(one), help=self._help(one))
        known.required = known.required or one.get("required") is not None
        known.most = known.most or one.get("max") or ""
        known.error = known.error or self._error(one)
        if kind in ("radio", "checkbox"):
            value = one.get("value", "on")
            known.options.append((value, self._label(one)))
            if one.get("checked") is not None:
                known.checked.append(value)
        elif kind == "select":
            known.options = [
                (o.get("value", plain(o.text or "")), plain(o.text_content())) for o in one.iter("option")
            ]
            known.checked = [o.get("value", "") for o in one.iter("option") if o.get("selected") is not None]
            known.kind = "choices" if one.get("multiple") is not None else "select"
        else:
            known.value = (one.text or "").removeprefix("\n") if kind == "textarea" else one.get("value", "")

    def _label(self, one) -> str:
        labels = self.tree.xpath("//label[@for=$id]", id=one.get("id")) if one.get("id") else []
        return plain(labels[0].text_content()) if labels else plain(one.get("aria-label") or "")

    def _help(self, one) -> str:
        ids = (one.get("aria-describedby") or "").split()
        told = [found[0] for each in ids if (found := self.tree.xpath("//*[@id=$id]", id=each))]
        return " ".join(plain(each.text_content()) for each in told)

    def _error(self, one) -> str:
        """What stands beside the field as its error: the element that `aria-describedby` would name, or an error in the
        box around it."""
        name = re.sub(r"_\d+$", "", one.get("id") or "") if one.get("type") == "radio" else one.get("id")
        found = self.tree.xpath("//*[@id=$id]", id=f"{name}_error") if name else []
        if not found:
            inside = ".//*[contains(concat(' ', @class, ' '), ' error ')]"
            found = [
                e for box in one.xpath("ancestor::*[contains(@class,'field')][1]") for e in box.xpath(inside)
            ]
        return plain(found[0].text_content()) if found else ""
