"""The word list finds private dialect in prose and leaves identifiers alone; what it covers is free of it."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("check_words", ROOT / ".ci" / "check_words.py")
check_words = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check_words)
COVERED, WORDS = check_words.read_list((ROOT / ".ci" / "words.txt").read_text(encoding="utf-8"))


def found(name: str, text: str) -> list[tuple[int, str]]:
    return [(line, word) for line, word, _term in check_words.hits_in(name, text, WORDS)]


def test_it_sees_docstrings_comments_and_translated_strings_and_nothing_else_of_python():
    source = '''"""Reckon it
anew."""
anew = 1  # whoever comes
_("The rungs")
plain("the rungs")
'''
    assert found("opinions/x.py", source) == [(3, "whoever"), (2, "anew"), (4, "rungs")]


def test_it_leaves_code_in_documents_alone():
    text = "It climbs.\n`ladder` and [a](ladder.md)\n```\nrungs\n```\n    gathered()\n"
    assert found("docs/x.md", text) == [(1, "climbs")]


def test_it_sees_comments_and_translations_of_templates():
    text = '{# anew #}\n<p>rungs</p>{% trans "the ladder" %}\n{% blocktrans %}at\nonce{% endblocktrans %}'
    assert found("templates/x.html", text) == [(1, "anew"), (2, "ladder"), (3, "at\nonce")]


def test_beside_may_mean_next_to():
    assert found("docs/x.md", "422 beside the field") == []
    assert found("docs/x.md", "Beside these, there is another") == [(1, "Beside")]


def test_what_is_covered_exists():
    assert [path for path in COVERED if not (ROOT / path).exists()] == []


def test_what_is_covered_is_free_of_these_words(capsys):
    assert check_words.main([]) == 0, capsys.readouterr().out
