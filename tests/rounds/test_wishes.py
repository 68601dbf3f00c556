"""A wish of one side changes nothing at all in a round, on either database."""

import random

import pytest

from matchmaker.extensions import db
from matchmaker.matching.wishes import mutual_pairs
from matchmaker.rounds import queries, service
from matchmaker.rounds.snapshot import take_snapshot
from tests.factories import TODAY, actor_of, make_coordinator, make_round
from tests.rounds.conftest import fill


def input_of(session, actor):
    session.flush()
    session.expire_all()
    needs, offers = queries.needs_to_match(session, actor), queries.offers_to_match(session, actor)
    return take_snapshot(session, needs, offers, TODAY)


@pytest.mark.parametrize("side", ["needs", "offers"])
def test_wishes_of_one_side_change_nothing_in_the_input_or_the_result(each_app, side):
    with each_app.app_context():
        session = db.session()
        coordinator = make_coordinator(session)
        actor = actor_of(coordinator)
        sides = dict(zip(("needs", "offers"), fill(session, 4, 3), strict=True))
        names = [row.municipality.name for rows in sides.values() for row in rows]
        before = input_of(session, actor)
        draw = random.Random(31)
        for row in sides[side]:
            row.wish_names = draw.sample([*names, "Nowhere at all"], 5)
        assert input_of(session, actor).to_json() == before.to_json()
        round_ = make_round(session, coordinator)
        service.run_round(session, actor, round_)
        assert service.solve(round_).digest == round_.result_digest
        assert "wish" not in round_.snapshot
        db.session.remove()


def test_wishes_of_both_sides_are_in_the_input_and_change_no_pair(each_app):
    with each_app.app_context():
        session = db.session()
        actor = actor_of(make_coordinator(session))
        needs, offers = fill(session, 3, 3)
        for rows, others in ((needs, offers), (offers, needs)):
            for row in rows:
                row.wish_names = [one.municipality.name for one in others]
        found = input_of(session, actor)
        assert len(mutual_pairs(found)) == 9
        db.session.remove()
