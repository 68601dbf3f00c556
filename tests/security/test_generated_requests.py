"""10,000 generated requests over all routes: whatever is typed, no error of the program."""

import random

import pytest

from matchmaker.extensions import db
from tests.harness.apps import Client
from tests.security import scene as scenes
from tests.security.crawl import rules
from tests.security.walk import Walk

PERSONS = (
    ("anonymous", 500),
    ("newcomer", 750),
    ("other requester", 1250),
    ("asker of helper_accepted", 1000),
    ("asker of engaged", 1000),
    ("helper", 1500),
    ("other helper", 1000),
    ("coordinator", 2000),
    ("administrator", 1000),
)
ONLY_WITH_A_TOKEN = {"token"}
"""Parts of addresses that no walk guesses."""


def test_persons_ask_for_ten_thousand_pages_together():
    assert sum(n for _, n in PERSONS) == 10_000


@pytest.mark.asvs("2.2.1", "16.5.1", "16.5.3")
@pytest.mark.parametrize(("person", "n_requests"), PERSONS)
def test_walk_of_a_person_meets_no_error_of_the_program(app, person, n_requests):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        scene = scenes.lay(db.session())
        db.session.remove()
    who = scene.people[person]
    client = Client(app) if who is None else Client(app).sign_in(who.user_id, who.public_id)
    ids = [one for found in scene.ids.values() for one in found[:4]]
    walk = Walk(client, random.Random(f"walk of {person}"), ids)
    walk.go(n_requests)
    assert walk.errors == []
    assert walk.n_asked >= n_requests
    visited = {endpoint for endpoint, _ in walk.kinds}
    assert visited >= {r.endpoint for r in rules(app) if not r.arguments & ONLY_WITH_A_TOKEN}
