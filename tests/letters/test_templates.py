"""An office's own template: what is accepted, what is refused and why, versions and the way back."""

import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from accounts.models import AccessRecord
from letters import shipped, templates
from letters.bad_template import BadTemplate
from letters.facts import PLACEHOLDERS, sample
from letters.models import Kind, Template
from letters.rendering import render
from letters.upload import accept
from opinions.workflow import triage

from .conftest import said

pytestmark = pytest.mark.django_db
PLAIN = ("{{ number }}", "{{ addressee }}：", "我局的格式")


def docx(*paragraphs) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def repacked(content: bytes, **more) -> bytes:
    """The same document with parts added or replaced."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in more:
                new.writestr(part.filename, old.read(part))
        for name, text in more.items():
            new.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize("kind", Kind.values)
def test_the_shipped_templates_are_accepted_and_name_their_fonts(kind):
    content = shipped.build(kind)
    accept(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
    assert "方正小标宋简体" in fonts and "仿宋_GB2312" in fonts and "FangSong" in fonts


def test_changed_wording_is_a_new_revision():
    """Letters issued with the former words keep them only if REVISION goes up together with this digest."""
    words = b"".join(path.read_bytes() for path in sorted(shipped.WORDING.glob("*.txt")))
    assert (shipped.REVISION, hashlib.sha256(words).hexdigest()[:12]) == (5, "635422c3021a")


def test_every_placeholder_can_be_used():
    loops = [f"{{%p for line in {name} %}}" for name in PLACEHOLDERS]
    rows = [text for loop in loops for text in (loop, "{{ line }}", "{%p endfor %}")]
    accept(docx(*PLAIN, *(f"{{{{ {name} }}}}" for name in PLACEHOLDERS), *rows))


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["{{ nummer }}"], "unknown", "nummer"),
        (["{{ number }}", "{{ adressee }} {{ foo }}"], "unknown", "adressee, foo"),
        (["{{ number "], "syntax", ""),
        (["{% if number %}"], "syntax", ""),
        (["没有编号"], "missing", "number, addressee"),
        (["{{ number.__class__ }}"], "not_allowed", "Getattr"),
        (["{{ ''.__class__.__mro__ }}"], "not_allowed", "Getattr"),
        (["{{ number['x'] }}"], "not_allowed", "Getitem"),
        (["{{ range(9) }}"], "not_allowed", "Call"),
        (["{{ 'x' * 999999999 }}"], "not_allowed", "Mul"),
        (["{{ 9 ** 9 }}"], "not_allowed", "Pow"),
        (["{{ number|upper }}"], "not_allowed", "Filter"),
        (["{% set x = 1 %}"], "not_allowed", "Assign"),
        (["{% include 'x' %}"], "not_allowed", "Include"),
        (["{% for a in matter %}{% for b in matter %}{{ b }}{% endfor %}{% endfor %}"], "not_allowed", "For"),
    ],
)
def test_what_a_template_may_not_hold_is_named(words, code, what):
    with pytest.raises(BadTemplate) as refused:
        accept(docx(*words))
    assert refused.value.code == code and what in refused.value.what


def test_headers_and_properties_are_watched_as_well():
    document = Document()
    document.add_paragraph("{{ number }}{{ addressee }}")
    document.sections[0].header.paragraphs[0].text = "{{ ''.__class__ }}"
    made = io.BytesIO()
    document.save(made)
    with pytest.raises(BadTemplate, match="not_allowed"):
        accept(made.getvalue())
    document.sections[0].header.paragraphs[0].text = ""
    document.core_properties.title = "{{ nobody }}"
    made = io.BytesIO()
    document.save(made)
    with pytest.raises(BadTemplate, match="unknown"):
        accept(made.getvalue())


RELS = '<Relationships><Relationship Id="r" Target="http://x/" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable"),
        (b"PK\x03\x04 no archive", "unreadable"),
        (repacked(docx("x"), **{"word/document.xml": "<a"}), "unreadable"),
        (docx(*PLAIN) + b"0" * 1024 * 1024, "too_large"),
        (repacked(docx(*PLAIN), **{"word/bomb.xml": b"0" * 20 * 1024 * 1024}), "too_large"),
        (repacked(docx(*PLAIN), **{f"word/p{n}.bin": b"" for n in range(250)}), "too_large"),
        (repacked(docx(*PLAIN), **{"word/vbaProject.bin": b"x"}), "active"),
        (repacked(docx(*PLAIN), **{"word/x.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "active"),
        (repacked(docx(*PLAIN), **{"word/_rels/settings.xml.rels": RELS}), "external"),
    ],
    ids=["empty", "no zip", "broken", "large", "bomb", "parts", "macro", "entity", "external"],
)
def test_files_that_are_none_or_dangerous_are_refused(content, code):
    with pytest.raises(BadTemplate) as refused:
        accept(content)
    assert refused.value.code == code


def test_a_value_is_never_read_as_a_template():
    facts = {**sample(), "addressee": "{{ number }}{% if x %}<w:br/>&amp;"}
    text = Document(io.BytesIO(render(docx(*PLAIN), facts))).paragraphs[1].text
    assert text == "{{ number }}{% if x %}<w:br/>&amp;："


def test_letters_keep_the_version_they_were_issued_with(walk, handed_over, office, cast):
    templates.upload(county=office.jishou, kind="handover", content=docx(*PLAIN), by=cast.administrator)
    opinion = walk.to("routed")
    triage.issue_handover(opinion.number, by=cast.officer, at=walk.later())
    new = type(handed_over).objects.get(about=opinion.number)
    assert "我局的格式" in said(new) and "我局的格式" not in said(handed_over)
    templates.use(county=office.jishou, kind="handover", version=0)
    assert "我局的格式" in said(new)
    other = walk.to("routed")
    triage.issue_handover(other.number, by=cast.officer, at=walk.later())
    assert "我局的格式" not in said(type(new).objects.get(about=other.number))
    assert Template.objects.filter(county=office.jishou).count() == 1


def upload(client, content, **more):
    url = reverse("letters:template", args=["433101", "handover"])
    return client.post(url, {"file": SimpleUploadedFile("函.docx", content), "note": "改了抬头", **more})


def test_the_administrator_uploads_goes_back_and_downloads(client, cast, office):
    client.force_login(cast.administrator)
    assert upload(client, docx(*PLAIN)).status_code == 302
    assert upload(client, docx(*PLAIN, "第二版")).status_code == 302
    page = client.get(reverse("letters:template", args=["433101", "handover"])).content.decode()
    assert "第2版" in page and "改了抬头" in page
    client.post(reverse("letters:template_use", args=["433101", "handover"]), {"version": "1"})
    assert Template.objects.get(in_use=True).version == 1
    present = client.get(reverse("letters:template_docx", args=["433101", "handover", 2])).content
    assert "第二版" in Document(io.BytesIO(present)).paragraphs[-1].text
    trail = AccessRecord.objects.filter(action="set").order_by("pk")
    assert [row.details.get("version") for row in trail] == [1, 2, 1]


def test_a_refused_template_is_explained_beside_the_field_and_nothing_is_kept(client, cast):
    client.force_login(cast.administrator)
    response = upload(client, docx("{{ nummer }}"))
    assert response.status_code == 422
    assert "nummer" in response.content.decode() and "改了抬头" in response.content.decode()
    assert not Template.objects.exists()
