"""The kinds of values that only a server's settings have: addresses, hosts, keys, hours, places."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet

from congress_liaison.environment.reader import Problem, Reader

BROKERS = ("redis", "rediss", "redis+socket", "sentinel", "amqp", "amqps", "memory", "filesystem")
SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


class Environment(Reader):
    """Reads every kind of setting."""

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
