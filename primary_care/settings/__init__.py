"""Django settings. Every value that an operator may change comes from the environment: see `docs/pengaturan.md`."""

import os
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from primary_care.settings.environment import Environment, WrongSettings
from primary_care.settings.secret import secret_key

BASE_DIR = Path(__file__).resolve().parents[2]
_env = Environment(os.environ)

DATA_DIR = _env.folder("SIMPUL_DATA_DIR", BASE_DIR / ".local")
HOST = _env.text("SIMPUL_HOST", "127.0.0.1")
PORT = _env.number("SIMPUL_PORT", 8000, 1, 65535)
DEBUG = _env.yes_or_no("SIMPUL_DEBUG", False)
HTTPS = _env.yes_or_no("SIMPUL_HTTPS", False)
ALLOWED_HOSTS = _env.hosts("SIMPUL_ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
TIME_ZONE = _env.choice("SIMPUL_TIME_ZONE", "Asia/Jakarta", ["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"])
LANGUAGE_CODE = _env.choice("SIMPUL_LANGUAGE", "id", ["id", "en"])
SESSION_IDLE = timedelta(minutes=_env.number("SIMPUL_SESSION_IDLE_MINUTES", 30, 1, 24 * 60))
BREAK_GLASS_MINUTES = _env.number("SIMPUL_BREAK_GLASS_MINUTES", 60, 5, 24 * 60)
DEMO_PEOPLE = _env.number("SIMPUL_DEMO_PEOPLE", 27_000, 1, 100_000)  # one Puskesmas
DEMO = _env.yes_or_no("SIMPUL_DEMO", HOST in ("127.0.0.1", "localhost", "::1"))  # its password is known to all
# Of whom a code is asked besides the password: nobody, wide roles, all.
SECOND_FACTOR = _env.choice("SIMPUL_SECOND_FACTOR", "tidak" if DEMO else "peran-luas", ["tidak", "peran-luas", "semua"])
BACKUP_KEY = _env.backup_key("SIMPUL_BACKUP_KEY")
BACKUP_DIR = _env.folder("SIMPUL_BACKUP_DIR", DATA_DIR / "backups")
NIGHTLY_BACKUP = _env.yes_or_no("SIMPUL_NIGHTLY_BACKUP", not DEMO)
NIGHT_HOUR = _env.number("SIMPUL_NIGHT_HOUR", 1, 0, 23)
# Python does one thing at a time in a process: with two cores, two processes answer; with one core a second would only cost memory.
_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
WEB_PROCESSES = _env.number("SIMPUL_WEB_PROCESSES", min(2, _cores), 1, 16)
OWN_WORKER = _env.yes_or_no("SIMPUL_WORKER", True)  # background work in the node's own process
LARGEST_UPLOAD = _env.number("SIMPUL_UPLOAD_MB", 32, 1, 1000) * 1_000_000  # bytes
_secret = _env.text("SIMPUL_SECRET_KEY", "")

DATABASES = {
    "default": _env.database(
        "DATABASE_URL",
        {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "simpul",
            "USER": "postgres",
            "HOST": str(DATA_DIR / "postgres"),  # the embedded server's socket; `primary_care.node` starts it
            "CONN_MAX_AGE": 300,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": "5"},  # seconds; who waits for a page is told that the database is away
        },
    )
}
try:
    _env.finish()
except WrongSettings as wrong:
    raise ImproperlyConfigured(str(wrong)) from None

SECRET_KEY = _secret or secret_key(DATA_DIR)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "primary_care.areas",
    "primary_care.units",
    "primary_care.accounts",
    "primary_care.staff",
    "primary_care.audit",
    "primary_care.people",
    "primary_care.visits",
    "primary_care.decisions",
    "primary_care.followup",
    "primary_care.encounters",
    "primary_care.design",
    "primary_care.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "primary_care.settings.middleware.ContentSecurityPolicy",
    "primary_care.settings.middleware.RequestLimits",
    "primary_care.settings.middleware.StorableText",
    "primary_care.settings.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "primary_care.urls"
WSGI_APPLICATION = "primary_care.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["primary_care.accounts.backends.GuardedBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The pages are our own; of django-allauth only the second factor is used, and the table that it leans on.
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_TOTP_TOLERANCE = 1  # the clock of a phone may be half a minute off
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

# Sessions and cookies. A session ends after SESSION_IDLE without a request, and with the browser.
SESSION_COOKIE_AGE = int(SESSION_IDLE.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]

# Language and time
USE_I18N = True
USE_TZ = True
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "primary_care" / "locale"]

# Static files, served by whitenoise straight from the apps: no collecting step, the same in tests and in use.
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Background work: the queue in the database, and where its tasks stand.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_IMPORT_PATHS = ["primary_care.node.tasks"]

# Files sent are written to disk above this size; what a form without files may hold is bounded as well (Django's 2.5 MB).
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes

# Faults of pages and of background work go to the output of the node, without what was typed.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"without-data": {"()": "primary_care.settings.faults.WithoutData"}},
    "handlers": {"faults": {"class": "logging.StreamHandler", "level": "ERROR", "formatter": "without-data"}},
    "loggers": {
        "django": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
        "procrastinate": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
        "psycopg": {"handlers": ["faults"], "level": "ERROR", "propagate": False},
    },
    "root": {"handlers": ["faults"], "level": "ERROR"},
}
