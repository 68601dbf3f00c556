"""When a published proposal ends, the next best pair for its places is proposed, and not sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker.errors import AlreadyChanged
from matchmaker.extensions import db
from matchmaker.matching.settings import GroupLimit
from matchmaker.models import AuditEvent, Need, Notice, Proposal, now
from matchmaker.proposals import service as proposals
from matchmaker.rounds import next_best, service
from matchmaker.rounds.deadlines import run_due
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    answer_check,
    answer_checks_of,
    make_coordinator,
    make_offer,
    make_proposal,
    make_round,
    member_of,
    signed_in,
)
from tests.rounds.conftest import fill


def published(session, coordinator, n_needs, n_offers):
    """Give a published round whose proposals are all signed and with the helpers."""
    needs, offers = fill(session, n_needs, n_offers)
    round_ = make_round(session, coordinator)
    actor = actor_of(coordinator)
    service.run_round(session, actor, round_)
    answer_checks_of(session, round_)
    service.publish_round(session, actor, round_, timedelta(0))
    for proposal in live(session, round_):
        proposals.sign_proposal(session, actor, proposal)
    session.commit()
    return round_, needs, offers


def live(session, round_):
    query = select(Proposal).where(
        Proposal.round_id == round_.id, Proposal.status.not_in(next_best.DEAD)
    )
    return list(session.scalars(query.order_by(Proposal.id)))


def decline(session, proposal):
    """Have the helping side say no."""
    helper = actor_of(member_of(session, proposal.offer.municipality_id, "helper"))
    proposals.decline(session, helper, proposal, "helper", DeclineReason.OTHER)
    session.commit()


def followers(session):
    session.rollback()
    return list(session.scalars(select(Proposal).where(Proposal.follows_id.is_not(None))))


def tick(session, *rows, at=None):
    """Do what is due; return how often a next best was looked for, and the rows read afresh."""
    ids = [(type(row), row.id) for row in rows]
    done = run_due(session, at)
    session.rollback()
    return done["next_best"], *(session.get_one(*one) for one in ids)


@pytest.fixture
def ended(session, coordinator):
    """Give a declined proposal of a round in which one need was left without."""
    round_, _, _ = published(session, coordinator, 3, 2)
    proposal = live(session, round_)[0]
    decline(session, proposal)
    return proposal


def test_need_that_was_left_gets_the_place_that_was_freed(session, ended):
    lonely = session.scalars(select(Need).where(Need.status == "unmatched")).one()
    _, lonely, ended = tick(session, lonely, ended)
    [new] = followers(session)
    assert (new.need_id, new.offer_id) == (lonely.id, ended.offer_id)
    assert (new.follows_id, new.follows_side, new.status) == (ended.id, "offer", "proposed")


def test_need_of_a_new_proposal_counts_as_matched_again(session, ended):
    run_due(session)
    [new] = followers(session)
    assert new.need.status == "matched"
    assert new.need.places_taken == 0


def test_nothing_is_sent_by_itself(session, ended):
    run_due(session)
    run_due(session, now() + timedelta(days=1))
    [new] = followers(session)
    assert (new.offered_at, new.approved_at, new.places_held) == (None, None, False)


def test_signing_it_takes_the_way_of_any_other(session, ended, coordinator):
    _, coordinator = tick(session, coordinator)
    [new] = followers(session)
    answer_check(session, new, coordinator.user_id)
    proposals.sign_proposal(session, actor_of(coordinator), new)
    assert new.status == "offered"


def test_coordinators_of_the_round_are_told(session, ended, coordinator):
    before = len(session.scalars(select(Notice)).all())
    _, coordinator = tick(session, coordinator)
    told = session.scalars(select(Notice).order_by(Notice.id)).all()[before:]
    assert [(one.user_id, one.kind) for one in told] == [(coordinator.user_id, "signature_waits")]


def test_second_tick_proposes_nothing_more(session, ended):
    assert run_due(session)["next_best"] == 1
    assert run_due(session)["next_best"] == 0
    assert len(followers(session)) == 1


def test_it_is_written_down_what_was_found_for_each_side(session, ended):
    _, ended = tick(session, ended)
    found = select(AuditEvent.details).where(AuditEvent.event == "proposal.next_best")
    details = session.scalars(found).one()
    assert (details["need"], details["offer"]) == ("none", "found")
    assert ended.next_best == {"need": "none", "offer": "found"}


def test_freed_need_gets_the_best_offer_that_is_free(session, coordinator):
    [need], _ = fill(session, 1, 0)
    _, best, second = (make_offer(session, topics=[("env.water", n)]) for n in (1, 3, 2))
    round_, actor = make_round(session, coordinator), actor_of(coordinator)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_, timedelta(0))
    [first] = live(session, round_)
    assert first.offer_id == best.id
    proposals.reject_proposal(session, actor, first, DeclineReason.OTHER)
    session.commit()
    _, need, second = tick(session, need, second)
    [new] = followers(session)
    assert (new.need_id, new.offer_id) == (need.id, second.id)
    assert new.follows_side == "need"
    assert new.explanation["offer_rank"] == 2
    assert new.score == pytest.approx(new.explanation["score"])


def test_pair_that_ended_never_comes_again(session, coordinator):
    round_, _, _ = published(session, coordinator, 1, 1)
    [proposal] = live(session, round_)
    decline(session, proposal)
    _, proposal = tick(session, proposal)
    assert followers(session) == []
    assert proposal.next_best == {"need": "none", "offer": "none"}


@pytest.mark.parametrize(
    "change",
    [
        lambda need: setattr(need, "hidden", True),
        lambda need: setattr(need.municipality, "hidden", True),
        lambda need: setattr(need.municipality, "status", "suspended") or _moved(need.municipality),
        lambda need: setattr(need, "submitted_at", now() + timedelta(minutes=1)),
        lambda need: setattr(need, "veto_countries", ["NL"]),
    ],
    ids=["need hidden", "town hidden", "suspended", "edited", "vetoed since"],
)
def test_side_that_changed_since_gets_nothing(session, ended, change):
    lonely = session.scalars(select(Need).where(Need.status == "unmatched")).one()
    change(lonely)
    session.commit()
    run_due(session)
    assert followers(session) == []


def _moved(row):
    row.moved_to = row.status


def test_offer_that_is_paused_gets_nothing(session, ended):
    ended.offer.moved_to = ended.offer.status = "paused"
    session.commit()
    _, ended = tick(session, ended)
    assert followers(session) == []
    assert ended.next_best["offer"] == "gone"


def test_consortium_that_one_helper_cannot_meet_waits_for_the_next_round(session, ended):
    ended.need.places, ended.need.minimum = 3, 2
    session.commit()
    _, ended = tick(session, ended)
    assert ended.next_best["need"] == "several"


def test_round_that_is_not_published_proposes_nothing(session, coordinator):
    fill(session, 2, 1)
    round_ = make_round(session, coordinator)
    actor = actor_of(coordinator)
    service.run_round(session, actor, round_)
    proposals.reject_proposal(session, actor, live(session, round_)[0], DeclineReason.OTHER)
    session.commit()
    n, round_ = tick(session, round_)
    assert n == 0
    service.publish_round(session, actor, round_, timedelta(0))
    session.commit()
    assert tick(session) == (1,)
    assert len(followers(session)) == 1


def test_what_changed_while_it_was_worked_out_is_not_written(session, ended):
    plan = {side: next_best.find(session, ended, side) for side in next_best.SIDES}
    ended.offer.moved_to = ended.offer.status = "paused"
    session.commit()
    with pytest.raises(AlreadyChanged):
        next_best.write(session, next_best.PLATFORM, ended.public_id, plan)


def test_database_refuses_a_second_one_for_the_same_place(each_app):
    with each_app.app_context():
        session = db.session()
        first = make_proposal(session)
        after = {"follows_id": first.id, "follows_side": "need"}
        make_proposal(session, first.round, **after)
        with pytest.raises(IntegrityError):
            make_proposal(session, first.round, **after)
        session.rollback()


def test_rule_with_a_cap_binds_the_next_best_too(session, coordinator):
    round_, _, _ = published(session, coordinator, 3, 2)
    proposal = live(session, round_)[0]
    lonely = session.scalars(select(Need).where(Need.status == "unmatched")).one()
    settings = settings_of(round_)
    cap = GroupLimit(needs=(lonely.public_id,), at_most=0, name="cap")
    matching = replace(settings.matching, rules=(cap,))
    round_.settings = replace(settings, matching=matching).stored()
    decline(session, proposal)
    run_due(session)
    assert followers(session) == []


def test_place_that_the_settings_of_the_round_took_away_stays_away(session, ended):
    settings = settings_of(ended.round)
    matching = replace(settings.matching, offer_places={ended.offer.public_id: 0})
    ended.round.settings = replace(settings, matching=matching).stored()
    session.commit()
    run_due(session)
    assert followers(session) == []


def test_two_freed_places_never_promise_one_place_twice(session, coordinator):
    round_, _, _ = published(session, coordinator, 3, 2)
    for proposal in live(session, round_):
        decline(session, proposal)
    run_due(session)
    run_due(session)
    new = followers(session)
    assert len({one.need_id for one in new}) == len(new)
    assert len({one.offer_id for one in new}) == len(new) == 2


def test_pages_lead_from_one_to_the_other(session, ended, coordinator, client_for):
    _, ended, coordinator = tick(session, ended, coordinator)
    [new] = followers(session)
    board = client_for(coordinator)
    before = board.get(f"/proposals/{ended.public_id}").text
    assert f"/proposals/{new.public_id}" in before
    assert "No offer with a free place is left that fits this need." in before
    after = board.get(f"/proposals/{new.public_id}").text
    assert f"/proposals/{ended.public_id}" in after
    assert "This is the next best match" in after


def test_page_of_the_need_says_to_the_board_of_the_round_why_nothing_follows(
    session, coordinator, client_for
):
    _, (need, *_), _ = published(session, coordinator, 1, 1)
    (proposal,) = session.scalars(select(Proposal).where(Proposal.need_id == need.id))
    official = member_of(session, need.municipality_id, "requester")
    people = (coordinator, make_coordinator(session), official)
    board, *others = [signed_in(session, client_for, member) for member in people]
    decline(session, proposal)
    address, before = f"/needs/{need.public_id}", f"/proposals/{proposal.public_id}"
    tick(session, need)
    told = "No offer with a free place is left that fits this need."
    page = board.get(address).text
    assert told in page
    assert before in page
    assert not [other for other in others if told in other.get(address).text]
