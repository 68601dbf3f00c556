"""Many persons decide at the same moment: places are never given twice, on either database."""

import threading

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from matchmaker.errors import AlreadyChanged, BadInput, NoPlaceLeft
from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Decision, IdempotencyKey, Need, Offer, Proposal
from matchmaker.proposals import service
from matchmaker.unit_of_work import AlreadyDone, transaction
from tests.factories import (
    actor_of,
    coordinator_of,
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_round,
)

N_THREADS = 32


@pytest.fixture
def races(each_app):
    """Give a way to run one function in 32 threads at once, each with an argument of its own."""
    barrier = threading.Barrier(N_THREADS)

    def run(work, arguments):
        ends = []

        def alone(argument):
            with each_app.app_context():
                barrier.wait(30)
                try:
                    ends.append(work(*argument))
                except Exception as error:
                    ends.append(error)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=alone, args=(one,)) for one in arguments]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return ends

    return run


def sign(proposal_id, actor, key=None):
    """Sign as a request would: in one transaction, the row read inside."""
    with transaction(actor, key, "proposals.sign") as work:
        service.sign_proposal(work.session, actor, work.session.get(Proposal, proposal_id))
        return work.leads_to(f"/proposals/{proposal_id}")


def competing(app, n_proposals, *, one_side, required=1):
    """Make proposals that all want the one place of the same offer or need."""
    with app.app_context():
        session = db.session()
        round_ = make_round(session, status="in_review")
        shared = (
            {"offer": make_offer(session)}
            if one_side == "offer"
            else {"need": make_need(session, status="in_round")}
        )
        made = [
            make_proposal(session, round_, required_signatures=required, **shared)
            for _ in range(n_proposals)
        ]
        actors = [actor_of(coordinator_of(session, round_)) for _ in range(N_THREADS)]
        ids = [proposal.id for proposal in made]
        session.commit()
    return ids, actors


def figures(app, model):
    """Return places taken by the row's own count and by the proposals that hold one."""
    with app.app_context():
        taken = db.session.scalar(select(func.max(model.places_taken)))
        holding = db.session.scalar(select(func.count()).where(Proposal.places_held.is_(True)))
        return taken, holding


@pytest.mark.asvs("2.3.4", "15.4.2")
@pytest.mark.parametrize(("side", "model"), [("offer", Offer), ("need", Need)])
def test_one_of_32_decisions_gets_the_last_place(each_app, races, side, model):
    ids, actors = competing(each_app, N_THREADS, one_side=side)
    ends = races(sign, list(zip(ids, actors, strict=True)))
    losers = [end for end in ends if isinstance(end, Exception)]
    assert len(ends) - len(losers) == 1
    assert {type(loser) for loser in losers} <= {NoPlaceLeft, AlreadyChanged}
    assert figures(each_app, model) == (1, 1)


@pytest.mark.asvs("2.3.3")
def test_same_key_sent_32_times_writes_once_and_answers_the_same(each_app, races):
    ids, actors = competing(each_app, 1, one_side="offer")

    def send(key):
        try:
            return sign(ids[0], actors[0], key)
        except AlreadyDone as done:
            return done.location

    assert set(races(send, [("same-key",)] * N_THREADS)) == {f"/proposals/{ids[0]}"}
    with each_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(IdempotencyKey)) == 1
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 1


def test_one_person_signing_32_times_at_once_signs_once(each_app, races):
    ids, actors = competing(each_app, 1, one_side="offer", required=2)
    ends = races(sign, [(ids[0], actors[0])] * N_THREADS)
    assert sum(isinstance(end, BadInput) for end in ends) == N_THREADS - 1
    with each_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 1


@pytest.mark.asvs("2.3.5")
def test_two_of_32_persons_complete_a_proposal_and_the_others_are_told(each_app, races):
    ids, actors = competing(each_app, 1, one_side="offer", required=2)
    ends = races(sign, [(ids[0], actor) for actor in actors])
    assert sum(not isinstance(end, Exception) for end in ends) == 2
    assert figures(each_app, Offer) == (1, 1)


def test_without_the_guarded_update_the_same_race_overbooks(each_app, races):
    """Proves that the test above bites: read, then write, and both believe to have the place."""
    ids, _ = competing(each_app, N_THREADS, one_side="offer")
    all_read = threading.Barrier(N_THREADS)

    def careless(proposal_id):
        session = db.session()
        proposal = session.get(Proposal, proposal_id)
        taken, places = proposal.offer.places_taken, proposal.offer.places
        offer_id = proposal.offer_id
        session.rollback()
        all_read.wait(30)
        assert taken < places
        with transaction() as work:
            work.session.execute(
                update(Offer).where(Offer.id == offer_id).values(places_taken=taken + 1)
            )
            work.session.execute(
                update(Proposal).where(Proposal.id == proposal_id).values(places_held=True)
            )

    races(careless, [(one,) for one in ids])
    assert figures(each_app, Offer) == (1, N_THREADS)


def test_database_itself_refuses_one_place_too_many(each_app):
    ids, _ = competing(each_app, 1, one_side="offer")
    with each_app.app_context(), pytest.raises(IntegrityError, match="capacity_never_exceeded"):
        db.session.execute(update(Offer).values(places_taken=Offer.places + 1))
    assert len(ids) == 1


@pytest.fixture
def two_seats(each_app):
    """Give a proposal that asks for two signatures, and one person who coordinates twice."""
    with each_app.app_context():
        session = db.session()
        round_ = make_round(session, status="in_review")
        proposal = make_proposal(session, round_, required_signatures=2)
        here = coordinator_of(session, round_)
        there = make_coordinator(session, user=here.user)
        seats = [actor_of(here), actor_of(there)]
        session.commit()
        return proposal.id, seats


@pytest.mark.asvs("2.3.5")
def test_person_with_two_memberships_signs_once(each_app, two_seats, at_once):
    proposal_id, seats = two_seats
    ends = at_once(lambda actor: sign(proposal_id, actor), seats)
    assert sorted(type(end).__name__ for end in ends) == ["BadInput", "str"]
    with each_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
        assert db.session.get(Proposal, proposal_id).status == "proposed"
        signed = select(func.count()).where(AuditEvent.event == "proposal.signed")
        assert db.session.scalar(signed) == 1


def test_database_itself_refuses_a_second_signature_through_another_membership(each_app, two_seats):
    proposal_id, seats = two_seats
    with each_app.app_context():
        for actor in seats:
            db.session.add(
                Decision(
                    proposal_id=proposal_id,
                    user_id=actor.user_id,
                    membership_id=actor.membership_id,
                    kind="sign",
                )
            )
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
