"""All settings, read from the environment; a missing or malformed one stops the start with a clear message.

Order of precedence: the process environment, then `.env` beside manage.py, then `run.env` in DATA_DIR (written
by `make run`, so that `manage.py` commands reach the same database and broker). Each setting NAME may be given
as NAME_FILE, the path of a file that holds the value. `.env.example` lists and explains every one.
"""

from pathlib import Path
from typing import Any

import bootstrap_wrapper
import environ
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from .environment.files import database, read_files
from .version import VERSION  # noqa: F401  a setting, shown by `doctor`

BASE_DIR = Path(__file__).resolve().parent.parent

DATA_DIR, env = read_files(BASE_DIR)

DEBUG = env.yes("DEBUG", default=False)
SECRET_KEY = env(
    "SECRET_KEY", default="debug-only-key-of-at-least-fifty-characters-0123456789" if DEBUG else ""
)
if not SECRET_KEY:
    env.note("SECRET_KEY", "", "set (or SECRET_KEY_FILE) unless DEBUG is on", "必填（或SECRET_KEY_FILE）")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.addresses("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "congress_liaison.admin.LiaisonAdminConfig",
    "django_filters",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "axes",
    "common",
    "anchors",
    "accounts",
    "workdays",
    "studios",
    "deputies",
    "notifications",
    "letters",
    "opinions",
    "reports",
    "portal",
    "incoming",
    "congress_liaison",
    "sandbox",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.IdleLogoutMiddleware",
    "common.ui.middleware.LanguageMiddleware",
    "common.security.headers.HardeningMiddleware",
    "common.ui.middleware.ScriptRedirectMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.private_pages.PrivatePagesMiddleware",
    "accounts.middleware.LoginNeededMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.MustChangePasswordMiddleware",
    "portal.errors.StorageDownMiddleware",
]

ROOT_URLCONF = "congress_liaison.urls"
WSGI_APPLICATION = "congress_liaison.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "congress_liaison.navigation.navigation",
                "notifications.context.unread",
                "portal.context.display",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "common.templatetags.liaison",
                "workdays.templatetags.deadlines",
                "portal.templatetags.portal",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- data ------------------------------------------------------------------------------------------------
CONN_MAX_AGE = env.whole("DATABASE_CONN_MAX_AGE", 60, least=0, most=86_400)
DATABASES = {
    "default": env.parsed("DATABASE_URL", f"sqlite:///{DATA_DIR / 'congress_liaison.sqlite3'}", database)
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock when a transaction begins: a later upgrade from read to write could
    # only fail with "database is locked". See docs/adr/0002-two-engines.md.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = CONN_MAX_AGE
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # One opinion with the eight things its page names: PostgreSQL weighs every order of so many joins for 10 ms, and
    # takes half a millisecond to fetch it. Beyond five it takes them as they are written.
    postgres = DATABASES["default"].setdefault("OPTIONS", {})
    postgres.setdefault("options", "-c join_collapse_limit=5")
    # A server that is away or frozen, or a line that is cut, is noticed within seconds (common/db/limits.py has more).
    for name, value in {"connect_timeout": 5, "keepalives_idle": 30, "tcp_user_timeout": 30_000}.items():
        postgres.setdefault(name, value)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Personal data at rest: the first key encrypts, all of them decrypt. Without keys one is derived from SECRET_KEY.
FIELD_ENCRYPTION_KEYS = env.keys("FIELD_ENCRYPTION_KEYS")
# Finds a phone number again without storing it in clear; must never change once opinions exist.
PHONE_INDEX_KEY = env("PHONE_INDEX_KEY", default="")

# The root over all records is signed every night (manage.py anchor): by a key of 64 hex digits, else by one derived
# from SECRET_KEY; public keys of former ones; the file of lines outside the database; who else gets each line.
ANCHOR_KEY = env.hex_key("ANCHOR_KEY")
ANCHOR_FORMER_KEYS = env.names("ANCHOR_FORMER_KEYS")
ANCHORS_FILE = env("ANCHORS_FILE", default=str(DATA_DIR / "anchors"))
ANCHOR_EMAILS = env.names("ANCHOR_EMAILS")

# Years after its last step at which what an opinion says and whose it was is erased, at night; 0: never.
RETENTION_YEARS = env.whole("RETENTION_YEARS", 5, least=0, most=100)
# So many days before, it is planned and shown; and in one night no more than so many are erased.
RETENTION_GRACE_DAYS = env.whole("RETENTION_GRACE_DAYS", 14, least=1, most=366)
RETENTION_A_NIGHT = env.whole("RETENTION_A_NIGHT", 1000, least=1, most=100_000)
# Background work stands still where the clock is further than so many days from when it was last right.
CLOCK_GAP_DAYS = env.whole("CLOCK_GAP_DAYS", 14, least=1, most=366)

# The day on which the office began to work here: from it on, no import enters what was answered elsewhere.
GO_LIVE = env.day("GO_LIVE")

# Uploads: a folder in DATA_DIR, or a bucket of any S3-compatible store. Files are encrypted there, and only ever
# served through the product's own views; boto3 is loaded only then.
ON_DISK = {"BACKEND": "common.security.encrypted_files.EncryptedFolder"}
IN_A_BUCKET: dict[str, Any] = {
    "BACKEND": "common.security.bucket.Bucket",
    "OPTIONS": {
        "bucket_name": env("S3_BUCKET", default=""),
        "endpoint_url": env.address("S3_ENDPOINT") or None,
        "region_name": env("S3_REGION", default="") or None,
        "access_key": env("S3_ACCESS_KEY", default="").strip() or None,
        "secret_key": env("S3_SECRET_KEY", default="").strip() or None,
        "addressing_style": env.choice("S3_ADDRESSING", "auto", ["auto", "path", "virtual"]),
        "default_acl": None,
        "file_overwrite": False,
    },
}
MEDIA_STORAGE = env.choice("MEDIA_STORAGE", "disk", ["disk", "s3"])
if MEDIA_STORAGE == "s3" and not IN_A_BUCKET["OPTIONS"]["bucket_name"]:
    env.note("S3_BUCKET", "", "set where MEDIA_STORAGE is s3", "存储桶名称（MEDIA_STORAGE为s3时必填）")
STORAGES = {
    "default": IN_A_BUCKET if MEDIA_STORAGE == "s3" else ON_DISK,
    "staticfiles": {"BACKEND": "common.ui.static_files.StaticFiles"},
}
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
# Bootstrap comes in a wheel that is no Django app; its files are next to the wheel's module.
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", Path(bootstrap_wrapper.__file__).parent.parent / "bootstrap"),
]
MEDIA_ROOT = DATA_DIR / "media"
# A virus scanner that looks at every upload: host:port or the path of a socket. Empty: none.
CLAMD = env.scanner("CLAMD")
# Where a script runs, the browser makes a photo as small as one whose longest side has this many pixels (a long
# screenshot keeps its width), at this JPEG quality in percent, before it is sent: three photos of a phone then take
# half a minute on a weak line instead of seven.
PHOTO_SIDE = env.whole("PHOTO_SIDE", 1920, least=320, most=10_000)
PHOTO_QUALITY = env.whole("PHOTO_QUALITY", 80, least=10, most=100)

# --- backup (congress_liaison/backup) ---------------------------------------------------------------------
# A folder on another disk, or s3://bucket/prefix at the store of S3_ENDPOINT. Empty: no backups.
BACKUP_TARGET = env.place("BACKUP_TARGET")
# Encrypts archives: a long random text, or an age identity.
BACKUP_KEY = env("BACKUP_KEY", default="").strip()
if BACKUP_TARGET and len(BACKUP_KEY) < 32:
    env.note("BACKUP_KEY", "", "a random text of at least 32 characters", "至少32个字符的随机文本")

# --- people ----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "accounts.passwords.SecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.MixedCharactersValidator"},
    {"NAME": "accounts.passwords.FormerPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
# 等保 2.0: five failures lock the account for thirty minutes; an idle session ends.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
# A further try neither prolongs the lock nor is stored: else a stranger could keep somebody out for good.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "common.security.client_address.client_address"
# People type their password into the field of the name: what is no account is kept as a keyed hash only.
AXES_USERNAME_CALLABLE = "accounts.login_names.counted_as"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
AXES_DISABLE_ACCESS_LOG = True  # the audit trail is the log of logins
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_VERBOSE = False
# axes.W006: the account is locked, as graded protection asks for; the address, which a whole office may share, is
# slowed down (accounts/rate_limit.py). models.W040: columns kept beside an index are PostgreSQL's; on SQLite the plain
# index is enough.
SILENCED_SYSTEM_CHECKS = ["axes.W006", "models.W040"]
# Roles that must give a code from an authenticator app at each login, as people who have set one up do anyway.
SECOND_FACTOR_ROLES = env.names("SECOND_FACTOR_ROLES")
# Logging in elsewhere ends the session before.
# What nobody does alone: grant, reset, unmasked, erase; a second person approves it in the inbox.
TWO_PEOPLE = env.names("TWO_PEOPLE")
ONE_SESSION = env.yes("ONE_SESSION", default=False)
SESSION_COOKIE_AGE = 60 * env.whole("IDLE_LOGOUT_MINUTES", 30, least=1, most=1440)

# --- security --------------------------------------------------------------------------------------------
HTTPS = env.yes("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env.yes("BEHIND_PROXY", default=False)
# How many proxies stand before the product; each appends whom it was asked by (common/security/client_address.py).
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", 1 if BEHIND_PROXY else 0, least=0, most=9)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
# With the limits of common/security/uploads.py; deploy/nginx.conf lets both through, portal/errors.py names them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # where reading stops; a form takes fewer, and says how many

# --- language and time -----------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "Asia/Shanghai")
USE_THOUSAND_SEPARATOR = False
# Only in these hours of a working day does a rule issue an official letter. Empty: at any hour of a working day.
OFFICE_HOURS = env.span("OFFICE_HOURS", "08:30-17:30")

# --- Celery ----------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.broker("CELERY_BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker outlives any outage of the broker
# A web request that cannot reach the broker gives up immediately (max_retries 0: 2 ms instead of 6 s): the row is
# saved and the sweep will find it.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "max_retries": 0,
    "interval_start": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_TASK_TIME_LIMIT = 1800
# Messages wait on a queue of their own, with a worker of its own: a mail server or gateway that does not answer holds
# up other messages and nothing else. A worker that is told of no queue takes both.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("messages")]
CELERY_TASK_ROUTES = {"notifications.*": {"queue": "messages"}}
# Tasks before Celery closes the connection to the database: celery.py looks after it instead, as Django does.
CELERY_DB_REUSE_MAX = 10**9
SWEEP_EVERY_SECONDS = env.whole("SWEEP_EVERY_SECONDS", 60, least=1, most=3600)

# --- messages out ----------------------------------------------------------------------------------------
EMAIL_CONFIG = env.parsed("EMAIL_URL", "consolemail://", environ.Env.email_url_config)
vars().update(EMAIL_CONFIG)
# Seconds to wait for the mail server.
EMAIL_TIMEOUT = env.whole("EMAIL_TIMEOUT", 20, least=1, most=120)
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "liaison@localhost")
SMS_GATEWAY = env("SMS_GATEWAY").strip() or "notifications.channels.ConsoleSms"
# The HTTP gateway; docs/sms-gateway.md says what each means.
SMS_HTTP_URL = env.address("SMS_HTTP_URL")
SMS_HTTP_KEY = env("SMS_HTTP_KEY", default="").strip()
SMS_HTTP_REQUEST = (
    env("SMS_HTTP_REQUEST", default="")
    or '{"phone": "{phone}", "text": "{text}", "reference": "{reference}"}'
)
SMS_HTTP_ID = env("SMS_HTTP_ID", default="id")
SMS_HTTP_NOT_SENT = env.answers("SMS_HTTP_NOT_SENT")
SMS_HTTP_TIMEOUT = env.number("SMS_HTTP_TIMEOUT", 10, least=1, most=60)
# Text messages from citizens: the key with which the gateway signs its calls (empty: none are taken), and the code of
# the studio whose clerks get what comes from an unknown number.
SMS_IN_KEY = env("SMS_IN_KEY", default="").strip()
SMS_IN_STUDIO = env("SMS_IN_STUDIO", default="").strip()
if SMS_IN_KEY and (len(SMS_IN_KEY) < 32 or not SMS_IN_STUDIO):
    env.note(
        "SMS_IN_KEY", "", "a random text of at least 32 characters, with SMS_IN_STUDIO set",
        "至少32个字符的随机文本，并设置SMS_IN_STUDIO",
    )  # fmt: skip
# Characters of a text message to a citizen, without a link in it; what people wrote is cut to fit.
SMS_MAX_CHARACTERS = env.whole("SMS_MAX_CHARACTERS", 70, least=20, most=1000)
# Receipts to one phone number within 24 hours for what is handed in on the public pages, by anybody.
RECEIPTS_PER_PHONE_A_DAY = env.whole("RECEIPTS_PER_PHONE_A_DAY", 2, least=0, most=1000)
# Between these hours no text message goes to a citizen; it waits. Empty: at any hour.
QUIET_HOURS = env.span("QUIET_HOURS", "21:00-08:00")

# Under which address citizens reach the public pages: in QR codes and text messages. Without it messages hold no link.
PUBLIC_URL = env.address("PUBLIC_URL")
# Whether search engines may list the pages that only tell: the front page, areas, studios, bulletins.
SEARCH_ENGINES = env.yes("SEARCH_ENGINES", default=False)

# --- triage ----------------------------------------------------------------------------------------------
# Below this confidence an opinion waits for a person (design: explainable, never guessing).
TRIAGE_CONFIDENCE = env.number("TRIAGE_CONFIDENCE", 0.8, least=0, most=1)
# A trained model decides alone only where it was right in this share of the messages it had not seen.
TRIAGE_PRECISION = env.number("TRIAGE_PRECISION", 0.97, least=0, most=1)

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"tokens": {"()": "common.security.log_filter.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"axes": {"level": "WARNING"}},
}
env.finish()
