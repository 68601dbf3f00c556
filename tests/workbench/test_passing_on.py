"""Passing on: to whom a hint goes, once, and never before the round is out."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from matchmaker.errors import BadInput
from matchmaker.models import Association, AuditEvent, Hint, Notice, Offer, RoundNeed
from matchmaker.rounds import service
from matchmaker.vocabulary import Side
from matchmaker.workbench.passing_on import addressee, may_send, pass_on, put_away, send_call
from tests.factories import actor_of, make_helper

LINES = [{"category": "project", "group": "env", "n": 5}]


@pytest.fixture
def published(session, actor, solved):
    """Give the round published, its cool-off over."""
    service.publish_round(session, actor, solved, timedelta(0))
    session.commit()
    return solved


@pytest.fixture
def left(session, solved):
    return session.scalars(select(RoundNeed).where(RoundNeed.matched.is_(False))).one().need


@pytest.fixture
def offer(session, solved):
    return session.scalars(select(Offer).order_by(Offer.id)).first()


def n_hints(session):
    return len(session.scalars(select(Hint)).all())


@pytest.mark.parametrize(
    ("bars", "to"),
    [
        (["window"], (Side.REQUESTER, ["window"])),
        (["consent", "setting"], (Side.REQUESTER, ["setting", "consent"])),
        ([], (Side.HELPER, [])),
        (["category"], (Side.HELPER, ["category"])),
        (["window", "mandate"], (Side.HELPER, ["window", "mandate"])),
        (["low_profile", "mandate"], (Side.HELPER, ["mandate"])),
        (["veto"], None),
        (["window", "veto"], None),
        (["rights_only"], None),
    ],
)
def test_hint_goes_to_who_can_change_what_stands_between(bars, to):
    assert addressee(bars) == to


def test_hint_tells_the_asking_municipality_and_the_trail(session, actor, published, left, offer):
    hint = pass_on(session, actor, published, left, offer, ["window"])
    assert (hint.municipality_id, hint.side, hint.told) == (
        left.municipality_id,
        "requester",
        ["window"],
    )
    events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("round.hint_passed_on") == 1


def test_second_hint_about_the_same_pair_tells_nobody(session, actor, published, left, offer):
    pass_on(session, actor, published, left, offer, [])
    told = len(session.scalars(select(Notice)).all())
    assert pass_on(session, actor, published, left, offer, ["window"]) is None
    assert (n_hints(session), len(session.scalars(select(Notice)).all())) == (1, told)


def test_nothing_goes_out_before_the_round_is_published(session, actor, solved, left, offer):
    with pytest.raises(BadInput, match="before the round is published"):
        pass_on(session, actor, solved, left, offer, [])
    with pytest.raises(BadInput, match="before the round is published"):
        send_call(session, actor, solved, LINES)


def test_nothing_goes_out_while_the_round_cools_off(session, actor, solved):
    service.publish_round(session, actor, solved, timedelta(hours=48))
    assert not may_send(solved)


def test_municipality_outside_the_scope_is_not_written_to(
    session, coordinator, published, left, offer
):
    session.get(Association, coordinator.association_id).scope = ["UA"]
    session.flush()
    with pytest.raises(BadInput, match="no municipality in your scope"):
        pass_on(session, actor_of(coordinator), published, left, offer, [])


def test_municipality_that_is_hidden_is_not_written_to(session, actor, published, left, offer):
    left.hidden = True
    with pytest.raises(BadInput, match="no municipality in your scope"):
        pass_on(session, actor, published, left, offer, ["window"])


def test_call_reaches_each_helping_municipality_once(session, actor, published):
    assert send_call(session, actor, published, LINES) == 2
    assert send_call(session, actor, published, LINES) == 0
    make_helper(session)
    assert send_call(session, actor, published, LINES) == 1
    assert n_hints(session) == 3


def test_call_reaches_nobody_outside_the_scope(session, coordinator, published):
    session.get(Association, coordinator.association_id).scope = ["UA"]
    session.flush()
    assert send_call(session, actor_of(coordinator), published, LINES) == 0


def test_empty_call_is_not_sent(session, actor, published):
    with pytest.raises(BadInput, match="nothing that may be told"):
        send_call(session, actor, published, [])


def test_database_refuses_a_second_call_to_the_same_municipality(session, actor, published):
    send_call(session, actor, published, LINES)
    first = session.scalars(select(Hint)).first()
    session.add(
        Hint(
            round_id=first.round_id,
            municipality_id=first.municipality_id,
            side="helper",
            told=[],
            created_by_id=actor.user_id,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_hint_is_put_away_once(session, actor, published, left, offer):
    hint = pass_on(session, actor, published, left, offer, [])
    put_away(session, actor, hint)
    first = hint.seen_at
    put_away(session, actor, hint)
    assert first is not None and hint.seen_at == first
