"""What the administrator finds at home: what waits, how the site is, and the pages by use."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.admin import stamps
from matchmaker.admin.health import MAIL_WAITS_AT_MOST
from matchmaker.admin.queries import associations_without_coordinator, lacks_factor
from matchmaker.extensions import db
from matchmaker.models import Letter, Notice, User, now
from matchmaker.vocabulary import N_, MailStatus
from matchmaker.web.navigation import Waiting
from matchmaker.web.showing import show_moment

LATELY = timedelta(days=7)
"""How far back mails that were given up count."""
CHECK_AT_LEAST = timedelta(days=2)
BACKUP_AT_LEAST = timedelta(days=2)
"""After which a check or a backup is late: both are made daily (docs/operating.md)."""

PAGES = (
    ("admin.users", N_("Accounts"), N_("Find a person, close or reopen an account.")),
    ("admin.memberships", N_("Memberships"), N_("Who acts for whom; suspend, restore or end.")),
    ("admin.associations", N_("Associations"), N_("What the coordinators of each one see.")),
    (
        "municipalities.areas",
        N_("Conflict areas"),
        N_("Where there is a conflict, and who can go there."),
    ),
    ("admin.audit", N_("Audit trail"), N_("Who did what, and the check of the records.")),
    ("admin.texts", N_("Legal texts"), N_("Privacy, accessibility and terms, by language.")),
    ("admin.taxonomy", N_("Topics and activities"), N_("What needs and offers can be about.")),
)
"""The administrator's pages, the most used first."""


def at_home(actor: Actor) -> dict[str, Any]:
    """Return what the home page shows an administrator beside the warnings."""
    session = db.session()
    return {
        "waiting": [one for one in (*_people(session), _mail(session)) if one.count],
        "state": [_check(), _backup()],
        "pages": [
            {"href": url_for(endpoint), "text": gettext(name), "hint": gettext(hint)}
            for endpoint, name, hint in PAGES
        ],
    }


def _people(session: Session) -> list[Waiting]:
    lacking = session.scalar(select(func.count(User.id)).where(lacks_factor())) or 0
    alone = len(session.scalars(associations_without_coordinator()).all())
    return [
        Waiting(
            ngettext(
                "%(num)d association has no coordinator",
                "%(num)d associations have no coordinator",
                alone,
            ),
            url_for("admin.associations"),
            alone,
        ),
        Waiting(
            ngettext(
                "%(num)d coordinator or administrator has no second factor",
                "%(num)d coordinators and administrators have no second factor",
                lacking,
            ),
            url_for("admin.users", lacks="factor"),
            lacking,
        ),
    ]


def _mail(session: Session) -> Waiting:
    """Return a line for mails that do not go out."""
    n = 0
    for kind in (Notice, Letter):
        late = (kind.status == MailStatus.WAITING) & (kind.due_at < now() - MAIL_WAITS_AT_MOST)
        lost = (kind.status == MailStatus.GIVEN_UP) & (kind.created_at > now() - LATELY)
        failing = (kind.status == MailStatus.WAITING) & (kind.attempts > 1)
        n += session.scalar(select(func.count(kind.id)).where(late | lost | failing)) or 0
    return Waiting(
        ngettext(
            "%(num)d mail does not go out: tell the operator to look at the mail server",
            "%(num)d mails do not go out: tell the operator to look at the mail server",
            n,
        ),
        url_for("admin.check"),
        n,
    )


def _check() -> dict[str, Any]:
    stamp = stamps.last(Path(current_app.instance_path), stamps.CHECK)
    if stamp is None:
        return _line(gettext("Check of the records"), gettext("Not known"), good=False)
    when = show_moment(stamp.at)
    if stamp.wrong:
        text = gettext("%(when)s: something does not agree", when=when)
    else:
        text = gettext("%(when)s: all agrees", when=when)
    good = not stamp.wrong and stamp.at > now() - CHECK_AT_LEAST
    return _line(gettext("Check of the records"), text, good=good)


def _backup() -> dict[str, Any]:
    stamp = stamps.last(Path(current_app.instance_path), stamps.BACKUP)
    text = show_moment(stamp.at) if stamp else gettext("Not known")
    good = stamp is not None and stamp.at > now() - BACKUP_AT_LEAST
    return _line(gettext("Last backup"), text, good=good)


def _line(key: str, value: str, *, good: bool) -> dict[str, Any]:
    return {"key": key, "value": value, "good": good}
