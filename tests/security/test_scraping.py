"""A helper with a script, and twenty of them: no contact before both have accepted, few rows."""

import re
from itertools import islice

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import AuditEvent, Municipality
from tests import factories
from tests.harness.apps import Client
from tests.security.crawl import addresses, reachable

pytestmark = [pytest.mark.control(7), pytest.mark.asvs("2.4.1")]
MARK = re.compile(r"contact-of-(\d+)@")
NEED = re.compile(r"need-number-(\d+)")
MOST_IN_A_LIST = 25


@pytest.fixture
def crowd(app, scene):
    """Mark every contact and need, and give twenty verified helpers without a match."""
    with app.app_context():
        session = db.session()
        for town in session.scalars(select(Municipality)):
            town.contact_email = f"contact-of-{town.id}@town.example"
        for _ in range(30):
            factories.make_need(session, title="need-number-1")
        helpers = [factories.make_helper(session) for _ in range(20)]
        session.flush()
        people = [(one.user_id, one.public_id, one.municipality_id) for one in helpers]
        session.commit()
        db.session.remove()
    return people


def scrape(app, scene, person, most):
    """Press every button that opens a contact, with every id, and read every page there is."""
    client = Client(app).sign_in(person[0], person[1])
    seen = []
    for table, room in (("municipality", "municipalities"), ("engagement", "engagements")):
        for public_id in scene.ids[table][:most]:
            seen.append(client.post(f"/{room}/{public_id}/contact"))
    for public_id in scene.ids["need"][:most]:
        seen += [client.get(address) for _, address in addresses(app, [public_id], room="needs.s")]
    pages = islice(reachable(client, ("/home",), most=1), most)
    return seen + [answer for _, answer in pages]


def marks(answers, pattern):
    return {int(n) for answer in answers for n in pattern.findall(answer.text)}


def test_one_helper_and_twenty_get_no_contact_and_no_need(app, scene, crowd):
    for number, person in enumerate(crowd):
        answers = scrape(app, scene, person, most=12 if number == 0 else 2)
        assert marks(answers, MARK) <= {person[2]}
        assert marks(answers, NEED) == set()
    with app.app_context():
        shown = select(AuditEvent).where(AuditEvent.event == "contact.shown")
        assert db.session.scalars(shown).all() == []


def test_helper_that_was_offered_needs_gets_no_contact_before_both_have_accepted(app, scene):
    with app.app_context():
        helper = scene.people["helper"]
        for town in db.session.scalars(select(Municipality)):
            town.contact_email = f"contact-of-{town.id}@town.example"
        db.session.commit()
        db.session.remove()
    client = Client(app).sign_in(helper.user_id, helper.public_id)
    answers = [
        client.post(f"/municipalities/{public_id}/contact")
        for public_id in scene.ids["municipality"]
    ]
    answers += [client.get(f"/proposals/{key}/answer") for key in scene.proposals.values()]
    assert marks(answers, MARK) <= {helper.municipality_id}


def test_no_list_holds_more_than_25_rows(app, scene, crowd):
    person = scene.people["coordinator"]
    client = Client(app).sign_in(person.user_id, person.public_id)
    for address in ("/needs?size=1000", "/needs?per_page=1000&limit=1000", "/needs?page=1"):
        page = client.get(address).text
        assert 1 < page.count("need-number-1") <= MOST_IN_A_LIST
