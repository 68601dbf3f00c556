"""Urgent lobby: at once to coordinators and the partner cities ticked, with the time it took."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.errors import AlreadyChanged, BadInput
from matchmaker.models import Alert, Need, Notice, Partnership, now
from matchmaker.needs import service
from matchmaker.needs.alerting import (
    alerts_of,
    answer_alert,
    first_answer_after,
    match_without_round,
    partner_cities,
)
from matchmaker.needs.copying import copy_need
from matchmaker.vocabulary import AlertAnswer
from tests.cases.test_routes import text_of
from tests.factories import (
    actor_of,
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_need,
    make_requester,
    signed_in,
)

URGENT = {
    "category": "lobby",
    "activity": "lobby.protection",
    "urgent": True,
    "status": "draft",
    "verified_at": None,
    "submitted_at": None,
    "window_start": now().date(),
    "window_end": now().date() + timedelta(days=90),
}
ACTS = AlertAnswer.ACTS


@pytest.fixture
def asker(session):
    return make_requester(session)


@pytest.fixture
def city(session, asker):
    return tied(session, asker)


@pytest.fixture
def coordinator(session):
    return make_coordinator(session)


def tied(session, asker, **more):
    """Make a partner city of the asking town."""
    member = make_helper(session)
    session.add(
        Partnership(
            a_id=asker.municipality_id, b_id=member.municipality_id, kind="twinning", **more
        )
    )
    session.flush()
    return member


def handed_in(session, asker, *cities, **more):
    ticked = [one.municipality.public_id for one in cities]
    need = make_need(session, asker, **URGENT | {"tell_partners": ticked} | more)
    return service.submit_need(session, actor_of(asker), need)


def told(session, member):
    notices = session.scalars(select(Notice).where(Notice.user_id == member.user_id)).all()
    return [notice.kind for notice in notices]


def test_urgent_need_goes_at_once_to_coordinators_and_to_those_ticked(
    session, asker, city, coordinator
):
    other = tied(session, asker)
    need = handed_in(session, asker, city)
    towns = [alert.municipality for alert in alerts_of(session, need)]
    assert towns == [None, city.municipality]
    assert told(session, city) == ["other"] and told(session, coordinator) == ["other"]
    assert told(session, other) == []
    assert need.status == "submitted"


def test_nobody_is_ticked_beforehand(session, client_for, asker, city):
    need = make_need(session, asker, **URGENT)
    reader = signed_in(session, client_for, asker)
    page = reader.get(f"/needs/{need.public_id}/edit/visibility").text
    assert f'value="{city.municipality.public_id}"' in page
    start = page.index("tell_partners")
    assert "checked" not in page[start : page.index("wish_names", start)]


@pytest.mark.parametrize("more", [{"urgent": False}, {"hidden": True}])
def test_need_that_is_not_urgent_or_hidden_goes_to_nobody(session, asker, city, more):
    assert alerts_of(session, handed_in(session, asker, city, **more)) == []


def test_town_that_is_not_verified_reaches_nobody(session, city):
    stranger = make_requester(session, make_municipality(session, status="registered"))
    need = handed_in(session, stranger, city)
    assert alerts_of(session, need) == [] and told(session, city) == []


def test_only_partner_cities_on_record_are_told(session, asker, city):
    stranger, ended = make_helper(session), tied(session, asker, until=1999)
    need = handed_in(session, asker, city, stranger, ended)
    assert [one.municipality for one in alerts_of(session, need)][1:] == [city.municipality]
    assert partner_cities(session, asker.municipality) == [city.municipality]


def test_coordinators_beyond_the_scope_are_not_told(session, asker):
    far = make_coordinator(session, make_association(session, scope=["BA"]))
    handed_in(session, asker)
    assert told(session, far) == []


def test_nobody_is_told_twice_and_who_is_ticked_later_is_told_then(session, asker, city):
    need = handed_in(session, asker)
    need.tell_partners = [city.municipality.public_id]
    draft = service.VisibilityDraft(urgent=True, tell_partners=(city.municipality.public_id,))
    for _ in range(2):
        service.save_need_step(session, actor_of(asker), need, draft)
    assert len(alerts_of(session, need)) == 2
    assert told(session, city) == ["other"]


def test_partner_city_reads_the_name_and_no_description(session, client_for, asker, city):
    need = handed_in(session, asker, city, line_en="Our mayor is threatened.")
    alert = alerts_of(session, need)[1]
    reader = signed_in(session, client_for, city)
    assert f"/alerts/{alert.public_id}" in reader.get("/home").text
    page = text_of(reader.get(f"/alerts/{alert.public_id}").text)
    for words in (asker.municipality.name, need.title, "Our mayor is threatened."):
        assert words in page
    assert need.description not in page


def test_nobody_else_finds_it_and_it_is_gone_once_the_town_hides(
    session, client_for, asker, city, coordinator
):
    need = handed_in(session, asker, city)
    place = f"/alerts/{alerts_of(session, need)[1].public_id}"
    session.commit()
    for member in (make_helper(session), asker, coordinator):
        assert signed_in(session, client_for, member).get(place).status_code == 404
    reader = signed_in(session, client_for, city)
    assert reader.get(place).status_code == 200
    asker.municipality.hidden = True
    session.commit()
    assert reader.get(place).status_code == 404
    assert reader.post(f"{place}/answer", {"answer": "acts"}).status_code == 404


def test_first_answer_and_its_time_are_shown(session, client_for, asker, city):
    need = handed_in(session, asker, city)
    alert = alerts_of(session, need)[1]
    alert.created_at = now() - timedelta(hours=2)
    reader = signed_in(session, client_for, city)
    place = f"/alerts/{alert.public_id}"
    assert reader.post(f"{place}/answer", {"answer": "acts"}).status_code == 303
    assert "You answered: We act for it now" in text_of(reader.get(place).text)
    own = signed_in(session, client_for, asker)
    page = text_of(own.get(f"/needs/{need.public_id}/alarm").text)
    assert "First answer after 2 hours." in page and "We act for it now" in page


def test_answer_nobody_offered_is_none(session, client_for, asker, city):
    alert = alerts_of(session, handed_in(session, asker, city))[1]
    reader = signed_in(session, client_for, city)
    assert reader.post(f"/alerts/{alert.public_id}/answer", {"answer": "x"}).status_code == 303
    session.rollback()
    assert session.get(Alert, alert.id).answer is None


def test_first_answer_stands(session, asker, city):
    alert = alerts_of(session, handed_in(session, asker, city))[1]
    answer_alert(session, actor_of(city), alert, AlertAnswer.CANNOT)
    with pytest.raises(AlreadyChanged):
        answer_alert(session, actor_of(city), alert, ACTS)
    assert told(session, asker)[-1:] == ["other"]


def test_time_counts_from_the_telling_to_the_first_of_all_answers(session, asker, city):
    alerts = alerts_of(session, handed_in(session, asker, city))
    assert first_answer_after(alerts) is None
    for alert, hours in zip(alerts, (3, 1), strict=True):
        alert.answer, alert.answered_at = "acts", alert.created_at + timedelta(hours=hours)
    assert first_answer_after(alerts) == timedelta(hours=1)


def test_urgent_need_is_matched_without_a_round_once_a_city_acts(session, asker, city, coordinator):
    need = handed_in(session, asker, city)
    actor = actor_of(coordinator)
    service.verify_need(session, actor, need)
    with pytest.raises(BadInput):
        match_without_round(session, actor, need)
    answer_alert(session, actor_of(city), alerts_of(session, need)[1], ACTS)
    match_without_round(session, actor, need)
    assert need.status == "matched"


@pytest.mark.parametrize("more", [{"urgent": False}, {"category": "project"}])
def test_other_needs_are_not_matched_without_a_round(session, asker, city, coordinator, more):
    need = make_need(session, asker, **more)
    answered = {"answer": "acts", "answered_at": now()}
    session.add(Alert(need_id=need.id, municipality_id=city.municipality_id, **answered))
    session.flush()
    with pytest.raises(BadInput):
        match_without_round(session, actor_of(coordinator), need)


def test_coordinator_takes_it_up_and_matches_it_from_the_page(
    session, client_for, asker, city, coordinator
):
    need = handed_in(session, asker, city)
    service.verify_need(session, actor_of(coordinator), need)
    answer_alert(session, actor_of(city), alerts_of(session, need)[1], ACTS)
    reader = signed_in(session, client_for, coordinator)
    place = f"/needs/{need.public_id}/alarm"
    assert place in reader.get("/home").text
    assert reader.post(f"{place}/take-up").status_code == 303
    assert place not in reader.get("/home").text
    assert reader.post(f"{place}/matched").status_code == 303
    session.rollback()
    assert session.get(Need, need.id).status == "matched"


def test_copy_tells_nobody(session, asker, city):
    need = handed_in(session, asker, city)
    draft = copy_need(session, actor_of(asker), need)
    assert (draft.urgent, draft.tell_partners) == (False, [])
