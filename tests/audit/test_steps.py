"""A status changes in one way only, and leaves exactly one audit row."""

import pytest
from sqlalchemy import select

from matchmaker.access import PLATFORM
from matchmaker.audit import broken_links, move
from matchmaker.errors import WrongStep
from matchmaker.models import AuditEvent
from tests.factories import make_municipality, make_need


def test_each_step_has_one_audit_row(session):
    need = make_need(session)
    move(session, PLATFORM, need, "in_round")
    events = session.scalars(select(AuditEvent.event)).all()
    assert events == ["need.in_round"]


def test_step_that_the_lifecycle_lacks_is_refused(session):
    need = make_need(session, status="closed")
    with pytest.raises(WrongStep):
        move(session, PLATFORM, need, "verified")


def test_status_changed_by_hand_is_refused(session):
    town = make_municipality(session)
    town.status = "suspended"
    with pytest.raises(RuntimeError, match=r"audit\.move"):
        session.flush()


def test_chain_of_many_steps_holds(session):
    for _ in range(5):
        move(session, PLATFORM, make_need(session), "in_round", text="private words")
    assert list(broken_links(session)) == []
