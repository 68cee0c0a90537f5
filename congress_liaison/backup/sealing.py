"""Encryption of archives: the age format (age-encryption.org/v1), so that an archive opens without this product too."""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from pyrage import decrypt_io, encrypt_io, x25519

from . import Refused

SHORTEST = 32
ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"  # BIP 173


def identity(key: str) -> Any:
    """Return the age identity that belongs to BACKUP_KEY: one given as such, or one made of a long random text. Raises
    Refused for a key that is missing or short."""
    key = key.strip()
    if key.startswith("AGE-SECRET-KEY-1"):
        return x25519.Identity.from_str(key)
    if len(key) < SHORTEST:
        raise Refused(
            f"BACKUP_KEY must be a random text of at least {SHORTEST} characters, or an age identity"
        )
    return x25519.Identity.from_str(_bech32("age-secret-key-", hashlib.sha256(key.encode()).digest()).upper())


def _bech32(prefix: str, data: bytes) -> str:
    """Encode as BIP 173 does, which age uses for its keys."""
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    words = [int(bits[n : n + 5], 2) for n in range(0, len(bits), 5)]
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*spread, *words, 0, 0, 0, 0, 0, 0]) ^ 1
    words += [check >> 5 * (5 - n) & 31 for n in range(6)]
    return prefix + "1" + "".join(ALPHABET[word] for word in words)


def _polymod(values: list[int]) -> int:
    found = 1
    for value in values:
        top = found >> 25
        found = (found & 0x1FFFFFF) << 5 ^ value
        for n, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            found ^= generator if top >> n & 1 else 0
    return found


class _Other(threading.Thread):
    """The other end of a pipe; `error` is what it raised, once it has been joined."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.work()
        except BaseException as error:
            self.error = error


@contextmanager
def encrypting(target: IO[bytes], key: str) -> Iterator[IO[bytes]]:
    """Give a file to write clear bytes into, which arrive in `target` encrypted."""
    recipients = [identity(key).to_public()]
    out, into = os.pipe()

    def work() -> None:
        with os.fdopen(out, "rb") as clear:
            encrypt_io(clear, target, recipients)

    other = _Other(work)
    with os.fdopen(into, "wb") as clear:
        yield clear
    other.join()
    if other.error is not None:
        raise other.error


@contextmanager
def decrypting(source: IO[bytes], key: str) -> Iterator[IO[bytes]]:
    """Give a file to read the clear bytes of `source` from. Raises Refused, at its end too, for a wrong key or a
    damaged archive."""
    identities = [identity(key)]
    out, into = os.pipe()

    def work() -> None:
        with os.fdopen(into, "wb") as clear:
            decrypt_io(source, clear, identities)

    other = _Other(work)
    try:
        with os.fdopen(out, "rb") as clear:
            yield clear
            while clear.read(1 << 20):  # to its end, so that all of it is judged
                pass
    except Refused:
        raise
    except Exception as error:  # what is wrong with the archive says more than how its reader failed
        other.join()
        raise _damaged(other.error or error) from error
    other.join()
    if other.error is not None:
        raise _damaged(other.error)


def _damaged(error: BaseException) -> Refused:
    return Refused(f"the archive cannot be decrypted: BACKUP_KEY is another, or it is damaged ({error})")
