"""The pages of the check: answered by coordinators, shown with the decision, closed to towns."""

import re

import pytest
from sqlalchemy import select

from matchmaker.models import ImpactReason, MatchImpact, NeedImpact, Proposal
from matchmaker.rounds.service import run_round
from matchmaker.safeguards.impact_service import write_reason
from tests.factories import (
    actor_of,
    coordinator_of,
    make_proposal,
    make_round,
    member_of,
    signed_in,
)
from tests.rounds.conftest import fill

ON_SETTING = "activity_on_setting"


@pytest.fixture
def board(session, proposal, coordinator, client_for):
    return signed_in(session, client_for, coordinator)


@pytest.fixture
def address(proposal):
    return f"/proposals/{proposal.public_id}"


def hidden(page, **more):
    found = re.findall(r'name="(idempotency_key|seen)"[^>]*value="([^"]*)"', page.text)
    return dict(found) | more


def test_page_of_the_proposal_says_what_is_not_answered(session, coordinator, client_for):
    made = make_proposal(
        session, make_round(session, coordinator, status="in_review"), checked=False
    )
    page = signed_in(session, client_for, coordinator).get(f"/proposals/{made.public_id}").text
    assert "10 questions of the check are not answered" in page
    assert "two persons have to sign" in page


def test_answers_of_one_direction_are_saved(session, board, address):
    form = board.get(f"{address}/impact/{ON_SETTING}")
    assert "What the activity does to the setting" in form.text
    sent = {"light_match_fairness": "amber", "sentence_match_fairness": "Some live in tents."}
    assert board.post(f"{address}/impact/{ON_SETTING}", hidden(form, **sent)).status_code == 303
    session.rollback()
    row = session.scalars(select(MatchImpact).where(MatchImpact.question == "match.fairness")).one()
    assert (row.light, row.sentence) == ("amber", "Some live in tents.")
    page = board.get(f"{address}/impact").text
    assert "People may find it unfair who gets what." in page
    assert "Some live in tents." in page


def test_risk_without_a_sentence_comes_back_with_what_was_typed(board, address):
    sent = {"light_match_fairness": "red", "light_match_evenness": "amber"}
    sent |= {"sentence_match_evenness": "One side has no seat."}
    answer = board.post(f"{address}/impact/{ON_SETTING}", sent)
    assert answer.status_code == 422
    assert "Say in a sentence what the risk is." in answer.text
    assert "One side has no seat." in answer.text


def test_page_that_is_old_shows_what_changed_instead_of_saving(session, board, address, answer):
    form = board.get(f"{address}/impact/{ON_SETTING}")
    answer("fairness", "amber", "Since then.")
    session.commit()
    again = board.post(f"{address}/impact/{ON_SETTING}", hidden(form, light_match_fairness="green"))
    assert again.status_code == 409
    assert "The check for peace and conflict impact was answered" in again.text


def test_red_match_says_so_and_the_reasons_stand_on_its_page(
    session, board, address, proposal, answer, second
):
    answer("fairness")
    write_reason(session, second, proposal, "Others help the other groups.")
    session.commit()
    page = board.get(address).text
    assert "cannot be approved" in page
    assert "Others help the other groups." in page
    form = board.get(f"{address}/go-on")
    board.post(f"{address}/go-on", hidden(form, text="We asked all groups."))
    assert "cannot be approved" not in board.get(address).text
    session.rollback()
    assert len(session.scalars(select(ImpactReason)).all()) == 2


def test_refused_signature_says_why(session, board, address, proposal, answer, second):
    from matchmaker.proposals.service import sign_proposal

    answer("fairness")
    sign_proposal(session, second, proposal)
    session.commit()
    board.post(f"{address}/sign", hidden(board.get(address)))
    assert "Two persons have to write why" in board.get(address).text
    session.rollback()
    assert session.get(Proposal, proposal.id).status == "proposed"


def test_reasons_stand_in_the_dossier_of_boards_alone(
    session, board, address, proposal, answer, first
):
    answer("fairness")
    write_reason(session, first, proposal, "Others help the other groups.")
    session.commit()
    papers = {
        one: board.get(f"{address}/dossier?language=en&reader={one}").text
        for one in ("board", "helper", "requester", "others")
    }
    assert [one for one, text in papers.items() if "Others help" in text] == ["board"]
    assert [one for one, text in papers.items() if "red: Fairness" in text] == ["board"]


def test_what_the_town_says_stands_on_its_own_paper_and_not_on_the_helpers(
    session, board, address, proposal
):
    session.add(NeedImpact(need_id=proposal.need_id, question="need.calm", light="amber"))
    session.commit()
    said = "Relations between groups: partly"
    papers = [
        one
        for one in ("board", "helper", "requester", "others")
        if said in board.get(f"{address}/dossier?language=en&reader={one}").text
    ]
    assert papers == ["board", "requester"]


def test_municipalities_find_no_check(session, proposal, client_for, address):
    asker = member_of(session, proposal.need.municipality_id, "requester")
    helper = member_of(session, proposal.offer.municipality_id, "helper")
    for member in (asker, helper):
        browser = signed_in(session, client_for, member)
        for end in ("impact", f"impact/{ON_SETTING}", "go-on"):
            assert browser.get(f"{address}/{end}").status_code == 404


def test_coordinator_who_has_a_part_in_it_reads_and_does_not_answer(
    session, proposal, client_for, address
):
    member = coordinator_of(session, proposal.round)
    town = member_of(session, proposal.need.municipality_id, "requester")
    town.user_id = member.user_id
    browser = signed_in(session, client_for, member)
    assert browser.get(f"{address}/impact").status_code == 200
    assert browser.get(f"{address}/impact/{ON_SETTING}").status_code == 404


def test_words_of_a_town_out_of_scope_are_not_shown(session, client_for, coordinator):
    coordinator.association.scope = ["NL"]
    round_ = make_round(session, coordinator, status="in_review")
    made = make_proposal(session, round_)
    said = {"question": "need.calm", "light": "amber", "sentence": "Our two quarters."}
    session.add(NeedImpact(need_id=made.need_id, **said))
    page = signed_in(session, client_for, coordinator).get(f"/proposals/{made.public_id}/impact")
    assert "Relations between groups may become worse." in page.text
    assert "Our two quarters." not in page.text


def test_round_counts_open_checks_and_the_batch_names_why(
    session, board, coordinator, proposal, answer
):
    round_ = proposal.round
    make_proposal(session, round_, checked=False)
    answer("fairness")
    session.commit()
    page = board.get(f"/rounds/{round_.public_id}/approve-plain").text
    assert "Its check for peace and conflict impact is red (1)" in page
    assert "its check is not answered (1)" in page
    assert actor_of(coordinator).user_id


def test_round_page_counts_open_checks(session, client_for, coordinator, first):
    fill(session, 2, 2)
    round_ = make_round(session, coordinator)
    run_round(session, first, round_)
    page = signed_in(session, client_for, coordinator).get(f"/rounds/{round_.public_id}").text
    assert "2 proposals that wait have checks that are not answered to the end." in page
    assert "2 of them could take place in the area and ask for two signatures" in page
