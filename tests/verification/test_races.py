"""One person sends many registrations at the same moment: three wait at most, on each database."""

import pytest
from sqlalchemy import func, select

from matchmaker.access import Actor
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Application, Municipality, User
from matchmaker.municipalities import service as towns
from matchmaker.municipalities.cautions import UNDECIDED
from matchmaker.unit_of_work import transaction
from matchmaker.verification import service
from matchmaker.vocabulary import Role
from tests.factories import (
    actor_of,
    answer_rights,
    give_evidence,
    make_application,
    make_coordinator,
    make_municipality,
    make_requester,
    make_user,
)

N_THREADS = 12


def counted(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.control(5)
@pytest.mark.asvs("2.3.2", "15.4.2")
def test_twelve_registrations_at_once_leave_three(each_app, at_once):
    with each_app.app_context():
        user_id = make_user(db.session()).id
        db.session.commit()

    def register(number):
        with transaction() as work:
            user = work.session.get(User, user_id)
            actor = Actor(user_id=user.id, user_public_id=user.public_id)
            draft = towns.MunicipalityDraft(name=f"Place {number}", country="LB", region="South")
            towns.register_municipality(work.session, actor, Role.REQUESTER, draft)
            return "registered"

    ends = at_once(register, range(N_THREADS))
    assert ends.count("registered") == towns.MOST_UNDECIDED
    assert all(end == "registered" or isinstance(end, BadInput) for end in ends)
    assert counted(each_app, Application) == counted(each_app, Municipality) == 3


@pytest.mark.control(5)
@pytest.mark.asvs("2.3.2", "15.4.2")
def test_appeals_at_once_leave_no_more_than_three_that_wait(each_app, at_once):
    with each_app.app_context():
        session = db.session()
        user, board = make_user(session), make_coordinator(session)
        said = {"rejection": "other", "rejected_by_id": board.user_id}
        rows = []
        for more in ({}, {}, *[{"status": "rejected"} | said] * 4):
            town = make_municipality(session, status="registered")
            member = make_requester(session, town, user=user)
            rows.append(make_application(session, town, member, **more))
        user_id, keys = user.id, [row.id for row in rows[2:]]
        session.commit()

    def appeal(key):
        with transaction() as work:
            user = work.session.get(User, user_id)
            actor = Actor(user_id=user.id, user_public_id=user.public_id)
            row = work.session.get(Application, key)
            service.appeal_rejection(work.session, actor, row, "We are real.")
            return "appealed"

    ends = at_once(appeal, keys)
    assert ends.count("appealed") == 1
    assert all(end == "appealed" or isinstance(end, BadInput) for end in ends)
    with each_app.app_context():
        waiting = select(Application.id).where(Application.status.in_(UNDECIDED))
        assert len(db.session.scalars(waiting).all()) == towns.MOST_UNDECIDED


@pytest.mark.control(5)
@pytest.mark.asvs("2.3.5", "15.4.2")
def test_many_first_confirmations_at_once_are_one_first_and_one_second(each_app, at_once):
    with each_app.app_context():
        session = db.session()
        application = make_application(session)
        members = [make_coordinator(session) for _ in range(4)]
        give_evidence(session, application, members[0])
        answer_rights(session, application, *members)
        key, actors = application.id, [actor_of(member) for member in members]
        session.commit()

    def confirm(actor):
        with transaction() as work:
            row = work.session.get(Application, key)
            service.confirm_application(work.session, actor, row, "Looked.")
            return row.status

    ends = at_once(confirm, actors)
    done = [end for end in ends if isinstance(end, str)]
    assert sorted(done) == ["accepted", "checked"]
    with each_app.app_context():
        row = db.session.get(Application, key)
        assert row.checked_by_id != row.accepted_by_id
        assert row.municipality.status == "verified"
