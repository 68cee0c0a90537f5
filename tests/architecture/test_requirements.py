"""What production installs is pinned to the byte: requirements.lock follows requirements.txt, each file by its hash.

The advisories of the package index cannot be asked from everywhere (`make audit` does where it can); that no package
is another than the one that was looked at, can be checked without a line.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def pinned(text: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+?)[;\s]", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_every_requirement_is_locked_at_its_version():
    wanted = pinned((ROOT / "requirements.txt").read_text())
    locked = pinned((ROOT / "requirements.lock").read_text())
    assert wanted.items() <= locked.items() and len(locked) > len(wanted)


def test_every_locked_package_has_its_hashes():
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text())[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_production_installs_from_the_lock_and_nothing_else():
    assert "--require-hashes -r requirements.lock" in (ROOT / "Dockerfile").read_text()
