"""The citizens' phones: the SMS gateway of a walk, which keeps what arrives and when."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone


@dataclass(frozen=True)
class Text:
    at: datetime
    phone: str
    words: str


ARRIVED: list[Text] = []


class Gateway:
    def send(self, *, phone: str, text: str, reference: str) -> None:
        ARRIVED.append(Text(timezone.localtime(), phone, text))
