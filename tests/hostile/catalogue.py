"""All hostile cases in one list, and the page docs/hostile-input.md that prints it:

python -m tests.hostile.catalogue > docs/hostile-input.md
"""

import os

import tests.environment  # noqa: F401  its settings, when this is run as a program

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "congress_liaison.settings")

from tests.hostile.books import BOOKS, HEAVY
from tests.hostile.case import Case
from tests.hostile.requests import GROUPS
from tests.hostile.texts import TEXTS
from tests.hostile.uploads import UPLOADS

TEXT_ANSWER = "taken and shown as text, or 422 beside the field"
CATALOGUE = {
    "Text, in every field of the citizen's, the clerk's and the agency's forms, every filter and every address": TEXTS,
    "Files, with the citizen's form and as photos of a studio": UPLOADS,
    "Spreadsheets, to the imports of opinions, deputies, studios and the calendar": [*BOOKS, *HEAVY],
    **GROUPS,
}
COUNT = sum(map(len, CATALOGUE.values()))
INTRODUCTION = f"""# Hostile input

What has been sent to the product to harm or confuse it, and what the sender is told: {COUNT} cases. None may end in
an error of ours (500). The tests in tests/hostile/ send each of them; this page is printed from their lists
(`python -m tests.hostile.catalogue`), and a test fails when it is out of date. In addition, every form of every page
is filled in wrongly at random: `make fuzz REQUESTS=5000`.
"""


def answer(case) -> str:
    if not isinstance(case, Case):
        return TEXT_ANSWER
    return f"{case.status} {case.told}".strip()


def page() -> str:
    lines, count = [INTRODUCTION], 0
    for group, cases in CATALOGUE.items():
        lines += [f"## {group}", "", "| no. | what | answer |", "|---|---|---|"]
        for case in cases:
            count += 1
            what = repr(str(case))[1:-1].replace("|", "\\|")
            lines.append(f"| {count} | {what} | {answer(case)} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    import django

    django.setup()
    print(page(), end="")
