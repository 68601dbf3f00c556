"""Handing mail to the server, and what to call it when that fails."""

import contextlib
import logging
import smtplib
from typing import Any

from flask_mailman import EmailMessage

from matchmaker.extensions import mail

log = logging.getLogger(__name__)

UNSENDABLE = "unsendable"
OF_ONE_MAIL = ("recipient_refused", UNSENDABLE)
"""What is wrong with one mail or its address: the server itself is there and takes others."""


def sender() -> Any:
    """Return a connection to the mail server, not opened yet."""
    return mail.get_connection()


def give(message: EmailMessage) -> str | None:
    """Give a mail to the server; return a code where that failed. Raises for no mail."""
    error = _give(message)
    if error is not None:
        log.warning("mail_not_sent error=%s", error)
    return error


def _give(message: EmailMessage) -> str | None:
    connection = sender()
    try:
        connection.open()
    except (OSError, ValueError) as error:
        return failure_code(error) if isinstance(error, OSError) else "no_server"
    try:
        connection.send_messages([message])
    except smtplib.SMTPNotSupportedError:
        return UNSENDABLE
    except OSError as error:
        return failure_code(error)
    except Exception:  # the library fails in many ways over an address that it cannot read
        return UNSENDABLE
    finally:
        with contextlib.suppress(OSError):  # the mail is accepted, whatever the farewell says
            connection.close()
    return None


def failure_code(error: OSError) -> str:
    """Return a code for what went wrong; what the server said would hold the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "recipient_refused"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "disconnected"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answered_{error.smtp_code}"
    if isinstance(error, TimeoutError):
        return "timed_out"
    return "no_server"
