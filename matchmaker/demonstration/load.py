"""Fill an empty database with the demonstration, once; a second call changes nothing."""

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.demonstration import (
    applications,
    cases,
    content,
    councils,
    impact,
    judging,
    people,
    rows,
    story,
)
from matchmaker.models import Association, now
from matchmaker.pages.publishing import publish_when_due


def is_loaded(session: Session) -> bool:
    """Tell whether the demonstration is in this database."""
    found = select(Association.id).where(Association.name == people.ASSOCIATION)
    return session.scalar(found) is not None


def load(session: Session, folder: Path, today: date | None = None) -> bool:
    """Load the demonstration into the session, without committing; return whether it did.

    `folder` keeps the password of this installation. Dates are counted from `today`, so that the
    demonstration never ages before its first start.
    """
    fresh_password = not (folder / people.SIGN_INS).exists()
    password = people.password_of(folder)
    if is_loaded(session):
        if fresh_password:
            people.renew_password(session, password)
        return False
    association = people.load_association(session)
    staff = people.load_staff(session, association, password)
    people.load_second_association(session, password)
    first, second = staff["coordinator-1"], staff["coordinator-2"]
    loaded = rows.Loaded(session, today or now().date(), people.load_desk(session), first)
    rows.load_towns(loaded)
    people.load_members(loaded, password)
    applications.load_applications(loaded, first, second)
    applications.raise_flags(loaded, second)
    rows.load_ties(loaded)
    rows.load_areas(loaded)
    needs, offers = content.needs(), content.offers()
    rows.load_needs(loaded, (row for row in needs if row.get("stage") == "first"))
    rows.load_offers(loaded, (row for row in offers if row.get("stage") == "first"))
    impact.say_of_needs(loaded)
    councils.prepare(loaded)
    story.tell_first_round(loaded, first, second)
    councils.ask_the_other_side(loaded)
    rows.load_needs(loaded, (row for row in needs if row.get("stage") != "first"))
    rows.load_offers(loaded, (row for row in offers if row.get("stage") != "first"))
    impact.say_of_needs(loaded)
    judging.answer_preconditions(loaded)
    judging.enter_others(loaded)
    councils.prepare(loaded)
    councils.decide(loaded)
    cases.present(loaded)
    story.tell_second_round(loaded, first, second)
    people.staff_the_rest(loaded)
    publish_when_due(session)
    session.flush()
    return True
