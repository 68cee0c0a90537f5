"""What a Word document may consist of: each spelling by which one fetches, runs or shows something else is refused, in
a template before it is kept and in each letter before it leaves."""

import io
import zipfile

import pytest
from django.urls import reverse
from docx import Document
from docx.oxml import parse_xml

from letters.bad_template import BadTemplate
from letters.models import Letter, Template
from letters.package import check
from letters.services import docx_of
from letters.upload import accept
from opinions.workflow import triage

from .test_templates import PLAIN, docx, repacked

pytestmark = pytest.mark.django_db

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HOST = "http://192.0.2.7/x"


def relations(kind="image", mode="TargetMode='External'", target=HOST, head=""):
    return (
        f"{head}<Relationships xmlns='{RELATIONS}'><Relationship Id='r9' Type='{OFFICE}/{kind}' "
        f"Target='{target}' {mode}/></Relationships>"
    )


def beside(text: str | bytes) -> bytes:
    """A document with one more part of relations."""
    return repacked(docx(*PLAIN), **{"word/_rels/footnotes.xml.rels": text})


def with_xml(xml: str) -> bytes:
    """A document with one more paragraph, whose content is `xml`."""
    document = Document(io.BytesIO(docx(*PLAIN)))
    document.element.body.insert(0, parse_xml(f'<w:p xmlns:w="{W}" xmlns:r="{OFFICE}">{xml}</w:p>'))
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def field(*pieces: str) -> bytes:
    """A document with a field whose code is in `pieces`, each a run of its own."""
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return with_xml(begin + runs + end)


def simple(code: str) -> bytes:
    return with_xml(f'<w:fldSimple w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')


REFUSED = {
    "single quotes": (beside(relations()), "external"),
    "character references": (beside(relations(mode="TargetMode='&#69;xternal'")), "external"),
    "UTF-16": (beside(relations(head='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16")), "external"),
    "spaces around the sign": (beside(relations(mode="TargetMode = 'External'")), "external"),
    "another word": (beside(relations(mode="TargetMode='external'")), "external"),
    "an address without the mode": (beside(relations(mode="")), "external"),
    "a file share": (beside(relations(mode="", target="\\\\192.0.2.7\\x")), "external"),
    "template fetched": (beside(relations("attachedTemplate", mode="", target="x.dotm")), "active"),
    "altChunk": (beside(relations("aFChunk", mode="", target="x.html")), "active"),
    "OLE": (beside(relations("oleObject", mode="", target="embeddings/x.bin")), "active"),
    "OLE under another name": (repacked(docx(*PLAIN), **{"word/media/logo.png": b"\xd0\xcf\x11\xe0" * 9}), "active"),
    "a program beside": (repacked(docx(*PLAIN), **{"word/media/logo.exe": b"MZ"}), "active"),
    "a page beside": (repacked(docx(*PLAIN), **{"word/chunk.html": b"<p>x"}), "active"),
    "element altChunk": (with_xml('<w:r><w:altChunk r:id="r9"/></w:r>'), "active"),
    "element object": (with_xml("<w:r><w:object/></w:r>"), "active"),
    "picture by address": (
        with_xml(f'<w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="{HOST}"/></w:pict></w:r>'),
        "external",
    ),
    "DDEAUTO": (field(' DDEAUTO c:\\cmd.exe "/c calc" '), "active"),
    "DDEAUTO in pieces": (field(" DDE", "AUTO ", 'c "x"'), "active"),
    "DDEAUTO in small letters": (field("ddeauto c x"), "active"),
    "INCLUDEPICTURE": (field(f'INCLUDEPICTURE "{HOST}"'), "active"),
    "INCLUDETEXT": (simple("INCLUDETEXT c:/x.docx"), "active"),
    "HYPERLINK": (simple(f"HYPERLINK {HOST}"), "active"),
    "a code without a field": (with_xml("<w:r><w:instrText>DDEAUTO c x</w:instrText></w:r>"), "active"),
    "a field that does not end": (
        with_xml('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE c x</w:instrText></w:r>'),
        "active",
    ),
    "a field in a field": (
        with_xml(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE c x</w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        ),
        "active",
    ),
    "a part twice": (repacked(docx(*PLAIN), **{"word/Document.xml": b"<a/>"}), "active"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "code"), REFUSED.values(), ids=REFUSED)
def test_what_fetches_runs_or_shows_something_else_is_refused(content, code):
    with pytest.raises(BadTemplate) as refused:
        accept(content)
    assert refused.value.code == code


def test_macros_are_refused_by_what_the_document_says_it_is():
    content = docx(*PLAIN)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    macro = types.replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    assert macro != types
    with pytest.raises(BadTemplate, match="active"):
        accept(repacked(content, **{"[Content_Types].xml": macro}))


@pytest.mark.parametrize(
    "content", [field(" PAGE "), field(" NUM", "PAGES \\* MERGEFORMAT "), simple(" PAGE ")]
)
def test_the_fields_of_a_page_number_are_taken(content):
    accept(content)


def test_a_field_code_from_what_was_filled_in_is_refused_in_the_letter(client, walk, cast, office):
    """A template older than the check, whose field takes its code from the title of the matter."""
    content = simple("{{ title }}")
    with pytest.raises(BadTemplate):
        check(content)
    Template.objects.create(
        county=office.jishou, kind="handover", version=1, content=content, in_use=True,
        uploaded_by=cast.administrator, uploaded_at=walk.later(),
    )  # fmt: skip
    opinion = walk.to("routed")
    triage.issue_handover(opinion.number, by=cast.officer, at=walk.later())
    letter = Letter.objects.get(about=opinion.number)
    with pytest.raises(BadTemplate):
        docx_of(letter)
    client.force_login(cast.officer)
    page = client.get(reverse("letters:detail", args=[letter.pk]))
    assert page.status_code == 200 and "模板" in page.content.decode()
    sent = client.get(reverse("letters:docx", args=[letter.pk]))
    assert (sent.status_code, sent.url) == (302, reverse("letters:detail", args=[letter.pk]))
    assert client.get(reverse("letters:print", args=[letter.pk])).status_code == 302
