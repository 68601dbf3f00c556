"""Who else is at work: who reads of it, what it covers, and what a round makes of it."""

import pytest
from sqlalchemy import select

from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.matching.snapshot import Snapshot
from matchmaker.models import AuditEvent, OtherActor, now
from matchmaker.personal.erasing import erase_judgements
from matchmaker.rounds import service as rounds
from matchmaker.rounds.settings import RoundSettings
from matchmaker.safeguards import others_service as service
from matchmaker.safeguards.others_queries import beside_needs, covered_topics, others_visible_to
from matchmaker.safeguards.others_service import OtherDraft
from tests.factories import (
    actor_of,
    coordinator_of,
    make_association,
    make_coordinator,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
    member_of,
    signed_in,
)
from tests.rounds.conftest import fill

WATER = OtherDraft("Bridge builders", "ngo", ["env.water"], 2020, None, "Their site", "UA")


@pytest.fixture
def actor(session):
    return actor_of(make_coordinator(session))


def names_beside(session, need, **more):
    return [one.row.name for one in beside_needs(session, [need], **more)[need.id]]


def test_actor_of_the_country_covers_topics_that_a_need_asks_for(session, actor):
    need = make_need(session, topics=(("env.water", 3, 3), ("gov.finance", 1, 2)))
    service.enter_other(session, actor, WATER)
    assert covered_topics(session, [need]) == {need.id: {"env.water"}}


@pytest.mark.parametrize(
    "change",
    [
        {"country": "CO"},
        {"region": "Lviv"},
        {"topics": ["gov.finance"]},
        {"until": now().year - 1},
        {"since": now().year + 1},
    ],
)
def test_actor_elsewhere_on_other_topics_or_at_other_times_covers_nothing(session, actor, change):
    need = make_need(session)
    service.enter_other(session, actor, OtherDraft(**{**vars(WATER), **change}))
    assert covered_topics(session, [need]) == {need.id: frozenset()}


def test_actor_named_in_a_need_is_told_of_this_need_alone(session):
    need, other = make_need(session), make_need(session)
    town = actor_of(member_of(session, need.municipality_id, "requester"))
    service.name_in_need(session, town, need, WATER)
    assert names_beside(session, need) == ["Bridge builders"]
    assert names_beside(session, other, any_topic=True) == []


def test_coordinator_of_another_scope_is_told_of_none(session, actor):
    need = make_need(session)
    town = actor_of(member_of(session, need.municipality_id, "requester"))
    service.enter_other(session, actor, WATER)
    service.name_in_need(session, town, need, WATER)
    far = actor_of(make_coordinator(session, make_association(session, scope=["FJ"])))
    assert session.scalars(others_visible_to(far)).all() == []
    assert len(session.scalars(others_visible_to(actor)).all()) == 2
    of_one_side = actor_of(make_coordinator(session, make_association(session, sides=["east"])))
    assert len(session.scalars(others_visible_to(of_one_side)).all()) == 1
    with pytest.raises(BadInput):
        service.enter_other(session, far, WATER)


def test_nobody_is_named_beside_a_need_for_local_governments_only(session):
    need = make_need(session, low_profile=True)
    town = actor_of(member_of(session, need.municipality_id, "requester"))
    with pytest.raises(BadInput):
        service.name_in_need(session, town, need, WATER)


def test_actor_that_is_taken_out_covers_nothing_and_is_taken_out_once(session, actor):
    need = make_need(session)
    row = service.enter_other(session, actor, WATER)
    service.close_other(session, actor, row)
    assert names_beside(session, need) == []
    with pytest.raises(AlreadyChanged):
        service.close_other(session, actor, row)


def test_name_stands_in_no_event_and_goes_with_the_texts_of_the_need(session):
    need = make_need(session)
    town = actor_of(member_of(session, need.municipality_id, "requester"))
    service.name_in_need(session, town, need, WATER)
    events = session.scalars(select(AuditEvent).where(AuditEvent.event == "other_actor.entered"))
    assert "Bridge" not in str([event.details for event in events])
    erase_judgements(session, [need])
    assert session.scalars(select(OtherActor.id)).all() == []


@pytest.mark.parametrize(("complement", "topics"), [(True, ["gov.finance"]), (False, None)])
def test_round_that_complements_others_leaves_out_what_they_cover(session, complement, topics):
    coordinator = make_coordinator(session)
    fill(session, 0, 1)
    both = make_need(session, topics=(("env.water", 3, 3), ("gov.finance", 1, 2)))
    water = make_need(session)
    service.enter_other(session, actor_of(coordinator), WATER)
    settings = RoundSettings(complement=complement).stored()
    round_ = make_round(session, coordinator, settings=settings)
    rounds.freeze_round(session, actor_of(coordinator), round_)
    needs = Snapshot.from_json(round_.snapshot).needs
    found = {need.key: sorted(one.topic for one in need.topics) for need in needs}
    assert found[both.public_id] == (topics or ["env.water", "gov.finance"])
    assert found[water.public_id] == ["env.water"]


@pytest.fixture
def match(session):
    """Give a proposal for water, with somebody at work on it, committed."""
    need = make_need(session, status="in_round")
    round_ = make_round(session, status="in_review")
    proposal = make_proposal(session, round_, need, make_offer(session))
    service.enter_other(session, actor_of(coordinator_of(session, round_)), WATER)
    session.commit()
    return proposal


def test_proposal_warns_that_somebody_covers_the_topic(session, match, client_for):
    browser = signed_in(session, client_for, coordinator_of(session, match.round))
    session.commit()
    address = f"/proposals/{match.public_id}"
    assert "does not duplicate it" in browser.get(address).text
    assert "Bridge builders" in browser.get(address).text
    match.need.low_profile = True
    session.commit()
    page = browser.get(address).text
    assert "does not duplicate it" in page
    assert "Bridge builders" not in page and "Their site" not in page
    row = session.scalars(select(OtherActor)).one()
    assert browser.post(f"/who-else/{row.public_id}/close").status_code == 303
    assert "does not duplicate it" not in browser.get(address).text


FORM = {"name": "Water for all", "kind": "ngo", "source": "Their site", "topics_env": "env.water"}


def test_coordinator_enters_one_and_a_town_names_one_in_its_own_need(session, match, client_for):
    browser = signed_in(session, client_for, coordinator_of(session, match.round))
    session.commit()
    assert browser.post("/who-else/new", FORM).status_code == 422
    assert browser.post("/who-else/new", FORM | {"country": "UA"}).status_code == 303
    assert "Water for all" in browser.get("/who-else").text
    town = signed_in(
        session, client_for, member_of(session, match.need.municipality_id, "requester")
    )
    session.commit()
    here = f"/who-else/needs/{match.need.public_id}"
    assert here in town.get(f"/needs/{match.need.public_id}").text
    assert town.post(f"{here}/new", FORM | {"name": "Only ours"}).status_code == 303
    page = town.get(here).text
    assert "Only ours" in page and "Bridge builders" in page
    assert town.get("/who-else").status_code == 404
    session.rollback()
    rows = session.scalars(select(OtherActor).order_by(OtherActor.id)).all()
    assert [(row.name, row.need_id) for row in rows][2:] == [("Only ours", match.need_id)]
    assert town.post(f"/who-else/{rows[0].public_id}/close").status_code == 404
    assert town.post(f"/who-else/{rows[2].public_id}/close").status_code == 303


def test_town_reads_nothing_beside_the_need_of_another(session, match, client_for):
    browser = signed_in(session, client_for, make_requester(session))
    session.commit()
    assert browser.get(f"/who-else/needs/{match.need.public_id}").status_code == 404
