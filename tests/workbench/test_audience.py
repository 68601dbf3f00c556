"""For whom a dossier is printed: each reader finds the own envelope on it and nothing beyond."""

import pytest
from sqlalchemy import select, update

from matchmaker.models import Offer, Partnership, Proposal, now
from matchmaker.rounds import service
from matchmaker.workbench.audience import Audience
from tests.factories import (
    make_administrator,
    make_coordinator,
    make_helper,
    make_requester,
    make_round,
    signed_in,
)
from tests.rounds.conftest import fill

ASKING, HELPING = ("Secretburg", "Deep Region"), ("Helpstad", "Far Province")
BOARD_ONLY = (
    "1998",
    "Twinning or sister-city agreement",
    "Partnership ties with the town or its area",
    "(Netherlands)",
)
RED_FLAG = "Red flag on a municipality or the need"
KNOWN_THERE = "known to the association of that side"


@pytest.fixture
def match(session, coordinator, actor):
    """Give a match of which things are known that only some of its readers may see."""
    needs, offers = fill(session, 3, 2)
    for need in needs:
        need.red_flag = need.low_profile = True
        need.municipality.name, need.municipality.region = ASKING
        for offer in offers:
            first, second = sorted((need.municipality_id, offer.municipality_id))
            session.add(Partnership(a_id=first, b_id=second, kind="twinning", since=1998))
    for offer in offers:
        offer.mandate, offer.mandate_chance = "conditional", 0.37
        offer.municipality.name, offer.municipality.region = HELPING
    service.run_round(session, actor, make_round(session, coordinator))
    session.commit()
    return session.scalars(select(Proposal).order_by(Proposal.id)).first()


@pytest.fixture
def told(session, coordinator, match, client_for):
    """Give a function that returns the dossier for a reader, without the page around it."""
    board = signed_in(session, client_for, coordinator)

    def read(audience):
        page = board.get(f"/proposals/{match.public_id}/dossier?reader={audience}").text
        return page[page.index('class="tandem-dossier"') :]

    return read


def agree(session, proposal):
    """Let both sides have accepted."""
    values = {"status": "engaged", "offered_at": now(), "helper_accepted_at": now()}
    session.execute(update(Proposal).where(Proposal.id == proposal.id).values(values))
    session.commit()


def named_in(text):
    """Return which of the names and regions of both sides stand in a text."""
    return {name for name in (*ASKING, *HELPING) if name in text}


def row_of(text, key):
    """Return what stands beside a key."""
    return text[text.index(key) :].split("</dd>")[0]


NAMED = {
    Audience.BOARD: {*ASKING, *HELPING},
    Audience.HELPER: set(HELPING),
    Audience.REQUESTER: set(ASKING),
    Audience.OTHERS: set(),
}
NAMED_ONCE_AGREED = NAMED | {
    Audience.HELPER: {*HELPING, "Secretburg"},
    Audience.REQUESTER: {*ASKING, "Helpstad"},
}


@pytest.mark.parametrize("audience", Audience)
def test_before_both_have_accepted_a_council_reads_its_own_name_alone(told, audience):
    assert named_in(told(audience)) == NAMED[audience]


@pytest.mark.parametrize("audience", Audience)
def test_once_both_have_accepted_a_council_reads_the_other_name_without_region(
    session, match, told, audience
):
    agree(session, match)
    assert named_in(told(audience)) == NAMED_ONCE_AGREED[audience]


@pytest.mark.parametrize("audience", Audience)
def test_evidence_and_rival_countries_are_for_boards_alone(told, audience):
    text = told(audience)
    for words in BOARD_ONLY:
        assert (words in text) == (audience == Audience.BOARD), words


@pytest.mark.parametrize("audience", Audience)
def test_no_municipality_reads_of_a_red_flag(told, audience):
    row = row_of(told(audience), RED_FLAG)
    assert ("yes" in row) == (audience == Audience.BOARD)
    assert (KNOWN_THERE in row) == (audience != Audience.BOARD)


@pytest.mark.parametrize("audience", Audience)
def test_wish_for_a_low_profile_is_told_to_boards_and_to_who_has_it(told, audience):
    row = row_of(told(audience), "Low profile asked")
    assert ("yes" in row) == (audience in (Audience.BOARD, Audience.REQUESTER))


@pytest.mark.parametrize("audience", Audience)
def test_chance_of_a_mandate_is_told_to_boards_and_to_who_gave_it(told, audience):
    stated = "Chance stated: 37" in told(audience)
    assert stated == (audience in (Audience.BOARD, Audience.HELPER))


@pytest.mark.parametrize("audience", Audience)
def test_every_reader_finds_what_makes_the_match_defensible(match, told, audience):
    text = told(audience)
    for words in (
        "Score: ",
        "weight 50\u00a0%",
        "Next best",
        "What taking this match away would cost",
        "Conflict check",
        "Mandate of the helping council",
        "Who decided, and when",
        match.round.snapshot_digest,
        match.round.settings_digest,
        match.round.result_digest,
    ):
        assert words in text, words


def test_paper_says_where_its_side_has_not_heard_of_the_match(session, match, told):
    assert "Do not hand the paper out." in told("helper")
    match.offered_at = now()
    session.commit()
    assert "Do not hand the paper out." not in told("helper")
    assert "Do not hand the paper out." in told("requester")


def test_unknown_reader_is_a_board(told):
    assert "For coordinators and boards only." in told("everybody")


def test_helper_out_of_scope_is_not_named_to_a_board_either(session, coordinator, match, told):
    for offer in session.scalars(select(Offer)):
        offer.municipality.country = "NL"
    coordinator.association.scope = ["UA"]
    agree(session, match)
    assert named_in(told("board")) == set(ASKING)
    assert named_in(told("helper")) == {"Secretburg"}


def test_officials_and_administrators_open_no_dossier_at_any_time(session, match, client_for):
    people = (
        make_requester(session, match.need.municipality),
        make_helper(session, match.offer.municipality),
        make_administrator(session),
        make_coordinator(session),
    )
    session.commit()
    address = f"/proposals/{match.public_id}/dossier"
    for change in (lambda: None, lambda: agree(session, match)):
        change()
        for member in people:
            client = signed_in(session, client_for, member)
            assert client.get(address).status_code in (403, 404)
            assert client.post(f"{address}/pdf").status_code in (403, 404)
