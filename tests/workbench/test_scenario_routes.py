"""The pages of scenarios, as a coordinator reads and presses them."""

import re

import pytest
from sqlalchemy import select

from matchmaker.models import Adjustment, Offer, Partnership, Proposal, RoundNeed, Scenario
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service as rounds
from matchmaker.vocabulary import OverrideReason
from matchmaker.workbench import scenario_service as service
from matchmaker.workbench.scenario_wording import losers_of
from matchmaker.workbench.scenario_work import Asked
from tests.factories import (
    actor_of,
    make_association,
    make_coordinator,
    make_offer,
    make_round,
)
from tests.rounds.test_snapshot import counted

WHY = {"reason": "known", "words": "They met in May."}


@pytest.fixture
def board(client_for, coordinator, solved, app):
    """Give the coordinator's browser; jobs run here, without a child."""
    app.config["JOBS_IN_PROCESS"] = True
    return client_for(coordinator)


@pytest.fixture
def address(solved):
    """Give the address of the scenarios of the round."""
    return f"/rounds/{solved.public_id}/scenarios"


@pytest.fixture
def left(session, solved):
    """Give the need that the round left without."""
    row = session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one()
    return row.need


@pytest.fixture
def scenario(session, actor, solved, left):
    """Give a scenario in which the need that was left gets someone."""
    made = service.create_scenario(session, actor, solved, "For the east")
    asked = Asked("serve", left.public_id)
    service.adjust(session, actor, solved, made, asked, OverrideReason.SAFETY, "It is urgent.")
    session.commit()
    return made


def page_of(board, address, **query):
    return board.get(address, query_string=query)


def test_round_leads_to_its_scenarios(board, solved, address):
    assert address in board.get(f"/rounds/{solved.public_id}").text


def test_round_is_saved_under_a_name(session, board, address):
    answer = board.post(address, {"name": "Plain"})
    session.rollback()
    made = session.scalars(select(Scenario)).one()
    assert (answer.status_code, answer.location) == (303, f"{address}/{made.public_id}")


def test_scenario_without_a_name_is_not_saved(session, board, address):
    answer = board.post(address, {"name": " "})
    assert answer.status_code == 422
    assert "Enter a name" in answer.text
    assert session.scalars(select(Scenario)).all() == []


def test_kinds_of_change_lead_on(board, address):
    assert "kind=need_places" in board.get(f"{address}/adjust").text


def test_need_is_chosen_from_a_list(board, address, left):
    assert left.public_id in page_of(board, f"{address}/adjust", kind="serve").text


def test_choice_that_was_not_made_is_named(board, address):
    page = page_of(board, f"{address}/adjust", kind="serve", sent="1", need="")
    assert "Choose a need" in page.text


def test_price_and_losers_stand_before_anything_is_saved(session, board, address, left):
    page = page_of(board, f"{address}/adjust", kind="serve", need=left.public_id)
    assert "moves 1 pair" in page.text or "moves 2 pairs" in page.text
    assert "is left without anybody." in page.text
    assert session.scalars(select(Scenario)).all() == []


def test_losers_who_may_not_be_named_are_counted(app):
    with app.test_request_context():
        losers = losers_of(["gone", "away"], ["far"], {}, {})
    assert losers.without == losers.unused == []
    assert losers.not_shown == [
        "2 needs that are not shown to you now are left without anybody.",
        "1 offer that is not shown to you now serves nobody any more.",
    ]


def test_change_without_a_reason_is_not_saved(session, board, address, left):
    answer = board.post(
        f"{address}/adjust?kind=serve&need={left.public_id}", {"name": "East", "words": "Because"}
    )
    assert answer.status_code == 422
    assert "Choose a reason" in answer.text
    assert "Because" in answer.text
    assert session.scalars(select(Scenario)).all() == []


def test_change_is_saved_in_a_new_scenario(session, board, address, left):
    answer = board.post(
        f"{address}/adjust?kind=serve&need={left.public_id}", WHY | {"name": "East"}
    )
    assert answer.status_code == 303
    session.rollback()
    row = session.scalars(select(Adjustment)).one()
    assert (row.kind, row.need_id, row.reason) == ("serve", left.id, "known")


def test_later_change_is_refused_with_what_changed(session, board, address, scenario, left):
    where = f"{address}/adjust?kind=pause&offer={scenario.pairs[0][1]}"
    answer = board.post(f"{where}&scenario={scenario.public_id}", WHY | {"seen": "1"})
    assert answer.status_code == 409
    assert "was changed in the meantime" in answer.text
    assert "They met in May." in answer.text
    assert left.title in answer.text
    assert len(session.scalars(select(Adjustment)).all()) == 1


def test_signature_in_the_meantime_costs_no_word_and_shows_the_new_price(
    session, board, actor, address, scenario, solved, left
):
    signed = proposals_of(session, solved)[1]
    where = f"{address}/adjust?kind=tie&need={left.public_id}&offer={signed.offer.public_id}"
    where += f"&scenario={scenario.public_id}"
    (base,) = re.findall(r'name="base" value="(\w+)"', board.get(where).text)
    proposals.sign_proposal(session, actor, signed)
    session.commit()
    answer = board.post(where, WHY | {"seen": scenario.version, "base": base})
    assert answer.status_code == 409
    assert "They met in May." in answer.text and "Save the change" in answer.text
    assert "worked out anew" in answer.text
    (base,) = re.findall(r'name="base" value="(\w+)"', answer.text)
    answer = board.post(where, WHY | {"seen": scenario.version, "base": base})
    assert answer.status_code == 303
    session.rollback()
    assert [one.kind for one in scenario.adjustments] == ["serve", "tie"]


@pytest.mark.parametrize("seen", ["\u00b2", "9" * 5000, "x"])
def test_number_of_a_form_that_is_none_breaks_nothing(board, address, left, seen):
    where = f"{address}/adjust?kind=serve&need={left.public_id}"
    assert board.post(where, WHY | {"name": "East", "seen": seen}).status_code == 303


def test_what_is_so_already_is_refused_in_words(board, address, scenario, left):
    where = {"kind": "serve", "need": left.public_id, "scenario": scenario.public_id}
    page = page_of(board, f"{address}/adjust", **where)
    assert "set already" in page.text
    assert "Save the change" not in page.text


def test_clash_is_told_in_sentences(board, address, scenario, left):
    pauses = [{"kind": "pause", "offer": offer} for _, offer in scenario.pairs]
    where = {**pauses[0], "scenario": scenario.public_id}
    board.post(
        f"{address}/adjust?kind=pause&offer={pauses[0]['offer']}&scenario={scenario.public_id}", WHY
    )
    where = {**pauses[1], "scenario": scenario.public_id}
    page = page_of(board, f"{address}/adjust", **where)
    assert "Nothing was saved" in page.text
    assert "must be served" in page.text


def test_scenario_tells_what_was_changed_and_why(board, address, scenario, left):
    page = board.get(f"{address}/{scenario.public_id}").text
    assert "gets someone" in page
    assert "It is urgent." in page
    assert left.title in page


def test_pair_that_knows_each_other_can_be_fixed_or_preferred(
    session, board, address, solved, left
):
    key = solved.pairs[0][1]
    offer = session.scalars(select(Offer).where(Offer.public_id == key)).one()
    low, high = sorted((left.municipality_id, offer.municipality_id))
    session.add(Partnership(a_id=low, b_id=high, kind="twinning", since=2001))
    session.commit()
    page = board.get(address).text
    assert f"kind=lock&amp;need={left.public_id}&amp;offer={key}" in page
    assert f"kind=tie&amp;need={left.public_id}&amp;offer={key}" in page


def test_pair_that_a_condition_rules_out_is_not_offered_to_be_fixed(
    session, board, coordinator, solved, left
):
    offer = make_offer(session, activities=(("project.planning", 2),))
    low, high = sorted((left.municipality_id, offer.municipality_id))
    session.add(Partnership(a_id=low, b_id=high, kind="twinning", since=2001))
    rounds.cancel_round(session, actor_of(coordinator), solved)
    later = make_round(session, coordinator)
    rounds.run_round(session, actor_of(coordinator), later)
    session.commit()
    page = board.get(f"/rounds/{later.public_id}/scenarios").text
    assert "know each other" in page and "Ruled out: The activity is not offered" in page
    assert f"kind=lock&amp;need={left.public_id}&amp;offer={offer.public_id}" not in page
    adjust = f"/rounds/{later.public_id}/scenarios/adjust?need={left.public_id}"
    for kind in ("lock", "tie"):
        page = board.get(f"{adjust}&offer={offer.public_id}&kind={kind}").text
        assert "Ruled out: The activity is not offered" in page and "Save the change" not in page


def test_partnership_that_ended_is_no_wish(session, board, address, solved, left):
    key = solved.pairs[0][1]
    offer = session.scalars(select(Offer).where(Offer.public_id == key)).one()
    low, high = sorted((left.municipality_id, offer.municipality_id))
    session.add(Partnership(a_id=low, b_id=high, kind="twinning", since=2001, until=2009))
    session.commit()
    assert "know each other" not in board.get(address).text


def test_two_results_stand_side_by_side(board, address, scenario, left):
    page = page_of(board, f"{address}/compare", a="round", b=scenario.public_id).text
    assert "For the east" in page
    assert left.title in page


def test_comparison_with_what_is_not_there_is_not_found(board, address):
    assert page_of(board, f"{address}/compare", a="round", b="0" * 32).status_code == 404


def test_stale_scenario_offers_to_work_it_out_anew(
    session, board, actor, address, scenario, solved
):
    proposal = proposals_of(session, solved)[0]
    proposals.sign_proposal(session, actor, proposal)
    session.commit()
    page = board.get(f"{address}/{scenario.public_id}").text
    assert "Work it out anew" in page
    board.post(f"{address}/{scenario.public_id}/anew", {})
    assert "Work it out anew" not in board.get(f"{address}/{scenario.public_id}").text


def test_change_is_taken_back(session, board, address, scenario):
    sent = {"adjustment": scenario.adjustments[0].public_id, "seen": scenario.version}
    board.post(f"{address}/{scenario.public_id}/take-back", sent)
    session.rollback()
    assert session.scalars(select(Adjustment)).all() == []


def test_scenario_becomes_the_round(session, board, address, scenario, solved, left):
    board.post(f"{address}/{scenario.public_id}/use", {"seen": scenario.version})
    session.rollback()
    assert solved.status == "in_review"
    assert left.public_id in {need for need, _ in solved.pairs}
    assert "those of the round" in board.get(f"{address}/{scenario.public_id}").text


def test_scenario_is_deleted(session, board, address, scenario):
    board.post(f"{address}/{scenario.public_id}/delete", {})
    session.rollback()
    assert session.scalars(select(Scenario)).all() == []


def test_other_association_finds_nothing(session, client_for, address, scenario):
    far = make_coordinator(session, make_association(session, name="Far"))
    session.commit()
    stranger = client_for(far)
    for path in ("", "/adjust", "/compare", f"/{scenario.public_id}"):
        assert stranger.get(f"{address}{path}").status_code == 404


def test_scenario_of_another_round_is_not_found(session, board, scenario, coordinator):
    other = make_round(session, coordinator, status="in_review")
    session.commit()
    assert board.get(f"/rounds/{other.public_id}/scenarios/{scenario.public_id}").status_code == 404


@pytest.mark.parametrize("path", ["", "/compare?b={id}", "/{id}", "/adjust?kind=serve&need={need}"])
def test_pages_ask_few_questions_of_the_database(board, address, scenario, left, path):
    path = path.format(id=scenario.public_id, need=left.public_id)
    board.get(f"{address}{path}")
    with counted() as statements:
        board.get(f"{address}{path}")
    shell = ("BEGIN", "user_account", "FROM membership", "FROM round ", "audit_event")
    shell += ("FROM message", "FROM deletion_request", "sign_in_session")
    own = [one for one in statements if not any(mark in one[:4000] for mark in shell)]
    assert len(own) <= 8, "\n".join(one.replace("\n", " ")[:150] for one in own)


def proposals_of(session, round_):
    query = select(Proposal).where(Proposal.round_id == round_.id).order_by(Proposal.id)
    return list(session.scalars(query))
