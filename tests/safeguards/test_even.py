"""Even-handedness: what each side asked for and got, over time, and as a rule of a round."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from matchmaker.matching.snapshot import Snapshot
from matchmaker.models import Engagement, Proposal, now
from matchmaker.rounds import service as rounds
from matchmaker.rounds.floor_steps import add_floor
from matchmaker.rounds.floor_wording import floor_text
from matchmaker.rounds.floors import Floor
from matchmaker.rounds.settings import settings_of
from matchmaker.safeguards.even_drawing import lines_of
from matchmaker.safeguards.even_queries import (
    Asked,
    Count,
    asked_in_scope,
    evenness_of,
    served_in,
)
from tests.factories import (
    actor_of,
    make_association,
    make_coordinator,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
    signed_in,
)
from tests.rounds.conftest import fill

TODAY = date(2026, 8, 20)
EVEN = Floor("even", "needs", "need_side:east", 0, "need_side:west", counts_before=True)


def asked(side, on, *engaged, country="UA"):
    return Asked(country, "", (side,) if side else (), on, engaged)


FOUND = [
    asked("east", date(2026, 1, 5), date(2026, 5, 5), date(2026, 7, 1)),
    asked("east", date(2026, 2, 5)),
    asked("west", date(2026, 4, 5), date(2026, 4, 9)),
    asked("", date(2026, 8, 1)),
]


def test_each_side_is_counted_in_all():
    even = evenness_of(FOUND, TODAY)
    assert even.sides == ("east", "west", "")
    assert even.totals == {"east": Count(2, 1, 2), "west": Count(1, 1, 1), "": Count(1, 0, 0)}


def test_each_quarter_is_counted_by_itself_and_none_is_left_out():
    periods = dict(evenness_of(FOUND, TODAY).periods)
    assert list(periods) == ["2026-1", "2026-2", "2026-3"]
    assert periods["2026-1"]["east"] == Count(2, 0, 0)
    assert periods["2026-2"] == {"east": Count(0, 1, 1), "west": Count(1, 1, 1), "": Count()}
    assert periods["2026-3"]["east"] == Count(0, 0, 1)


def test_years_can_be_counted_instead_and_run_over_their_ends():
    found = [asked("east", date(2024, 12, 31)), asked("east", date(2026, 1, 1))]
    assert [period for period, _ in evenness_of(found, TODAY, by_year=True).periods] == [
        "2024",
        "2025",
        "2026",
    ]
    assert [period for period, _ in evenness_of(found, TODAY).periods][:2] == ["2024-4", "2025-1"]


def test_town_of_two_sides_counts_with_both():
    both = Asked("UA", "", ("east", "west"), date(2026, 1, 5), ())
    assert set(evenness_of([both], TODAY).totals) == {"east", "west"}


def test_lines_add_up_what_was_served():
    lines = lines_of(evenness_of(FOUND, TODAY))
    assert [line.side for line in lines] == ["east", "west", ""]
    assert lines[0].path == "M24.0,216.0L360.0,24.0L696.0,24.0"


def test_nothing_is_drawn_where_nothing_was_served():
    assert lines_of(evenness_of([asked("east", date(2026, 1, 5))], TODAY)) == []


def test_served_are_counted_of_a_side_or_a_country():
    assert served_in(FOUND, "need_side:EAST") == 1
    assert served_in(FOUND, "need_country:UA") == 2
    assert served_in(FOUND, "need_country:NL") == 0


@pytest.fixture
def coordinator(session):
    return make_coordinator(session)


def of_side(session, side, **more):
    town = make_municipality(session, sides=[side] if side else [])
    return make_need(session, make_requester(session, town), **more)


def served(session, side, at=datetime(2026, 5, 1, tzinfo=UTC)):
    """Make a need of a side for which work was agreed on."""
    need = of_side(session, side, status="matched", places_taken=1, submitted_at=at)
    proposal = make_proposal(
        session,
        make_round(session, status="closed"),
        need,
        make_offer(session, status="full", places_taken=1),
        status="engaged",
        places_held=True,
    )
    session.add(Engagement(proposal=proposal, created_at=at))
    session.flush()
    return need


def test_drafts_are_not_counted_and_other_scopes_not_either(session, coordinator):
    served(session, "east")
    of_side(session, "west", status="draft", submitted_at=None)
    (one,) = asked_in_scope(session, actor_of(coordinator))
    assert (one.sides, one.engaged_on) == (("east",), (date(2026, 5, 1),))
    far = make_coordinator(session, make_association(session, scope=["FJ"]))
    assert asked_in_scope(session, actor_of(far)) == []


def test_round_makes_up_for_what_one_side_was_served_before(session, coordinator):
    served(session, "east")
    fill(session, 0, 2)
    needs = {side: of_side(session, side) for side in ("east", "west")}
    actor, round_ = actor_of(coordinator), make_round(session, coordinator)
    add_floor(session, actor, round_, EVEN, None)
    rounds.run_round(session, actor, round_)
    made = session.scalars(select(Proposal).where(Proposal.round_id == round_.id)).all()
    assert [one.need_id for one in made] == [needs["west"].id]
    (balance,) = settings_of(round_).matching.balances
    assert balance.ahead == 1
    assert len(Snapshot.from_json(round_.snapshot).needs) == 2


def test_what_is_served_until_the_round_is_frozen_counts(session, app, coordinator):
    fill(session, 1, 1)
    of_side(session, "east")
    of_side(session, "west")
    actor, round_ = actor_of(coordinator), make_round(session, coordinator)
    add_floor(session, actor, round_, EVEN, None)
    served(session, "west")
    served(session, "west")
    rounds.freeze_round(session, actor, round_)
    (floor,) = settings_of(round_).floors
    assert floor.ahead == -2
    with app.test_request_context():
        assert "2 more of" in floor_text(floor)


def test_rule_that_counts_nothing_before_leaves_what_was_served_out(session, coordinator):
    served(session, "east")
    actor, round_ = actor_of(coordinator), make_round(session, coordinator)
    add_floor(session, actor, round_, Floor(**{**vars(EVEN), "counts_before": False}), None)
    assert settings_of(round_).floors[0].ahead == 0


def test_coordinator_reads_the_counts_and_sets_the_rule(session, client_for, coordinator):
    served(session, "east", now())
    for side in ("east", "west"):
        of_side(session, side)
    round_ = make_round(session, coordinator)
    browser = signed_in(session, client_for, coordinator)
    session.commit()
    page = browser.get("/even-handedness").text
    assert "east" in page and "Needs served" in page
    assert "tandem-even__line" not in page
    assert "By quarter" in browser.get("/even-handedness?country=UA&region=1&per=year").text
    rule = {"group": "need_side:east", "other": "need_side:west", "number": "0", "before": "yes"}
    address = f"/rounds/{round_.public_id}/settings/floors"
    browser.post(f"{address}/even", rule | {"other": "need_category:project"})
    browser.post(f"{address}/even", rule)
    assert "1 more of" in browser.get(address).text
    session.rollback()
    assert len(settings_of(round_).floors) == 1


def test_municipality_sees_no_counts(session, client_for):
    browser = signed_in(session, client_for, make_requester(session))
    session.commit()
    assert browser.get("/even-handedness").status_code == 404
