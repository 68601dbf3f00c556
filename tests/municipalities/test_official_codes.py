"""The official code cannot be used to ask which municipalities take part elsewhere."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Notice
from matchmaker.municipalities import service as towns
from matchmaker.municipalities.official_codes import doubted_codes
from matchmaker.verification import identity
from tests.factories import (
    accept_application,
    actor_of,
    make_application,
    make_association,
    make_coordinator,
    make_municipality,
)

pytestmark = [pytest.mark.control(4), pytest.mark.asvs("8.2.2")]


@pytest.fixture
def north(session):
    """Give two coordinators of the north of a divided country."""
    association = make_association(session, scope=["CY"], sides=["north"])
    return [make_coordinator(session, association) for _ in range(2)]


@pytest.fixture
def wide(session):
    """Give a coordinator of both sides."""
    return make_coordinator(session, make_association(session, scope=["CY"]))


@pytest.fixture
def south(session):
    return make_municipality(session, country="CY", sides=["south"], official_code="7001")


def northern(session, **more):
    return make_municipality(session, **{"country": "CY", "sides": ["north"]} | more)


def given_code(session, north, code):
    """Give a northern municipality a code by two coordinators; return what happened."""
    town = northern(session)
    first, second = map(actor_of, north)
    change = identity.propose_change(session, first, town, {"official_code": code}, "Register.")
    identity.confirm_change(session, second, change, "Register.")
    return change.status, town.official_code


def test_code_taken_out_of_scope_is_answered_like_a_free_one(session, north, south):
    assert given_code(session, north, "7001") == ("accepted", "7001")
    assert given_code(session, north, "7002") == ("accepted", "7002")


def test_registration_with_a_code_taken_out_of_scope_is_verified(session, north, south):
    town = northern(session, official_code="7001", status="registered")
    accept_application(session, make_application(session, town), *north)
    assert town.status == "verified"


def test_code_taken_in_scope_is_refused(session, north):
    northern(session, official_code="7001")
    with pytest.raises(BadInput, match="has this official code"):
        given_code(session, north, "7001")


def test_doubted_code_is_told_to_those_who_see_both(session, north, wide, south):
    given_code(session, north, "7001")
    (town,) = doubted_codes(session, actor_of(wide))
    assert town.sides == ["north"]
    assert doubted_codes(session, actor_of(north[0])) == []
    told = set(session.scalars(select(Notice.user_id)))
    assert wide.user_id in told


def test_home_page_tells_of_a_doubted_code_in_scope_only(session, client_for, north, wide, south):
    given_code(session, north, "7001")
    session.commit()
    line = "has the official code of another one"
    assert line in client_for(wide).get("/home").text
    assert line not in client_for(north[0]).get("/home").text


def test_trail_of_the_change_does_not_tell_that_the_code_was_taken(session, north, south):
    given_code(session, north, "7001")
    given_code(session, north, "7002")
    events = session.execute(
        select(AuditEvent.event, AuditEvent.details["fields"]).where(
            AuditEvent.event == "municipality.changed"
        )
    ).all()
    assert events[0] == events[1]


def test_corrected_code_is_doubted_no_longer(session, north, wide, south):
    given_code(session, north, "7001")
    (town,) = doubted_codes(session, actor_of(wide))
    towns.apply_identity(session, actor_of(wide), town, {"official_code": "7003"})
    assert not town.code_doubted


def test_database_refuses_a_second_code_that_is_not_doubted(each_app):
    with each_app.app_context():
        session = db.session()
        make_municipality(session, official_code="1")
        make_municipality(session, official_code="1", code_doubted=True)
        with pytest.raises(IntegrityError):
            make_municipality(session, official_code="1")
        session.rollback()
