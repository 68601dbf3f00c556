"""How often one may try: by network address, by account, by browser, and on the whole site.

Only wrong answers count. An account that strangers keep guessing at is closed to browsers that
never signed in to it, and stays open to those that did: guessing locks nobody out. An address
without an account is limited in the same way, so that a limit tells nothing.
"""

from collections.abc import Callable
from typing import Any

from flask import Response, current_app, request, session
from flask_security import current_user

from matchmaker.extensions import keyed, limiter, site_key, storage_is_down
from matchmaker.models.encrypted import normal_address
from matchmaker.web.known_devices import device_of, is_known

View = Callable[..., Any]

NETWORK = "10/minute;60/hour"
ACCOUNT = "20/hour;60/day"
DEVICE = "20/hour"
SITE = "300/minute;3000/hour"
MAILS_TO_ONE = "3/hour;6/day"
MAILS_FROM_ONE = "6/minute;20/hour"
MAILS = "60/minute;600/hour"
WITHOUT_STORE = "5/minute;10/hour"
"""Each process counts for itself while the store of the limits is gone: fewer are let through."""


def was_wrong(response: Response) -> bool:
    """Tell whether an answer was refused; the right one leads on to another page."""
    return response.status_code not in (302, 303)


def _or_strict(limit: str) -> Callable[[], str]:
    """Return the limit, or the strict one while the store is gone."""

    def present() -> str:
        return WITHOUT_STORE if storage_is_down() else limit

    return present


def _account() -> str:
    """Return the address of the account that is tried: typed, half signed in, or signed in."""
    if current_user.is_authenticated:
        return str(current_user.email)
    half = session.get("tf_user_id")
    if half and "email" not in request.form:
        user = current_app.extensions["security"].datastore.find_user(fs_uniquifier=half)
        return str(user.email) if user else ""
    return request.form.get("email", "")


def account_key() -> str:
    """Return the key under which attempts at this account are counted; it names nobody."""
    return keyed("account", normal_address(_account()))


def from_known_device() -> bool:
    """Tell whether the browser has signed in to this account before."""
    return is_known(_account())


def _from_unknown_device() -> bool:
    return not from_known_device()


def _device_key() -> str:
    return keyed("device", device_of(_account()))


network_limit = _or_strict(NETWORK)
account_limit = _or_strict(ACCOUNT)
device_limit = _or_strict(DEVICE)
site_limit = SITE
mails_from_one_limit = _or_strict(MAILS_FROM_ONE)
mails_to_one_limit = _or_strict(MAILS_TO_ONE)


def against_guessing(view: View) -> View:
    """Limit wrong answers."""
    options: dict[str, Any] = {"methods": ["POST"], "deduct_when": was_wrong}
    strangers = options | {"exempt_when": from_known_device}
    known = options | {"exempt_when": _from_unknown_device}
    view = limiter.limit(network_limit, **options)(view)
    view = limiter.limit(account_limit, key_func=account_key, **strangers)(view)
    view = limiter.limit(device_limit, key_func=_device_key, **known)(view)
    return limiter.limit(site_limit, key_func=site_key, **strangers)(view)


def against_flooding(view: View) -> View:
    """Limit what sends mail, by sender, by addressee and on the whole site."""
    view = limiter.limit(mails_from_one_limit, methods=["POST"])(view)
    view = limiter.limit(mails_to_one_limit, key_func=account_key, methods=["POST"])(view)
    return limiter.limit(MAILS, key_func=site_key, methods=["POST"])(view)
