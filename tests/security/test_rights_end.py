"""A right that is taken away is gone with the next request, in every open session."""

import pytest
from sqlalchemy import select, update

from matchmaker.extensions import db
from matchmaker.models import Engagement, Membership, Municipality, User

pytestmark = [pytest.mark.control(24), pytest.mark.asvs("8.3.2", "7.4.2")]
PLACES = {
    "helper": ("/offers", "/offers/{offer}", "/proposals/{proposal}/answer"),
    "coordinator": ("/municipalities", "/rounds", "/proposals/{proposal}"),
    "administrator": ("/admin/audit",),
}


def change(app, statement):
    """Write past the app, as another process would."""
    with app.app_context():
        db.session.execute(statement)
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("status", ["suspended", "ended"])
@pytest.mark.parametrize("name", PLACES)
def test_rights_of_a_membership_end_with_it(app, scene, client_for, name, status):
    person = scene.people[name]
    clients = [client_for(person), client_for(person)]
    values = {"proposal": scene.proposals["offered"], "offer": scene.ids["offer"][0]}
    paths = [path.format(**values) for path in PLACES[name]]
    assert [client.get(path).status_code for client in clients for path in paths] == [200] * (
        2 * len(paths)
    )
    gone = Membership.public_id == person.public_id
    change(app, update(Membership).where(gone).values(status=status))
    assert {client.get(path).status_code for client in clients for path in paths} == {404}


def test_closed_account_is_signed_out_everywhere(app, scene, client_for):
    person = scene.people["coordinator"]
    clients = [client_for(person), client_for(person)]
    change(app, update(User).where(User.id == person.user_id).values(active=False))
    for client in clients:
        answer = client.get("/rounds")
        assert answer.status_code == 303
        assert "/login" in answer.headers["Location"]


def test_suspended_municipality_can_answer_nothing(app, scene, client_for):
    person, proposal = scene.people["helper"], scene.proposals["offered"]
    client = client_for(person)
    assert client.get(f"/proposals/{proposal}/decline-as-helper").status_code == 200
    town = Municipality.id == person.municipality_id
    change(app, update(Municipality).where(town).values(status="suspended"))
    for end in ("accept-as-helper", "decline-as-helper", "accept-subject-to-council"):
        assert client.post(f"/proposals/{proposal}/{end}").status_code == 404


@pytest.mark.parametrize("name", ["helper", "asker of engaged"])
def test_suspended_municipality_reads_nothing_of_the_other_side(app, scene, client_for, name):
    person = scene.people[name]
    with app.app_context():
        engagement = db.session.scalars(select(Engagement)).one()
        proposal = engagement.proposal
        other = proposal.need if name == "helper" else proposal.offer
        words = (other.municipality.name, other.public_id)
        paths = [
            f"/engagements/{engagement.public_id}",
            f"/proposals/{proposal.public_id}/answer",
        ]
        db.session.remove()
    client = client_for(person)
    assert [client.get(path).status_code for path in paths] == [200, 200]
    assert words[0] in client.get("/engagements").text
    assert paths[0] in client.get("/home").text
    town = Municipality.id == person.municipality_id
    change(app, update(Municipality).where(town).values(status="suspended"))
    assert [client.get(path).status_code for path in paths] == [404, 404]
    for path in ("/engagements", "/home", "/messages"):
        page = client.get(path)
        assert page.status_code == 200
        for word in (*words, "/proposals/", "/engagements/"):
            assert word not in page.text, path


def test_person_who_changes_sides_cannot_use_the_old_membership(app, scene, client_for):
    person = scene.people["helper"]
    client = client_for(person)
    gone = Membership.public_id == person.public_id
    change(app, update(Membership).where(gone).values(status="ended"))
    client.post("/account/membership", {"membership": person.public_id})
    assert client.get("/offers").status_code == 404
