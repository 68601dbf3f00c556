"""Taking a lost second factor away: by the operator, after a call-back, never by mail."""

import secrets

from sqlalchemy import delete
from sqlalchemy.orm import Session

from matchmaker import audit
from matchmaker.access import PLATFORM
from matchmaker.accounts.queries import user_with_address
from matchmaker.errors import BadInput
from matchmaker.models import KnownDevice, SignInSession, WebAuthn
from matchmaker.outbox import queue_notice
from matchmaker.vocabulary import N_, NoticeKind


def take_away(session: Session, address: str, reason: str) -> None:
    """Take app, keys and recovery codes of an account away, end its sessions, and tell its owner.

    A coordinator or administrator can do nothing then but set up a new second factor.

    Raises
    ------
    BadInput
        If no account has the address, or no reason is given.
    """
    user = user_with_address(session, address)
    if user is None:
        raise BadInput("email", N_("No account has this address."))
    if not reason.strip():
        raise BadInput("reason", N_("Write how you know that it is this person."))
    user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
    user.last_code_counter = None
    user.fs_uniquifier = secrets.token_hex(16)
    for model in (WebAuthn, SignInSession, KnownDevice):
        session.execute(delete(model).where(model.user_id == user.id))
    session.flush()
    queue_notice(session, user, NoticeKind.SECURITY)
    audit.record(
        session, PLATFORM, "user.second_factor_removed", "user", user.public_id, text=reason
    )
