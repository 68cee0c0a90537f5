"""What a Word document may consist of, by allow-list on the parsed package: parts, relations between them, field codes.

A document can fetch from elsewhere, run a program or show another file in many spellings; none of them is looked for.
What is not named here is refused, in a template before it is kept, and in each letter before it leaves (ADR 0016).
"""

import io
import re
import zipfile

from lxml import etree

from .bad_template import BadTemplate

MOST_PARTS = 200
MOST_UNPACKED = 10 * 1024 * 1024
MOST_XML = 2 * 1024 * 1024
PICTURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".gif": b"GIF8"}
OFFICE = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/",
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/",
    "http://schemas.microsoft.com/office/2007/relationships/",
)
# ISO/IEC 29500-1, 15.2, without everything that holds or fetches another file or a program.
RELATIONS = {
    "officeDocument", "styles", "stylesWithEffects", "settings", "webSettings", "fontTable", "theme", "numbering",
    "header", "footer", "footnotes", "endnotes", "image", "core-properties", "extended-properties", "custom-properties",
    "thumbnail", "customXml", "customXmlProps",
}  # fmt: skip
# ISO/IEC 29500-1, 17.16.5, without everything that reads a file, an address, another program or the clock.
FIELDS = {"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "SEQ", "STYLEREF", "TOC", "REF", "PAGEREF"}
# Elements by which a document takes another file into itself.
ACTIVE = {
    "altChunk",
    "object",
    "OLEObject",
    "control",
    "subDoc",
    "movie",
    "frameset",
    "externalData",
    "mailMerge",
}
MAIN = re.compile(r"\.(document|template)\.main\+xml$")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
ADDRESS = re.compile(r"^\s*([a-z][a-z0-9+.-]*:|//|\\\\)", re.I)
FETCHING = {"src", "href", "link", "action"}


def check(content: bytes | memoryview) -> None:
    """Raise BadTemplate unless the .docx in `content` consists of what a letter needs and nothing else. Its sizes are
    what the archive says that unpacking would give; a part that lies about it fails to unpack."""
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        parts = archive.infolist()
        names = [part.filename.lower() for part in parts]
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise BadTemplate("too_large")
        if len(set(names)) != len(names):
            raise BadTemplate("active", max(names, key=names.count))
        for part in parts:
            if not part.is_dir():
                _check_part(part, archive)


def _check_part(part: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    name = part.filename
    suffix = name[name.rfind(".") :].lower()  # also of _rels/.rels, which has nothing before it
    if suffix in PICTURES:
        with archive.open(part) as picture:
            if not picture.read(8).startswith(PICTURES[suffix]):
                raise BadTemplate("active", name)
        return
    if suffix not in (".xml", ".rels"):
        raise BadTemplate("active", name)
    if part.file_size > MOST_XML:
        raise BadTemplate("too_large")
    root = _parsed(archive.read(part), name)
    if suffix == ".rels":
        _check_relations(root, name)
    elif name == "[Content_Types].xml":
        _check_types(root)
    else:
        _check_elements(root, name)
        _check_fields(root, name)


def _parsed(text: bytes, name: str) -> etree._Element:
    """Return the root of a part, whatever encoding it has; nothing of it is fetched or expanded."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise BadTemplate("unreadable", name) from error
    if root.getroottree().docinfo.doctype:
        raise BadTemplate("active", name)
    return root


def _check_relations(root: etree._Element, name: str) -> None:
    for relation in root.iter(etree.Element):
        if relation is root:
            continue
        kind, mode = relation.get("Type", ""), relation.get("TargetMode", "Internal")
        if mode != "Internal" or ADDRESS.match(relation.get("Target", "")):
            raise BadTemplate("external", name)
        prefix, _slash, last = kind.rpartition("/")
        if f"{prefix}/" not in OFFICE or last not in RELATIONS:
            raise BadTemplate("active", f"{name}: {last[:60]}")


def _check_types(root: etree._Element) -> None:
    """The main part must be a document, not one with macros; no part may be a program or another file."""
    kinds = [
        str(element.get("ContentType", "")) for element in root.iter(etree.Element) if element is not root
    ]
    if wrong := [kind for kind in kinds if "macro" in kind.lower() or "oleobject" in kind.lower()]:
        raise BadTemplate("active", wrong[0][:80])
    if not any(MAIN.search(kind) for kind in kinds):
        raise BadTemplate("unreadable", "[Content_Types].xml")


def _check_elements(root: etree._Element, name: str) -> None:
    for element in root.iter(etree.Element):
        local = etree.QName(element).localname
        if local in ACTIVE:
            raise BadTemplate("active", f"{name}: {local}")
        for attribute, value in element.attrib.items():
            if etree.QName(str(attribute)).localname.lower() in FETCHING and ADDRESS.match(str(value)):
                raise BadTemplate("external", name)


def _check_fields(root: etree._Element, name: str) -> None:
    """Read the code of each field as Word does, put together from all of its pieces."""
    open_fields: list[list[str]] = []
    for element in root.iter(etree.Element):
        tag = str(element.tag).replace(STRICT, WORD)
        if tag == f"{WORD}fldSimple":
            _check_code(_attribute(element, "instr"), name)
        elif tag == f"{WORD}fldChar":
            kind = _attribute(element, "fldCharType")
            if kind == "begin":
                open_fields.append([])
            elif open_fields:
                _check_code("".join(open_fields[-1]), name)
                if kind == "end":
                    open_fields.pop()
        elif tag in (f"{WORD}instrText", f"{WORD}delInstrText"):
            if not open_fields:
                raise BadTemplate("active", f"{name}: {(element.text or '')[:40]}")
            open_fields[-1].append(element.text or "")
    for code in open_fields:
        _check_code("".join(code), name)


def _attribute(element: etree._Element, local: str) -> str:
    return str(element.get(f"{WORD}{local}") or element.get(f"{STRICT}{local}") or "")


def _check_code(code: str, name: str) -> None:
    words = code.split()
    if not words or words[0].upper() not in FIELDS:
        raise BadTemplate("active", f"{name}: {' '.join(words)[:40]}")
