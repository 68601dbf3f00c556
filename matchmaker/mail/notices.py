"""The mails of the outbox: something waits, something changed on your account, an invitation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from babel.dates import format_datetime
from flask import current_app
from flask_babel import force_locale, gettext
from flask_mailman import EmailMessage

from matchmaker.models.encrypted import WrongKey, key_ring

PLACE = "mail.stop"
"""What a token is sealed for; one made for anything else does not open."""


@dataclass(frozen=True)
class Addressee:
    """To whom, and in which language."""

    email: str
    locale: str
    public_id: str


def compose(
    to: Addressee, mail_id: str, *, security: bool = False, links: Sequence[str] = ()
) -> EmailMessage:
    """Return the mail for a person; there are two texts, whatever the notices are about.

    `links` are tokens of links that work once: a few questions that are answered without signing
    in, on a page that names nobody.
    """
    site = current_app.config["SITE_URL"]
    stop = _address("messages.stop", token=stop_token(to.public_id)) if site else ""
    template = "mail/account_changed.txt" if security else "mail/something_waits.txt"
    with force_locale(to.locale):
        # Not render_template: that would hand what belongs to a page to the mail.
        body = current_app.jinja_env.get_template(template).render(
            site=site,
            stop=stop,
            links=[_address("pulses.by_link", token=one) for one in links if site],
        )
        subject = gettext("A message from Tandem")
    headers = {
        "Message-ID": f"<{mail_id}@{urlsplit(site).hostname or 'localhost'}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": to.locale,
    }
    if stop and not security:
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return EmailMessage(subject, body, to=[to.email], headers=headers)


def compose_invitation(
    address: str, url: str, until: datetime, locale: str, mail_id: str
) -> EmailMessage:
    """Return the mail to an invited person: a link and until when it works, no name, no cause."""
    with force_locale(locale):
        moment = format_datetime(until.astimezone(UTC), "medium", locale=locale)
        template = current_app.jinja_env.get_template("mail/invited.txt")
        body = template.render(url=url, until=f"{moment} (UTC)")
        subject = gettext("A message from Tandem")
    host = urlsplit(current_app.config["SITE_URL"]).hostname or "localhost"
    headers = {
        "Message-ID": f"<{mail_id}@{host}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": locale,
    }
    return EmailMessage(subject, body, to=[address], headers=headers)


def stop_token(public_id: str) -> str:
    """Return a token that stops the mails of a person; sealed, so that it tells nothing of them."""
    return key_ring().seal(public_id, PLACE)


def person_of_token(token: str) -> str | None:
    """Return the public id a token was made for, or None where it was not made here."""
    try:
        return key_ring().open(token, PLACE)
    except (WrongKey, ValueError):
        return None


def _address(endpoint: str, **values: str) -> str:
    """Return the address of a page on the site that is named, whatever request runs now."""
    parts = urlsplit(current_app.config["SITE_URL"])
    adapter = current_app.url_map.bind(parts.netloc, url_scheme=parts.scheme)
    return adapter.build(endpoint, values, force_external=True)
