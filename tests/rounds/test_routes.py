"""The pages of a round, as a coordinator reads and presses them."""

import csv
import re

import pytest
from sqlalchemy import select

from matchmaker.exchange.propose import propose
from matchmaker.models import AuditEvent, Job, Municipality, Proposal, Round
from matchmaker.rounds import service
from tests.factories import (
    answer_checks_of,
    make_coordinator,
    make_requester,
    make_round,
    signed_in,
)
from tests.rounds.conftest import fill
from tests.rounds.test_snapshot import counted


@pytest.fixture
def board(session, coordinator, client_for, app):
    """Give the coordinator's board; jobs run here, without a child."""
    app.config["JOBS_IN_PROCESS"] = True
    session.commit()
    return client_for(coordinator)


@pytest.fixture
def address(session, round_, board):
    """Give the address of the round's address."""
    session.commit()
    return f"/rounds/{round_.public_id}"


@pytest.fixture
def solved(session, board, address):
    """Give the address of a round with a proposal and a need left without."""
    fill(session, n_needs=2, n_offers=1)
    session.commit()
    board.post(f"{address}/freeze")
    board.post(f"{address}/solve")
    session.rollback()
    return address


def test_round_is_opened_and_leads_to_its_page(session, board):
    answer = board.post("/rounds/new", {"title": "Autumn"})
    session.rollback()
    made = session.scalars(select(Round)).one()
    assert (answer.status_code, answer.location) == (303, f"/rounds/{made.public_id}")


def test_round_without_title_says_what_to_do(board):
    answer = board.post("/rounds/new", {"title": " "})
    assert answer.status_code == 422
    assert "Enter a title" in answer.text


def test_open_round_says_how_many_wait(session, board, address):
    fill(session)
    session.commit()
    assert "Needs waiting: 2. Open offers with places left: 2." in board.get(address).text


def test_empty_round_cannot_be_frozen_and_says_why(board, address):
    board.post(f"{address}/freeze")
    assert "No verified need waits for a round." in board.get(address).text


def test_frozen_round_offers_to_propose_pairs(session, board, address):
    fill(session)
    session.commit()
    board.post(f"{address}/freeze")
    assert "Propose pairs" in board.get(address).text


def test_solving_round_shows_its_progress_and_a_way_to_stop(session, board, address, actor, round_):
    fill(session)
    session.commit()
    board.post(f"{address}/freeze")
    session.rollback()
    service.start_solving(session, actor, round_)
    session.commit()
    text = board.get(address).text
    assert "The solver is at work" in text and "Waiting to start" in text
    board.post(f"{address}/stop")
    assert "Somebody stopped the solver" in board.get(address).text
    session.rollback()
    assert session.scalars(select(Job.status)).all() == ["cancelled"]


def test_solved_round_shows_figures_proposals_and_reasons(board, solved):
    text = board.get(solved).text
    assert "1 of 2" in text
    assert "No better result exists: proven." in text
    assert "The offers that fit went to other needs" in text


def test_solved_round_names_the_needs_that_compete_and_their_offers(board, solved):
    text = board.get(solved).text
    assert "These 2 needs compete for this offer (with one place)." in text


def test_result_stored_before_certificates_still_says_how_sure_it_is(session, board, solved):
    round_ = session.scalars(select(Round)).one()
    known = {"optimal", "gap", "stopped", "total"}
    old = {name: round_.summary[name] for name in round_.summary if name != "certificate"}
    assert known < set(old)
    round_.summary = old | {"optimal": False, "gap": 0.25, "stopped": True, "total": 5.0}
    session.commit()
    told = "Stopped by time: at most 0.25 points (5\u00a0%) better could exist."
    assert told in board.get(solved).text


def test_proposals_can_be_filtered_and_sorted_by_address(board, solved):
    assert "No pair was proposed" not in board.get(f"{solved}?status=proposed&sort=weakest").text
    assert board.get(f"{solved}?status=nonsense").status_code == 200


def test_unmatched_need_is_explained(session, board, solved):
    left = next(
        row.need for row in session.scalars(select(Round)).one().needs if row.matched is False
    )
    text = board.get(f"{solved}/unmatched/{left.public_id}").text
    for words in ("What it lost to", "The nearest offers", "All offers of the round"):
        assert words in text


def test_unmatched_need_is_told_with_whom_it_competes(session, board, solved):
    left = next(
        row.need for row in session.scalars(select(Round)).one().needs if row.matched is False
    )
    text = board.get(f"{solved}/unmatched/{left.public_id}").text
    assert "These 2 needs compete for this offer (with one place)." in text


def test_matched_need_has_no_such_page(session, board, solved):
    served = next(row.need for row in session.scalars(select(Round)).one().needs if row.matched)
    assert board.get(f"{solved}/unmatched/{served.public_id}").status_code == 404


def test_solved_round_leads_to_one_page_where_it_is_repeated(board, solved):
    text = board.get(solved).text
    assert f'href="{solved}/repeat"' in text
    assert "Solve again" not in text and "Download the input" not in text


def test_exported_round_gives_the_same_pairs_outside_the_platform(session, board, solved, tmp_path):
    answer = board.post(f"{solved}/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    stored, out = tmp_path / "round.json", tmp_path / "out.csv"
    stored.write_bytes(answer.data)
    assert propose(None, None, out, snapshot_path=stored) == 0
    outside = {
        (row["need_id"], row["offer_id"])
        for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())
        if row["status"] == "proposed"
    }
    session.rollback()
    inside = {(p.need.public_id, p.offer.public_id) for p in session.scalars(select(Proposal))}
    assert outside == inside != set()


def test_export_is_written_into_the_audit_trail(session, board, solved):
    board.post(f"{solved}/export")
    session.rollback()
    events = select(AuditEvent).where(AuditEvent.event == "round.exported")
    assert len(session.scalars(events).all()) == 1


def test_export_holds_no_name(session, board, solved):
    text = board.post(f"{solved}/export").text
    session.rollback()
    names = {town.name for town in session.scalars(select(Municipality))}
    assert not [name for name in names if name in text]


def test_round_is_published_and_closed(session, board, solved):
    board.post(f"{solved}/publish")
    assert "Close the round" in board.get(solved).text
    board.post(f"{solved}/close")
    session.rollback()
    assert session.scalars(select(Round.status)).one() == "closed"


def test_closing_a_round_twice_is_a_conflict(board, solved):
    board.post(f"{solved}/publish")
    board.post(f"{solved}/close")
    assert board.post(f"{solved}/close").status_code == 409


def test_settings_are_shown_and_saved(session, board, address):
    text = board.get(f"{address}/settings").text
    assert 'value="50"' in text
    answer = board.post(f"{address}/settings", settings_data(project_expertise="40"))
    assert answer.status_code == 422
    assert "they sum to 90" in answer.text
    answer = board.post(f"{address}/settings", settings_data(policy="coverage", always_two="y"))
    assert answer.status_code == 303
    session.rollback()
    stored = session.scalars(select(Round)).one().settings
    assert stored["matching"]["policy"] == "coverage"
    assert stored["always_two"] is True


def test_settings_that_are_no_numbers_are_refused(board, address):
    answer = board.post(f"{address}/settings", settings_data(minimum_score="many"))
    assert answer.status_code == 422
    assert "Enter a whole number from 0 to 100" in answer.text


def settings_data(**changes):
    weights = {
        f"{category}_{criterion}": value
        for category, values in {
            "lobby": (30, 35, 35),
            "project": (50, 25, 25),
            "dialogue": (25, 50, 25),
        }.items()
        for criterion, value in zip(("expertise", "context", "availability"), values, strict=True)
    }
    rest = {
        "policy": "total",
        "unknown_as": "renormalised",
        "minimum_score": "25",
        "low_score": "40",
        "keep_bonus": "10",
    }
    return {name: str(value) for name, value in (weights | rest | changes).items()}


def test_solved_round_takes_no_new_settings(board, solved):
    assert board.post(f"{solved}/settings", settings_data()).status_code == 409


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/settings",
        "/freeze",
        "/solve",
        "/stop",
        "/publish",
        "/withdraw",
        "/cancel",
        "/let-go",
    ],
)
def test_round_of_another_association_does_not_exist(session, client_for, address, path):
    stranger = signed_in(session, client_for, make_coordinator(session))
    session.commit()
    fetch = stranger.get if path in ("", "/settings") else stranger.post
    assert fetch(address + path).status_code == 404


def test_requester_sees_no_rounds(session, client_for):
    asking = signed_in(session, client_for, make_requester(session))
    session.commit()
    assert asking.get("/rounds").status_code == 404


def test_list_shows_own_rounds_only(session, board, address):
    other = make_round(session, title="Another association's")
    session.commit()
    text = board.get("/rounds").text
    assert "Spring round" in text and other.title not in text


def test_number_of_queries_of_the_page_does_not_grow(session, board, address, round_, app):
    fill(session, n_needs=6, n_offers=5)
    session.commit()
    board.post(f"{address}/freeze")
    board.post(f"{address}/solve")
    board.get(address)  # once an hour, that it was opened is written down
    with counted() as many:
        board.get(address)
    assert session.scalars(select(Proposal)).all()
    assert len(many) < 30  # with five proposals; a query for each would be more


def test_settings_begin_with_the_weights_of_a_purpose(session, board, address):
    answer = board.post(f"{address}/settings/preset", {"preset": "area"})
    assert answer.status_code == 303
    assert 'value="55"' in board.get(f"{address}/settings").text


def test_purpose_that_nobody_knows_is_not_found(board, address):
    assert board.post(f"{address}/settings/preset", {"preset": "x"}).status_code == 404


def test_later_one_reads_which_settings_differ(board, address):
    path = f"{address}/settings"
    seen = {"seen": re.search(r'name="seen" value="(\d+)"', board.get(path).text)[1]}
    first = settings_data(project_expertise="60", project_context="15")
    assert board.post(path, seen | first).status_code == 303
    answer = board.post(path, seen | settings_data(low_score="45"))
    assert answer.status_code == 409
    rows = answer.text.partition("What changes if you go on")[2].partition("</table>")[0]
    cells = re.findall(r'data-label="As [^"]*">(\d+)', rows)
    assert cells[:4] == ["60", "50", "15", "25"]


def test_giving_up_says_first_what_is_lost(session, board, solved):
    (proposal,) = session.scalars(select(Proposal)).all()
    answer_checks_of(session, proposal.round)
    session.commit()
    board.post(f"/proposals/{proposal.public_id}/sign")
    assert f'action="{solved}/cancel"' not in board.get(solved).text
    text = board.get(f"{solved}/cancel").text
    assert (
        "1 proposal is undone." in text and "1 of them was signed: that signature is lost." in text
    )
    session.rollback()
    assert proposal.status == "approved"
    board.post(f"{solved}/cancel")
    session.rollback()
    assert (session.scalars(select(Round.status)).one(), proposal.status) == ("cancelled", "undone")


def test_round_is_not_given_up_over_what_a_colleague_did_since(session, board, solved):
    (seen,) = re.findall(r'name="seen" value="(\d+)"', board.get(f"{solved}/cancel").text)
    (proposal,) = session.scalars(select(Proposal)).all()
    board.post(f"/proposals/{proposal.public_id}/sign")
    assert board.post(f"{solved}/cancel", {"seen": seen}).status_code == 409
    session.rollback()
    assert session.scalars(select(Round.status)).one() == "in_review"
