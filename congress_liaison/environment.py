"""Reads settings from the environment and judges each by its name: what is wrong with all of them is said together, in
English and Chinese, before anything starts. A setting that is misread silently does harm: `RETENTION_YEARS=-1` erases.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

YES = ("1", "true", "yes", "on")
NO = ("0", "false", "no", "off")
BROKERS = ("redis", "rediss", "redis+socket", "sentinel", "amqp", "amqps", "memory", "filesystem")
SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
# Parts of names whose values are not shown.
SECRET = ("KEY", "PASSWORD", "DATABASE_URL", "EMAIL_URL", "BROKER_URL")


class Problem(Exception):
    """Raised with what a setting must be: in English, in Chinese."""


class Environment:
    """The settings of this process. Each method reads one; a wrong one is noted, and stands at its default until
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

    def address(self, name: str, *, schemes: Sequence[str] = ("https", "http"), path: bool = True) -> str:
        """Return the address of a server, such as https://host[:port][/path]; "" where none is given."""

        def judge(text: str) -> str:
            self._check_address(text, schemes, path)
            return text

        return self._judged(name, "", judge)

    def addresses(self, name: str) -> list[str]:
        """Return several addresses without a path, comma-separated."""

        def judge(text: str) -> list[str]:
            found = [part.strip() for part in text.split(",") if part.strip()]
            for one in found:
                self._check_address(one, ("https", "http"), False)
            return found

        return self._judged(name, [], judge)

    def _check_address(self, text: str, schemes: Sequence[str], path: bool) -> None:
        good = False
        try:
            parts = urlsplit(text)
            good = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
            good = good and (path or parts.path in ("", "/")) and not re.search(r"\s", text)
        except ValueError:
            pass
        if not good:
            like = f"{schemes[0]}://name[:port]" + ("[/path]" if path else "")
            raise Problem(f"an address like {like}", f"形如 {like} 的地址")

    def names(self, name: str, default: Sequence[str] = ()) -> list[str]:
        """Return words, comma-separated."""
        text = self(name, "").strip()
        return [part.strip() for part in text.split(",") if part.strip()] if text else list(default)

    def answers(self, name: str) -> list[str]:
        """Return answers of a server, comma-separated: a status, or a status and a text in its body (`200:BUSY`)."""
        found = self.names(name)
        for one in found:
            if not re.fullmatch(r"[1-5][0-9]{2}(:.+)?", one):
                self.note(
                    name, one, "statuses like 503 or 200:BUSY", "状态码，如503或200:BUSY，多个用逗号分隔"
                )
        return found

    def hosts(self, name: str, default: Sequence[str]) -> list[str]:
        """Return host names, without a scheme, a path or a port."""
        found = self.names(name, default)
        for host in found:
            if not re.fullmatch(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9A-Fa-f:.]+\]", host):
                self.note(name, host, "host names without https:// and port", "主机名，不含https://和端口")
        return found

    def keys(self, name: str) -> list[str]:
        """Return Fernet keys, comma-separated, each without the end of a line."""
        found = self.names(name)
        try:
            for key in found:
                Fernet(key)
        except ValueError:
            self.note(
                name, "", "Fernet keys: 32 bytes in URL-safe base64, comma-separated",
                "Fernet密钥（32字节，URL安全的base64），多个用逗号分隔",
            )  # fmt: skip
        return found

    def hex_key(self, name: str) -> str:
        """Return a key of 64 hex digits; "" where none is given."""

        def judge(text: str) -> str:
            if not re.fullmatch("[0-9a-fA-F]{64}", text.strip()):
                raise Problem(
                    "64 hex digits (openssl rand -hex 32)", "64位十六进制数（openssl rand -hex 32）"
                )
            return text.strip().lower()

        return self._judged(name, "", judge)

    def span(self, name: str, default: str) -> str:
        """Return hours of a day, 08:30-17:30. An empty setting is a choice of its own: no hours."""
        text = self(name, default).strip()
        if text and not SPAN.fullmatch(text):
            self.note(name, text, "hours like 08:30-17:30, or empty", "形如08:30-17:30的时段，或留空")
            return default
        return text

    def zone(self, name: str, default: str) -> str:
        """Return the name of a time zone."""

        def judge(text: str) -> str:
            try:
                ZoneInfo(text)
            except (OSError, ValueError, KeyError):
                raise Problem("a time zone like Asia/Shanghai", "形如Asia/Shanghai的时区") from None
            return text

        return self._judged(name, default, judge)

    def broker(self, name: str, default: str) -> str:
        """Return the address of a broker."""

        def judge(text: str) -> str:
            if text.split("://", maxsplit=1)[0] not in BROKERS or "://" not in text:
                raise Problem("a broker's address like redis://host:6379/0", "形如redis://主机:6379/0的地址")
            return text

        return self._judged(name, default, judge)

    def scanner(self, name: str) -> str:
        """Return where clamd listens: host:port or the path of a socket."""

        def judge(text: str) -> str:
            if not (text.startswith("/") or re.fullmatch(r"[^\s:/]+:[0-9]{1,5}", text)):
                raise Problem("host:port or the path of a socket", "主机:端口，或套接字的绝对路径")
            return text

        return self._judged(name, "", judge)

    def place(self, name: str) -> str:
        """Return the absolute path of a folder, or s3://bucket/prefix."""

        def judge(text: str) -> str:
            if not (text.startswith("/") or re.fullmatch(r"s3://[A-Za-z0-9._-]{3,63}(/.*)?", text)):
                raise Problem(
                    "the absolute path of a folder, or s3://bucket/prefix",
                    "文件夹的绝对路径，或s3://存储桶/前缀",
                )
            return text

        return self._judged(name, "", judge)

    def sender(self, name: str, default: str) -> str:
        """Return the address that e-mail comes from."""

        def judge(text: str) -> str:
            if not re.fullmatch(r"[^\r\n]*[^\s@]+@[^\s@]+", text):
                raise Problem("an e-mail address", "电子邮件地址")
            return text

        return self._judged(name, default, judge)

    def parsed(self, name: str, default: str, parse: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
        """Return what django-environ makes of the address of a database or mail server."""
        text = self(name, "").strip() or default
        try:
            return parse(text)
        except Exception:  # the library raises whatever its parts raise
            self.note(name, "", "an address as in .env.example", "形如.env.example中示例的地址")
            return parse(default)


def database(url: str) -> dict[str, Any]:
    """Return Django's settings of the database at `url`. Raises ValueError for a kind that the product does not run
    on."""
    found = dict(environ.Env.db_url_config(url))
    if found.get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
        raise ValueError(url)
    return found


def read_files(base: Path) -> tuple[Path, Environment]:
    """Read `.env` beside manage.py and `run.env` in the data folder into the environment, where it does not say
    otherwise; return the data folder and the reader of settings."""
    env = Environment()
    if (base / ".env").exists():
        environ.Env.read_env(base / ".env")
    data = Path(env("DATA_DIR") or base / "var").resolve()
    if (data / "run.env").exists():
        environ.Env.read_env(data / "run.env")
    return data, env
