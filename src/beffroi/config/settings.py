"""Every setting of Beffroi, from the environment only. Described for the operator in docs/operate.md.

A missing or bad value stops the start with a sentence; nothing falls back to an unsafe default.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

from beffroi.config import secrets
from beffroi.gateways.dns.places import BadPlace, Places, read_places, read_update_server
from beffroi.gateways.sms.providers import BadProvider, providers_from
from beffroi.servers.mail.home import DELETED_DAYS
from beffroi.servers.supervision import APART

env = Env()

DB_ROLES = ("owner", "web", "engine")
SOURCE_DIR = Path(__file__).resolve().parents[3]

BEFFROI_DIR = Path(env.str("BEFFROI_DIR", str(SOURCE_DIR / "var"))).resolve()
BEFFROI_URL = env.str("BEFFROI_URL", "http://127.0.0.1:8000").rstrip("/")
BEFFROI_DB_ROLE = env.str("BEFFROI_DB_ROLE", "owner")
BEFFROI_SMTP_URL = env.str("BEFFROI_SMTP_URL", "smtp://127.0.0.1:25")
BEFFROI_RETURN_DOMAIN = env.str("BEFFROI_RETURN_DOMAIN", "retours.localhost")
BEFFROI_LMTP_PORT = env.int("BEFFROI_LMTP_PORT", 8024)
BEFFROI_OUTSIDE_URL = env.str("BEFFROI_OUTSIDE_URL", "")
BEFFROI_SMS_PROVIDERS = env.str("BEFFROI_SMS_PROVIDERS", "")
BEFFROI_VAPID_CONTACT = env.str(
    "BEFFROI_VAPID_CONTACT", BEFFROI_URL if BEFFROI_URL.startswith("https://") else ""
)
BEFFROI_PUSH_HOSTS: list[str] = env.list("BEFFROI_PUSH_HOSTS", [])
BEFFROI_MAIL_DIR = env.str("BEFFROI_MAIL_DIR", "")
BEFFROI_DOVEADM_PORT = env.int("BEFFROI_DOVEADM_PORT", 0)
BEFFROI_DELETED_DAYS = env.int("BEFFROI_DELETED_DAYS", DELETED_DAYS)
BEFFROI_MAIL_OFF = env.str("BEFFROI_MAIL_OFF", "")
DEBUG = env.bool("BEFFROI_DEBUG", False)

_public = urlsplit(BEFFROI_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured("BEFFROI_URL must be a whole address such as https://mairie.example")
if BEFFROI_DB_ROLE not in DB_ROLES:
    raise ImproperlyConfigured(f"BEFFROI_DB_ROLE must be one of {', '.join(DB_ROLES)}")
if urlsplit(BEFFROI_SMTP_URL).scheme not in {"smtp", "smtps"}:
    raise ImproperlyConfigured("BEFFROI_SMTP_URL must look like smtp://relay.example:25")

if BEFFROI_VAPID_CONTACT and not BEFFROI_VAPID_CONTACT.startswith(("mailto:", "https://")):
    raise ImproperlyConfigured("BEFFROI_VAPID_CONTACT must begin with mailto: or https://")

PUBLIC_HOST = _public.hostname
SITE_NAME = "" if PUBLIC_HOST.replace(".", "").isdigit() else PUBLIC_HOST  # 127.0.0.1 is no name
BEFFROI_MAIL_HOST = env.str("BEFFROI_MAIL_HOST", PUBLIC_HOST)
BEFFROI_MAIL_PORTS: list[int] = env.list("BEFFROI_MAIL_PORTS", [993, 465, 587], subcast=int)
BEFFROI_SPF_INCLUDE = env.str("BEFFROI_SPF_INCLUDE", f"_spf.{BEFFROI_MAIL_HOST}")
BEFFROI_DNS_RESOLVERS = env.str("BEFFROI_DNS_RESOLVERS", "")
BEFFROI_DNS_AUTHORITY = env.str("BEFFROI_DNS_AUTHORITY", "")
BEFFROI_RDAP_URL = env.str("BEFFROI_RDAP_URL", "")
BEFFROI_DNS_UPDATE = env.str("BEFFROI_DNS_UPDATE", "")
BEFFROI_PROFILE_CERTIFICATE: Path | None = env.path("BEFFROI_PROFILE_CERTIFICATE", None)
BEFFROI_PROFILE_KEY: Path | None = env.path("BEFFROI_PROFILE_KEY", None)
try:
    DNS_PLACES = Places(
        resolvers=read_places(BEFFROI_DNS_RESOLVERS),
        authority=read_places(BEFFROI_DNS_AUTHORITY),
        allow_private=bool(BEFFROI_DNS_AUTHORITY),
    )
    DNS_UPDATE_SERVER = read_update_server(BEFFROI_DNS_UPDATE)
except BadPlace as bad:
    raise ImproperlyConfigured(f"BEFFROI_DNS_…: {bad}") from bad
if len(BEFFROI_MAIL_PORTS) != 3:
    raise ImproperlyConfigured(
        "BEFFROI_MAIL_PORTS must be three ports: IMAPS, submissions, submission"
    )

try:
    providers_from(BEFFROI_SMS_PROVIDERS)
except BadProvider as bad:
    raise ImproperlyConfigured(f"BEFFROI_SMS_PROVIDERS: {bad}") from bad

SECRETS = secrets.load(BEFFROI_DIR / "secrets")
SECRET_KEY = SECRETS.django_secret_key
TOKEN_KEY = SECRETS.token_key
VAPID_PRIVATE_KEY, VAPID_PUBLIC_KEY = SECRETS.vapid_private_key, SECRETS.vapid_public_key
MAIL_DOVEADM_KEY = SECRETS.mail_doveadm_key
MAIL_IS_ON, MAIL_IS_APART = bool(BEFFROI_MAIL_DIR), env.str("BEFFROI_MAIL", "on") == APART
SMS_IS_ON, PUSH_IS_ON = bool(BEFFROI_SMS_PROVIDERS), bool(BEFFROI_VAPID_CONTACT)
CONTACT_KEYS_FILE = BEFFROI_DIR / "secrets" / "contact_keys.json"
JOURNAL_DIR = BEFFROI_DIR / "journals"

ALLOWED_HOSTS = env.list(
    "BEFFROI_HOSTS", [_public.hostname, "127.0.0.1", "localhost", ".localhost"]
)
CSRF_TRUSTED_ORIGINS = [BEFFROI_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "beffroi.backoffice",  # before allauth: its sign-in pages replace theirs
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_prose_editor",
    "procrastinate.contrib.django",
    "beffroi.towns",
    "beffroi.delivery",
    "beffroi.audience",
    "beffroi.money",
    "beffroi.mailhosting",
    "beffroi.campaigns",
    "beffroi.content",
    "beffroi.alerts",
    "beffroi.bilan",
    "beffroi.citizen",
    "beffroi.api",
    "beffroi.config",
]

MIDDLEWARE = [
    "beffroi.api.mail_programs.answer_under_domains",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "beffroi.backoffice.safeguards.content_security_policy",
    "beffroi.towns.scope.leave_after_each_request",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "beffroi.config.urls"
WSGI_APPLICATION = "beffroi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", "postgresql://beffroi@127.0.0.1:5432/beffroi")
}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if BEFFROI_DB_ROLE != "owner":
    # The fourth net: the session starts as a role that row-level security binds.
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c role=beffroi_{BEFFROI_DB_ROLE}"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "config_cache",
    }
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français"))]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = BEFFROI_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

AUTH_USER_MODEL = "towns.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),  # ANSSI-PG-078, recommandation R21
        ("CommonPasswordValidator", {}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "full_name")}),
    )
]
LOGIN_URL = "/compte/connexion/"
LOGIN_REDIRECT_URL = "/mairie/"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "/compte/connexion/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "beffroi.backoffice.accounts.adapter.AgentAccountAdapter"
ACCOUNT_FORMS = {
    name: f"beffroi.backoffice.accounts.forms.{form}"
    for name, form in {
        "login": "SignInForm",
        "reset_password": "ForgottenForm",
        "reset_password_from_key": "NewPasswordForm",
        "set_password": "FirstPasswordForm",
        "change_password": "OtherPasswordForm",
        "reauthenticate": "VerifyForm",
    }.items()
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an agent is invited by the town; nobody signs up
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,20/5m/ip", "reset_password": "5/h/ip"}
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody learns whether an address exists
MFA_ADAPTER = "beffroi.backoffice.accounts.adapter.AgentMFAAdapter"
MFA_TOTP_ISSUER = "Beffroi"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the address was proven by the invitation
MFA_FORMS = {
    name: f"beffroi.backoffice.accounts.forms.{form}"
    for name, form in {
        "authenticate": "CodeForm",
        "reauthenticate": "VerifyCodeForm",
        "activate_totp": "ActivateAppForm",
        "add_webauthn": "AddKeyForm",
        "edit_webauthn": "NameKeyForm",
    }.items()
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _public.scheme == "http"
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("BEFFROI_BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0  # else every agent shares one rate limit
X_FRAME_OPTIONS = "SAMEORIGIN"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "beffroi.config.logs.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Below ERROR this logger tells the path of each refused request, and links in e-mails carry a secret.
    "loggers": {"django.request": {"level": "ERROR"}, "procrastinate": {"level": "WARNING"}},
}
