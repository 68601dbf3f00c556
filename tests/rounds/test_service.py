"""The way of a round: frozen, solved, reviewed, published; and back where that is allowed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.audit import broken_links
from matchmaker.errors import BadInput, WrongStep
from matchmaker.models import Job, Proposal, RoundNeed, RoundOffer, now
from matchmaker.proposals import service as proposals
from matchmaker.rounds import queries, record, service
from matchmaker.rounds.settings import RoundSettings, settings_of
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    answer_checks_of,
    make_coordinator,
    make_need,
    make_offer,
    make_round,
)
from tests.rounds.conftest import fill


def made(session, round_):
    return session.scalars(select(Proposal).where(Proposal.round_id == round_.id)).all()


def test_new_round_is_open_and_has_settings(session, actor):
    round_ = service.create_round(session, actor, "Autumn")
    assert round_.status == "open"
    assert settings_of(round_) == RoundSettings()


def test_freezing_takes_verified_needs_and_open_offers(session, actor, round_):
    needs, offers = fill(session)
    make_need(session, status="submitted")
    make_offer(session, status="paused")
    service.freeze_round(session, actor, round_)
    assert [need.status for need in needs] == ["in_round", "in_round"]
    taken = session.scalars(select(RoundNeed.need_id)).all()
    assert set(taken) == {need.id for need in needs}
    assert set(session.scalars(select(RoundOffer.offer_id))) == {offer.id for offer in offers}
    assert round_.snapshot_digest and round_.settings_digest


def test_round_without_need_is_refused(session, actor, round_):
    make_offer(session)
    with pytest.raises(BadInput, match="need"):
        service.freeze_round(session, actor, round_)


def test_round_without_offer_is_refused(session, actor, round_):
    make_need(session)
    with pytest.raises(BadInput, match="offer"):
        service.freeze_round(session, actor, round_)


def test_frozen_round_is_not_frozen_again(session, actor, round_):
    fill(session)
    service.freeze_round(session, actor, round_)
    with pytest.raises(WrongStep):
        service.freeze_round(session, actor, round_)


def test_run_round_proposes_and_opens_the_review(session, actor, round_):
    fill(session)
    service.run_round(session, actor, round_)
    assert round_.status == "in_review"
    assert len(made(session, round_)) == round_.summary["served"] == 2
    assert round_.summary["optimal"] is True
    assert session.scalars(select(Job.status)).all() == ["done"]
    assert list(broken_links(session)) == []


def test_recording_the_same_result_again_changes_nothing(session, actor, round_):
    fill(session)
    service.freeze_round(session, actor, round_)
    result = service.solve(round_)
    for _ in range(2):
        record.record_result(session, actor, round_, result)
    assert len(made(session, round_)) == 2


def test_unmatched_need_carries_its_reason(session, actor, round_):
    fill(session, n_needs=2, n_offers=1)
    service.run_round(session, actor, round_)
    (left,) = session.scalars(queries.unmatched_needs(round_.id)).all()
    assert left.reason["reason"] == "lost_competition"
    assert left.reason["funnel"][0]["left"] == 1


def test_explanation_adds_up_to_the_score(session, actor, round_):
    fill(session, 1, 1)
    service.run_round(session, actor, round_)
    (proposal,) = made(session, round_)
    parts = proposal.explanation["parts"]
    assert sum(part["contribution"] for part in parts) == pytest.approx(proposal.score)


def test_one_signature_suffices_for_a_plain_pair(session, actor, round_):
    fill(session, 1, 1)
    service.run_round(session, actor, round_)
    (proposal,) = made(session, round_)
    assert (proposal.required_signatures, proposal.signature_reasons) == (1, [])


@pytest.mark.parametrize(
    ("change", "reason"), [({"always_two": True}, "always"), ({"low_score": 1.0}, "low_score")]
)
def test_settings_ask_for_two_signatures(session, actor, round_, change, reason):
    fill(session, 1, 1)
    settings = replace(RoundSettings(), **change)
    service.change_settings(session, actor, round_, settings)
    service.run_round(session, actor, round_)
    (proposal,) = made(session, round_)
    assert (proposal.required_signatures, proposal.signature_reasons) == (2, [reason])


def test_red_flag_asks_for_two_signatures(session, actor, round_):
    (need,), _ = fill(session, 1, 1)
    need.red_flag = True
    service.run_round(session, actor, round_)
    assert made(session, round_)[0].signature_reasons == ["red_flag"]


def test_area_nobody_confirmed_asks_for_two_signatures(session, actor, round_):
    make_need(session)
    make_offer(session)
    service.run_round(session, actor, round_)
    assert made(session, round_)[0].signature_reasons == ["presence"]


def test_fixed_pair_asks_for_two_signatures(session, actor, round_):
    (need,), (offer,) = fill(session, 1, 1)
    settings = RoundSettings()
    locked = ((need.public_id, offer.public_id),)
    service.change_settings(
        session,
        actor,
        round_,
        replace(settings, matching=replace(settings.matching, locked=locked)),
    )
    service.run_round(session, actor, round_)
    assert made(session, round_)[0].signature_reasons == ["lock"]


def test_changed_settings_change_the_digest(session, actor, round_):
    matching = replace(RoundSettings().matching, policy="coverage")
    service.change_settings(session, actor, round_, RoundSettings(matching=matching))
    assert round_.settings_digest == matching.digest


def test_settings_are_fixed_once_there_are_proposals(session, actor, round_):
    fill(session)
    service.run_round(session, actor, round_)
    with pytest.raises(WrongStep):
        service.change_settings(session, actor, round_, RoundSettings())


def test_publishing_tells_needs_apart(session, actor, round_):
    needs, _ = fill(session, n_needs=2, n_offers=1)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_)
    assert sorted(need.status for need in needs) == ["matched", "unmatched"]


def test_publication_can_be_withdrawn_while_cooling_off(session, actor, round_):
    needs, _ = fill(session, n_needs=2, n_offers=1)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_)
    service.withdraw_publication(session, actor, round_)
    assert round_.status == "in_review"
    assert [need.status for need in needs] == ["in_round", "in_round"]


def test_publication_stands_once_the_cool_off_is_over(session, actor, round_):
    fill(session)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_, timedelta(0))
    with pytest.raises(WrongStep):
        service.withdraw_publication(session, actor, round_)


def test_round_closes_after_its_cool_off_only(session, actor, round_):
    fill(session)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_)
    with pytest.raises(BadInput):
        service.close_round(session, actor, round_)


def test_closing_takes_unsigned_proposals_back_and_frees_their_needs(session, actor, round_):
    needs, _ = fill(session, n_needs=2, n_offers=1)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_, timedelta(0))
    service.close_round(session, actor, round_)
    assert [need.status for need in needs] == ["verified", "verified"]
    assert made(session, round_)[0].status == "undone"


def test_cancelled_round_gives_places_and_needs_back(session, actor, round_):
    (need,), (offer,) = fill(session, 1, 1)
    service.run_round(session, actor, round_)
    (proposal,) = made(session, round_)
    answer_checks_of(session, round_)
    proposals.sign_proposal(session, actor, proposal)
    service.cancel_round(session, actor, round_)
    assert (round_.status, proposal.status, need.status) == ("cancelled", "undone", "verified")
    assert (offer.status, offer.places_taken, need.places_taken) == ("open", 0, 0)


def test_reopened_round_lets_its_needs_go(session, actor, round_):
    needs, _ = fill(session)
    service.freeze_round(session, actor, round_)
    service.reopen_round(session, actor, round_)
    assert [need.status for need in needs] == ["verified", "verified"]
    service.freeze_round(session, actor, round_)
    assert round_.status == "frozen"


def test_unmatched_need_enters_the_next_round(session, actor, round_, coordinator):
    needs, _ = fill(session, n_needs=2, n_offers=1)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_, timedelta(0))
    make_offer(session)
    second = make_round(session, coordinator)
    service.run_round(session, actor, second)
    assert len(made(session, second)) == 1
    assert {need.status for need in needs} == {"matched", "in_round"}


def test_declined_pair_is_not_proposed_again(session, actor, round_, coordinator):
    fill(session, 1, 1)
    service.run_round(session, actor, round_)
    service.publish_round(session, actor, round_, timedelta(0))
    (proposal,) = made(session, round_)
    answer_checks_of(session, round_)
    proposals.sign_proposal(session, actor, proposal)
    proposals.decline(session, actor, proposal, "helper", DeclineReason.CAPACITY)
    second = make_round(session, coordinator)
    service.run_round(session, actor, second)
    assert made(session, second) == []
    (left,) = session.scalars(queries.unmatched_needs(second.id)).all()
    assert left.reason["reason"] == "barred_by_hand"


def test_need_enters_with_the_rest_of_its_places(session, actor, round_):
    (need,), _ = fill(session, 1, 1)
    need.places, need.places_taken, need.minimum = 3, 1, 2
    session.flush()
    service.freeze_round(session, actor, round_)
    record = service.Snapshot.from_json(round_.snapshot).needs[0]
    assert (record.places, record.minimum) == (2, 1)


def test_scope_limits_both_sides(session):
    member = make_coordinator(session)
    member.association.scope = ["NL"]
    fill(session)
    round_ = make_round(session, member)
    with pytest.raises(BadInput, match="need"):
        service.freeze_round(session, actor_of(member), round_)


def test_hidden_town_takes_no_part(session, actor, round_):
    (first, second), _ = fill(session)
    first.municipality.hidden = True
    service.freeze_round(session, actor, round_)
    assert (first.status, second.status) == ("verified", "in_round")


def test_round_in_review_waits_to_be_published(session, actor, round_):
    fill(session)
    service.run_round(session, actor, round_)
    assert queries.rounds_waiting_for(session, actor) == [round_]
    service.publish_round(session, actor, round_, at=now())
    assert queries.rounds_waiting_for(session, actor) == []
