"""Settings: read from the environment, refused where a key is missing outside the demonstration."""

import json
import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

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
    """
    folder = instance_folder(environ)
    demonstration = environ.get("MATCHMAKER_DEMONSTRATION", "") == "1"
    if demonstration:
        keys = demonstration_keys(folder)
    else:
        keys = {name: environ.get(f"MATCHMAKER_{name}", "") for name in KEYS}
        missing = [name for name, value in keys.items() if len(value) < 32]
        if missing:
            raise MissingKeys(missing)
    url = environ.get("MATCHMAKER_DATABASE_URL") or f"sqlite:///{folder / 'tandem.sqlite'}"
    return settings(keys, folder, url, demonstration=demonstration) | {
        "MAIL_SERVER": environ.get("MATCHMAKER_MAIL_SERVER", "localhost"),
        "MAIL_PORT": int(environ.get("MATCHMAKER_MAIL_PORT", "25")),
        "RATELIMIT_STORAGE_URI": environ.get("MATCHMAKER_LIMITER_URL", "memory://"),
        "SESSION_REDIS_URL": environ.get("MATCHMAKER_SESSION_REDIS_URL", ""),
        # Links in mails carry the host name of the request: only the site's own may get there.
        "TRUSTED_HOSTS": None if demonstration else _hosts(environ),
        "TRUSTED_PROXIES": int(environ.get("MATCHMAKER_TRUSTED_PROXIES", "0")),
    }


def _hosts(environ: Mapping[str, str]) -> list[str] | None:
    """Return the host names the site answers to; None = any, where none are named."""
    names = environ.get("MATCHMAKER_HOSTS", "").split(",")
    return [name.strip() for name in names if name.strip()] or None


def settings(
    keys: Mapping[str, str], folder: Path, url: str, *, demonstration: bool
) -> dict[str, Any]:
    """Return the whole configuration for these keys, this folder and this database."""
    return {
        "DEMONSTRATION": demonstration,
        "INSTANCE": str(folder),
        "SECRET_KEY": keys["SECRET_KEY"],
        "FIELD_KEY": keys["FIELD_KEY"],
        "SQLALCHEMY_DATABASE_URI": url,
        # Errors of the database would carry what people typed into logs.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_pre_ping": True},
        "MAX_CONTENT_LENGTH": 10 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 1000,
        "COOL_OFF": timedelta(0) if demonstration else timedelta(hours=48),
        "ANSWER_WITHIN": timedelta(days=21),
        "HELD_POST_LIFETIME": timedelta(minutes=30),
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
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
        "BABEL_DEFAULT_LOCALE": "en",
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_HEADERS_ENABLED": False,
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
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(minutes=10),
        "SECURITY_CONFIRM_EMAIL_WITHIN": timedelta(days=1),
        "SECURITY_AUTO_LOGIN_AFTER_CONFIRM": False,
        "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
        "SECURITY_POST_LOGIN_VIEW": "/home",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_TRACKABLE": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_FRESHNESS": timedelta(minutes=5),
        "SECURITY_EMAIL_VALIDATOR_ARGS": {
            "check_deliverability": False,
            "test_environment": demonstration,
        },
    }
