"""Whom a town has ruled out never learns of it: it reads what any pair reads that does not fit."""

from datetime import date

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import Need, Offer, Proposal
from matchmaker.rounds import service
from tests import factories
from tests.harness.apps import make_app
from tests.security import scene as scenes
from tests.security.two_worlds import Asker, copy_of, differences, same_dice

pytestmark = [pytest.mark.control(22), pytest.mark.asvs("8.2.3")]


@pytest.fixture
def base(sqlite_url, tmp_path):
    """Give a world with one need and one offer that fit, and a round that is still open."""
    app = make_app(sqlite_url, tmp_path)
    with app.app_context():
        session = db.session()
        scene = scenes.Scene()
        coordinator = factories.make_coordinator(session)
        asker, helper = factories.make_requester(session), factories.make_helper(session)
        asker.municipality.name, helper.municipality.name = "Askington", "Ruledout"
        factories.make_need(session, asker, text_language="en")
        factories.make_offer(session, helper)
        factories.make_round(session, coordinator)
        session.flush()
        for name, member in (("helper", helper), ("asker", asker), ("coordinator", coordinator)):
            person = scenes.Person(member.user_id, member.public_id, member.municipality_id)
            scene.people[name] = person
        scenes._collect(session, scene)
        scene.coordinator = factories.actor_of(coordinator)
        session.commit()
        db.session.remove()
        db.engine.dispose()
    return sqlite_url, scene, tmp_path


def world(base, name, dice, change):
    """Copy the world, change it, run and publish its round; return an asker for it."""
    url, scene, folder = base
    app = make_app(copy_of(url, folder / name), folder / name)
    with app.app_context():
        session = db.session()
        change(session)
        session.commit()
        dice.cast("round")
        round_ = session.scalars(select(service.Round)).one()
        service.run_round(session, scene.coordinator, round_)
        service.publish_round(session, scene.coordinator, round_)
        session.commit()
        assert session.scalars(select(Proposal)).all() == []
        db.session.remove()
    return Asker(app, scene, dice)


def need_rules_out(session):
    session.scalars(select(Need)).one().veto_names = ["Ruledout"]


def need_rules_out_in_other_letters(session):
    session.scalars(select(Need)).one().veto_names = ["місто Руледоут, Нідерланди"]


def need_rules_out_the_country(session):
    session.scalars(select(Need)).one().veto_countries = ["NL"]


def offer_rules_out(session):
    session.scalars(select(Offer)).one().veto_names = ["Askington"]


def _much_later(row):
    row.window_start, row.window_end = date(2040, 1, 1), date(2041, 1, 1)


def nothing_in_common(session):
    """Let the pair fail for a reason that is no secret to the side that reads."""
    _much_later(session.scalars(select(Need)).one())


def offer_without_it(session):
    _much_later(session.scalars(select(Offer)).one())


@pytest.mark.parametrize(
    ("veto", "other_reason", "reader"),
    [
        (need_rules_out, nothing_in_common, "helper"),
        (need_rules_out_in_other_letters, nothing_in_common, "helper"),
        (need_rules_out_the_country, nothing_in_common, "helper"),
        (offer_rules_out, offer_without_it, "asker"),
    ],
)
def test_side_that_was_ruled_out_reads_what_it_reads_where_a_pair_does_not_fit(
    base, veto, other_reason, reader
):
    with same_dice() as dice:
        askers = [world(base, step.__name__, dice, step) for step in (veto, other_reason)]
        for asker in askers:
            asker.crawl(reader)
            for table, room in (("need", "needs"), ("offer", "offers"), ("round", "rounds")):
                for public_id in base[1].ids[table]:
                    asker.ask(reader, "GET", f"/{room}/{public_id}")
        assert len(askers[0].answers) > 10
        assert differences(*(asker.answers for asker in askers)) == []


def test_town_that_ruled_out_reads_its_veto_and_the_coordinator_too(base):
    with same_dice() as dice:
        asker = world(base, "seen", dice, need_rules_out)
        for reader in ("asker", "coordinator"):
            answer = asker.ask(reader, "GET", f"/needs/{base[1].ids['need'][0]}")
            assert "Ruledout" in answer.text
