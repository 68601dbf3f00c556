"""Mail: says only that something waits; no place, name or cause, in any language."""

import logging
from dataclasses import dataclass

from flask_mailman import EmailMessage

from matchmaker.extensions import mail

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """A mail ready to go out once its transaction has committed."""

    to: str
    subject: str
    body: str


def send_all(messages: list[Message]) -> None:
    """Send what a committed transaction asked for; a mail server that is gone breaks nothing."""
    if not messages:
        return
    try:
        with mail.get_connection() as connection:
            connection.send_messages(
                [
                    EmailMessage(message.subject, message.body, to=[message.to])
                    for message in messages
                ]
            )
    except OSError:
        log.warning("mail_not_sent count=%d", len(messages))
