"""How many municipalities could help: by the engine, by municipality, never telling of one."""

from dataclasses import replace

import pytest

from matchmaker.cases.reach import Ground, band, band_text
from matchmaker.cases.variants import AS_IT_IS, changes_of, instead, settings_for, smaller
from matchmaker.models import RightsFlag
from matchmaker.vocabulary import Bar
from tests.factories import make_helper, make_need, make_offer, make_user
from tests.matching.build import NEED


def make_offers(session, n, **more):
    """Make offers of so many towns."""
    return [make_offer(session, **more) for _ in range(n)]


def reached(session, need):
    ground = Ground.of(session, need)
    return ground.reached({AS_IT_IS: ground.need, **changes_of(ground.need)})


@pytest.mark.parametrize(("n", "told"), [(0, 0), (4, 0), (5, 5), (7, 5), (8, 10), (12, 10)])
def test_numbers_are_told_from_five_on_and_in_steps_of_five(n, told):
    assert band(n) == told


def test_few_are_not_told_apart_from_none(app):
    with app.test_request_context():
        assert {band_text(n) for n in range(5)} == {"fewer than 5"}


def test_towns_are_counted_and_not_their_offers(session):
    need = make_need(session)
    make_offers(session, 2)
    several = make_helper(session)
    for _ in range(3):
        make_offer(session, several)
    assert reached(session, need)[AS_IT_IS] == 3


@pytest.mark.parametrize("more", [{"status": "paused"}, {"places_taken": 1}])
def test_only_open_offers_with_a_place_count(session, more):
    need = make_need(session)
    make_offers(session, 1, **more)
    assert reached(session, need)[AS_IT_IS] == 0


def test_change_is_counted_by_the_engine(session):
    need = make_need(session, settings=["in_area"])
    make_offers(session, 2, settings=["remote"])
    found = reached(session, need)
    assert (found[AS_IT_IS], found["setting:remote"]) == (0, 2)
    assert Ground.of(session, need).costliest_rule() == (Bar.SETTING, 2)


def test_name_that_is_ruled_out_moves_no_count(session):
    need = make_need(session)
    (offer,) = make_offers(session, 1)
    before = reached(session, need)
    need.veto_names, need.veto_countries = [offer.municipality.name], ["NL"]
    offer.veto_countries = ["UA"]
    session.flush()
    assert reached(session, need) == before


def test_red_flag_moves_no_count(session):
    need = make_need(session)
    make_offers(session, 1)
    before = reached(session, need)
    flag = RightsFlag(
        municipality_id=need.municipality_id, source="s", raised_by_id=make_user(session).id
    )
    session.add(flag)
    session.flush()
    assert reached(session, need) == before


def test_only_what_the_need_does_not_ask_is_a_change():
    asked = replace(NEED, settings=("remote", "in_area"), interpretation=True, overlap_days=14)
    assert set(changes_of(asked)) == {"period"}
    assert "low_profile" in changes_of(replace(asked, low_profile=True))
    tied = replace(asked, activity="lobby.legitimacy", category="lobby", settings=("in_area",))
    assert "tie_waiver" in changes_of(tied)


def test_no_change_leads_where_nobody_can_go():
    closed = replace(NEED, settings=("remote",), presence="none")
    assert "setting:in_area" not in changes_of(closed)
    assert settings_for("lobby.legitimacy", closed) == []
    assert instead(closed, "lobby.legitimacy") is None


def test_other_activity_is_asked_where_it_is_possible():
    other = instead(NEED, "lobby.attention")
    assert (other.category, other.settings) == ("lobby", ("remote",))
    talk = instead(NEED, "dialogue.facilitation")
    assert (talk.category, talk.depth, talk.consent) == ("dialogue", "atmosphere", None)


def test_smaller_piece_asks_half():
    asked = replace(NEED, effort_days=21, commitment_months=1, places=3, minimum=2)
    piece = smaller(asked)
    assert (piece.effort_days, piece.commitment_months, piece.places) == (10, 1, 1)
    assert (piece.minimum, piece.overlap_days) == (0, 15)
