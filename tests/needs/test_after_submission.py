"""What a town can still do with a need it has submitted, from the pages."""

import pytest
from sqlalchemy import select

from matchmaker.models import Need
from tests.factories import make_need, make_requester
from tests.needs.walk import answers, fresh


@pytest.fixture
def requester(session):
    return make_requester(session)


@pytest.mark.parametrize("status", ["submitted", "verified", "in_round", "unmatched"])
def test_changed_need_waits_for_verification_again(session, client_for, requester, status):
    need = make_need(session, requester, status=status)
    session.commit()
    reader = client_for(requester)
    page = reader.get(f"/needs/{need.public_id}").text
    assert f'href="/needs/{need.public_id}/check"' in page
    assert reader.post(f"/needs/{need.public_id}/edit/about", answers()["about"]).status_code == 303
    changed = fresh(session).scalars(select(Need)).one()
    assert (changed.status, changed.title) == ("submitted", "Ремонт водогону")
    assert status == "submitted" or changed.verified_at is None


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "returned", "verified", "in_round", "matched", "unmatched"]
)
def test_need_can_be_withdrawn_from_any_status(session, client_for, requester, status):
    need = make_need(session, requester, status=status)
    session.commit()
    reader, place = client_for(requester), f"/needs/{need.public_id}/withdraw"
    assert place in reader.get(f"/needs/{need.public_id}").text
    assert "ends with it" in reader.get(place).text
    assert reader.post(place).status_code == 303
    assert fresh(session).scalars(select(Need.status)).one() == "withdrawn"
