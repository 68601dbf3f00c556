"""What a person reads on the pages of offers: the good way, and one test for each refusal."""

import pytest
from sqlalchemy import func, select

from matchmaker.models import Offer, PartnerOrganisation
from tests.factories import (
    make_association,
    make_coordinator,
    make_helper,
    make_municipality,
    make_offer,
    make_requester,
)
from tests.offers.walk import answers, day, fresh, soon, start, walk


@pytest.fixture
def helper(session):
    member = make_helper(session)
    session.commit()
    return member


@pytest.fixture
def reader(client_for, helper):
    return client_for(helper)


def test_walk_from_the_first_page_to_a_submitted_offer(reader, session):
    check = walk(reader)[-1]
    assert "Help with water" in reader.get(check).text
    answer = reader.post(check)
    assert answer.status_code == 303
    assert "Submitted" in reader.get(answer.location).text
    offer = fresh(session).scalars(select(Offer)).one()
    assert (offer.status, offer.places, offer.mandate_chance) == ("submitted", 2, 0.7)
    assert [(row.activity, row.times) for row in offer.activities] == [("project.service", 3)]
    assert [(row.topic_code, row.level) for row in offer.topics] == [("env.water", None)]
    assert [(row.country, row.region, row.years) for row in offer.areas] == [("UA", "Kharkiv", 3)]
    assert (offer.areas_stated, offer.delivery_stated) == (True, False)
    assert offer.context_languages == []
    assert offer.interpretation is None


def test_each_page_tells_the_step(reader):
    assert "Step 1 of 7" in reader.get(start(reader)).text


def test_draft_opens_where_it_was_left(reader, session):
    reader.post(start(reader), answers()["activities"])
    offer = fresh(session).scalars(select(Offer)).one()
    answer = reader.get(f"/offers/{offer.public_id}/resume")
    assert answer.location.endswith("/edit/experience")


def test_resending_the_first_page_makes_one_draft_and_leads_to_the_same_page(reader, session):
    assert start(reader, key="the-same-key") == start(reader, key="the-same-key")
    assert fresh(session).scalar(select(func.count()).select_from(Offer)) == 1


def test_resend_makes_one_row_on_each_database(each_app):
    from matchmaker.extensions import db
    from tests.harness.apps import Client

    with each_app.app_context():
        member = make_helper(db.session())
        db.session.commit()
        browser = Client(each_app).sign_in(member.user_id, member.public_id)
    first = start(browser, key="the-same-key")
    assert start(browser, key="the-same-key") == first
    with each_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Offer)) == 1


def test_other_answer_after_the_back_button_goes_into_the_same_draft(reader, session):
    start(reader, key="the-same-key")
    start(reader, category="dialogue", key="the-same-key")
    assert [row.category for row in fresh(session).scalars(select(Offer))] == ["dialogue"]


def test_one_more_row_keeps_what_was_typed(reader):
    place = start(reader).replace("activities", "knowledge")
    answer = reader.post(place, {"stated": "yes", "rows-0-region": "Kharkiv", "add": "yes"})
    assert answer.status_code == 200
    assert "Kharkiv" in answer.text
    assert 'name="rows-1-country"' in answer.text
    assert "There is a problem" not in answer.text


def test_none_and_not_stated_are_different(reader, session):
    place = start(reader).replace("activities", "knowledge")
    for stated, expected in (("none", True), ("unknown", False)):
        reader.post(place, {"stated": stated})
        assert fresh(session).scalars(select(Offer.areas_stated)).one() is expected


def test_verified_partner_can_be_named(reader, session):
    partner = PartnerOrganisation(name="Water Aid Group", status="verified")
    hidden = PartnerOrganisation(name="Not Checked", status="registered")
    session.add_all([partner, hidden])
    session.commit()
    known = partner.public_id
    place = start(reader).replace("activities", "partners")
    page = reader.get(place).text
    assert "Water Aid Group" in page
    assert "Not Checked" not in page
    answer = reader.post(
        place,
        {
            "stated": "yes",
            "rows-0-country": "UA",
            "rows-0-partner": known,
            "rows-0-topic": "env.water",
            "involves_partner": "y",
        },
    )
    assert answer.status_code == 303
    offer = fresh(session).scalars(select(Offer)).one()
    assert [(d.partner.name, d.topics) for d in offer.deliveries] == [
        ("Water Aid Group", ["env.water"])
    ]
    assert offer.involves_partner


@pytest.mark.parametrize(
    ("step", "fields", "message"),
    [
        ("activities", {"project": []}, "Choose at least one activity."),
        ("activities", {"project": ["lobby.rights"]}, "Choose from the answers shown."),
        ("experience", {"times_project_service": "-1"}, "Enter a whole number from 0 to 999."),
        ("about", {"title": ""}, "Give the offer a title."),
        ("about", {"title": "x" * 121}, "Use at most 120 characters."),
        ("about", {"title": "Odd \u202e"}, "invisible or unreadable character U+202E"),
        ("levels", {"level_env_water": "9"}, "Choose one of the answers shown."),
        ("time", day("window_end", soon(10)), "The end must not come before the start."),
        ("time", day("window_end", soon(-10)), "The end must not come before the start."),
        ("time", day("window_start", soon(-10)), "The first day must not be in the past."),
        ("time", {"places": "51"}, "Enter a whole number from 1 to 50."),
        ("setting", {"settings": []}, "Choose at least one setting."),
        ("setting", {"settings": ["international"]}, "Choose from the answers shown."),
        ("setting", {"context_languages": ["xx"]}, "Choose from the answers shown."),
        ("knowledge", {"stated": "none"}, "You filled in a row."),
        ("knowledge", {"stated": "sometimes"}, "Choose one of the answers shown."),
        ("knowledge", {"rows-0-country": ""}, "Choose the country."),
        ("knowledge", {"rows-0-country": "XX"}, "Choose one of the answers shown."),
        ("knowledge", {"rows-0-last_year": "2099"}, "This year is still to come."),
        ("knowledge", {"rows-0-region": "a\u202eb"}, "character U+202E"),
        ("knowledge", {"rows-0-years": "often"}, "Enter a whole number from 0 to 80."),
        ("partners", {"stated": "yes"}, "Fill in a row, or choose another answer."),
        ("partners", {"rows-0-country": "UA", "rows-0-partner": "x"}, "Choose one of the answers"),
        ("mandate", {"mandate": "refused"}, "Choose one of the answers shown."),
        ("mandate", {"mandate": ""}, "Say what your council has decided."),
        ("mandate", {"chance": "101"}, "Enter a whole number from 0 to 100."),
        ("mandate", {"lapses": ["", "", ""]}, "Enter the last day for the decision."),
        ("mandate", day("lapses", soon(-2)), "The last day must not be in the past."),
        ("mandate", {"veto_countries": ["XX"]}, "Choose from the answers shown."),
    ],
)
def test_bad_answer_is_explained_beside_its_field(reader, session, step, fields, message):
    start(reader)
    offer = fresh(session).scalars(select(Offer)).one()
    place = f"/offers/{offer.public_id}/edit"
    reader.post(f"{place}/activities", answers()["activities"])
    reader.post(f"{place}/about", answers()["about"])
    answer = reader.post(f"{place}/{step}", answers()[step] | fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert message in answer.text
    session.rollback()
    assert (offer.title, offer.window_start, offer.mandate) == ("Help with water", None, None)
    assert offer.areas == []


def test_switch_of_language_keeps_what_was_typed(reader):
    place = start(reader).replace("activities", "knowledge")
    answer = reader.post(
        place, {"stated": "yes", "rows-0-region": "Half a word", "switch_language": "ar"}
    )
    assert answer.status_code == 200
    assert "Half a word" in answer.text
    assert 'dir="rtl"' in answer.text


def test_incomplete_offer_says_what_misses(reader, session):
    start(reader)
    offer = fresh(session).scalars(select(Offer)).one()
    answer = reader.post(f"/offers/{offer.public_id}/check")
    assert answer.status_code == 422
    assert "Say what your council has decided." in answer.text


def test_offer_of_another_municipality_does_not_exist(reader, session):
    other = make_offer(session)
    session.commit()
    for path in ("", "/check", "/edit/about", "/withdraw", "/resume"):
        assert reader.get(f"/offers/{other.public_id}{path}").status_code == 404
    for path in ("/check", "/edit/about", "/withdraw", "/pause", "/continue", "/verify"):
        assert reader.post(f"/offers/{other.public_id}{path}").status_code == 404


def test_requester_sees_no_offers(client_for, session):
    requester, offer = make_requester(session), make_offer(session)
    session.commit()
    browser = client_for(requester)
    assert browser.get("/offers").status_code == 404
    assert browser.get(f"/offers/{offer.public_id}").status_code == 404


def test_offer_can_be_paused_and_opened_again(reader, helper, session):
    offer = make_offer(session, helper)
    session.commit()
    answer = reader.post(f"/offers/{offer.public_id}/pause")
    assert "It takes part in no round" in reader.get(answer.location).text
    answer = reader.post(f"/offers/{offer.public_id}/continue")
    assert "It takes part in matching rounds." in reader.get(answer.location).text


def test_withdrawal_asks_once_more(reader, helper, session):
    offer = make_offer(session, helper)
    session.commit()
    place = f"/offers/{offer.public_id}/withdraw"
    assert "This cannot be undone" in reader.get(place).text
    answer = reader.post(place)
    assert "You have withdrawn this offer" in reader.get(answer.location).text


def test_coordinator_verifies_and_so_opens_an_offer(client_for, session):
    offer, coordinator = make_offer(session, status="submitted"), make_coordinator(session)
    session.commit()
    browser = client_for(coordinator)
    assert "Verify" in browser.get(f"/offers/{offer.public_id}").text
    answer = browser.post(f"/offers/{offer.public_id}/verify")
    assert answer.status_code == 303
    session.rollback()
    assert offer.status == "open"


def test_offer_of_an_unverified_municipality_cannot_be_verified(client_for, session):
    member = make_helper(session, make_municipality(session, status="registered"))
    offer = make_offer(session, member, status="submitted")
    coordinator = make_coordinator(session)
    session.commit()
    answer = client_for(coordinator).post(f"/offers/{offer.public_id}/verify")
    assert answer.status_code == 422
    assert "Verify the municipality first" in answer.text


def test_returned_offer_shows_the_question(reader, helper, client_for, session):
    offer, coordinator = make_offer(session, helper, status="submitted"), make_coordinator(session)
    session.commit()
    client_for(coordinator).post(f"/offers/{offer.public_id}/return", {"question": "Who pays?"})
    assert "Who pays?" in reader.get(f"/offers/{offer.public_id}").text


def test_coordinator_sees_offers_of_the_scope_only(client_for, session):
    here = make_offer(session, title="Here")
    there = make_offer(
        session, make_helper(session, make_municipality(session, country="FR")), title="There"
    )
    coordinator = make_coordinator(session, make_association(session, scope=["NL"]))
    session.commit()
    browser = client_for(coordinator)
    text = browser.get("/offers").text
    assert "Here" in text
    assert "There" not in text
    assert browser.get(f"/offers/{here.public_id}").status_code == 200
    assert browser.get(f"/offers/{there.public_id}").status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("category=lobby", {"Speak up"}),
        ("status=submitted", {"Roads"}),
        ("topic=env.waste", {"Roads"}),
        ("words=WATER", {"Water"}),
        ("country=NL", {"Water", "Speak up", "Roads"}),
        ("country=CO", set()),
    ],
)
def test_list_is_narrowed_by_its_address(client_for, session, query, shown):
    make_offer(session, title="Water")
    make_offer(session, title="Speak up", category="lobby", activities=(("lobby.rights", 1),))
    make_offer(session, title="Roads", status="submitted", topics=(("env.waste", 2),))
    coordinator = make_coordinator(session)
    session.commit()
    text = client_for(coordinator).get(f"/offers?{query}").text
    found = {title for title in ("Water", "Speak up", "Roads") if f"<bdi>{title}</bdi>" in text}
    assert found == shown


def test_empty_list_says_what_to_do(reader):
    assert "You have not offered anything yet" in reader.get("/offers").text


@pytest.mark.parametrize("page", ["", "/check"])
def test_name_of_no_place_is_warned_of_on_the_pages_of_an_offer(session, reader, helper, page):
    offer = make_offer(session, helper)
    offer.veto_names, offer.wish_names = ["Делфт"], ["Nowhereville"]
    session.commit()
    text = reader.get(f"/offers/{offer.public_id}{page}").text
    assert text.count("We know no place called") == 1
