"""Names and addresses made to be taken for others are flagged; real towns rarely are."""

import csv
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from matchmaker import places
from matchmaker.access import PLATFORM
from matchmaker.models import Municipality
from matchmaker.municipalities.cautions import findings, look_through
from matchmaker.municipalities.domains import domain_cautions
from matchmaker.places.store import gazetteer
from tests.factories import (
    actor_of,
    make_application,
    make_association,
    make_coordinator,
    make_municipality,
    make_user,
)

FILE = Path(__file__).parent / "look_alikes.csv"
NAMES = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
LOCAL = {"Kharkiv": "Харків", "Poltava": "Полтава"}

pytestmark = pytest.mark.control(5)


def typed(row):
    return f"{row['kind']}-{row['typed']!a}"


def cautions_of(session, actor=PLATFORM, **town):
    application = make_application(session, make_municipality(session, status="registered", **town))
    return {one.caution.value for one in findings(session, actor, application)}


def test_list_has_a_hundred_different_names():
    assert len({row["typed"] for row in NAMES}) >= 100
    assert len({row["kind"] for row in NAMES}) >= 10


@pytest.mark.parametrize("row", NAMES, ids=map(typed, NAMES))
def test_look_alike_of_a_listed_place_is_found(row):
    found = [place.name for place in places.look_alikes(row["typed"], row["country"])]
    assert row["target"] in found


def test_every_look_alike_of_a_registered_municipality_is_flagged(session):
    for name, country in sorted({(row["target"], row["country"]) for row in NAMES}):
        make_municipality(session, name=name, country=country, local_name=LOCAL.get(name))
    missed = []
    for row in NAMES:
        with session.begin_nested() as attempt:
            found = cautions_of(session, name=row["typed"], country=row["country"])
            if "looks_like_registered" not in found:
                missed.append(row["typed"])
            attempt.rollback()
    assert missed == []


def test_look_alike_is_flagged_though_the_true_place_was_chosen(session):
    kharkiv = places.find("Kharkiv", "UA")[0]
    found = cautions_of(session, name="Khаrkiv", geonameid=kharkiv.geonameid)
    assert {"looks_like_listed", "mixed_alphabets"} <= found


def test_true_name_of_the_chosen_place_is_not_flagged(session):
    kharkiv = places.find("Kharkiv", "UA")[0]
    found = cautions_of(
        session, name="Kharkiv", local_name="Харків", geonameid=kharkiv.geonameid, region="Kharkiv"
    )
    assert not {"looks_like_listed", "looks_like_registered", "mixed_alphabets"} & found


def test_name_without_its_accents_is_still_its_own(session):
    popayan = places.find("Popayán", "CO")[0]
    found = cautions_of(session, name="Popayan", country="CO", geonameid=popayan.geonameid)
    assert "looks_like_listed" not in found


@pytest.mark.parametrize("country", ["UA", "CO", "SY", "ML", "NL"])
def test_no_town_that_chose_its_place_from_the_list_is_flagged_beside_the_list(country):
    store = gazetteer()
    ranks = [rank for rank, code in enumerate(store.country_at) if code == country]
    towns = [store.place(r) for r in Random(7).sample(ranks, min(150, len(ranks)))]
    assert [t.name for t in towns if places.look_alikes(t.name, country, t)] == []


def test_few_real_towns_are_taken_for_a_hundred_others_that_are_registered():
    store = gazetteer()
    ranks = [rank for rank, code in enumerate(store.country_at) if code == "UA"]
    drawn = [store.place(rank) for rank in Random(11).sample(ranks, 200)]
    registered, towns = drawn[:100], drawn[100:]
    alike = [t.name for t in towns if any(places.likeness(t.name, r.name) for r in registered)]
    assert len(alike) <= 5


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kharkiv", "Lviv"), ("Delft", "Breda"), ("La Paz", "La Plata"), ("Bonn", "Born")],
)
def test_different_names_are_not_taken_for_each_other(one, other):
    assert places.likeness(one, other) == ""


KNOWN = {"delft.nl", "kharkiv.gov.ua", "popayan-cauca.gov.co", "stadt-dresden.de"}
DOMAINS = [
    ("de1ft.nl", "look_alike_domain"),
    ("delfft.nl", "look_alike_domain"),
    ("delft.com", "look_alike_domain"),
    ("gemeente-delft.nl", "look_alike_domain"),
    ("xn--dlft-v4d.nl", "coded_domain"),
    ("xn--dlft-v4d.nl", "look_alike_domain"),
    ("kharkiv-gov.org", "look_alike_domain"),
    ("kharkiv.gov.ua.example.com", "look_alike_domain"),
    ("kharkiv.gov-ua.com", "look_alike_domain"),
    ("khakriv.gov.ua", "look_alike_domain"),
    ("kharkiv.com", "look_alike_domain"),
    ("popayan-cauca.gob.co", "look_alike_domain"),
    ("popayan-cauca.gov.com", "look_alike_domain"),
    ("dresden.info", "look_alike_domain"),
    ("gmail.com", "free_mail"),
    ("ukr.net", "free_mail"),
    ("yahoo.co.uk", "free_mail"),
]


@pytest.mark.parametrize(("domain", "caution"), DOMAINS)
def test_domain_that_imitates_or_that_anybody_can_have_is_flagged(domain, caution):
    assert caution in {one.value for one in domain_cautions(domain, KNOWN)}


@pytest.mark.parametrize(
    "domain", ["delft.nl", "breda.nl", "lviv.gov.ua", "lyon.gouv.fr", "osijek.hr", "rada.lutsk.ua"]
)
def test_domain_of_an_office_of_its_own_is_not_flagged(domain):
    assert list(domain_cautions(domain, KNOWN)) == []


def test_address_of_the_applicant_is_looked_at_too(session):
    town = make_municipality(session, status="registered", contact_email="office@town.example")
    make_municipality(session, contact_email="office@delft.nl")
    application = make_application(session, town)
    application.applicant_id = make_user(session, email="me@de1ft.nl").id
    session.flush()
    found = {one.caution.value: one.about for one in findings(session, PLATFORM, application)}
    assert found["look_alike_domain"] == ("de1ft.nl",)


def test_same_place_code_other_applications_and_old_rejections_are_flagged(session):
    make_municipality(session, name="Zelene", official_code="1", geonameid=5)
    town = make_municipality(session, name="Zelene", official_code="1", status="registered")
    first = make_application(session, town)
    person = first.applicant_id
    again = make_municipality(session, name="Other", status="registered")
    old = make_application(session, again, rejection="other", rejected_by_id=person)
    old.applicant_id, old.status, old.moved_to = person, "appealed", "appealed"
    session.flush()
    found = {one.caution.value for one in findings(session, PLATFORM, first)}
    expected = {"same_place", "code_taken", "many_open", "rejected_before", "not_on_list"}
    assert expected <= found


@pytest.fixture
def reader(session):
    """Give a coordinator who works for Ukraine alone."""
    return actor_of(make_coordinator(session, make_association(session, scope=["UA"])))


@pytest.fixture
def imitation(session):
    """Give an application that imitates towns in the scope and out of it in every way."""
    person = make_user(session, email="me@de1ft.nl")
    abroad = make_municipality(
        session, name="Delft", country="NL", contact_email="office@delft.nl", sides=["x"]
    )
    rejected = {"rejection": "other", "rejected_by_id": person.id}
    for more in ({}, {"status": "appealed"} | rejected):
        application = make_application(session, abroad, **more)
        application.applicant_id = person.id
        abroad = make_municipality(session, country="NL", status="registered")
    town = make_municipality(session, name="D3lft", status="registered")
    found = make_application(session, town)
    found.applicant_id = person.id
    session.flush()
    return found


@pytest.mark.control(4)
@pytest.mark.asvs("8.2.2")
def test_towns_out_of_the_scope_are_not_told_by_the_presence_of_a_warning(
    session, reader, imitation
):
    everybody = {one.caution for one in findings(session, PLATFORM, imitation)}
    assert {"looks_like_registered", "look_alike_domain", "many_open"} <= everybody
    assert "rejected_before" in everybody
    alone = [(one.caution, one.about) for one in findings(session, reader, imitation)]
    session.execute(update(Municipality).where(Municipality.country == "NL").values(country="BE"))
    session.execute(update(Municipality).where(Municipality.country == "BE").values(name="Other"))
    assert [(one.caution, one.about) for one in findings(session, reader, imitation)] == alone
    assert {caution.value for caution, _ in alone} == {"no_office_address", "not_on_list"}


@pytest.mark.control(4)
def test_code_and_place_out_of_the_sides_of_the_scope_are_not_told(session):
    south = make_municipality(
        session, country="CY", sides=["south"], official_code="7", geonameid=5, name="Pyla"
    )
    north = make_association(session, scope=["CY"], sides=["north"])
    town = make_municipality(
        session,
        country="CY",
        sides=["north"],
        official_code="7",
        geonameid=5,
        name="Pile",
        status="registered",
    )
    application = make_application(session, town)
    narrow, wide = (
        {one.caution.value: one.about for one in findings(session, actor, application)}
        for actor in (actor_of(make_coordinator(session, north)), PLATFORM)
    )
    assert wide["code_taken"] == wide["same_place"] == (f"{south.name} (CY)",)
    assert not {"code_taken", "same_place"} & set(narrow)


@pytest.mark.control(4)
def test_what_is_noted_on_an_application_tells_of_no_other_town(session):
    make_municipality(session, name="Qworthrad", official_code="1")
    town = make_municipality(
        session,
        name="Qworthrad",
        official_code="1",
        status="registered",
        contact_email="a@gmail.com",
    )
    application = make_application(session, town)
    look_through(session, application)
    assert application.cautions == ["free_mail", "not_on_list"]
