"""Codes that work once: those of the authenticator app, and the printed ones for its loss."""

import hashlib
import hmac
import secrets
import unicodedata
from typing import Any, cast

from flask import Flask, current_app, request
from flask_security import MfRecoveryCodesUtil, Totp
from passlib.exc import TokenError, UsedTokenError
from sqlalchemy import CursorResult, select, update

from matchmaker import audit
from matchmaker.accounts.authenticator import ANOTHER, pending_key
from matchmaker.models import User
from matchmaker.outbox import queue_notice
from matchmaker.unit_of_work import transaction
from matchmaker.vocabulary import NoticeKind
from matchmaker.web.actor import actor_for

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for another when reading them from paper."""
GROUPS, GROUP_LENGTH = 4, 4


def digits_of(typed: str) -> str:
    """Return the digits of what was typed, those of other scripts too; nothing else counts."""
    digits = (unicodedata.decimal(character, None) for character in typed)
    return "".join(str(digit) for digit in digits if digit is not None)


class AppCodes(Totp):
    """The codes of the authenticator app; each works once, and none before it afterwards."""

    def generate_totp_secret(self) -> str:
        """Return a key to set up: the one that waits in this session, unless it is given up."""
        waiting = None if request.form.get(ANOTHER) else pending_key()
        return waiting or str(super().generate_totp_secret())

    def verify_totp(self, token: str, totp_secret: str, user: Any, window: int = 0) -> bool:
        """Tell whether the code is right and unused, and use it up."""
        same = hmac.compare_digest(totp_secret, user.tf_totp_secret or "")
        seen = user.last_code_counter
        try:
            match = self._totp.verify(
                digits_of(token),
                totp_secret,
                window=window,
                last_counter=seen if same else None,  # a new key begins anew
            )
            _use_up(user.id, match.counter, seen)
        except TokenError:
            return False
        return True


def _use_up(user_id: int, counter: int, seen: int | None) -> None:
    """Note the code as used; of two that come with it at once, one is refused."""
    as_seen = update(User).where(
        User.id == user_id, User.last_code_counter.is_not_distinct_from(seen)
    )
    with transaction() as work:
        done = work.session.execute(as_seen.values(last_code_counter=counter))
        if cast("CursorResult[Any]", done).rowcount != 1:
            raise UsedTokenError


class PrintedCodes(MfRecoveryCodesUtil):
    """Codes on paper for the day the app is lost: shown once, kept as keyed digests only."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        secret = app.config["SECURITY_TOTP_SECRETS"]["1"]
        self._key = hashlib.sha256(f"recovery-codes:{secret}".encode()).digest()

    def create_recovery_codes(self, user: Any) -> list[str]:
        """Make new codes in place of all earlier ones, and return them."""
        number = current_app.config["SECURITY_MULTI_FACTOR_RECOVERY_CODES_N"]
        codes = [_new_code() for _ in range(number)]
        user_id = user.id
        with transaction() as work:
            row = work.session.get_one(User, user_id)
            row.mf_recovery_codes = [self._digest(user_id, code) for code in codes]
            actor = actor_for(row, None)
            audit.record(work.session, actor, "user.recovery_codes", "user", row.public_id)
        return codes

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Tell whether the code is one of the person's, and use it up: the library deletes late."""
        user_id = user.id
        given = self._digest(user_id, code)
        with transaction() as work:
            row = work.session.scalars(
                select(User).where(User.id == user_id).with_for_update(of=User)
            ).one()
            kept = list(row.mf_recovery_codes or [])
            left = [one for one in kept if not hmac.compare_digest(one, given)]
            if len(left) == len(kept):
                return False
            row.mf_recovery_codes = left
            queue_notice(work.session, row, NoticeKind.SECURITY)
            actor = actor_for(row, None)
            audit.record(work.session, actor, "user.recovery_code_used", "user", row.public_id)
        return True

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Do nothing more: the check has used the code up."""
        return True

    def get_recovery_codes(self, user: Any) -> list[str]:
        """Return none: they were shown when they were made, and cannot be read again."""
        return []

    def _digest(self, user_id: int, typed: str) -> str:
        plain = "".join(
            character
            for character in unicodedata.normalize("NFKC", typed).casefold()
            if character in ALPHABET
        )
        return hmac.new(self._key, f"{user_id}:{plain}".encode(), hashlib.sha256).hexdigest()


def _new_code() -> str:
    """Return a code of 79 bits in groups, as it is printed."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)
