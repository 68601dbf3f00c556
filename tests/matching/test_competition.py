"""Needs that compete for too few places are told in groups, by key."""

from dataclasses import replace

from matchmaker.matching import competition
from matchmaker.matching.clashes import Competition
from matchmaker.matching.competition import competitions
from matchmaker.matching.pipeline import match, prepare
from matchmaker.matching.settings import Settings
from tests.matching import build


def problem(n_needs=3, settings=None, **offer):
    needs = [replace(build.NEED, key=f"n{k}") for k in range(n_needs)]
    offers = (replace(build.OFFER, **offer),)
    return prepare(build.snapshot(needs, offers), settings or Settings())


def test_needs_that_share_one_offer_compete_for_its_places():
    (offer,) = problem().arrays.offers.keys
    assert competitions(problem(places=2)) == (
        Competition(needs=("n0", "n1", "n2"), offers=(offer,), asked=3, places=2),
    )


def test_round_with_places_enough_has_no_competition():
    assert competitions(problem(places=3)) == ()


def test_pair_ruled_out_by_hand_or_not_good_enough_is_no_competition():
    (offer,) = problem().arrays.offers.keys
    barred = Settings(barred=(("n0", offer), ("n1", offer)))
    assert competitions(problem(settings=barred, places=1)) == ()
    assert competitions(problem(settings=Settings(minimum_score=1.0), places=1)) == ()


def test_result_of_a_round_carries_its_competitions():
    round_ = problem(places=2)
    assert match(round_.snapshot, round_.settings).competitions == competitions(round_)


def test_round_that_serves_all_carries_none_and_reads_as_before():
    round_ = problem(places=3)
    assert "competitions" not in match(round_.snapshot, round_.settings).to_json()


def test_round_too_large_to_read_is_not_looked_at(monkeypatch):
    monkeypatch.setattr(competition, "MOST_PAIRS", 2)
    assert competitions(problem(places=1)) == ()
