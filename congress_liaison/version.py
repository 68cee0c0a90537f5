"""The version of the product, which is stated in pyproject.toml alone."""

import tomllib
from pathlib import Path

_STATED_IN = Path(__file__).resolve().parent.parent / "pyproject.toml"
VERSION: str = tomllib.loads(_STATED_IN.read_text(encoding="utf-8"))["project"]["version"]
