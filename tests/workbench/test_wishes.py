"""Wishes that both sides named: shown to coordinators, met or not, with what each would cost."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from matchmaker.models import Association, Proposal
from matchmaker.proposals.queries import BOTH_SIDES
from matchmaker.rounds import service
from matchmaker.rounds.settings import settings_of
from matchmaker.vocabulary import ProposalStatus
from tests.factories import make_round, signed_in
from tests.rounds.conftest import fill
from tests.workbench.counting import MOST, queries_of

NAMED = "named each other"


@pytest.fixture
def sides(session):
    """Give three needs and two offers; the last need fits worst."""
    needs, offers = fill(session, 3, 2)
    needs[-1].effort_days = 400
    for number, row in enumerate((*needs, *offers)):
        row.municipality.name = f"Wishtown {'abcde'[number]}"
    return needs, offers


@pytest.fixture
def wish(session, sides):
    """Give the need that will be left and an offer, whose towns name each other."""
    need, offer = sides[0][-1], sides[1][0]
    need.wish_names, offer.wish_names = [offer.municipality.name], [need.municipality.name]
    session.flush()
    return need, offer


@pytest.fixture
def solve(session, coordinator, actor, client_for):
    """Give what solves a round, and the browser of its coordinator."""

    def solved():
        round_ = make_round(session, coordinator)
        service.run_round(session, actor, round_)
        session.commit()
        return round_, signed_in(session, client_for, coordinator)

    return solved


def wishes_of(round_):
    return f"/rounds/{round_.public_id}/wishes"


def adjust_url(round_, kind, need, offer):
    where = f"kind={kind}&amp;need={need.public_id}&amp;offer={offer.public_id}"
    return f"/rounds/{round_.public_id}/scenarios/adjust?{where}"


def proposal_of(session, round_, need):
    query = select(Proposal).where(Proposal.round_id == round_.id, Proposal.need_id == need.id)
    return session.scalars(query.options(*BOTH_SIDES)).one()


def test_wish_that_is_not_met_shows_what_it_would_cost_and_what_can_be_done(solve, wish):
    round_, board = solve()
    page = board.get(wishes_of(round_)).text
    assert "0 of 1 wish is met." in page
    assert "It costs" in page and "5 points of 100 are added" in page
    assert "Left as it is so far." in page
    for kind in ("lock", "tie"):
        assert adjust_url(round_, kind, *wish) in page
    assert f"/why-not/need/{wish[0].public_id}/{wish[1].public_id}" in page


def test_wish_that_is_met_says_so(session, solve, sides):
    for need in sides[0][:2]:
        for offer in sides[1]:
            need.wish_names = [one.municipality.name for one in sides[1]]
            offer.wish_names = [one.municipality.name for one in sides[0]]
    round_, board = solve()
    page = board.get(wishes_of(round_)).text
    assert "2 of 4 wishes are met." in page
    need = session.scalars(select(Proposal)).first().need
    proposal = proposal_of(session, round_, need)
    assert NAMED in board.get(f"/proposals/{proposal.public_id}").text


@pytest.mark.parametrize("silent", [0, 1])
def test_wish_of_one_side_is_shown_nowhere(session, solve, wish, silent):
    wish[silent].wish_names = []
    round_, board = solve()
    assert "No wish that both sides named" in board.get(wishes_of(round_)).text
    need, offer = wish
    page = board.get(f"/rounds/{round_.public_id}/why-not/need/{need.public_id}/{offer.public_id}")
    assert NAMED not in page.text
    for proposal in session.scalars(select(Proposal)):
        assert NAMED not in board.get(f"/proposals/{proposal.public_id}").text


def test_answer_why_not_tells_of_the_wish_and_lets_prefer(solve, wish):
    round_, board = solve()
    need, offer = wish
    url = f"/rounds/{round_.public_id}/why-not/need/{need.public_id}/{offer.public_id}"
    page = board.get(url).text
    assert NAMED in page
    assert adjust_url(round_, "tie", need, offer) in page


@pytest.mark.parametrize("side", [0, 1])
def test_wish_with_a_side_beyond_the_scope_is_not_shown(session, solve, wish, coordinator, side):
    round_, board = solve()
    assert "0 of 1 wish is met." in board.get(wishes_of(round_)).text
    elsewhere = "UA" if side else "NL"
    association = session.get(Association, coordinator.association_id)
    association.scope = [elsewhere]
    session.commit()
    assert "No wish that both sides named" in board.get(wishes_of(round_)).text
    need, offer = wish
    url = f"/rounds/{round_.public_id}/why-not/need/{need.public_id}/{offer.public_id}"
    assert NAMED not in board.get(url).text


@pytest.mark.parametrize("side", [0, 1])
def test_wish_of_who_is_hidden_is_not_shown(session, solve, wish, side):
    round_, board = solve()
    wish[side].municipality.hidden = True
    session.commit()
    assert "No wish that both sides named" in board.get(wishes_of(round_)).text


def test_wish_that_a_veto_bars_tells_no_veto(session, solve, wish):
    need, offer = wish
    offer.veto_names = [need.municipality.name]
    round_, board = solve()
    page = board.get(wishes_of(round_)).text
    assert "Other conditions of the two municipalities rule this pair out." in page
    assert adjust_url(round_, "lock", need, offer) not in page


def test_price_of_preferring_states_the_bonus_and_whether_it_is_enough(solve, wish):
    round_, board = solve()
    url = adjust_url(round_, "tie", *wish).replace("&amp;", "&")
    page = board.get(url).text
    assert "5 points of 100 are added to the score of this pair" in page
    assert "With them the two are matched." in page or "Even so the two are not matched" in page


@pytest.fixture
def engaged(session, solve, wish, actor):
    """Give the proposal of the wish, preferred by hand and accepted by both, and the browser."""
    round_, board = solve()
    tied = ((wish[0].public_id, wish[1].public_id),)
    settings = settings_of(round_)
    settings = replace(settings, matching=replace(settings.matching, tied=tied, tie_bonus=0.5))
    service.start_solving_anew(session, actor, round_, settings)
    service.record_solved(session, actor, round_, service.solve(round_))
    proposal = proposal_of(session, round_, wish[0])
    assert proposal.offer_id == wish[1].id
    proposal.status = proposal.moved_to = ProposalStatus.ENGAGED.value
    session.commit()
    return proposal, board


def test_preferred_pair_is_told_with_its_points(engaged):
    proposal, board = engaged
    page = board.get(f"/proposals/{proposal.public_id}").text
    assert "50 points of 100 were added to its score" in page and NAMED in page
    page = board.get(wishes_of(proposal.round)).text
    assert "1 of 1 wish is met." in page and "50 points of 100 were added" in page
    assert adjust_url(proposal.round, "tie", proposal.need, proposal.offer) not in page


def test_preferred_pair_asks_for_two_signatures(engaged):
    proposal, _ = engaged
    assert (proposal.required_signatures, "tie" in proposal.signature_reasons) == (2, True)


def test_preferred_pair_is_no_pair_of_the_last_round(engaged):
    proposal, board = engaged
    page = board.get(f"/rounds/{proposal.round.public_id}").text
    assert "Pairs of the last round that stay" not in page


def test_rerun_of_a_round_with_a_preferred_pair_gives_the_same_pairs(engaged):
    round_ = engaged[0].round
    found = service.solve(round_)
    assert found.digest == round_.result_digest
    assert {(one.need, one.offer) for one in found.pairs} == {tuple(one) for one in round_.pairs}


def is_told(board, proposal, audience):
    """Tell whether a dossier for somebody speaks of the wish and of the preference."""
    page = board.get(f"/proposals/{proposal.public_id}/dossier?reader={audience}").text
    told = page[page.index('class="tandem-dossier"') :]
    found = {"named each other" in told, "50 points were added" in told}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize(
    ("audience", "before", "after"),
    [
        ("board", True, True),
        ("helper", False, True),
        ("requester", False, True),
        ("others", False, False),
    ],
)
def test_dossier_tells_of_wish_and_preference_to_who_may_know(
    session, engaged, audience, before, after
):
    proposal, board = engaged
    assert is_told(board, proposal, audience) is after
    proposal.status = proposal.moved_to = ProposalStatus.OFFERED.value
    session.commit()
    assert is_told(board, proposal, audience) is before


def test_page_costs_few_queries(solve, wish):
    round_, board = solve()
    assert len(queries_of(board, wishes_of(round_))) <= MOST


def test_round_not_solved_has_no_wishes_to_show(session, client_for, coordinator):
    round_ = make_round(session, coordinator)
    session.commit()
    page = signed_in(session, client_for, coordinator).get(wishes_of(round_))
    assert page.status_code == 200 and "wish is met" not in page.text
