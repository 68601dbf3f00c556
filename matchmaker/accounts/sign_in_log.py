"""Lines in the log for each attempt to sign in and each end: how it went, never who it was."""

import logging
from typing import Any

from flask import Flask, Response, g, request
from flask_login import user_logged_out
from flask_security import user_authenticated

log = logging.getLogger("matchmaker.sign_in")

ATTEMPTS = {
    "security.login": "password",
    "security.two_factor_token_validation": "second_factor",
    "security.wan_signin_response": "security_key",
    "security.mf_recovery": "recovery_code",
    "security.verify": "password_again",
    "accounts.again": "proof_again",
}
"""Where a person proves who they are, and by what."""


def init_sign_in_log(app: Flask) -> None:
    """Have attempts that were refused, sign-ins and sign-outs written down."""
    user_authenticated.connect(_signed_in, app)
    user_logged_out.connect(_signed_out, app)
    app.after_request(_tell_refused)


def _signed_in(app: Flask, **extra: Any) -> None:
    g.signed_in_now = True
    proofs = sorted(map(str, extra.get("authn_via") or []))
    _tell("signed_in", logging.INFO, proofs=proofs)


def _signed_out(app: Flask, **extra: Any) -> None:
    _tell("signed_out", logging.INFO)


def _tell_refused(response: Response) -> Response:
    proof = ATTEMPTS.get(request.endpoint or "")
    led_on = response.status_code in (302, 303) or "signed_in_now" in g
    if proof is not None and request.method == "POST" and not led_on:
        _tell("sign_in_refused", logging.WARNING, proof=proof, status=response.status_code)
    return response


def _tell(event: str, level: int, **fields: Any) -> None:
    log.log(level, event, extra={"fields": fields | {"request": g.get("request_id")}})
