"""Registering, verifying and describing municipalities, as people see it."""

import re

import pytest
from sqlalchemy import func, select

from matchmaker import audit
from matchmaker.access import PLATFORM
from matchmaker.models import AuditEvent, ConflictArea, Membership, Municipality, Partnership
from tests.factories import (
    make_administrator,
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_requester,
    make_user,
)

DETAILS = "/municipalities/register/details"
CHOSEN = {"place": "706483", "role": "requester"}
KHARKIV = CHOSEN | {"name": "Kharkiv", "region": "Kharkiv", "kind": "elected", "languages": ["uk"]}
SEARCH = "/municipalities/register"


@pytest.fixture
def person(client_for, session):
    """Give the browser of a person without a membership."""
    user = make_user(session)
    session.commit()
    return client_for(user)


def count(session, kind):
    session.rollback()
    return session.scalar(select(func.count()).select_from(kind))


@pytest.mark.parametrize("text", ["Харків", "Kharkiv", "خاركوف"])
def test_place_is_found_by_any_spelling(person, text):
    page = person.post(SEARCH, {"country": "UA", "text": text, "role": "requester"}).text
    assert 'value="706483"' in page
    assert "Kharkiv" in page
    assert "My place is not on the list" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "Kharkiv"}, "Choose a country."),
        ({"country": "UA"}, "Enter the name of the municipality."),
        ({}, "Enter the name of the municipality."),
    ],
)
def test_search_with_nothing_filled_in_says_what_is_missing(person, fields, said):
    answer = person.post(SEARCH, {"role": "requester"} | fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert said in answer.text


def test_search_leaves_nothing_in_an_address(person):
    page = person.post(SEARCH, {"country": "UA", "text": "Kharkiv", "role": "helper"}).text
    addresses = re.findall(r'(?:href|action)="([^"]*)"', page)
    assert [one for one in addresses if re.search("UA|Kharkiv|706483|helper", one)] == []
    assert 'method="get"' not in page


def test_what_was_searched_in_an_address_is_not_read(person):
    page = person.get(f"{SEARCH}?country=UA&text=Kharkiv&role=requester").text
    assert "706483" not in page


def test_place_that_was_chosen_fills_the_form_in(person, session):
    page = person.post(DETAILS, CHOSEN | {"begin": "yes", "country": "UA", "text": "Kh"}).text
    assert 'value="Kharkiv"' in page
    assert "There is a problem" not in page
    assert count(session, Municipality) == 0


def test_form_without_a_choice_leads_to_the_search(person):
    assert person.get(DETAILS).location == SEARCH


def test_registered_municipality_waits_for_verification(person, session):
    answer = person.post(DETAILS, KHARKIV)
    assert answer.status_code == 303
    page = person.get(answer.location).text
    assert "Waiting for verification" in page
    town = session.scalars(select(Municipality)).one()
    assert (town.status, town.country, town.geonameid) == ("registered", "UA", 706483)
    assert session.scalars(select(Membership.role)).one() == "requester"


def test_second_registration_of_the_same_place_changes_nothing(person, session):
    first = person.post(DETAILS, KHARKIV, key="one-key")
    assert person.post(DETAILS, KHARKIV, key="one-key").location == first.location
    assert person.post(DETAILS, KHARKIV).location == first.location
    assert count(session, Municipality) == count(session, Membership) == 1


def test_one_municipality_may_ask_and_help(person, session):
    person.post(DETAILS, KHARKIV)
    person.post(DETAILS, KHARKIV | {"role": "helper"})
    assert count(session, Municipality) == 1
    assert sorted(session.scalars(select(Membership.role))) == ["helper", "requester"]


def test_place_that_is_not_on_the_list_is_registered(person, session):
    fields = {"name": "Nova Hromada", "region": "Kharkiv", "kind": "temporary"}
    chosen = {"place": "", "country": "UA", "text": "Nova", "role": "helper"}
    assert "not on our list" in person.post(DETAILS, chosen | {"begin": "yes"}).text
    assert person.post(DETAILS, chosen | fields).status_code == 303
    assert session.scalars(select(Municipality.kind)).one() == "temporary"


@pytest.mark.control(1)
def test_official_code_of_a_municipality_that_takes_part_is_taken_like_any_other(person, session):
    town = make_municipality(session, official_code="UA63", name="Kharkiv", geonameid=706483)
    session.commit()
    answer = person.post(DETAILS, KHARKIV | {"official_code": "UA63"})
    assert answer.status_code == 303
    assert town.public_id not in answer.location
    page = person.get(answer.location).text
    assert "UA63" in page
    assert "registered more than once" not in page


def test_fourth_undecided_registration_is_refused(person, session):
    for number in range(3):
        person.post(DETAILS, KHARKIV | {"name": f"Place {number}"})
    answer = person.post(DETAILS, KHARKIV | {"name": "Place 4"})
    assert answer.status_code == 422
    assert "3 registrations of yours wait" in answer.text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Enter the name."),
        ("region", "", "Enter the region."),
        ("population", "many", "Enter a number between 0 and 50,000,000."),
        ("population", "-1", "Enter a number between 0 and 50,000,000."),
        ("contact_email", "nobody", "Enter an email address"),
        ("name", "Khar\u202ekiv", "Remove the invisible or unreadable character U+202E."),
        ("name", "x" * 201, "Field cannot be longer than 200 characters."),
    ],
)
def test_wrong_value_is_said_beside_its_field(person, session, field, value, message):
    answer = person.post(DETAILS, KHARKIV | {field: value})
    assert answer.status_code == 422
    assert message in answer.text
    assert count(session, Municipality) == 0


@pytest.mark.parametrize("typed", ["12 000", "12.000", "12,000", "12\u00a0000", "12000"])
def test_inhabitants_are_read_as_they_are_usually_written(person, session, typed):
    assert person.post(DETAILS, KHARKIV | {"population": typed}).status_code == 303
    assert session.scalars(select(Municipality.population)).one() == 12_000


# --- Verification ---------------------------------------------------------------------------


def test_suspended_municipality_is_restored(client_for, session):
    coordinator, town = make_coordinator(session), make_municipality(session)
    session.commit()
    browser, path = client_for(coordinator), f"/municipalities/{town.public_id}"
    browser.post(f"{path}/suspend", {"reason": "Doubts."})
    session.refresh(town)
    assert town.status == "suspended"
    browser.post(f"{path}/restore", {"reason": "Cleared."})
    session.refresh(town)
    assert town.status == "verified"


def test_coordinator_out_of_scope_sees_nothing(client_for, session):
    far = make_coordinator(session, make_association(session, scope=["BA"]))
    town = make_municipality(session, name="Far away")
    session.commit()
    browser = client_for(far)
    assert browser.get(f"/municipalities/{town.public_id}").status_code == 404
    assert "Far away" not in browser.get("/municipalities").text


def test_queue_is_filtered_by_status_country_and_text(client_for, session):
    coordinator = make_coordinator(session)
    make_municipality(session, name="Alpha", status="registered")
    make_municipality(session, name="Beta", country="BA", region="Sarajevo")
    session.commit()
    browser = client_for(coordinator)
    both = browser.get("/municipalities").text
    assert both.index("Alpha") < both.index("Beta")
    for query, seen, unseen in (
        ("status=registered", "Alpha", "Beta"),
        ("country=BA", "Beta", "Alpha"),
        ("text=sarajevo", "Beta", "Alpha"),
    ):
        page = browser.get(f"/municipalities?{query}").text
        assert seen in page
        assert unseen not in page
    assert "No municipality fits" in browser.get("/municipalities?text=%25").text


def test_same_place_registered_twice_is_flagged(client_for, session):
    coordinator = make_coordinator(session)
    make_municipality(session, name="Twin")
    second = make_municipality(session, name="Twin", status="registered")
    session.commit()
    page = client_for(coordinator).get(f"/municipalities/{second.public_id}").text
    assert "registered more than once" in page


@pytest.mark.control(24)
@pytest.mark.asvs("8.3.2")
def test_suspended_membership_loses_its_rights_with_the_next_request(client_for, session):
    member = make_requester(session)
    session.commit()
    browser, path = client_for(member), f"/municipalities/{member.municipality.public_id}"
    assert browser.get(path).status_code == 200
    audit.move(session, PLATFORM, member, "suspended")
    session.commit()
    assert browser.get(path).status_code == 404


# --- Contact --------------------------------------------------------------------------------


def test_contact_is_shown_by_a_post_and_each_opening_is_counted(client_for, session):
    town = make_municipality(session, contact_email="office@town.example")
    member, coordinator = make_requester(session, town), make_coordinator(session)
    session.commit()
    browser, path = client_for(coordinator), f"/municipalities/{town.public_id}"
    assert "office@town.example" not in browser.get(path).text
    assert "office@town.example" in browser.post(f"{path}/contact").text
    browser.post(f"{path}/contact")
    session.rollback()
    seen = session.scalars(select(AuditEvent.user_id).where(AuditEvent.event == "contact.shown"))
    assert list(seen) == [coordinator.user.public_id] * 2
    assert "Opened 2 times" in client_for(member).get(path).text


def test_shown_contact_is_where_the_page_opens(client_for, session):
    town = make_municipality(session)
    coordinator = make_coordinator(session)
    session.commit()
    browser, path = client_for(coordinator), f"/municipalities/{town.public_id}"
    assert f'action="{path}/contact#contact"' in browser.get(path).text
    assert 'id="contact" tabindex="-1"' in browser.post(f"{path}/contact").text


def test_helper_cannot_open_the_contact_of_another_town(client_for, session):
    town, helper = make_municipality(session), make_helper(session)
    session.commit()
    assert client_for(helper).post(f"/municipalities/{town.public_id}/contact").status_code == 404


# --- Changing -------------------------------------------------------------------------------


def test_member_changes_population_but_not_the_verified_name(client_for, session):
    member = make_requester(session)
    town, name = member.municipality, member.municipality.name
    session.commit()
    fields = {"name": "Other", "region": "Other", "population": "123", "sides": "x"}
    path = f"/municipalities/{town.public_id}/edit"
    assert client_for(member).post(path, fields).status_code == 303
    session.refresh(town)
    assert (town.name, town.population, town.sides) == (name, 123, [])


def test_coordinator_enters_the_sides_of_a_divide_while_the_town_is_checked(client_for, session):
    coordinator, town = make_coordinator(session), make_municipality(session, status="registered")
    session.commit()
    browser, path = client_for(coordinator), f"/municipalities/{town.public_id}/edit"
    page = browser.get(path).text
    assert 'name="sides"' in page
    browser.post(path, KHARKIV | {"sides": "north, river"})
    session.refresh(town)
    assert town.sides == ["north", "river"]


def test_language_switch_keeps_what_was_typed(person):
    answer = person.post(DETAILS, KHARKIV | {"name": "Typed name", "switch_language": "uk"})
    assert answer.status_code == 200
    assert 'lang="uk"' in answer.text
    assert 'value="Typed name"' in answer.text


# --- Areas and ties -------------------------------------------------------------------------

AREA = {
    "level": "country",
    "country": "UA",
    "phase": "actual",
    "presence": "none",
    "valid_until": ["1", "6", "2099"],
    "source": "Own assessment",
}


def test_coordinator_enters_and_confirms_an_area(client_for, session):
    coordinator = make_coordinator(session)
    session.commit()
    browser = client_for(coordinator)
    assert browser.post("/municipalities/areas/new", AREA).status_code == 303
    area = session.scalars(select(ConflictArea)).one()
    assert area.confirmed_by_id == coordinator.user_id
    page = browser.get(f"/municipalities/areas/{area.public_id}")
    assert "Ukraine" in page.text
    browser.post(f"/municipalities/areas/{area.public_id}", AREA | {"presence": "possible"})
    session.refresh(area)
    assert area.presence == "possible"
    again = browser.post("/municipalities/areas/new", AREA)
    assert "There is an entry for this place" in again.text


def test_area_that_is_over_already_is_refused(client_for, session):
    coordinator = make_coordinator(session)
    session.commit()
    over = AREA | {"valid_until": ["1", "6", "2020"]}
    answer = client_for(coordinator).post("/municipalities/areas/new", over)
    assert answer.status_code == 422
    assert "Enter a date that is not over." in answer.text


def test_area_out_of_scope_is_neither_entered_nor_seen(client_for, session):
    coordinator = make_coordinator(session)
    far = make_coordinator(session, make_association(session, scope=["BA"]))
    session.commit()
    client_for(coordinator).post("/municipalities/areas/new", AREA)
    area = session.scalars(select(ConflictArea)).one()
    browser = client_for(far)
    assert browser.get(f"/municipalities/areas/{area.public_id}").status_code == 404
    assert "does not work for this country" in browser.post("/municipalities/areas/new", AREA).text


def test_tie_is_entered_once_and_shown_on_both_pages(client_for, session):
    coordinator = make_coordinator(session)
    here = make_municipality(session, name="Here")
    there = make_municipality(session, name="There", country="NL", region="Utrecht")
    session.commit()
    browser, path = client_for(coordinator), f"/municipalities/{here.public_id}/ties/new"
    fields = {"country": "NL", "municipality": "there", "kind": "twinning", "since": "1998"}
    fields |= {"source": "Website of the town", "topics": ["env.water"]}
    for _ in range(2):
        assert browser.post(path, fields).status_code == 303
    assert count(session, Partnership) == 1
    for town in (here, there):
        assert re.search(r"since 1998", browser.get(f"/municipalities/{town.public_id}").text)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"municipality": "Nowhere"}, "No municipality with this name"),
        ({"municipality": "Here", "country": "UA"}, "This is the same municipality."),
        ({"since": "2000", "until": "1990"}, "The end is before the beginning."),
    ],
)
def test_wrong_tie_is_refused(client_for, session, changed, message):
    coordinator, here = make_coordinator(session), make_municipality(session, name="Here")
    session.commit()
    fields = {"country": "NL", "municipality": "There", "kind": "twinning", "source": "x"}
    path = f"/municipalities/{here.public_id}/ties/new"
    answer = client_for(coordinator).post(path, fields | changed)
    assert answer.status_code == 422
    assert message in answer.text


def test_coordinators_form_shows_no_contact(client_for, session):
    town = make_municipality(session, contact_email="office@town.example")
    coordinator = make_coordinator(session)
    session.commit()
    page = client_for(coordinator).get(f"/municipalities/{town.public_id}/edit")
    assert page.status_code == 200
    assert "office@town.example" not in page.text


@pytest.mark.parametrize("make", [make_coordinator, make_administrator])
def test_area_is_closed_with_a_reason_that_is_kept(client_for, session, make):
    member = make(session)
    session.commit()
    browser = client_for(member)
    browser.post("/municipalities/areas/new", AREA)
    path = f"/municipalities/areas/{session.scalars(select(ConflictArea)).one().public_id}"
    assert f"{path}/close" in browser.get(path).text
    refused = browser.post(f"{path}/close", {"reason": ""})
    assert refused.status_code == 422 and "Enter the reason." in refused.text
    assert browser.post(f"{path}/close", {"reason": "Peace."}).location == "/municipalities/areas"
    assert session.scalars(select(ConflictArea)).all() == []
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (event.event, event.text_digest is None) == ("area.closed", False)
    assert browser.get(path).status_code == 404


def test_area_out_of_scope_is_not_closed(client_for, session):
    near, far = (
        make_coordinator(session),
        make_coordinator(session, make_association(session, scope=["ZZ"])),
    )
    session.commit()
    client_for(near).post("/municipalities/areas/new", AREA)
    path = f"/municipalities/areas/{session.scalars(select(ConflictArea)).one().public_id}/close"
    assert client_for(far).post(path, {"reason": "Not ours."}).status_code == 404
    assert len(session.scalars(select(ConflictArea)).all()) == 1


def test_administrator_is_led_to_the_conflict_areas(client_for, session):
    member = make_administrator(session)
    session.commit()
    assert "/municipalities/areas" in client_for(member).get("/home").text
