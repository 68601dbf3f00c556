"""Weights that past decisions suggest: where they come from, on the page, and taken."""

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from matchmaker import cli
from matchmaker.extensions import db
from matchmaker.matching.learned.suggested import Outcome
from matchmaker.matching.settings import Settings
from matchmaker.models import AuditEvent, Municipality, Round
from matchmaker.rounds.calibration import suggestion_lines, suggestions
from tests.factories import make_coordinator, make_requester, signed_in
from tests.rounds.decided import LIKED, decide

PRESENT = Settings().weights


@pytest.fixture
def past(session, coordinator):
    """Give a closed round with a decision for each of its needs."""
    return decide(session, coordinator)


@pytest.fixture
def board(client_for, coordinator, session, round_):
    """Give the coordinator's browser, and beside it an open round."""
    session.commit()
    return client_for(coordinator)


def found_in(session, association=None, **more):
    """Return the suggestions of an association."""
    return suggestions(session, PRESENT, association, more.get("most_text"))


def fields_of(board, address):
    """Return what the button of the page sends."""
    text = board.get(f"{address}/settings").text
    form = text[text.index('id="suggested-form"') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


def pressed(board, address):
    """Press the button of the page."""
    fields = fields_of(board, address)
    return board.post(f"{address}/settings/suggested", fields), fields


def stored(session):
    """Return the weights of the open round as they are saved."""
    session.rollback()
    round_ = session.scalars(select(Round).where(Round.status == "open")).one()
    return round_.settings.get("matching", {}).get("weights", PRESENT)


def test_decisions_of_a_round_suggest_the_weights_they_were_made_by(each_app):
    with each_app.app_context():
        session = db.session()
        decide(session, make_coordinator(session))
        suggested = found_in(session).of
        session.rollback()
    found = suggested["project"]
    assert found.outcome == Outcome.SUGGESTED
    assert (found.n_decisions, found.n_towns) == (45, 9)
    for liked, percent, error in zip(
        LIKED, found.percent.values(), found.errors.values(), strict=True
    ):
        assert abs(percent / 100 - liked) < 2.5 * error + 0.005
    assert suggested["dialogue"].outcome == Outcome.TOO_FEW


def test_decisions_of_another_association_are_not_read(session, past):
    other = make_coordinator(session).association_id
    assert found_in(session, other).of["project"].n_decisions == 0
    assert found_in(session, past.association_id).of["project"].n_decisions == 45


@pytest.mark.parametrize("status", ["proposed", "rejected", "declined", "lapsed", "undone"])
def test_proposal_that_does_not_stand_is_no_decision(session, coordinator, status):
    decide(session, coordinator, status=status)
    assert found_in(session).of["project"].n_decisions == 0


def test_rounds_beyond_the_bound_are_left_out_and_counted(session, past):
    found = found_in(session, most_text=100)
    assert found.n_left_out == 1
    assert found.of["project"].n_decisions == 0


def test_stored_round_of_another_form_is_left_out_and_counted(session, past):
    past.snapshot = '{"needs": 1}'
    session.flush()
    assert found_in(session).n_left_out == 1


def test_command_tells_weights_errors_and_numbers_and_no_town(session, past):
    lines = suggestion_lines(found_in(session), PRESENT)
    assert "project: 45 decisions for 9 towns" in lines
    assert any(re.fullmatch(r"  context +0\.\d\d +0\.\d{3} +0\.25", line) for line in lines)
    assert "lobby: 0 decisions for 0 towns" in lines
    assert "  too few to say anything; at least 30 decisions for 5 towns are needed" in lines
    text = "\n".join(lines)
    assert not [name for name in session.scalars(select(Municipality.name)) if name in text]


def command(app, monkeypatch, *arguments):
    """Run the command on this database."""
    monkeypatch.setattr(cli, "_app", lambda: app)
    return CliRunner().invoke(cli.main, ["calibrate", *arguments])


def test_command_reads_the_decisions_of_all_associations(session, past, app, monkeypatch):
    session.commit()
    answer = command(app, monkeypatch)
    assert answer.exit_code == 0
    assert answer.output.splitlines() == suggestion_lines(found_in(session), PRESENT)


@pytest.mark.parametrize("arguments", [["--out", "weights.json"], ["--no-decisions"]])
def test_command_without_the_file_it_needs_says_so(app, monkeypatch, arguments):
    answer = command(app, monkeypatch, *arguments)
    assert answer.exit_code == 2
    assert "--pairs FILE is needed." in answer.output


def test_page_shows_suggested_weights_beside_the_saved_ones(session, past, board, round_):
    found = found_in(session).of["project"]
    text = board.get(f"/rounds/{round_.public_id}/settings").text
    shown = text[text.index('id="suggested"') :]
    assert "Decisions: 45. Asking municipalities: 9." in shown
    cells = re.findall(r"<td[^>]*>(?:<bdi>)?([^<]*)<", shown)
    assert [cell.split("\xa0")[0] for cell in cells[0:6:2]] == ["50", "25", "25"]
    assert cells[1:6:2] == [
        f"{percent}\xa0% ± {100 * found.errors[kind]:.1f}"
        for kind, percent in found.percent.items()
    ]
    assert shown.count("Too few to say anything") == 2


def test_page_names_no_municipality_of_the_decisions(session, past, board, round_):
    text = board.get(f"/rounds/{round_.public_id}/settings").text
    names = session.scalars(select(Municipality.name)).all()
    assert not [name for name in names if re.search(rf"\b{name}\b", text)]


def test_page_without_decisions_says_so_and_has_no_button(session, board, round_):
    text = board.get(f"/rounds/{round_.public_id}/settings").text
    assert text.count("Too few to say anything: 30 decisions for 5 municipalities") == 3
    assert "Use these weights" not in text


def test_button_saves_the_suggested_weights_and_nothing_else(session, past, board, round_):
    suggested = found_in(session, past.association_id).weights
    answer, _ = pressed(board, f"/rounds/{round_.public_id}")
    assert answer.status_code == 303
    weights = stored(session)
    assert weights["project"] == suggested["project"]
    assert weights["lobby"] == PRESENT["lobby"]
    assert sum(weights["project"].values()) == pytest.approx(1.0, abs=1e-9)
    assert "The settings are saved." in board.get(answer.location).text


def test_taking_weights_is_written_into_the_audit_trail_once(session, past, board, round_):
    address = f"/rounds/{round_.public_id}"
    _, fields = pressed(board, address)
    assert board.post(f"{address}/settings/suggested", fields).status_code == 303
    session.rollback()
    events = session.scalars(select(AuditEvent).where(AuditEvent.event == "round.settings")).all()
    assert [event.details["suggested"] for event in events] == [["project"]]


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_weights_other_than_those_shown_are_not_taken(session, past, board, round_, digest):
    address = f"/rounds/{round_.public_id}/settings"
    answer = board.post(f"{address}/suggested", {"suggestion": digest})
    assert answer.status_code == 303
    assert "The suggestion has changed in the meantime" in board.get(address).text
    assert stored(session) == PRESENT


def test_nothing_is_taken_where_nothing_is_suggested(session, board, round_):
    pressed(board, f"/rounds/{round_.public_id}")
    assert stored(session) == PRESENT


def test_round_that_is_over_takes_no_weights(past, board, round_):
    shown = fields_of(board, f"/rounds/{round_.public_id}")
    answer = board.post(f"/rounds/{past.public_id}/settings/suggested", shown)
    assert answer.status_code == 409
    assert "Use these weights" not in board.get(f"/rounds/{past.public_id}/settings").text


def test_others_cannot_take_weights(session, past, round_, client_for):
    session.commit()
    address = f"/rounds/{round_.public_id}/settings/suggested"
    for member in (make_coordinator(session), make_requester(session)):
        assert signed_in(session, client_for, member).post(address).status_code == 404
    assert stored(session) == PRESENT
