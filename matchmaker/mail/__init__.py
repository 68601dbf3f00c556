"""Mail: says only that something waits; no place, name or cause, in any language."""

from matchmaker.mail.notices import Addressee, compose, compose_invitation, person_of_token
from matchmaker.mail.sending import OF_ONE_MAIL, UNSENDABLE, give
from matchmaker.outbox import queue_notice

__all__ = [
    "OF_ONE_MAIL",
    "UNSENDABLE",
    "Addressee",
    "compose",
    "compose_invitation",
    "give",
    "person_of_token",
    "queue_notice",
]
