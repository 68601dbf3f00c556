"""A lost second factor is taken away by the operator, with a reason, and its owner is told."""

import pytest
from sqlalchemy import select

from matchmaker.accounts.lost_factor import take_away
from matchmaker.errors import BadInput
from matchmaker.models import AuditEvent, Notice, SignInSession
from tests.factories import make_coordinator

pytestmark = [pytest.mark.control(6), pytest.mark.asvs("6.3.4")]


@pytest.fixture
def user(session):
    """Give a coordinator with an app and recovery codes."""
    user = make_coordinator(session).user
    user.tf_primary_method, user.tf_totp_secret = "authenticator", "sealed"
    user.mf_recovery_codes = ["0" * 64]
    session.commit()
    return user


def test_factor_and_sessions_are_gone_and_the_person_is_told(client_for, session, user):
    client = client_for(user)
    take_away(session, user.email.upper(), "Called back at the town hall.")
    session.commit()
    assert (user.tf_primary_method, user.tf_totp_secret) == (None, None)
    assert not user.mf_recovery_codes
    assert session.scalars(select(SignInSession)).all() == []
    assert session.scalars(select(Notice.kind)).all() == ["security"]
    assert "user.second_factor_removed" in session.scalars(select(AuditEvent.event)).all()
    assert client.get("/home").location.startswith("/login")


@pytest.mark.parametrize(
    ("address", "reason", "field"),
    [("nobody@example.test", "Called back.", "email"), (None, "  ", "reason")],
)
def test_unknown_address_and_missing_reason_are_refused(session, user, address, reason, field):
    with pytest.raises(BadInput) as refused:
        take_away(session, address or user.email, reason)
    assert refused.value.field == field
    assert user.tf_primary_method == "authenticator"
