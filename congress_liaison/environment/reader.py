"""Reads settings from the environment and judges each by its name: what is wrong with all of them is said together, in
English and Chinese, before anything starts. A setting that is misread silently does harm: `RETENTION_YEARS=-1` erases.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")
# Parts of names whose values are not shown.
SECRET = ("KEY", "PASSWORD", "DATABASE_URL", "EMAIL_URL", "BROKER_URL")


class Problem(Exception):
    """Raised with what a setting must be: in English, in Chinese."""


class Reader:
    """Reads the settings of this process. Each method reads one; a wrong one is noted, and stands at its default until
    `finish` raises."""

    def __init__(self) -> None:
        self.reader = environ.FileAwareEnv()
        self.problems: list[str] = []

    def __call__(self, name: str, default: str = "") -> str:
        """Return the text of a setting, or of the file that NAME_FILE names."""
        try:
            return str(self.reader(name, default=default))
        except (OSError, UnicodeDecodeError) as error:
            path = self.reader.ENVIRON.env.get(f"{name}_FILE", "")
            why = getattr(error, "strerror", None) or "not UTF-8"
            self.note(
                f"{name}_FILE",
                path,
                f"the path of a file that can be read ({why})",
                f"一个可读文件的路径（{why}）",
            )
            return default

    def finish(self) -> None:
        """Raise ImproperlyConfigured naming every setting that is wrong; return when none is."""
        if self.problems:
            raise ImproperlyConfigured(
                "settings that are wrong (.env.example explains each) / 设置有误，说明见 .env.example:\n  "
                + "\n  ".join(self.problems)
            )

    def note(self, name: str, value: object, must: str, chinese: str) -> None:
        """Note that the setting `name`, now `value`, must be something else. A secret's value is not repeated."""
        hidden = any(part in name for part in SECRET) and not name.endswith("_FILE")
        english, present = ("", "") if hidden else (f", not “{value}”", f"，现为“{value}”")
        self.problems.append(f"{name} must be {must}{english} / {name} 应为{chinese}{present}")

    def _judged(self, name: str, default: Any, judge: Callable[[str], Any]) -> Any:
        """Return what `judge` makes of the text; the default where it is empty or wrong. `judge` raises Problem."""
        text = self(name, "").strip()
        if not text:
            return default
        try:
            return judge(text)
        except Problem as problem:
            self.note(name, text, *problem.args)
            return default

    def yes(self, name: str, *, default: bool) -> bool:
        """Return a switch: 1 or 0, in the usual spellings."""

        def judge(text: str) -> bool:
            if text.lower() not in YES + NO:
                raise Problem("1 or 0", "1或0")
            return text.lower() in YES

        return self._judged(name, default, judge)

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        """Return a whole number from `least` to `most`."""

        def judge(text: str) -> int:
            if not re.fullmatch(r"-?[0-9]{1,12}", text) or not least <= int(text) <= most:
                raise Problem(f"a whole number from {least} to {most}", f"{least}到{most}的整数")
            return int(text)

        return self._judged(name, default, judge)

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """Return a number from `least` to `most`."""

        def judge(text: str) -> float:
            if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]+)?", text) or not least <= float(text) <= most:
                raise Problem(f"a number from {least:g} to {most:g}", f"{least:g}到{most:g}的数字")
            return float(text)

        return self._judged(name, default, judge)

    def day(self, name: str) -> date | None:
        """Return a day, written as 2026-11-30; None where none is given."""

        def judge(text: str) -> date:
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise Problem("a day such as 2026-11-30", "日期，例如2026-11-30") from None

        found: date | None = self._judged(name, None, judge)
        return found

    def choice(self, name: str, default: str, choices: Sequence[str]) -> str:
        """Return one of `choices`."""

        def judge(text: str) -> str:
            if text not in choices:
                raise Problem(f"one of {', '.join(choices)}", f"以下之一：{'、'.join(choices)}")
            return text

        return self._judged(name, default, judge)

    def names(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Return words, comma-separated."""
        text = self(name, "").strip()
        return [part.strip() for part in text.split(",") if part.strip()] if text else list(default)

    def parsed(self, name: str, default: str, parse: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        """Return what django-environ makes of the address of a database or mail server."""
        text = self(name, "").strip() or default
        try:
            return parse(text)
        except Exception:  # the library raises whatever its parts raise
            self.note(name, "", "an address as in .env.example", "形如.env.example中示例的地址")
            return parse(default)
