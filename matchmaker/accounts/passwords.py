"""Which passwords are refused: short ones, common ones, and those that only look long."""

from functools import lru_cache
from importlib.resources import files
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_security import PasswordUtil

from matchmaker.accounts.breached import is_breached

OWN_WORDS = ("tandem", "municipality", "password", "passwort", "пароль")
"""Words that are guessed first here; a password of one of them and digits is refused."""
RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """Return the most used passwords of at least 12 characters, from leaked lists."""
    listed = files("matchmaker.accounts").joinpath("common_passwords.txt")
    return frozenset(listed.read_text(encoding="utf-8").split())


class PasswordRules(PasswordUtil):
    """Length and a local list; no rules of composition, nothing is sent to another host."""

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[str] | None, str]:
        """Return what is wrong with the password, if anything, and its normal form."""
        problems, normal = super().validate(password, is_register, **kwargs)
        if problems:
            return problems, normal
        listed = current_app.config["BREACHED_PASSWORDS"]
        if is_common(normal) or (listed and is_breached(normal, listed)):
            return [gettext("This password is too easy to guess. Choose another one.")], normal
        return None, normal


def is_common(password: str) -> bool:
    """Tell whether a password is on the list, or is one piece repeated, or a run of keys."""
    lowered = password.casefold()
    return (
        lowered in common_passwords() or _repeats(lowered) or _is_run(lowered) or _is_own(lowered)
    )


def _repeats(text: str) -> bool:
    sizes = range(1, len(text) // 2 + 1)
    return any(text == (text[:size] * len(text))[: len(text)] for size in sizes)


def _is_run(text: str) -> bool:
    """Tell whether the text walks along the alphabet, the digits or a row of keys, either way."""
    return any(text in line * 3 or text in line[::-1] * 3 for line in RUNS)


def _is_own(text: str) -> bool:
    bare = text.strip("0123456789!.-_ ?*#")
    return any(bare == word * (len(bare) // len(word)) for word in OWN_WORDS if bare)
