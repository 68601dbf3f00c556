"""Nobody learns by naming a town whether it is there, asks for help, or named back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.extensions import db
from matchmaker.models import Need, Offer, Proposal
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service
from tests.harness.apps import make_app
from tests.security.test_vetoes import base
from tests.security.two_worlds import Asker, copy_of, differences, same_dice

__all__ = ["base"]
pytestmark = [pytest.mark.control(22), pytest.mark.asvs("8.2.3")]


def world(base, name, dice, change):
    """Copy the world, change it, run and publish its round; return an asker for it."""
    url, scene, folder = base
    app = make_app(copy_of(url, folder / name), folder / name)
    with app.app_context():
        session = db.session()
        change(session.scalars(select(Need)).one(), session.scalars(select(Offer)).one())
        session.commit()
        dice.cast("round")
        round_ = session.scalars(select(service.Round)).one()
        service.run_round(session, scene.coordinator, round_)
        proposal = session.scalars(select(Proposal)).one()
        proposal.required_signatures = 1
        proposals.sign_proposal(session, scene.coordinator, proposal)
        service.publish_round(session, scene.coordinator, round_, timedelta())
        session.commit()
        db.session.remove()
    return Asker(app, scene, dice)


def nobody_names(need, offer):
    pass


def helper_names(need, offer):
    offer.wish_names = ["Askington"]


def asker_names(need, offer):
    need.wish_names = ["Ruledout"]


def both_name(need, offer):
    helper_names(need, offer)
    asker_names(need, offer)


@pytest.mark.parametrize(
    ("one", "other", "reader"),
    [
        (nobody_names, asker_names, "helper"),
        (helper_names, both_name, "helper"),
        (nobody_names, helper_names, "asker"),
        (asker_names, both_name, "asker"),
    ],
)
def test_side_that_is_named_reads_what_it_reads_where_it_is_not(base, one, other, reader):
    with same_dice() as dice:
        askers = [world(base, step.__name__, dice, step) for step in (one, other)]
        for asker in askers:
            asker.crawl(reader)
            for table, room in (("need", "needs"), ("offer", "offers"), ("round", "rounds")):
                for public_id in base[1].ids[table]:
                    asker.ask(reader, "GET", f"/{room}/{public_id}")
        assert len(askers[0].answers) > 10
        assert differences(*(asker.answers for asker in askers)) == []


def test_coordinator_reads_what_one_side_named_on_its_page_and_no_wish_of_the_round(base):
    with same_dice() as dice:
        asker = world(base, "one side", dice, helper_names)
        scene = base[1]
        offer = asker.ask("coordinator", "GET", f"/offers/{scene.ids['offer'][0]}")
        assert "Askington" in offer.text
        page = asker.ask("coordinator", "GET", f"/rounds/{scene.ids['round'][0]}/wishes")
        assert "No wish that both sides named" in page.text


@pytest.mark.parametrize("reader", ["helper", "asker"])
def test_page_of_wishes_is_for_coordinators_alone(base, reader):
    with same_dice() as dice:
        asker = world(base, f"for {reader}", dice, both_name)
        page = asker.ask(reader, "GET", f"/rounds/{base[1].ids['round'][0]}/wishes")
        assert page.status_code in (403, 404)
