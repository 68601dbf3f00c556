"""The plain proposals are signed together, and a round is published with open eyes."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Decision, Proposal, RoundNeed, now
from matchmaker.proposals.service import reject_proposal, sign_proposal
from matchmaker.rounds.staleness import stale_sides
from matchmaker.vocabulary import DeclineReason
from matchmaker.workbench.plain import sign_plain, sorted_out
from tests.factories import actor_of, coordinator_of, make_proposal, make_requester, make_round
from tests.web.test_step_up import grow_old


@pytest.fixture
def reviewed(session, coordinator):
    """Give a round in review with three plain proposals and one that asks for two signatures."""
    round_ = make_round(session, coordinator, status="in_review", frozen_at=now() + timedelta(1))
    made = [make_proposal(session, round_) for _ in range(3)]
    made.append(make_proposal(session, round_, required_signatures=2, signature_reasons=["heart"]))
    session.add_all(RoundNeed(round_id=round_.id, need_id=one.need_id) for one in made)
    session.commit()
    return round_


def rows(session, round_):
    query = select(Proposal).where(Proposal.round_id == round_.id).order_by(Proposal.id)
    return list(session.scalars(query))


@pytest.fixture
def board(reviewed, coordinator, client_for):
    return client_for(coordinator)


@pytest.fixture
def address(reviewed):
    return f"/rounds/{reviewed.public_id}/approve-plain"


def sent(page, **more):
    """Return what the form of the page sends."""
    hidden = dict(re.findall(r'name="(since|idempotency_key|seen)" value="([^"]*)"', page.text))
    return hidden | more


def statuses(session, round_):
    session.rollback()
    return [row.status for row in rows(session, round_)]


def test_more_than_can_be_named_leads_to_the_list_of_those_that_wait(
    session, board, address, reviewed
):
    for _ in range(6):
        make_proposal(session, reviewed, required_signatures=2, signature_reasons=["heart"])
    session.commit()
    assert f"/rounds/{reviewed.public_id}/proposals?status=proposed" in board.get(address).text


def test_all_plain_ones_are_signed_by_one_press_and_no_other(session, board, address, reviewed):
    answer = board.post(address, sent(board.get(address), all="1"))
    assert (answer.status_code, answer.location) == (303, address)
    assert statuses(session, reviewed) == ["approved"] * 3 + ["proposed"]


def test_ticked_ones_alone_are_signed(session, board, address, reviewed):
    picked = rows(session, reviewed)[1].public_id
    board.post(address, sent(board.get(address), pick=picked))
    assert statuses(session, reviewed) == ["proposed", "approved", "proposed", "proposed"]


def test_one_that_needs_care_is_not_signed_though_it_was_sent(session, board, address, reviewed):
    picked = rows(session, reviewed)[3].public_id
    answer = board.post(address, sent(board.get(address), pick=picked))
    assert picked in answer.location
    assert session.scalar(select(func.count()).select_from(Decision)) == 0


def test_same_press_twice_signs_once(session, board, address, reviewed):
    form = sent(board.get(address), all="1")
    board.post(address, form)
    assert board.post(address, form).location == address
    assert session.scalar(select(func.count()).select_from(Decision)) == 3


def test_each_signature_has_its_line_in_the_trail(session, board, address, reviewed):
    board.post(address, sent(board.get(address), all="1"))
    session.rollback()
    approved = select(func.count()).where(AuditEvent.event == "proposal.approved")
    assert session.scalar(approved) == 3
    batch = select(AuditEvent.details).where(AuditEvent.event == "round.batch_signed")
    assert session.scalars(batch).one() == {"signed": 3, "left": 0}


def test_what_changed_meanwhile_is_left_out_and_named(session, board, address, reviewed):
    form = sent(board.get(address), pick=[row.public_id for row in rows(session, reviewed)[:2]])
    first = rows(session, reviewed)[0]
    other = actor_of(coordinator_of(session, reviewed))
    reject_proposal(session, other, first, DeclineReason.OTHER)
    session.commit()
    answer = board.post(address, form)
    assert statuses(session, reviewed)[:2] == ["rejected", "approved"]
    page = board.get(answer.location)
    assert "1 proposal was left out" in page.text
    assert f"/proposals/{first.public_id}" in page.text


def test_full_offer_is_left_out_and_the_others_are_signed(session, coordinator, reviewed):
    one, two, *_ = rows(session, reviewed)
    two.offer_id = one.offer_id
    session.commit()
    done = sign_plain(session, actor_of(coordinator), reviewed, now(), None, timedelta(1))
    assert (len(done.signed), done.left) == (2, {two.public_id: "full"})


def test_nothing_ticked_says_what_to_do(board, address):
    board.post(address, sent(board.get(address)))
    assert "Tick at least one proposal." in board.get(address).text


def test_old_proof_is_asked_for_again(session, board, address, reviewed):
    form = sent(board.get(address), all="1")
    grow_old(board)
    assert "/account/again" in board.post(address, form).location
    assert session.scalar(select(func.count()).select_from(Decision)) == 0


@pytest.mark.parametrize(
    ("group", "make"),
    [
        ("two", lambda row: setattr(row, "required_signatures", 2)),
        (
            "unknown",
            lambda row: setattr(row, "explanation", {"questions": [{"about": "language"}]}),
        ),
        ("tie", lambda row: setattr(row, "explanation", {"price": {"total": 0.0}})),
        ("stale", lambda row: setattr(row.need, "submitted_at", now() + timedelta(days=2))),
    ],
)
def test_what_needs_care_is_told_with_its_reason(session, coordinator, reviewed, group, make):
    row = rows(session, reviewed)[0]
    make(row)
    session.commit()
    found = sorted_out(session, actor_of(coordinator), reviewed)
    assert row.id in found.others[group]
    assert len(found.plain) == 2


def test_question_about_a_part_and_a_price_are_plain(session, coordinator, reviewed):
    rows(session, reviewed)[0].explanation = {
        "questions": [{"about": "area_work"}],
        "price": {"total": 0.2},
    }
    session.commit()
    assert len(sorted_out(session, actor_of(coordinator), reviewed).plain) == 3


def test_own_municipality_is_decided_on_by_others(session, coordinator, reviewed):
    row = rows(session, reviewed)[0]
    make_requester(session, row.need.municipality, user=coordinator.user)
    session.commit()
    found = sorted_out(session, actor_of(coordinator), reviewed)
    assert found.others["own"] == [row.id]


def test_hidden_side_is_in_no_group(session, coordinator, reviewed):
    rows(session, reviewed)[0].need.hidden = True
    session.commit()
    found = sorted_out(session, actor_of(coordinator), reviewed)
    assert (len(found.plain), found.others.keys()) == (2, {"two"})


def n_queries(board, address):
    """Count the statements of one page, the reader's own row and the trail left out."""
    seen = []

    def note(conn, cursor, statement, *rest):
        if "proposal" in statement or "need" in statement or "offer" in statement:
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert board.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("page", ["approve-plain", "publish"])
def test_queries_do_not_grow_with_the_round(session, board, reviewed, page):
    address = f"/rounds/{reviewed.public_id}/{page}"
    board.get(address)
    before = n_queries(board, address)
    for _ in range(10):
        make_proposal(session, reviewed)
    rows(session, reviewed)[0].need.submitted_at = now() + timedelta(days=2)
    session.commit()
    assert n_queries(board, address) <= max(before, 8) <= 8


def test_publish_page_says_what_is_signed_and_changes_nothing(session, board, reviewed, actor):
    sign_proposal(session, actor, rows(session, reviewed)[0])
    session.commit()
    text = board.get(f"/rounds/{reviewed.public_id}/publish").text
    assert "1 of 4" in text
    assert "Nothing: all needs and offers are as they were." in text
    session.rollback()
    assert reviewed.status == "in_review"


def put(row, status):
    row.moved_to = row.status = status


STALE = [
    ("gone", "need", lambda row: put(row, "withdrawn")),
    ("back", "need", lambda row: put(row, "submitted")),
    ("edited", "need", lambda row: setattr(row, "submitted_at", now() + timedelta(days=2))),
    ("hidden", "need", lambda row: setattr(row, "hidden", True)),
    ("suspended", "offer", lambda row: put(row.municipality, "suspended")),
    ("paused", "offer", lambda row: put(row, "paused")),
    ("gone", "offer", lambda row: put(row, "lapsed")),
    ("full", "offer", lambda row: setattr(row, "places_taken", 1)),
]


@pytest.mark.parametrize(("code", "side", "change"), STALE, ids=[f"{a}-{b}" for a, b, _ in STALE])
def test_stale_side_is_noticed_with_its_pairs(session, solved, actor, code, side, change):
    pair = rows(session, solved)[0]
    row = getattr(pair, side)
    change(row)
    session.commit()
    [stale] = stale_sides(session, actor, solved)
    assert (stale.code, stale.row) == (code, row)
    assert [one.id for one in stale.pairs] == ([] if code == "hidden" else [pair.id])


def test_fresh_round_has_nothing_stale(session, solved, actor):
    assert stale_sides(session, actor, solved) == []


def test_round_page_leads_to_what_is_touched(session, solved, coordinator, client_for):
    rows(session, solved)[0].need.submitted_at = now() + timedelta(days=2)
    session.commit()
    board = client_for(coordinator)
    text = board.get(f"/rounds/{solved.public_id}").text
    assert "1 need or offer has changed since the round was frozen." in text
    text = board.get(f"/rounds/{solved.public_id}/publish").text
    assert "Changed and verified again" in text


def test_publishing_after_somebody_signed_shows_that_first(session, board, reviewed):
    address = f"/rounds/{reviewed.public_id}/publish"
    form = sent(board.get(address))
    other = actor_of(coordinator_of(session, reviewed))
    sign_proposal(session, other, rows(session, reviewed)[0])
    session.commit()
    answer = board.post(address, form)
    assert answer.status_code == 409
    assert "Approved" in answer.text
    session.rollback()
    assert reviewed.status == "in_review"
    again = board.post(address, form | sent(answer))
    assert again.status_code == 303
    session.rollback()
    assert reviewed.status == "published"
