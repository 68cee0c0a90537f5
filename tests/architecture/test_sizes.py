"""Files stay short enough to be read in one go. The aim is 250 and 120 lines; here stands where it ends."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
SETTINGS = ROOT / "congress_liaison" / "settings.py"


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        (
            [
                file
                for room in ROOMS
                for file in room.rglob("*.py")
                if "migrations" not in file.parts and file != SETTINGS
            ],
            300,
        ),
        ([SETTINGS], 400),  # one flat list, read by its headings
        (list((ROOT / "templates").rglob("*.html")), 150),
    ],
    ids=["modules", "settings", "templates"],
)
def test_no_file_is_longer_than_its_limit(files, limit):
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    too_long = {name: lines for name, lines in lengths.items() if lines > limit}
    assert not too_long
