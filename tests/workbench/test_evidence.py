"""Facts in words: all of them can be said, and a side elsewhere is not told by them."""

import json
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from matchmaker.matching.evidence import evidence_of
from matchmaker.matching.facts import Fact, facts_of
from matchmaker.models import Association, Partnership, Proposal
from matchmaker.rounds import service
from matchmaker.workbench.evidence import BRIEF, DELIVERY, PLAIN, Telling
from matchmaker.workbench.frozen import frozen_pair
from matchmaker.workbench.solved import solved_round
from tests.factories import make_municipality, make_round, signed_in
from tests.rounds.conftest import fill

VALUES = {
    "topic": "env.water",
    "other": "env.waste",
    "asked": 4,
    "offered": 3,
    "activity": "project.service",
    "times": 2,
    "town": "t1",
    "towns": ["t1"],
    "n": 1,
    "country": "UA",
    "region": "Secretland",
    "kind": "twinning",
    "since": 1998,
    "until": 2031,
    "alive": True,
    "last_year": 2019,
    "years": 3.0,
    "area": ["uk"],
    "shared": ["uk"],
    "asking": 31_313,
    "helping": 98_765,
    "start": None,
    "end": None,
    "days": 30,
    "chance": 0.5,
    "where": "elsewhere",
    "lessons": ["lesson.shelters"],
}
CODES = {*PLAIN, *BRIEF, "experience.times", "shared_partners.shared", "ties.not_asked"}
CODES |= {f"delivery.{fit}" for fit, _ in DELIVERY}


def test_every_fact_can_be_said_in_full_and_in_brief_without_a_secret(app):
    town = SimpleNamespace(name="Lyon", local_name="", hidden=False, id=1)
    with app.test_request_context("/"):
        for code in sorted(code for code in CODES if "." in code):
            said = Telling({"t1": town}).of(Fact(code, VALUES))
            brief = Telling(brief=True).of(Fact(code, VALUES))
            assert said and "%(" not in said + brief
            for secret in ("Secretland", "1998", "2031", "2019", "31,313", "98,765", "Lyon"):
                assert secret not in brief, code


def pair_of(solved, session):
    row = session.scalars(select(Proposal).where(Proposal.round_id == solved.id)).first()
    return row.need.public_id, row.offer.public_id


def test_slice_of_the_stored_input_tells_what_the_whole_round_tells(session, solved):
    need, offer = pair_of(solved, session)
    case = frozen_pair(solved, need, offer)
    whole = evidence_of(solved_round(session, solved).problem, need, offer)
    assert {row.part: row.facts for row in whole if row.state != "not_asked"} == {
        row.part: facts_of(case, row.part) for row in whole if row.state != "not_asked"
    }


def test_input_without_the_pair_gives_nothing(session, solved):
    assert frozen_pair(solved, "gone", pair_of(solved, session)[1]) is None


@pytest.fixture
def tied(session, coordinator, actor):
    """Give the proposal of a round whose two towns have been partners since 1998."""
    needs, offers = fill(session, 1, 1)
    towns = needs[0].municipality, offers[0].municipality
    first, second = sorted(towns, key=lambda town: town.id)
    session.add(Partnership(a_id=first.id, b_id=second.id, kind="twinning", since=1998))
    round_ = make_round(session, coordinator)
    service.run_round(session, actor, round_)
    session.commit()
    return session.scalars(select(Proposal)).one()


def test_proposal_tells_the_partnership_with_its_year(session, tied, coordinator, client_for):
    page = signed_in(session, client_for, coordinator).get(f"/proposals/{tied.public_id}")
    assert "Partnership of the two municipalities: Twinning" in page.text
    assert "since 1998" in page.text


def test_evidence_is_what_was_frozen_not_what_was_entered_later(
    session, tied, coordinator, client_for
):
    session.scalars(select(Partnership)).one().since = 2020
    page = signed_in(session, client_for, coordinator).get(f"/proposals/{tied.public_id}")
    assert "since 1998" in page.text and "since 2020" not in page.text


def test_coordinator_who_may_not_know_a_side_reads_no_year_and_no_place(
    session, tied, coordinator, client_for
):
    association = session.get(Association, coordinator.association_id)
    association.scope = ["UA"]
    page = signed_in(session, client_for, coordinator).get(f"/proposals/{tied.public_id}")
    assert "A partnership on record counts here." in page.text
    assert "1998" not in page.text


def test_hidden_partner_is_not_named(session, coordinator, actor, client_for):
    needs, offers = fill(session, 1, 1)
    third = make_municipality(session, name="Thirdville", country="FR", region="ARA")
    for town in (needs[0].municipality, offers[0].municipality):
        first, second = sorted((town, third), key=lambda one: one.id)
        session.add(Partnership(a_id=first.id, b_id=second.id, kind="twinning"))
    service.run_round(session, actor, make_round(session, coordinator))
    board = signed_in(session, client_for, coordinator)
    url = f"/proposals/{session.scalars(select(Proposal.public_id)).one()}"
    assert "Thirdville" in board.get(url).text
    third.hidden = True
    session.commit()
    assert "Thirdville" not in board.get(url).text


def test_round_whose_input_is_gone_still_shows_its_proposals(
    session, tied, coordinator, client_for
):
    tied.round.snapshot = json.dumps({})
    page = signed_in(session, client_for, coordinator).get(f"/proposals/{tied.public_id}")
    assert page.status_code == 200 and "Why this pair" in page.text
