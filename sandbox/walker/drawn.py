"""The settings of one walk's office, drawn from its seed: everything that an office may choose."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

BASE = "https://localhost"
PATIENCE = timedelta(minutes=10)  # within which a text message is on its way, outside quiet hours
CHINA = ZoneInfo("Asia/Shanghai")
IN_MEMORY = "django.core.files.storage.InMemoryStorage"
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
WORLDS = ("empty", "furnished")
COUNTIES = {"433101": "吉首市", "433123": "凤凰县"}
STARTS = ["2026-03-02", "2026-04-02", "2026-06-15", "2026-09-14", "2026-09-25", "2026-12-07"]
CLOCKS = {
    "triage": (1, 4),
    "signing": (1, 3),
    "return": (1, 4),
    "handling": (1, 20),
    "report_back": (1, 4),
    "window": (3, 15),
    "suspension": (1, 8),
}
MATTERS = ("enquiry", "help", "complaint", "proposal")


@dataclass
class Drawn:
    seed: int
    world: str
    start: datetime
    quiet_hours: str
    idle_minutes: int
    public_url: str
    second_factor: tuple = ()
    letters: dict = field(
        default_factory=dict
    )  # county → None (no organ), False, True (a letter with every routing)
    limits: dict = field(default_factory=dict)  # (county, clock, matter) → working days
    ladder: str = ""  # the county with a ladder of its own
    keywords: bool = False  # whether the categories name words, so that the system routes by itself
    merger: bool = False
    leaver: bool = False

    def told(self) -> str:
        """One line for a person."""
        limits = " ".join(
            f"{c or 'all'}/{k}/{m or 'any'}={d}" for (c, k, m), d in sorted(self.limits.items())
        )
        letters = {None: "no organ", False: "letters by hand", True: "letters with every routing"}
        return (
            f"seed {self.seed}: {self.world} office from {self.start:%Y-%m-%d}; "
            f"{'; '.join(f'{c} {letters[v]}' for c, v in self.letters.items())}; limits {limits or 'as by rule'}; "
            f"idle logout after {self.idle_minutes} min; quiet {self.quiet_hours or 'never'}; "
            f"second factor {','.join(self.second_factor) or 'nobody'}; "
            f"public address {'set' if self.public_url else 'not set'}; ladder of {self.ladder or 'nobody'}; "
            f"keywords {self.keywords}; township merger {self.merger}; a handler leaves {self.leaver}"
        )


def draw(seed: int, world: str = "") -> Drawn:
    rng = Random(f"office {seed}")
    world = world or WORLDS[seed % 2]
    start = datetime.fromisoformat(rng.choice(STARTS)).replace(hour=9, tzinfo=CHINA)
    found = Drawn(
        seed, world, start, rng.choice(["21:00-08:00", "", "22:00-07:00"]), rng.choice([30, 600, 600]), ""
    )
    found.public_url = rng.choice(["", "https://localhost"])
    # By default nobody is asked for a second factor; an office may ask it of some roles or of all.
    found.second_factor = rng.choice(
        [(), (), ("administrator",), ("triage_officer", "supervisor", "administrator")]
    )
    found.letters = {county: rng.choice([None, False, True, True]) for county in COUNTIES}
    for _place in range(rng.choice([0, 2, 4])):
        clock = rng.choice(list(CLOCKS))
        matter = rng.choice(MATTERS) if clock == "handling" else ""
        county = rng.choice(["", *COUNTIES])
        found.limits[county, clock, matter] = rng.randint(*CLOCKS[clock])
    found.ladder = rng.choice(["", "", *COUNTIES])
    found.keywords = world == "furnished" and rng.random() < 0.5
    found.merger, found.leaver = rng.random() < 0.3, rng.random() < 0.3
    return found


def settings_of(drawn: Drawn) -> dict:
    """What Django runs under: production's defaults, with what the office chose. Passwords are hashed quickly, since
    hundreds of logins say nothing about the product."""
    return {
        "DEBUG": False,
        "ALLOWED_HOSTS": ["localhost"],
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECOND_FACTOR_ROLES": list(drawn.second_factor),
        "QUIET_HOURS": drawn.quiet_hours,
        "PUBLIC_URL": drawn.public_url,
        "SESSION_COOKIE_AGE": 60 * drawn.idle_minutes,
        "SMS_GATEWAY": "sandbox.walker.phones.Gateway",
        "PASSWORD_HASHERS": [
            "django.contrib.auth.hashers.MD5PasswordHasher",
            "accounts.passwords.SecretHasher",
        ],
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
        "STORAGES": {"default": {"BACKEND": IN_MEMORY}, "staticfiles": {"BACKEND": PLAIN_FILES}},
    }
