"""A write commits whole, once, with its resend key; what failed leaves nothing."""

import threading

import pytest
from sqlalchemy import func, select

from matchmaker.access import PLATFORM
from matchmaker.audit import created
from matchmaker.errors import AlreadyChanged
from matchmaker.extensions import db
from matchmaker.models import AuditEvent, IdempotencyKey, Municipality
from matchmaker.unit_of_work import AlreadyDone, transaction
from tests.factories import actor_of, make_coordinator, make_municipality


def a_town(name="Town"):
    return Municipality(name=name, country="HR", region="Osijek-Baranja")


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def actor(each_app):
    with each_app.app_context():
        member = make_coordinator(db.session)
        db.session.commit()
        yield actor_of(member)
        db.session.rollback()


def test_resend_raises_with_the_first_answer(actor):
    with transaction(actor, "key-1", "towns.new") as work:
        created(work.session, actor, a_town())
        work.leads_to("/there")
    with pytest.raises(AlreadyDone) as done, transaction(actor, "key-1", "towns.new"):
        pass
    assert (done.value.location, count(Municipality)) == ("/there", 1)


def test_key_of_another_form_is_refused(actor):
    with transaction(actor, "key-1", "towns.new") as work:
        work.leads_to("/there")
    with pytest.raises(AlreadyChanged), transaction(actor, "key-1", "towns.other"):
        pass


@pytest.mark.asvs("2.3.3")
def test_failure_leaves_neither_row_nor_audit_nor_key(actor):
    with (
        pytest.raises(ZeroDivisionError),
        transaction(actor, "key-1", "towns.new") as work,
    ):
        created(work.session, actor, a_town())
        raise ZeroDivisionError
    assert [count(m) for m in (Municipality, AuditEvent, IdempotencyKey)] == [0, 0, 0]


def test_row_changed_by_somebody_else_is_noticed(actor, each_app):
    town = make_municipality(db.session)
    db.session.commit()
    with pytest.raises(AlreadyChanged), transaction() as work:
        stale = work.session.get(Municipality, town.id)
        work.session.connection().exec_driver_sql(
            f"UPDATE municipality SET version = version + 1 WHERE id = {town.id}"
        )
        stale.name = "Renamed"


def test_thirty_two_resends_at_once_make_one_row(actor, each_app):
    start, answers = threading.Barrier(32), []

    def send():
        with each_app.app_context():
            start.wait()
            try:
                with transaction(actor, "same-key", "towns.new") as work:
                    created(work.session, PLATFORM, a_town())
                    work.leads_to("/there")
                answers.append("/there")
            except AlreadyDone as done:
                answers.append(done.location)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert answers == ["/there"] * 32
    assert count(Municipality) == 1
