"""What the settings of a round cost, as a coordinator reads it."""

import pytest

from matchmaker.matching.demand_prices import Demand
from matchmaker.rounds import service
from matchmaker.rounds.floor_steps import add_floor, remove_floor
from matchmaker.rounds.floors import Floor
from matchmaker.workbench import prices
from matchmaker.workbench.prices import known_prices, work_out
from tests.factories import make_coordinator, make_round, signed_in
from tests.rounds.conftest import fill
from tests.workbench.counting import MOST, queries_of

CAP = Floor("at_most", "pairs", "offer_country:NL", 1)
ALL = Floor("at_least", "needs", "need_country:UA", 2)
COSTS = "It costs"


@pytest.fixture(autouse=True)
def nothing_kept():
    """Begin with nothing in the memory of the process."""
    prices._kept.clear()


@pytest.fixture
def frozen(session, actor, coordinator):
    """Give a frozen round of two needs and two offers with a cap of one pair."""
    fill(session)
    round_ = make_round(session, coordinator)
    add_floor(session, actor, round_, CAP, None)
    service.freeze_round(session, actor, round_)
    session.commit()
    return round_


@pytest.fixture
def board(session, coordinator, client_for):
    """Give the browser of the coordinator."""
    session.commit()
    return client_for(coordinator)


def test_cap_has_a_price_before_pairs_are_proposed(session, frozen):
    price = work_out(session, frozen).prices[Demand("rule", CAP.name)]
    assert (price.served, price.moved) == (1, 1) and price.total > 0


def test_price_of_a_solved_round_is_that_of_its_result(session, actor, frozen):
    before = work_out(session, frozen).prices[Demand("rule", CAP.name)]
    service.start_solving(session, actor, frozen)
    problem, result = service.solve_scored(frozen)
    service.record_solved(session, actor, frozen, result, problem)
    assert known_prices(frozen) == {}
    assert work_out(session, frozen).prices[Demand("rule", CAP.name)] == before


def test_prices_are_kept_until_the_settings_change(session, actor, frozen):
    work_out(session, frozen)
    assert Demand("rule", CAP.name) in known_prices(frozen)
    remove_floor(session, actor, frozen, CAP.name, None)
    assert known_prices(frozen) == {}


def test_without_time_nothing_is_worked_out(session, actor, frozen):
    assert work_out(session, frozen, seconds=1e-6).prices == {}


def test_clash_is_told_in_place_of_prices(session, actor, frozen, board):
    add_floor(session, actor, frozen, ALL, None)
    session.commit()
    text = board.get(f"/rounds/{frozen.public_id}/settings/prices?work=yes").text
    assert "cannot be met together" in text
    assert "Needs from one country: Ukraine" in text
    assert "(needs served: at least 2)" in text and "What each single change would free" in text


def test_page_works_nothing_out_until_it_is_asked(frozen, board):
    text = board.get(f"/rounds/{frozen.public_id}/settings/prices").text
    assert "not worked out yet" in text and "Work out the prices" in text
    assert COSTS not in text


def test_page_says_what_each_demand_costs(frozen, board):
    text = board.get(f"/rounds/{frozen.public_id}/settings/prices?work=yes").text
    assert "Offers from one country: Netherlands – pairs: at most 1" in text
    assert COSTS in text and "moves 1 pair. 1 need fewer is served." in text
    assert "Least score of a proposal (percent): 25" in text
    assert "Work out the prices" not in text


@pytest.mark.parametrize("page", ["settings", "settings/floors"])
def test_settings_show_the_prices_that_are_known(session, frozen, board, page):
    address = f"/rounds/{frozen.public_id}/{page}"
    assert COSTS not in board.get(address).text
    work_out(session, frozen)
    assert COSTS in board.get(address).text


def test_open_round_has_no_prices_yet(session, coordinator, board):
    round_ = make_round(session, coordinator)
    session.commit()
    assert board.get(f"/rounds/{round_.public_id}/settings/prices").status_code == 404
    assert "Work out" not in board.get(f"/rounds/{round_.public_id}/settings/floors").text


def test_large_round_is_not_worked_out(monkeypatch, frozen, board):
    monkeypatch.setattr(prices, "LARGEST", 3)
    text = board.get(f"/rounds/{frozen.public_id}/settings/prices?work=yes").text
    assert "too large" in text and COSTS not in text


def test_prices_of_another_association_do_not_exist(session, frozen, client_for):
    stranger = signed_in(session, client_for, make_coordinator(session))
    session.commit()
    assert stranger.get(f"/rounds/{frozen.public_id}/settings/prices").status_code == 404


def test_pages_ask_few_queries(frozen, board):
    for page in ("prices", "floors", "floors/add"):
        found = queries_of(board, f"/rounds/{frozen.public_id}/settings/{page}")
        assert len(found) <= MOST, (page, found)
