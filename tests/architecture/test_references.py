"""What documents, comments and docstrings refer to exists: files, decision records, make targets, commands, settings.

Only the text is read that people read (see `.ci/check_words.py`), and in documents the code spans and links in it.
A reference in a comment may be relative to the file's own folder or to a folder above it.
"""

import builtins
import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("check_words", ROOT / ".ci" / "check_words.py")
prose = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(prose)

FILES = frozenset(prose.tracked())
MIGRATIONS = frozenset(
    path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/migrations/*.py") if path.is_file()
)
KNOWN = FILES | MIGRATIONS
FOLDERS = frozenset(folder.as_posix() for name in KNOWN for folder in Path(name).parents)
NAMES = frozenset(Path(name).name for name in KNOWN)
TOP = {name.split("/")[0] for name in KNOWN if "/" in name}
PACKAGES = {name.split("/")[0] for name in KNOWN if name.endswith("/__init__.py") and name.count("/") == 1}
# Files and folders that only exist where the product runs, or that a command writes.
MADE = ("var/", "secrets/", "staticfiles/", "run.env", ".env", "walk.sqlite3", "test-results/")
SUFFIXES = "py|md|html|js|css|sh|txt|csv|toml|yml|yaml|svg|po|lock|docx"
PATH = re.compile(rf"(?<![\w./<{{*…-])((?:[\w.-]+/)*[\w-][\w.-]*\.(?:{SUFFIXES}))(?![\w/]|\.\w)")
FOLDER = re.compile(r"(?<![\w./<{*-])((?:[a-z_.-]+/)+)(?![\w<{*…])")
MODULE = re.compile(r"(?<![\w./-])([a-z_]+(?:\.[a-zA-Z_]\w*)+)(?![\w/])")
SPAN = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
RECORD = re.compile(r"\bADRs?:? ((?:\d{4}(?:, | and | or )?)+)|docs/adr/(\d{4})")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
CAPITALS = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
SETTING = re.compile(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$")
# A file that a person brings, in the usage line of a command.
GIVEN = re.compile(r"FILE\.\w+|\d{4}\.csv")
# Settings and names of other programs that the documents speak of.
FOREIGN = {"WEB_CONCURRENCY"}
DJANGO_COMMANDS = {
    "check", "collectstatic", "compilemessages", "createsuperuser", "loaddata", "makemessages", "makemigrations",
    "migrate", "runserver", "shell", "test", "dbshell", "dumpdata", "sqlmigrate", "showmigrations", "changepassword",
}  # fmt: skip
IDENTIFIER = re.compile(r"(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)(\(.*\))?")
LOOKS_LIKE_CODE = re.compile(r".*_.*|[A-Z][a-z]+[A-Z]\w*")
# Names of examples in the how-to pages, and of standard terms (renaming under way) that the code does not have yet.
EXAMPLES = {"escalated_rate"}
DOCUMENTS = sorted(name for name in FILES if name.endswith(".md"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def texts() -> list[tuple[str, int, str]]:
    """(file, line, text) of everything that is read by people; of documents the code spans alone."""
    found = []
    for name in sorted(FILES):
        if Path(name).suffix in {".mo", ".po", ".csv", ".png", ".svg", ".docx", ".xlsx"}:
            continue
        try:
            text = read(name)
        except UnicodeDecodeError:
            continue
        found += [(name, line, said) for line, said in prose.prose_of(name, text)]
    return found


TEXTS = texts()


def exists(path: str, of: str) -> bool:
    """Whether `path`, as the file `of` says it, is a file or folder here: from the root, from the folder of `of` or one
    above it, among templates or static files, or, for a bare name, anywhere."""
    wanted = path.rstrip("/")
    if path.startswith(MADE) or ("/" not in wanted and wanted in NAMES | {Path(f).name for f in FOLDERS}):
        return True
    bases = ["", "templates/", "static/", *(f"{folder.as_posix()}/" for folder in Path(of).parents)]
    return any(base + wanted in KNOWN or base + wanted in FOLDERS for base in bases)


def missing_paths(name: str, text: str) -> list[str]:
    """The paths in `text`, a line of the file `name`, that lead nowhere."""
    pieces = SPAN.findall(text) if name.endswith(".md") else [text]
    found = []
    for piece in pieces:
        if "://" in piece or "<" in piece:
            continue
        named = [path for path in PATH.findall(piece) if not GIVEN.fullmatch(path)]
        found += [path for path in named if not exists(path, name)]
        found += [
            folder
            for folder in FOLDER.findall(piece)
            if folder.split("/")[0] in TOP and not exists(folder, name)
        ]
    return found


def has_module(dotted: str) -> bool:
    """Whether `opinions.workflow.register` or a name in a module exists; true for what begins with no package here."""
    parts = dotted.split(".")
    if parts[0] not in PACKAGES:
        return True
    for length in range(len(parts), 0, -1):
        path = "/".join(parts[:length])
        rest = parts[length:]
        for file in (f"{path}.py", f"{path}/__init__.py"):
            if file in KNOWN:
                return not rest or bool(re.search(rf"\b{rest[0]}\b", read(file)))
    return False


def report(found) -> str:
    return "\n".join(f"{name}:{line}: {what}" for name, line, what in found)


def test_the_rule_sees_paths_in_documents_and_comments():
    assert missing_paths("docs/x.md", "see `opinions/nowhere.py` and `README.md`, not opinions/else.py") == [
        "opinions/nowhere.py"
    ]
    assert missing_paths("opinions/x.py", "# see opinions/nowhere.py, docs/adr/ and lettersx/") == [
        "opinions/nowhere.py"
    ]
    assert missing_paths("opinions/x.py", "# see opinions/nowhere/") == ["opinions/nowhere/"]
    assert not has_module("opinions.nowhere.f") and has_module("accounts.actors.Actor")


def test_every_file_that_is_named_exists():
    found = [(name, line, path) for name, line, text in TEXTS for path in missing_paths(name, text)]
    assert not found, report(found)


def test_every_module_that_is_named_exists():
    found = [
        (name, line, dotted)
        for name, line, text in TEXTS
        for piece in (SPAN.findall(text) if name.endswith(".md") else [text])
        for dotted in MODULE.findall(piece)
        if not dotted.endswith(tuple(f".{suffix}" for suffix in SUFFIXES.split("|")))
        and not has_module(dotted)
    ]
    assert not found, report(found)


def test_every_link_between_documents_leads_somewhere():
    found = [
        (name, 0, target)
        for name in DOCUMENTS
        for target in LINK.findall(read(name))
        if not (ROOT / name).parent.joinpath(target).exists()
    ]
    assert not found, report(found)


def records() -> dict[str, list[str]]:
    """Number → names of the decision records that have it."""
    found: dict[str, list[str]] = {}
    for name in FILES:
        if number := re.match(r"docs/adr/(\d{4})-", name):
            found.setdefault(number[1], []).append(name)
    return found


def test_every_decision_record_that_is_named_exists():
    known = records()
    found = [
        (name, line, number)
        for name, line, text in TEXTS
        for listed, single in RECORD.findall(text)
        for number in re.findall(r"\d{4}", listed or single)
        if number not in known
    ]
    assert not found, report(found)


def test_every_decision_record_has_a_number_of_its_own_and_none_is_left_out():
    known = records()
    assert {number: names for number, names in known.items() if len(names) > 1} == {}
    assert sorted(known) == [f"{n:04}" for n in range(1, len(known) + 1)]


@pytest.mark.parametrize("number", sorted(records()))
def test_a_decision_record_has_title_date_status_and_its_four_parts(number):
    text = read(records()[number][0])
    assert re.match(rf"# {number} \S", text)
    status = re.search(r"^Date: \d{4}-\d{2}-\d{2}\b.*Status: (accepted|superseded by (\d{4}))\b", text, re.M)
    assert status, "Date: 2026-01-31. Status: accepted."
    assert status[2] is None or status[2] in records()
    headings = re.findall(r"^## (.+)$", text, re.M)
    assert headings == ["Context", "Decision", "Rejected", "Consequences"]


def test_the_index_of_decision_records_lists_each_with_its_status():
    rows = re.findall(
        r"^\| \[(\d{4})\]\((\S+)\) \| (.+?) \| (\S+) \| (.+?) \|$", read("docs/adr/README.md"), re.M
    )
    listed = {number: (f"docs/adr/{file}", title, date, status) for number, file, title, date, status in rows}
    expected = {}
    for number, [name] in records().items():
        text = read(name)
        title = re.match(r"# \d{4} (.+)", text)[1]
        date, status = re.search(
            r"^Date: ([\d-]+)\b.*Status: (accepted|superseded by \d{4})", text, re.M
        ).groups()
        expected[number] = (name, title, date, status)
    assert listed == expected


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    found = [
        (name, line, f"make {target}")
        for name, line, text in TEXTS
        for piece in (SPAN.findall(text) if name.endswith(".md") else re.findall(r"`([^`]+)`", text))
        for target in TARGET.findall(piece)
        if target not in targets
    ]
    assert not found, report(found)


def commands() -> set[str]:
    return {Path(name).stem for name in FILES if "/management/commands/" in name} | DJANGO_COMMANDS


def test_every_management_command_that_is_named_exists():
    found = [
        (name, line, command)
        for name, line, text in TEXTS
        for span in SPAN.findall(text)
        for command in COMMAND.findall(span)
        if command not in commands()
    ]
    assert not found, report(found)


def test_the_commands_listed_in_the_readme_exist():
    table = re.findall(r"^\| (`[^|]+) \|", read("README.md"), re.M)
    named = {span.split()[0] for cell in table for span in SPAN.findall(cell)}
    assert len(named) > 10
    assert named - commands() == set()


def sources() -> list[str]:
    """The text of every file with code or settings, without this one."""
    suffixes = {".py", ".js", ".html", ".css", ".toml", ".yml", ".sh", ".example", ""}
    own = Path(__file__).relative_to(ROOT).as_posix()
    return [read(name) for name in sorted(FILES - {own}) if Path(name).suffix in suffixes]


def test_every_identifier_that_documents_name_is_in_the_code():
    """A code span that looks like an identifier, as `PastRound` or `due_on` do, is a word of some file."""
    known = {word for text in sources() for word in re.findall(r"\w+", text)} | EXAMPLES | set(dir(builtins))
    found = [
        (name, line, span)
        for name, line, text in TEXTS
        if name.endswith(".md")
        for span in SPAN.findall(text)
        if (named := IDENTIFIER.fullmatch(span))
        and (named[2] or LOOKS_LIKE_CODE.fullmatch(named[1]))
        and named[1] not in known
    ]
    assert not found, report(found)


def test_every_setting_that_documents_name_is_known_to_the_code():
    """A name in capitals in a code span of a document: a setting, a variable of make, or a constant of the code."""
    known = {word for text in sources() for word in CAPITALS.findall(text)} | FOREIGN
    known |= {name.removesuffix("_FILE") for name in known} | {f"{name}_FILE" for name in known}
    found = [
        (name, line, span)
        for name, line, text in TEXTS
        if name.endswith(".md")
        for span in SPAN.findall(text)
        if SETTING.match(span) and span not in known
    ]
    assert not found, report(found)


def test_every_setting_of_the_environment_is_explained():
    """What settings.py reads from the environment is in .env.example."""
    read_by_code = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", read("congress_liaison/settings.py")))
    explained = set(re.findall(r"\b[A-Z][A-Z_]+\b", read(".env.example")))
    assert len(read_by_code) > 20
    assert read_by_code - explained == set()
