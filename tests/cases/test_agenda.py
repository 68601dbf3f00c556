"""Which parts of the agenda outside peers serve best: a rule for every topic, counted offers."""

import pytest
from sqlalchemy import func, select

from matchmaker.cases.service import start_on
from matchmaker.errors import BadInput
from matchmaker.models import ConflictArea, Need, now, place_key
from matchmaker.vocabulary import ACTIVITIES, GROUPS, Presence, Setting
from matchmaker.vocabulary.case import AGENDA, suited
from tests.cases.test_routes import text_of
from tests.factories import actor_of, make_helper, make_offer, make_requester, signed_in


@pytest.fixture
def asker(session):
    return make_requester(session)


def close(session, presence="none"):
    """Have somebody confirm who can go to Ukraine."""
    area = ConflictArea(
        level="country",
        country="UA",
        place_key=place_key("UA"),
        phase="actual",
        presence=presence,
        confirmed_at=now(),
    )
    session.add(area)
    session.flush()


@pytest.mark.parametrize("presence", [one.value for one in Presence])
@pytest.mark.parametrize("group", GROUPS)
def test_every_topic_has_a_help_that_is_possible_there(presence, group):
    row = ACTIVITIES[suited(presence, group).activity]
    outside = [one for one in row.settings if one is not Setting.IN_AREA]
    assert outside or presence != Presence.NONE


def test_each_rule_says_why_and_from_where():
    assert all(row.label and row.source for row in AGENDA)
    assert {row.group for row in AGENDA} <= {*GROUPS, "*"}
    assert len({(row.presence, row.group) for row in AGENDA}) == len(AGENDA)


def test_lobbying_suits_where_nobody_can_be_present():
    assert suited("none", "rights").activity == "lobby.rights"
    assert suited("none", "culture").activity == "lobby.attention"
    assert suited("possible", "env").activity == "project.service"
    assert suited("restricted", "culture").activity == "dialogue.culture_sport"


def test_page_counts_the_offers_that_bring_a_topic(session, client_for, asker):
    for _ in range(5):
        make_offer(session)
    several = make_helper(session)
    for _ in range(5):
        make_offer(session, several, topics=(("env.waste", 3),))
    reader = signed_in(session, client_for, asker)
    page = reader.get("/agenda?topics_env=env.water&topics_env=env.waste")
    told = text_of(page.text)
    assert "Drinking water supply Project: Support to a municipal service" in told
    assert told.count("open offer that fits: about 5.") == 1
    assert told.count("open offer that fits: fewer than 5.") == 1
    assert told.count("Fewer than five earlier matches") == 2


def test_offers_that_need_presence_do_not_count_where_nobody_can_go(session, client_for, asker):
    close(session)
    for _ in range(5):
        make_offer(session, activities=(("project.remote_advice", 1),), settings=["remote"])
        make_offer(session, activities=(("project.service", 1),), settings=["in_area"])
    reader = signed_in(session, client_for, asker)
    told = text_of(reader.get("/agenda?topics_env=env.water").text)
    assert "Nobody from abroad can be present where you are." in told
    assert "open offer that fits: about 5." in told


def test_page_asks_for_topics_first_and_takes_no_unknown_one(session, client_for, asker):
    reader = signed_in(session, client_for, asker)
    for query in ("", "?topics_env=env.magic", "?topics_none=env.water"):
        page = reader.get(f"/agenda{query}")
        assert page.status_code == 200 and "Start a need" not in page.text


def test_need_is_started_with_the_topics_and_what_suits(session, client_for, asker):
    reader = signed_in(session, client_for, asker)
    form = {"topic": ["env.water", "gov.finance"], "idempotency_key": "one"}
    first, again = (reader.post("/agenda/start", form) for _ in range(2))
    assert first.location == again.location and first.location.endswith("/edit/about")
    session.rollback()
    need = session.scalars(select(Need)).one()
    assert (need.category, need.activity, need.status) == ("project", "project.service", "draft")
    assert [row.topic_code for row in need.topics] == ["env.water", "gov.finance"]
    assert "checked" in reader.get(first.location).text


def test_dialogue_is_started_as_a_change_of_atmosphere(session, asker):
    need = start_on(session, actor_of(asker), asker.municipality, ["peace.mediation"], "uk")
    assert (need.activity, need.depth) == ("dialogue.conditions", "atmosphere")
    assert need.text_language == "uk"


@pytest.mark.parametrize("topics", [[], ["env.magic"]])
def test_nothing_is_started_without_a_topic(session, client_for, asker, topics):
    with pytest.raises(BadInput):
        start_on(session, actor_of(asker), asker.municipality, topics, "en")
    reader = signed_in(session, client_for, asker)
    assert reader.post("/agenda/start", {"topic": topics}).location == "/agenda"
    assert session.scalar(select(func.count()).select_from(Need)) == 0


def test_helpers_have_no_such_page(session, client_for):
    reader = signed_in(session, client_for, make_helper(session))
    assert reader.get("/agenda").status_code == 404
