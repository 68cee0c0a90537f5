"""The data folder of `make run`: its lock, its secrets, and run.env, which tells manage.py where all is."""

import fcntl
import os
import secrets
import string
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from congress_liaison.run import Refused

# The settings in run.env, given by the operator or made here.
HANDED_ON = (
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "PHONE_INDEX_KEY",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "HTTPS",
)


def open_folder(path: Path) -> Path:
    """Make the folder, closed to other people of this machine: it holds keys and personal data. Raises Refused if that
    is not possible."""
    try:
        for folder in (path, path / "logs"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
    except OSError as error:
        raise Refused(f"the data folder {path} cannot be used: {error.strerror}") from error
    return path


def lock(folder: Path, address: str) -> TextIO:
    """Lock the folder for this process and return the open file that holds the lock; the kernel releases it however the
    process ends. Raises Refused if another process has it."""
    file = open(folder / "run.lock", "a+")  # noqa: SIM115 (held open on purpose)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise Refused(f"already running in {folder}: {file.read().strip() or 'starting'}") from None
    file.truncate(0)
    file.write(f"process {os.getpid()}, {address}")
    file.flush()
    return file


def write_private(path: Path, text: str) -> None:
    """Write the whole file or nothing, readable by its owner only."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def stored_secret(path: Path, make: Callable[[], str]) -> str:
    """Return the secret in `path`, made by `make` the first time."""
    secret = path.read_text().strip() if path.exists() else ""
    if not secret:
        secret = make()
        write_private(path, secret + "\n")
    return secret


def new_password() -> str:
    """Make a password a person can type that meets the product's own rules: 14 characters of three kinds."""
    # Without the characters that look the same on paper.
    letters = "".join(set(string.ascii_letters) - set("lIO"))
    while True:
        groups = ["".join(secrets.choice(letters + "23456789") for _ in range(4)) for _ in range(3)]
        password = "-".join(groups)
        if all(any(test(c) for c in password) for test in (str.isupper, str.islower, str.isdigit)):
            return password


def write_run_env(folder: Path, made: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Write the settings for manage.py: the operator's own (NAME or NAME_FILE) before those made here."""
    lines = ["# Written by `make run` at every start; settings.py reads it after the environment and .env."]
    for name in HANDED_ON:
        if given.get(f"{name}_FILE"):
            lines.append(f"{name}_FILE={Path(given[f'{name}_FILE']).resolve()}")
        elif given.get(name):
            lines.append(f"{name}={given[name]}")
        elif name in made:
            lines.append(f"{name}={made[name]}")
    write_private(folder / "run.env", "\n".join(lines) + "\n")
