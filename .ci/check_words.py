"""Report words of .ci/words.txt in prose: documents, comments, docstrings and translatable strings.

    python .ci/check_words.py            every covered file; exit code 1 and one line per hit if any is found
    python .ci/check_words.py FILE …     of these files, those that are covered (as pre-commit calls it)
    python .ci/check_words.py --all      counts per folder over the whole tree; always exit code 0

Only the standard library is used, so that it runs without an environment.
"""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / ".ci" / "words.txt"
TRANSLATED = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# Where prose is found in files that are not Python.
TEMPLATE = re.compile(
    r"{#(.*?)#}|{% comment %}(.*?){% endcomment %}|{% trans(?:late)? ['\"](.*?)['\"]|"
    r"{% blocktrans[^%]*%}(.*?){% endblocktrans",
    re.S,
)
SCRIPT = re.compile(r"(?:^|\s)//(.*)$|^\s*/?\*+(.*)$")
SHELL = re.compile(r"(?:^|\s)#+(.*)$")
CODE_SPAN = re.compile(r"``.*?``|`[^`]*`|<[^>]*>|\]\([^)]*\)")
IN_COMMENTS = {".js": SCRIPT, ".css": SCRIPT, ".sh": SHELL, ".yml": SHELL, ".toml": SHELL}
BARE = {"Makefile", "Dockerfile", "run", "lint", ".env.example"}


def read_list(text: str) -> tuple[list[str], list[tuple[re.Pattern, str]]]:
    """The covered paths, and each pattern with the term to use instead."""
    covered, words = [], []
    for line in text.splitlines():
        if line.startswith("covers "):
            covered += line.split()[1:]
        elif line and not line.startswith("#"):
            pattern, term = line.split("\t")
            pattern = pattern.replace(" ", r"\s+")
            words.append(
                (re.compile(rf"\b(?:{pattern})\b" if pattern[-1] != ")" else rf"\b(?:{pattern})"), term)
            )
    return covered, [(re.compile(pattern.pattern, re.I), term) for pattern, term in words]


def prose_of(name: str, text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of what people read in the file `name`; nothing for kinds of file that are not known."""
    suffix = Path(name).suffix
    if suffix == ".md":
        fenced = False
        for number, line in enumerate(text.splitlines(), 1):
            if line.lstrip().startswith("```"):
                fenced = not fenced
            elif not fenced and not line.startswith("    "):
                yield number, line
    elif suffix == ".py":
        yield from _python(text)
    elif suffix == ".html":
        for found in TEMPLATE.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, " ".join(part for part in found.groups() if part)
    elif pattern := IN_COMMENTS.get(suffix) or (SHELL if Path(name).name in BARE else None):
        for number, line in enumerate(text.splitlines(), 1):
            for found in pattern.finditer(line):
                yield number, " ".join(part for part in found.groups() if part)


def _python(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node, clean=False):
                yield from _lines(node.body[0].value)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in TRANSLATED:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield from _lines(argument)


def _lines(node: ast.Constant) -> Iterator[tuple[int, str]]:
    for offset, line in enumerate(node.value.splitlines()):
        yield node.lineno + offset, line


def hits_in(name: str, text: str, words) -> Iterator[tuple[int, str, str]]:
    """(line, the word found, the term to use) for every hit in the prose of a file."""
    for number, line in prose_of(name, text):
        shown = CODE_SPAN.sub(" ` ", line)
        for pattern, term in words:
            for found in pattern.finditer(shown):
                yield number, found[0], term


def is_covered(name: str, covered: list[str]) -> bool:
    return any(name == path or name.startswith(path.rstrip("/") + "/") for path in covered)


def tracked() -> list[str]:
    """Names of every file that git knows or would add, without migrations; outside git, of every file in folders whose
    name begins with no dot."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
            "\n"
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if ".git" not in path.parts]
        names = [name for name in names if not re.search(r"(^|/)(\.venv|var|__pycache__|\.\w+_cache)/", name)]
    return sorted(name for name in names if name and "/migrations/" not in name and (ROOT / name).is_file())


def main(arguments: list[str]) -> int:
    covered, words = read_list(LIST.read_text(encoding="utf-8"))
    everything = arguments == ["--all"]
    chosen = tracked() if everything or not arguments else arguments
    counts: Counter = Counter()
    for name in chosen:
        if not (everything or is_covered(name, covered)):
            continue
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        for line, word, term in hits_in(name, text, words):
            counts["/".join(name.split("/")[:2]) if "/" in name else name] += 1
            if not everything:
                print(f"{name}:{line}: “{word}”: {term}")
    if everything:
        for folder, n in counts.most_common():
            print(f"{n:5} {folder}")
        print(f"{counts.total():5} in all")
        return 0
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
