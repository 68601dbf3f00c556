"""Mails of the sign-in library: links that work for minutes, so that they do not wait for the tick.

They go out beside the request: how long the mail server takes, or that it is gone, shows neither in
the answer nor in its time, and so tells nobody which addresses have an account.
"""

import logging
import threading
from typing import Any

from flask import Flask, current_app
from flask_mailman import EmailMessage
from flask_security import MailUtil

from matchmaker.mail import give

log = logging.getLogger(__name__)

PAUSES_S = (5, 20, 60, 180)
"""Between attempts; after them the link in the mail is about to end, and a new one is asked for."""
AT_ONCE = threading.BoundedSemaphore(32)
"""So many mails wait at most in one process; the limits on asking for them keep below that."""


class Letters(MailUtil):
    """Hands a mail over once the request is answered, and again while the server is gone."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Send a mail, in the background where the configuration says so."""
        letter = EmailMessage(str(subject), body, to=[str(recipient)])
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        if not app.config["MAIL_IN_BACKGROUND"]:
            _hand_over(letter)
        elif AT_ONCE.acquire(blocking=False):
            threading.Thread(target=_keep_trying, args=(app, letter), daemon=True).start()
        else:
            log.warning("mail_not_sent error=too_many_wait")


def _keep_trying(app: Flask, letter: EmailMessage) -> None:
    """Hand a mail over, again after each pause while nobody takes it."""
    try:
        with app.app_context():
            for pause in (*PAUSES_S, None):
                if _hand_over(letter) or pause is None:
                    return
                threading.Event().wait(pause)
    finally:
        AT_ONCE.release()


def _hand_over(letter: EmailMessage) -> bool:
    """Give a mail to the server; return whether it took it."""
    return give(letter) is None
