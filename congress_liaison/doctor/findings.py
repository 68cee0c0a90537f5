"""One line of the doctor's report."""

from dataclasses import dataclass

OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True)
class Finding:
    """`level` is OK, WARN or FAIL."""

    level: str
    name: str
    detail: str

    def __str__(self) -> str:
        return f"{self.level:<4} {self.name}: {self.detail}"
