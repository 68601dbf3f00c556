"""The extensions, made once and bound to an app by its factory."""

import hashlib
import hmac
from datetime import UTC, datetime
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from flask import current_app
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_session import Session
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import event
from sqlalchemy.engine import Engine

from matchmaker.models import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
babel = Babel()
csrf = CSRFProtect()
mail = Mail()
migrate = Migrate()
server_session = Session()


def keyed(kind: str, value: str) -> str:
    """Return a key for counting that names nobody: an HMAC under a key that lasts a day."""
    day = datetime.now(UTC).date().isoformat()
    key = f"limits:{day}:{current_app.config['SECRET_KEY']}".encode()
    return hmac.new(key, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()[:32]


def network_of(address: str) -> str:
    """Return what counts as one sender: of IPv6 the /64, in which one machine picks at will."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(IPv6Network((known, 64), strict=False))


def network_key() -> str:
    """Return the key of the sender's network, which is kept nowhere."""
    return keyed("network", network_of(get_remote_address()))


def site_key() -> str:
    """Return the key under which the whole site counts as one sender."""
    return "site"


limiter = Limiter(network_key, default_limits=[])


def storage_is_down() -> bool:
    """Tell whether the limits are counted by each process alone, as their store is gone."""
    return bool(limiter._storage_dead)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    """Make SQLite durable and strict, and leave BEGIN to us."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    """Begin a writing transaction at once (IMMEDIATE), so that two writers never deadlock."""
    if connection.dialect.name == "sqlite":
        kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")
