"""What the demonstration has mailed, to be read by everybody: it sends nothing to anybody.

The page exists in the demonstration only; elsewhere it is not registered, and answers nobody.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from matchmaker.access import Permission
from matchmaker.demonstration.people import DESK, sign_ins
from matchmaker.web.guard import guard

blueprint = Blueprint("demonstration", __name__, url_prefix="/demonstration")
KEPT = 100
"""So many mails are kept, the latest; they live in the serving process only."""


@dataclass(frozen=True)
class Line:
    """A line of a mail; with an address where it is a link into this site."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Mail:
    """A mail as its reader would see it."""

    to: str
    subject: str
    locale: str
    paragraphs: list[list[Line]]


@blueprint.get("/mails")
@guard(Permission.SEE_PUBLIC_PAGE)
def mails() -> ResponseReturnValue:
    """List what was mailed since the start, the latest first."""
    if not current_app.config["DEMONSTRATION"]:
        abort(404)
    titles = {row.email: row.who for row in sign_ins()}
    shown = [_shown(mail, titles) for mail in reversed(sent_mails())]
    return render_template("demonstration/mails.html", mails=shown)


def sent_mails() -> list[Any]:
    """Return what was handed over for sending, and forget what is beyond the number kept."""
    outbox: list[Any] = getattr(current_app.extensions["mailman"], "outbox", [])
    del outbox[:-KEPT]
    return list(outbox)


def _shown(mail: Any, titles: dict[str, str]) -> Mail:
    """Return a mail for the page: for whom by role, never the address."""
    to = str(mail.to[0]) if mail.to else ""
    who = titles.get(to) or (
        gettext("A municipality without an account in the demonstration")
        if to == DESK
        else gettext("An address that was entered here")
    )
    paragraphs = [part.splitlines() for part in mail.body.strip().split("\n\n")]
    return Mail(
        to=who,
        subject=mail.subject,
        locale=(mail.extra_headers or {}).get("Content-Language", ""),
        paragraphs=[[_line(line) for line in part if line.strip()] for part in paragraphs if part],
    )


def _line(text: str) -> Line:
    """Return a line; an address in it leads into this site, whatever host it names."""
    if not text.startswith(("http://", "https://")) or " " in text:
        return Line(text)
    parts = urlsplit(text)
    return Line(text, parts.path + (f"?{parts.query}" if parts.query else ""))
