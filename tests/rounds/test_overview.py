"""What the pages show of a result is worked out when it is recorded, and can be again."""

import numpy as np
import pytest
from sqlalchemy import func, select

from matchmaker.matching.heat import CHOSEN, NOT_ALLOWED, Cells
from matchmaker.matching.pipeline import prepare
from matchmaker.matching.snapshot import Snapshot
from matchmaker.models import Round, RoundNeed, RoundOffer, RoundTile
from matchmaker.rounds import service
from matchmaker.rounds.overview import record_overview
from matchmaker.rounds.settings import settings_of
from tests.factories import actor_of, make_coordinator, make_round
from tests.rounds.conftest import fill


@pytest.fixture
def solved(session):
    """Give a round with three needs and two offers, so that one need is left."""
    member = make_coordinator(session)
    fill(session, 3, 2)
    round_ = make_round(session, member)
    service.run_round(session, actor_of(member), round_)
    session.commit()
    return round_


def tile_of(session, round_):
    tile = session.scalars(select(RoundTile).where(RoundTile.round_id == round_.id)).one()
    return Cells.unpack(tile.cells, (3, 2))


def test_figures_agree_with_the_summary(solved):
    figures = solved.overview["figures"]
    assert (figures["served"], figures["pairs"]) == (2, 2)
    assert figures["total"] == pytest.approx(solved.summary["total"])
    assert figures["unmatched"] == solved.summary["unmatched"]


def test_each_need_and_offer_knows_its_place_in_the_map(session, solved):
    needs = session.scalars(select(RoundNeed).where(RoundNeed.round_id == solved.id)).all()
    offers = session.scalars(select(RoundOffer).where(RoundOffer.round_id == solved.id)).all()
    assert sorted(row.position for row in needs) == [0, 1, 2]
    assert sorted((row.position, row.n_pairs) for row in offers) == [(0, 1), (1, 1)]


def test_need_that_was_left_can_be_found_by_its_reason(session, solved):
    left = session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one()
    assert left.reason_code == left.reason["reason"] == "lost_competition"


def test_tile_holds_the_score_and_the_mark_of_each_pair(session, solved):
    cells = tile_of(session, solved)
    assert (cells.codes != NOT_ALLOWED).all()
    assert np.count_nonzero(cells.marks == CHOSEN) == 2


def test_recording_again_replaces_what_was_recorded(session, solved):
    problem = prepare(Snapshot.from_json(solved.snapshot), settings_of(solved).matching)
    one = np.array([[0, 0]])
    record_overview(session, solved, problem, one, {}, {})
    session.commit()
    round_ = session.scalars(select(Round)).one()
    assert round_.overview["figures"]["pairs"] == 1
    assert session.scalar(select(func.count()).select_from(RoundTile)) == 1
    assert np.count_nonzero(tile_of(session, round_).marks == CHOSEN) == 1
