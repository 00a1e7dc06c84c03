"""Django's settings, made from the environment alone (see config.py and docs/settings.md)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from mingtang.site.config import count, data_folder, setting
from mingtang.site.database import database

PACKAGE = Path(__file__).resolve().parent.parent
DATA = data_folder()
DATA.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_key() -> str:
    path = DATA / "secret-key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:  # another process was first
            pass
        return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = setting("MINGTANG_DEBUG") == "1"
DEMO = setting("MINGTANG_DEMO") == "1"
PUBLIC_URL = setting("MINGTANG_PUBLIC_URL").rstrip("/")
LEDGER_ORIGIN = setting("MINGTANG_LEDGER_ORIGIN")
RATE_LIMITS = setting("MINGTANG_RATE_LIMITS") == "1"
PROXIES = count("MINGTANG_PROXIES")
SCENES = [Path(folder.strip()).expanduser().resolve() for folder in setting("MINGTANG_SCENES").split(",") if folder.strip()] or [
    PACKAGE.parent.parent / "scenes"]
EXCHANGE = Path(setting("MINGTANG_EXCHANGE") or PACKAGE.parent.parent / "exchange").expanduser().resolve()
SOURCE_ADDRESSES = setting("MINGTANG_SOURCE_ADDRESSES")
ALLOWED_HOSTS = [host.strip() for host in setting("MINGTANG_HOSTS").split(",") if host.strip()] + (["testserver"] if DEBUG else [])
ROOT_URLCONF = "mingtang.site.urls"
ASGI_APPLICATION = "mingtang.site.asgi.application"
WSGI_APPLICATION = "mingtang.site.wsgi.application"
AUTH_USER_MODEL = "people.Official"
AUTHENTICATION_BACKENDS = ["mingtang.platform.people.session.OfficialSession"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "mingtang.platform.ledger",
    "mingtang.platform.people",
    "mingtang.platform.people.credentials",
    "mingtang.platform.exchange",
    "mingtang.platform.scenes",
    "mingtang.platform.cases",
    "mingtang.city.requests",
    "mingtang.city.registers",
    "mingtang.city.enterprises",
    "mingtang.city.licences",
    "mingtang.city.sharing",
    "mingtang.city.assembly",
    "mingtang.city.assembly.elections",
    "mingtang.city.assembly.escrow",
    "mingtang.site.operations",
]

MIDDLEWARE = [
    "mingtang.site.metrics.Measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mingtang.site.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mingtang.site.ratelimit.RateLimits",
    "mingtang.site.middleware.ErrorPages",
]

TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [PACKAGE / "site" / "templates"],
    "APP_DIRS": True,
    "OPTIONS": {
        "context_processors": [
            "django.template.context_processors.request",
            "django.template.context_processors.i18n",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "mingtang.site.context.city",
        ],
        "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
    },
}]

DATABASES = {"default": database(setting("MINGTANG_DATABASE_URL"), DATA)}

LANGUAGE_CODE = setting("MINGTANG_LANGUAGE")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "site" / "locale"]
TIME_ZONE = setting("MINGTANG_TIME_ZONE")
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "site" / "static"]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = DATA / "attachments"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 8

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 10 * 3600  # a working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "mingtang.site.views.csrf_failure"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
LOGIN_URL = "/sign-in/"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "mingtang.site.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": setting("MINGTANG_LOG_LEVEL")},
}
