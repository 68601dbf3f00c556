"""Two coordinators at once: the later one reads what the earlier one did, and decides again."""

import re
import threading

import pytest
from sqlalchemy import func, select

from matchmaker.audit.since import n_events
from matchmaker.errors import ChangedSince
from matchmaker.extensions import db
from matchmaker.models import Decision, Proposal
from matchmaker.proposals import service
from matchmaker.unit_of_work import transaction
from tests.factories import (
    actor_of,
    coordinator_of,
    make_coordinator,
    make_proposal,
    make_round,
    member_of,
)


@pytest.fixture
def proposal(session):
    """Give a proposal in review that asks for two signatures; committed."""
    round_ = make_round(session, make_coordinator(session), status="in_review")
    proposal = make_proposal(session, round_, required_signatures=2)
    session.commit()
    return proposal


@pytest.fixture
def two(session, proposal, client_for):
    """Give the browsers of two coordinators of the round's association."""
    members = [coordinator_of(session, proposal.round) for _ in range(2)]
    session.commit()
    return [client_for(member) for member in members]


def fields_of(page):
    """Return the hidden fields of the form that a page sends on."""
    form = page.text.partition('<form method="post" action="/proposals/')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def seen_in(page):
    return re.search(r'name="seen" value="(\d+)"', page.text)[1]


@pytest.fixture
def later(two, proposal):
    """Give the answer to the second person, who rejects what the first one signed meanwhile."""
    address = f"/proposals/{proposal.public_id}"
    first, second = two
    seen = seen_in(second.get(f"{address}/reject"))
    first.post(f"{address}/sign", {"seen": seen_in(first.get(address))})
    typed = {"reason": "capacity", "text": "No time this year.", "seen": seen}
    return second.post(f"{address}/reject", typed)


def test_later_one_is_shown_what_was_done_and_by_whom(later, proposal):
    assert later.status_code == 409
    assert "This has changed since you opened it" in later.text
    assert "The match was signed" in later.text
    assert f"Coordinator, {proposal.round.association.name}" in later.text


def test_nothing_was_done_for_the_later_one(session, later, proposal):
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Decision)) == 1
    assert proposal.status == "proposed"


def test_switching_the_language_does_nothing_and_keeps_what_was_typed(
    session, later, two, proposal
):
    switched = fields_of(later) | {"switch_language": "ar"}
    page = two[1].post(f"/proposals/{proposal.public_id}/reject", switched)
    session.rollback()
    assert page.status_code == 200
    assert "No time this year." in page.text
    assert proposal.status == "proposed"


def test_going_on_sends_what_was_typed(session, later, two, proposal):
    again = two[1].post(f"/proposals/{proposal.public_id}/reject", fields_of(later))
    session.rollback()
    assert again.status_code == 303
    rejected = session.scalars(select(Decision).where(Decision.kind == "reject")).one()
    assert (rejected.reason, proposal.status) == ("capacity", "rejected")


def test_looking_at_it_changes_nothing_for_others(two, proposal):
    address = f"/proposals/{proposal.public_id}"
    seen = seen_in(two[0].get(address))
    two[1].get(address)
    assert two[0].post(f"{address}/sign", {"seen": seen}).status_code == 303


def test_municipality_is_not_told_how_much_was_done(session, proposal, client_for):
    proposal.moved_to = proposal.status = "offered"
    proposal.offered_at = proposal.created_at
    helper = member_of(session, proposal.offer.municipality_id, "helper")
    session.commit()
    page = client_for(helper).get(f"/proposals/{proposal.public_id}/decline-as-helper")
    assert page.status_code == 200
    assert 'name="seen"' not in page.text


@pytest.mark.asvs("2.3.5")
def test_of_two_who_saw_the_same_state_one_is_told(each_app):
    with each_app.app_context():
        session = db.session()
        round_ = make_round(session, status="in_review")
        proposal = make_proposal(session, round_, required_signatures=2)
        actors = [actor_of(coordinator_of(session, round_)) for _ in range(2)]
        session.commit()
        key, seen = proposal.id, n_events(session, proposal)
    barrier, ends = threading.Barrier(2), []

    def sign(actor):
        with each_app.app_context():
            barrier.wait(30)
            try:
                with transaction(actor, None, "sign") as work:
                    row = work.session.get(Proposal, key)
                    service.sign_proposal(work.session, actor, row, seen=seen)
                ends.append(None)
            except ChangedSince as told:
                ends.append(told)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=sign, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(type(end).__name__ for end in ends) == ["ChangedSince", "NoneType"]
