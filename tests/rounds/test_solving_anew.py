"""A round in review that is solved anew under other settings."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from matchmaker.audit.since import n_events
from matchmaker.errors import ChangedSince
from matchmaker.matching.clashes import InfeasibleRound
from matchmaker.models import AuditEvent, Proposal, RoundNeed
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service
from matchmaker.rounds.presets import WEIGHTS, Preset
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    answer_checks_of,
    make_coordinator,
)
from tests.rounds.conftest import fill


@pytest.fixture
def solved(session, actor, round_):
    """Give the round in review, with two needs and one offer."""
    fill(session, 2, 1)
    service.run_round(session, actor, round_)
    answer_checks_of(session, round_)
    return round_


def proposal_of(session, round_, *statuses):
    wanted = select(Proposal).where(Proposal.round_id == round_.id).order_by(Proposal.id)
    return [one for one in session.scalars(wanted) if one.status in statuses]


def keys_of(proposal):
    return proposal.need.public_id, proposal.offer.public_id


def changed(round_, **more):
    settings = settings_of(round_)
    return replace(settings, matching=replace(settings.matching, **more))


def solve_anew(session, actor, round_, **more):
    service.start_solving_anew(session, actor, round_, changed(round_, **more))
    service.record_solved(session, actor, round_, service.solve(round_))


def test_pair_that_stays_keeps_its_proposal(session, actor, solved):
    (before,) = proposal_of(session, solved, "proposed")
    solve_anew(session, actor, solved, minimum_score=0.1)
    assert proposal_of(session, solved, "proposed") == [before]
    assert solved.status == "in_review"


def test_signature_outlives_the_new_result(session, actor, solved):
    (before,) = proposal_of(session, solved, "proposed")
    before.required_signatures = 2
    proposals.sign_proposal(session, actor, before)
    explained = before.explanation
    solve_anew(session, actor, solved, locked=(keys_of(before),))
    assert (proposals.n_signatures(session, before), before.explanation) == (1, explained)


def test_who_has_the_old_figures_open_is_told_before_signing(session, actor, solved):
    (kept,) = proposal_of(session, solved, "proposed")
    seen = n_events(session, kept)
    solve_anew(session, actor, solved, weights=WEIGHTS[Preset.QUICK])
    with pytest.raises(ChangedSince):
        proposals.sign_proposal(session, actor, kept, seen=seen)


def test_same_figures_again_change_nothing(session, actor, solved):
    (kept,) = proposal_of(session, solved, "proposed")
    seen = n_events(session, kept)
    solve_anew(session, actor, solved, minimum_score=0.1)
    proposals.sign_proposal(session, actor, kept, seen=seen)
    assert kept.status == "approved"


def test_pair_that_went_is_undone_with_the_reason(session, actor, solved):
    (before,) = proposal_of(session, solved, "proposed")
    solve_anew(session, actor, solved, barred=(keys_of(before),))
    assert before.status == "undone"
    event = session.scalars(select(AuditEvent).where(AuditEvent.event == "proposal.undone")).one()
    assert event.details["reason"] == "scenario"


def test_other_need_is_matched_and_the_first_says_why_not(session, actor, solved):
    (before,) = proposal_of(session, solved, "proposed")
    solve_anew(session, actor, solved, barred=(keys_of(before),))
    (after,) = proposal_of(session, solved, "proposed")
    rows = {row.need_id: row for row in session.scalars(select(RoundNeed))}
    assert rows[after.need_id].matched is True
    assert rows[before.need_id].reason["need"] == before.need.public_id


def test_pair_fixed_by_hand_asks_for_two_signatures(session, actor, solved):
    (before,) = proposal_of(session, solved, "proposed")
    solve_anew(session, actor, solved, locked=(keys_of(before),))
    assert (before.required_signatures, before.signature_reasons) == (2, ["lock"])


def test_need_that_must_get_someone_asks_for_two_signatures(session, actor, solved):
    (left,) = session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False)))
    solve_anew(session, actor, solved, must_serve=(left.need.public_id,))
    (after,) = proposal_of(session, solved, "proposed")
    assert (after.need_id, after.signature_reasons) == (left.need_id, ["serve"])


def test_pair_that_people_turned_down_is_not_proposed_again(session, actor, solved):
    (before,) = proposal_of(session, solved, "proposed")
    second = actor_of(make_coordinator(session))
    proposals.reject_proposal(session, second, before, DeclineReason.POLITICAL)
    solve_anew(session, actor, solved, minimum_score=0.1)
    assert proposal_of(session, solved, "proposed") == []


def test_settings_become_the_rounds_own_with_the_result(session, actor, solved):
    asked = changed(solved, minimum_score=0.1)
    service.start_solving_anew(session, actor, solved, asked)
    assert settings_of(solved) != asked
    service.record_solved(session, actor, solved, service.solve(solved))
    assert (settings_of(solved), solved.settings_asked) == (asked, None)


def test_clash_leaves_settings_and_result_as_they_were(session, actor, solved):
    before, digest = settings_of(solved), solved.result_digest
    keys = [row.need.public_id for row in session.scalars(select(RoundNeed))]
    service.start_solving_anew(session, actor, solved, changed(solved, must_serve=tuple(keys)))
    with pytest.raises(InfeasibleRound):
        service.solve(solved)
    service.fail_solving(session, actor, solved, {"code": "time_up"})
    assert (solved.status, solved.failure) == ("in_review", {"code": "time_up"})
    assert (settings_of(solved), solved.result_digest) == (before, digest)


def test_fewer_places_give_the_same_pairs_when_run_again(session, actor, solved):
    (before,) = proposal_of(session, solved, "proposed")
    solve_anew(session, actor, solved, offer_places={before.offer.public_id: 0})
    assert proposal_of(session, solved, "proposed") == []
    assert service.solve(solved).digest == solved.result_digest
