"""The version is stated in pyproject.toml; image, changelog and the running product name the same one."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
STATED = re.search(r'^version = "(\d+\.\d+\.\d+)"$', (ROOT / "pyproject.toml").read_text(), re.M)[1]
HEADINGS = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)


def test_the_running_product_has_the_stated_version():
    assert settings.VERSION == STATED


def test_the_image_is_named_after_the_stated_version():
    assert f"image: congress-liaison:{STATED}\n" in (ROOT / "docker-compose.yml").read_text()


def test_the_changelog_begins_with_the_stated_version():
    assert HEADINGS[0] == f"Unreleased ({STATED})" or HEADINGS[0].startswith(f"{STATED} (")


def test_released_versions_follow_each_other_with_their_dates():
    released = [re.fullmatch(r"(\d+)\.(\d+)\.(\d+) \((\d{4}-\d{2}-\d{2})\)", heading) for heading in HEADINGS]
    released = [found for found in released if found]
    assert len(released) >= len(HEADINGS) - 1  # only the first may be unreleased
    order = [(tuple(map(int, found.groups()[:3])), found[4]) for found in released]
    assert order == sorted(order, reverse=True)
