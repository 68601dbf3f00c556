"""With a town and without it: who is not matched with it gets the same answers, to the byte.

Two towns here; 50 by ``TOWNS=50 pytest tests/security/test_non_interference.py``.
"""

import os
import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.disclosure import STEP
from matchmaker.errors import BadInput
from matchmaker.extensions import db
from matchmaker.models import Municipality, now
from matchmaker.municipalities import service
from matchmaker.municipalities.named import names_of_municipalities
from matchmaker.pages.publishing import figures_at, publish_when_due
from matchmaker.personal import export
from tests.harness.apps import compile_its_own, make_app
from tests.security.two_worlds import (
    READERS,
    Asker,
    bring_in,
    copy_of,
    differences,
    lay_base,
    random_place,
    same_dice,
)

pytestmark = [pytest.mark.control(1), pytest.mark.asvs("8.2.3", "15.3.1")]
N_TOWNS = int(os.environ.get("TOWNS", "2"))


@pytest.fixture(scope="module")
def base(_sqlite_template, tmp_path_factory):
    """Give the world without any of the towns: its database, scene and what it answers."""
    folder = tmp_path_factory.mktemp("base")
    url = copy_of(f"sqlite:///{_sqlite_template}", folder / "base")
    return url, lay_base(url, folder), folder


class World:
    """One world: an app on a copy of the base, with a town brought in or not."""

    def __init__(self, base, folder, name, dice, more=None):
        url, self.scene, _ = base
        self.app = make_app(copy_of(url, folder / name), folder / name)
        compile_its_own(self.app)
        with self.app.app_context():
            self.town = more(db.session()) if more else None
            publish_when_due(db.session())
            db.session.commit()
            db.session.remove()
        self.asker = Asker(self.app, self.scene, dice)

    def figures(self, cut):
        """Return the figures as of a moment."""
        with self.app.app_context():
            found = figures_at(db.session(), cut)
            db.session.remove()
        return {
            (side, theme, area): n
            for side, themes in found.items()
            for theme, areas in themes.items()
            for area, n in areas.items()
        }

    def close(self):
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def ask_all(world, town):
    """Ask everything: the whole site as each reader, then all that is about the town."""
    for reader in READERS:
        world.asker.crawl(reader)
    world.asker.about(town)
    return world.asker.answers


@pytest.mark.parametrize("number", range(N_TOWNS))
def test_town_changes_no_answer_to_who_is_not_matched_with_it(base, tmp_path, number):
    chance = random.Random(f"town {number}")
    place = random_place(chance)
    with same_dice() as dice:
        with_it = World(
            base, tmp_path, "with", dice, lambda session: bring_in(session, place, chance)
        )
        without = World(base, tmp_path, "without", dice)
        answers = ask_all(without, with_it.town)
        assert len(answers) > 200
        assert {answer.status for answer in answers} >= {200, 303, 404}
        assert differences(answers, ask_all(with_it, with_it.town)) == []
        later = now() + timedelta(days=8)
        before, after = without.figures(later), with_it.figures(later)
        assert before != {}
        for cell in {*before, *after}:
            assert abs(before.get(cell, 0) - after.get(cell, 0)) <= STEP
        without.close()
        with_it.close()


@pytest.fixture
def pair(base, tmp_path):
    """Give a world with a town and one without, and the dice."""
    chance = random.Random("pair")
    with same_dice() as dice:
        place = random_place(chance)
        with_it = World(base, tmp_path, "w", dice, lambda session: bring_in(session, place, chance))
        without = World(base, tmp_path, "o", dice)
        yield without, with_it
        without.close()
        with_it.close()


def test_comparison_sees_a_town_where_it_may_be_seen(pair):
    answers = []
    for world in pair:
        world.asker.ask("coordinator", "GET", "/municipalities")
        world.asker.ask("coordinator", "GET", "/needs")
        answers.append(world.asker.answers)
    assert len(differences(*answers)) == 2


def test_comparison_finds_an_answer_that_tells_of_a_code_in_use(pair, monkeypatch):
    """Put back what the registration once answered, and see it found."""
    register = service.register_municipality

    def refusing(session, actor, role, draft):
        taken = select(Municipality.id).where(Municipality.official_code == draft.official_code)
        if session.scalars(taken).first() is not None:
            raise BadInput("official_code", "taken")
        return register(session, actor, role, draft)

    monkeypatch.setattr(service, "register_municipality", refusing)
    without, with_it = pair
    for world in pair:
        world.asker.posts(with_it.town)
    found = differences(without.asker.answers, with_it.asker.answers)
    assert "register/details" in found[0]


def test_same_world_asked_twice_answers_the_same(base, tmp_path):
    with same_dice() as dice:
        worlds = [World(base, tmp_path, name, dice) for name in ("a", "b")]
        for world in worlds:
            for reader in ("anonymous", "other helper"):
                world.asker.crawl(reader)
        assert differences(*(world.asker.answers for world in worlds)) == []
        for world in worlds:
            world.close()


def test_comparison_finds_own_data_that_tell_whom_a_typed_name_meant(pair, monkeypatch):
    """Put back what was once kept beside the names, and see it found in the file."""
    plain = export._plain

    def telling(value):
        if isinstance(value, list):
            return [*value, *names_of_municipalities(db.session()).meant_by(map(str, value))]
        return plain(value)

    monkeypatch.setattr(export, "_plain", telling)
    without, with_it = pair
    for world in pair:
        world.asker.posts(with_it.town)
    found = differences(without.asker.answers, with_it.asker.answers)
    assert found
    assert all("/account/data" in line for line in found)
