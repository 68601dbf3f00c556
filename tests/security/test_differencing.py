"""90 daily tables do not tell of one town: for each, other worlds publish the very same.

All kinds of towns by ``KINDS=all SEEDS=20 pytest tests/security/test_differencing.py``.
"""

import os
import random
from itertools import pairwise

import pytest

from tests.security.differencing import (
    DAYS,
    KINDS,
    Stay,
    kinds_there,
    other_world,
    other_world_at_work,
    random_stays,
    random_work,
    tables,
    working_tables,
)

pytestmark = pytest.mark.control(27)
SEEDS = int(os.environ.get("SEEDS", "1"))
SOME = None if os.environ.get("KINDS") == "all" else 2


@pytest.fixture(scope="module", params=range(SEEDS))
def history(request):
    """Give comings and goings over 90 days, and what was published each day."""
    chance = random.Random(request.param)
    stays = random_stays(chance)
    return stays, tables(stays), chance


def test_tables_move_while_towns_come_and_go(history):
    _, published, _ = history
    assert len(published) == DAYS
    assert sum(one != other for one, other in pairwise(published)) > 10


def test_no_town_that_takes_part_is_certain_to(history):
    """Without the town, somebody else could have been there: the tables are the same."""
    stays, published, chance = history
    there = sorted(kinds_there(stays))
    for kind in chance.sample(there, SOME or len(there)):
        world = other_world(published, kind, present=None)
        assert world is not None, kind
        assert tables(world) == published


def test_no_town_that_stays_away_is_certain_to(history):
    """With a further town from the first day to the last, the tables could be the same."""
    _, published, chance = history
    for kind in chance.sample(KINDS, SOME or len(KINDS)):
        stay = Stay(kind, 30, 60)
        world = other_world(published, kind, present=stay)
        assert world is not None, kind
        assert stay in world
        assert tables(world) == published


def test_tables_of_work_beside_them_single_no_town_out(history):
    """Whoever reads both has worlds left without each town, also one that works all the time."""
    stays, published, chance = history
    working = working_tables(random_work(chance, stays))
    assert any(working)
    for kind in chance.sample(sorted(kinds_there(stays)), 1):
        found = other_world_at_work(published, working, kind, present=None)
        assert found is not None, kind
        world, work = found
        assert tables(world) == published
        assert working_tables(work) == working


def test_solver_isolates_a_town_where_figures_are_exact(history, monkeypatch):
    """The attack bites: a country of one town, published as it is, tells of it."""
    stays = [Stay(KINDS[0], 0, DAYS)] * 5
    published = tables(stays)
    monkeypatch.setattr(
        "tests.security.differencing.capacity", lambda kind: int(kind == KINDS[0]) * 5
    )
    assert other_world(published, KINDS[0], present=None) is None
