"""Where settings come from: the environment, `.env` beside manage.py, `run.env` in the data folder."""

from pathlib import Path
from typing import Any

import environ

from congress_liaison.environment.kinds import Environment


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
