"""Settings: read from the environment, refused where a key is missing outside the demonstration."""

import json
import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from werkzeug.sansio.utils import host_is_trusted

PACKAGE = Path(__file__).resolve().parent
TOP = PACKAGE.parent if (PACKAGE.parent / "pyproject.toml").is_file() else PACKAGE
"""Where templates/ and static/ lie: beside pyproject.toml in a checkout, else in the package."""

KEYS = ("SECRET_KEY", "PASSWORD_SALT", "TOTP_SECRET", "FIELD_KEY")
"""Secrets that must be set outside the demonstration, each as MATCHMAKER_<name>."""


class MissingKeys(RuntimeError):
    """A secret is not set outside the demonstration; the start is refused."""

    def __init__(self, names: list[str]) -> None:
        listed = ", ".join(f"MATCHMAKER_{name}" for name in names)
        super().__init__(
            f"These settings are missing or too short (32 characters at least): {listed}. "
            "Run 'matchmaker keys' to make new ones. Only the demonstration starts without them."
        )


class MissingHosts(RuntimeError):
    """The site does not know its own names outside the demonstration; the start is refused."""


def instance_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for the embedded database, keys of the demonstration and sessions."""
    if "MATCHMAKER_INSTANCE" in environ:
        return Path(environ["MATCHMAKER_INSTANCE"]).resolve()
    return (TOP if TOP != PACKAGE else Path.cwd()) / "instance"


def new_keys() -> dict[str, str]:
    """Make a fresh set of secrets."""
    return {name: secrets.token_urlsafe(48) for name in KEYS}


def demonstration_keys(folder: Path) -> dict[str, str]:
    """Return the keys of the demonstration, made at its first start and kept beside its data."""
    path = folder / "demonstration-keys.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(new_keys(), file)
    return dict(json.loads(path.read_text(encoding="utf-8")))


def from_environment(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return the configuration that the environment describes.

    Raises
    ------
    MissingKeys
        If a secret is missing or short and this is not the demonstration.
    MissingHosts
        If it does not say under which names the site is reached, and this is not the demonstration.
    """
    folder = instance_folder(environ)
    demonstration = environ.get("MATCHMAKER_DEMONSTRATION", "") == "1"
    keys = {name: environ.get(f"MATCHMAKER_{name}", "") for name in KEYS}
    if demonstration and not all(keys.values()):
        keys = demonstration_keys(folder)
    elif not demonstration:
        missing = [name for name, value in keys.items() if len(value) < 32]
        if missing:
            raise MissingKeys(missing)
    url = environ.get("MATCHMAKER_DATABASE_URL") or f"sqlite:///{folder / 'tandem.sqlite'}"
    return settings(keys, folder, url, demonstration=demonstration) | {
        "MAIL_SERVER": environ.get("MATCHMAKER_MAIL_SERVER", "localhost"),
        "MAIL_PORT": int(environ.get("MATCHMAKER_MAIL_PORT", "25")),
        "MAIL_USERNAME": environ.get("MATCHMAKER_MAIL_USER") or None,
        "MAIL_PASSWORD": environ.get("MATCHMAKER_MAIL_PASSWORD") or None,
        "MAIL_USE_TLS": environ.get("MATCHMAKER_MAIL_TLS", "") == "1",
        "MAIL_DEFAULT_SENDER": environ.get("MATCHMAKER_MAIL_SENDER") or "no-reply@localhost",
        "SITE_URL": _site(environ, demonstration=demonstration),
        "RATELIMIT_STORAGE_URI": environ.get("MATCHMAKER_LIMITER_URL", "memory://"),
        "BREACHED_PASSWORDS": environ.get("MATCHMAKER_BREACHED_PASSWORDS", ""),
        "RATELIMIT_STORAGE_OPTIONS": _limiter_options(environ),
        "SESSION_REDIS_URL": environ.get("MATCHMAKER_SESSION_REDIS_URL", ""),
        # Links in mails carry the host name of the request: only the site's own may get there.
        "TRUSTED_HOSTS": None if demonstration else _hosts(environ),
        # Keys that still open what they sealed; `FIELD_KEY` seals from now on.
        "FIELD_KEYS_OLD": environ.get("MATCHMAKER_FIELD_KEYS_OLD", "").split(),
        "EXIT_TO": _exit_to(environ),
        "LOG_REQUESTS": not demonstration,
        "TRUSTED_PROXIES": int(environ.get("MATCHMAKER_TRUSTED_PROXIES", "0")),
    }


def _exit_to(environ: Mapping[str, str]) -> str:
    """Return where the exit button leads after its blank page; empty = it stays there.

    Raises
    ------
    ValueError
        If it is no address that begins with https://.
    """
    target = environ.get("MATCHMAKER_EXIT_TO", "")
    if target and not target.startswith("https://"):
        raise ValueError("MATCHMAKER_EXIT_TO must begin with https://")
    return target


def _limiter_options(environ: Mapping[str, str]) -> dict[str, float]:
    """Return how long to wait for the store of the limits: one that hangs counts as gone."""
    url = environ.get("MATCHMAKER_LIMITER_URL", "")
    return {"socket_timeout": 1.0, "socket_connect_timeout": 1.0} if "redis" in url else {}


def _hosts(environ: Mapping[str, str]) -> list[str]:
    """Return the host names the site answers to.

    Raises
    ------
    MissingHosts
        If none is named: then whoever asks for a link by mail could choose where it leads.
    """
    names = environ.get("MATCHMAKER_HOSTS", "").split(",")
    found = [name.strip().lower() for name in names if name.strip()]
    if not found:
        raise MissingHosts(
            "MATCHMAKER_HOSTS is missing: the host names this site is reached by, with commas "
            "between, for example tandem.example. Links in mails carry one of them, and a request "
            "for any other name is refused. Only the demonstration starts without it."
        )
    return found


def _site(environ: Mapping[str, str], *, demonstration: bool) -> str:
    """Return the address that mails lead to, without the last slash.

    Raises
    ------
    MissingHosts
        If it leads to a name that the site does not answer to.
    """
    named = environ.get("MATCHMAKER_SITE_URL", "").rstrip("/")
    if demonstration:
        return named or "http://127.0.0.1:8080"
    hosts = _hosts(environ)
    if named and not host_is_trusted(urlsplit(named).hostname, hosts):
        raise MissingHosts("The host name of MATCHMAKER_SITE_URL must be among MATCHMAKER_HOSTS.")
    return named or f"https://{hosts[0]}"


def settings(
    keys: Mapping[str, str], folder: Path, url: str, *, demonstration: bool
) -> dict[str, Any]:
    """Return the whole configuration for these keys, this folder and this database."""
    return {
        "DEMONSTRATION": demonstration,
        "INSTANCE": str(folder),
        "SECRET_KEY": keys["SECRET_KEY"],
        "FIELD_KEY": keys["FIELD_KEY"],
        "FIELD_KEYS_OLD": [],
        "SQLALCHEMY_DATABASE_URI": url,
        # Errors of the database would carry what people typed into logs.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_pre_ping": True},
        "MAX_CONTENT_LENGTH": 10 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 1000,
        "COOL_OFF": timedelta(0) if demonstration else timedelta(hours=48),
        # Of needs that one coordinator opens; the demonstration's are examples.
        "NEEDS_PER_HOUR": 600 if demonstration else 60,
        "ANSWER_WITHIN": timedelta(days=21),
        "EXIT_TO": "",
        "HELD_POST_LIFETIME": timedelta(minutes=30),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        # Unused for so long, a session ends: sooner for who sees more than one municipality.
        "IDLE": timedelta(hours=2),
        "IDLE_STRICT": timedelta(minutes=30),
        "SESSION_TYPE": "cachelib",
        "SESSION_PERMANENT": False,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # Plain http on 127.0.0.1 cannot set a __Host- cookie; everywhere else it must be one.
        "SESSION_COOKIE_SECURE": not demonstration,
        "SESSION_COOKIE_NAME": "tandem" if demonstration else "__Host-tandem",
        "WTF_CSRF_TIME_LIMIT": None,
        "MAIL_BACKEND": "locmem" if demonstration else "smtp",
        "MAIL_DEFAULT_SENDER": "no-reply@localhost",
        "MAIL_TIMEOUT": 10,
        # Beside the request; the demonstration's mails go nowhere and need not wait.
        "MAIL_IN_BACKGROUND": not demonstration,
        "SITE_URL": "https://tandem.example",
        "TRUSTED_HOSTS": None,
        "BABEL_DEFAULT_LOCALE": "en",
        "RATELIMIT_STORAGE_URI": "memory://",
        "BREACHED_PASSWORDS": "",
        "RATELIMIT_HEADERS_ENABLED": False,
        # With the store gone each process counts for itself, stricter: see accounts/limits.py.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        **_security(keys, demonstration=demonstration),
    }


def _security(keys: Mapping[str, str], *, demonstration: bool) -> dict[str, Any]:
    """Return what the sign-in library needs."""
    return {
        "SECURITY_PASSWORD_SALT": keys["PASSWORD_SALT"],
        "SECURITY_TOTP_SECRETS": {"1": keys["TOTP_SECRET"]},
        "SECURITY_TOTP_ISSUER": "Tandem",
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_LENGTH_MIN": 12,
        "SECURITY_PASSWORD_COMPLEXITY_CHECKER": None,
        "SECURITY_REGISTERABLE": True,
        "SECURITY_USE_REGISTER_V2": True,
        "SECURITY_CONFIRMABLE": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_ALWAYS_VALIDATE": True,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        # A code counts half a minute early or late, for clocks that differ.
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/mf-recovery-codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 10,
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Tandem",
        "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": False,
        "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": False,
        "SECURITY_WAN_ALLOW_AS_VERIFY": ["secondary"],
        "SECURITY_WAN_POST_REGISTER_VIEW": "/mf-recovery-codes",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(minutes=10),
        "SECURITY_CONFIRM_EMAIL_WITHIN": timedelta(days=1),
        "SECURITY_AUTO_LOGIN_AFTER_CONFIRM": False,
        "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
        "SECURITY_POST_LOGIN_VIEW": "/home",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_POST_VERIFY_VIEW": "/home",
        "SECURITY_TRACKABLE": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_FRESHNESS": timedelta(minutes=5),
        # The library would let each use prolong it by an hour.
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
        "SECURITY_EMAIL_VALIDATOR_ARGS": {
            "check_deliverability": False,
            "test_environment": demonstration,
        },
    }
