"""A page's one-button forms: one write, then back to the page."""

import secrets
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.unit_of_work import transaction
from matchmaker.web.actor import current_actor

Step = Callable[[Session, Actor], Any]


def new_key() -> str:
    """Return a fresh resend key for the forms of one page."""
    return secrets.token_urlsafe(24)


def press(name: str, target: str, step: Step, done: str = "") -> ResponseReturnValue:
    """Do one write under the resend key of the form and go back; say what was refused.

    `done` is a translated message that is shown when it is done.
    """
    actor = current_actor()
    key = request.form.get("idempotency_key", "")[:64]
    try:
        with transaction(actor, key, name) as work:
            step(work.session, actor)
            work.leads_to(target)
    except BadInput as error:
        flash(gettext(error.message, **error.values), "error")
    else:
        if done:
            flash(done, "success")
    return redirect(target, 303)


def seen_of_form() -> int | None:
    """Return how many events of a row the form had shown (`audit.since`); None where it says
    nothing."""
    return request.form.get("seen", type=int)
