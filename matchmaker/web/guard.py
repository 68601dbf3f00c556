"""Every view says which permission it asks for; what one may not see does not exist (404)."""

import functools
from collections.abc import Callable
from typing import Any

from flask import abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.access import STEP_UP, Permission, allowed
from matchmaker.vocabulary import Role
from matchmaker.web.actor import current_actor, current_membership
from matchmaker.web.held_post import hold_this_post
from matchmaker.web.open_sessions import has_second_factor
from matchmaker.web.opening import note_opening
from matchmaker.web.step_up import ask_again, proved_lately

View = Callable[..., ResponseReturnValue]
Loader = Callable[[str], Any]

TWO_FACTOR_ROLES = {Role.COORDINATOR.value, Role.ADMINISTRATOR.value}
OPEN_WITHOUT_IT = {"accounts.second_factor", "accounts.again", "pages.leave", "pages.blank"}
"""What leads to a second factor or away, and so is open to who has none yet."""


def guard(permission: Permission, loader: Loader | None = None) -> Callable[[View], View]:
    """Let a view run only with the permission; with a loader it gets the loaded, checked row.

    The loader takes the public id from the URL and returns the row or None.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, public_id: str | None = None, **values: Any) -> ResponseReturnValue:
            thing = _load(loader, public_id)
            refusal = _refuse(permission, thing)
            if refusal is not None:
                return refusal
            if note_opening(thing):
                thing = _load(loader, public_id)
            if loader is not None:
                return view(thing, *args, **values)
            return view(*args, **values)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.loader = loader  # type: ignore[attr-defined]
        guarded.loader = loader  # type: ignore[attr-defined]
        return guarded

    return decorate


def _load(loader: Loader | None, public_id: str | None) -> Any:
    """Load the row for a signed-in person; anonymous people learn nothing about ids."""
    if loader is None or public_id is None or not current_actor().signed_in:
        return None
    thing = loader(public_id)
    if thing is None:
        abort(404)
    return thing


def _refuse(permission: Permission, thing: Any) -> ResponseReturnValue | None:
    """Return the answer that refuses, or None where the permission is given."""
    actor = current_actor()
    if not actor.signed_in:
        if permission in (Permission.SEE_PUBLIC_PAGE, Permission.SIGN_IN):
            return None
        return to_sign_in()
    if not allowed(permission, actor, thing):
        g.denied = permission.name  # for the log: the answer itself tells nothing
        abort(404)
    if _second_factor_missing():
        return redirect(url_for("accounts.second_factor"), 303)
    if permission in STEP_UP and request.method == "POST" and not proved_lately():
        return ask_again(permission)
    return None


def to_sign_in() -> ResponseReturnValue:
    """Send to the sign-in page; what was typed is held and comes back afterwards."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else hold_this_post()
    return redirect(url_for("security.login", next=wanted), 303)


def _second_factor_missing() -> bool:
    """Tell whether a coordinator or administrator has yet to set up the second factor."""
    membership = current_membership()
    if current_app.config["DEMONSTRATION"] or membership is None:
        return False
    if request.endpoint in OPEN_WITHOUT_IT:
        return False
    return membership.role in TWO_FACTOR_ROLES and not has_second_factor(membership.user)
