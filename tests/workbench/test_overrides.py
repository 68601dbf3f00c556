"""What was set by hand is told with its reason and its price, and a signature is none of it."""

import pytest
from sqlalchemy import select

from matchmaker.models import Proposal, RoundNeed
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service as rounds
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import OverrideReason
from matchmaker.workbench import prices
from matchmaker.workbench import scenario_service as service
from matchmaker.workbench.scenario_work import Asked
from tests.factories import actor_of, coordinator_of, signed_in

BY_HAND = "A coordinator fixed this pair by hand."
WORDS = "Both mayors asked for it in May."


def use(session, actor, round_, scenario):
    service.use_scenario(session, actor, round_, scenario, scenario.version)
    rounds.record_solved(session, actor, round_, rounds.solve(round_))
    session.flush()


@pytest.fixture
def pairs(session, actor, solved):
    """Give a signed proposal, and one of the need left without that was fixed by hand after."""
    signed, other = session.scalars(select(Proposal).order_by(Proposal.id)).all()
    proposals.sign_proposal(session, actor_of(coordinator_of(session, solved)), signed)
    left = session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one().need
    lock = Asked("lock", left.public_id, other.offer.public_id)
    made = service.create_scenario(session, actor, solved, "For the mayors")
    service.adjust(session, actor, solved, made, lock, OverrideReason.ASKED, WORDS)
    use(session, actor, solved, made)
    fixed = session.scalars(select(Proposal).where(Proposal.need_id == left.id)).one()
    session.commit()
    return signed, fixed


@pytest.fixture
def board(session, coordinator, client_for):
    """Give the coordinator's browser."""
    return signed_in(session, client_for, coordinator)


def test_signed_pair_is_locked_but_not_fixed_by_hand(solved, pairs):
    keys = [(one.need.public_id, one.offer.public_id) for one in pairs]
    own = settings_of(solved)
    assert sorted(own.matching.locked) == sorted(keys)
    assert (own.signed, own.fixed) == ((keys[0],), (keys[1],))


def test_second_person_reads_why_a_pair_was_fixed_and_what_it_costs(board, pairs):
    signed, fixed = (board.get(f"/proposals/{one.public_id}").text for one in pairs)
    assert BY_HAND in fixed and WORDS in fixed
    assert "Reason: One of them, or both, asked for it." in fixed and "and moves 1 pair." in fixed
    assert "for a round of this size" not in fixed
    assert BY_HAND not in signed and WORDS not in signed


def test_price_is_kept_when_the_scenario_is_worked_out_anew_or_deleted(
    session, actor, solved, board, pairs
):
    (made,) = service.queries.scenarios_of(session, solved)
    service.work_out_anew(session, actor, solved, made)
    use(session, actor, solved, made)
    service.delete_scenario(session, actor, solved, made)
    session.commit()
    assert "and moves 1 pair." in board.get(f"/proposals/{pairs[1].public_id}").text


def test_file_of_the_round_does_not_tell_why_a_pair_was_fixed(session, actor, solved, pairs):
    settings = rounds.export_round(session, actor, solved)["settings"]
    assert "overrides" not in settings and "told" not in str(settings)
    assert settings["matching"]["locked"]


def test_lock_that_is_let_go_is_told_no_more(session, actor, solved, pairs):
    free = Asked("free", pairs[1].need.public_id, pairs[1].offer.public_id)
    made = service.create_scenario(session, actor, solved, "Free again")
    service.adjust(session, actor, solved, made, free, OverrideReason.OTHER, WORDS)
    use(session, actor, solved, made)
    assert (settings_of(solved).overrides, settings_of(solved).fixed) == ((), ())


def test_dossier_tells_boards_the_price_and_the_councils_nothing_before_they_agree(board, pairs):
    page = f"/proposals/{pairs[1].public_id}/dossier"
    assert BY_HAND in board.get(page).text and "points of the total" in board.get(page).text
    for reader in ("helper", "requester", "others"):
        told = board.get(f"{page}?reader={reader}").text
        assert BY_HAND not in told and "points of the total" not in told


def test_signed_pair_is_no_demand_with_a_price(solved, pairs):
    locks = [one.name for one, _ in prices.demands_told(solved) if one.kind == "lock"]
    assert locks == [f"{pairs[1].need.public_id} {pairs[1].offer.public_id}"]
