"""The published figures: once a week, a week late, without who is hidden."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from matchmaker.disclosure import WORLD
from matchmaker.models import Municipality, Publication, now
from matchmaker.pages.publishing import figures_at, latest_publication, publish_when_due
from tests.factories import make_municipality, make_need, make_offer, make_requester

pytestmark = [pytest.mark.control(27), pytest.mark.control(1)]
OLD = now() - timedelta(days=30)


def ask(session, n, at=OLD, **more):
    """Make so many towns that ask since a day."""
    for _ in range(n):
        town = make_municipality(session, created_at=at)
        member = make_requester(session, town)
        make_need(session, member, submitted_at=at, verified_at=at, **more)


def world(session, cut=None):
    return figures_at(session, cut or now() - timedelta(days=7))["asked"].get("all", {}).get(WORLD)


def test_what_is_younger_than_seven_days_is_in_no_figure(session):
    ask(session, 7)
    ask(session, 8, at=now() - timedelta(days=6))
    assert world(session) == 5
    assert world(session, now()) == 15


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "closed", "withdrawn"])
def test_need_that_was_not_checked_or_is_over_does_not_count(session, status):
    ask(session, 6)
    ask(session, 6, status=status)
    assert world(session) == 5


def test_hidden_town_and_hidden_need_are_out_of_the_next_publication(session):
    ask(session, 10)
    assert world(session) == 10
    towns = session.scalars(select(Municipality)).all()
    for town in towns[:3]:
        town.hidden = True
    assert world(session) == 5


def test_hidden_or_unverified_rows_do_not_count(session):
    ask(session, 6)
    ask(session, 6, hidden=True)
    two = select(Municipality.id).order_by(Municipality.id).limit(2)
    suspended = update(Municipality).values(status="suspended")
    session.execute(suspended.where(Municipality.id.in_(session.scalars(two).all())))
    assert world(session) is None


def test_town_with_many_needs_counts_once(session):
    ask(session, 4)
    member = make_requester(session, make_municipality(session, created_at=OLD))
    for _ in range(9):
        make_need(session, member, submitted_at=OLD, verified_at=OLD)
    assert world(session) == 5


def words_of(client):
    """Return what the page says, without the tokens around it."""
    return re.search(r"<main.*</main>", client.get("/figures").text, re.S)[0]


@pytest.mark.parametrize("days", range(7))
def test_figures_are_of_seven_days_before_the_monday_whenever_they_are_published(session, days):
    monday = now() - timedelta(days=now().weekday())
    stored = publish_when_due(session, monday + timedelta(days=days))
    assert stored.published_on == monday.date()
    assert stored.as_of == stored.published_on - timedelta(days=7)


def test_week_is_published_once_and_nothing_moves_in_between(session, client):
    ask(session, 6)
    monday = now() - timedelta(days=now().weekday())
    assert publish_when_due(session, monday) is not None
    session.commit()
    before = words_of(client)
    assert publish_when_due(session, monday + timedelta(days=6)) is None
    for town in session.scalars(select(Municipality)).all():
        town.hidden = True
    session.commit()
    assert words_of(client) == before
    assert publish_when_due(session, monday + timedelta(days=7)).figures["asked"] == {}


def test_page_shows_what_was_published_last_by_area(session, client):
    figures = {"all": {"world": 10, "country:UA": 5}, "env": {"country:UA": 5}}
    empty = {"asked": {}, "offered": {}}
    for days, stored in ((7, empty), (0, {"asked": figures, "offered": {}})):
        day = now().date() - timedelta(days=days)
        session.add(Publication(published_on=day, as_of=day, figures=stored))
    session.commit()
    assert latest_publication(session).figures["asked"] == figures
    page = client.get("/figures?area=country:UA").text
    assert "Water, waste, energy and environment" in page
    assert "Water, waste" not in client.get("/figures").text


@pytest.mark.parametrize(
    "area", ["country:SY", "country:", "continent:XX", "size:1", "'", "x" * 99]
)
def test_area_without_a_figure_reads_like_one_that_does_not_exist(session, client, area):
    session.add(
        Publication(
            published_on=now().date(),
            as_of=now().date(),
            figures={"asked": {"all": {"world": 5}}, "offered": {}},
        )
    )
    session.commit()
    asked = client.get("/figures", query_string={"area": area})
    unknown = client.get("/figures", query_string={"area": "country:QQ"})
    assert asked.status_code == 200
    plain = {answer.text.split("<main")[1] for answer in (asked, unknown, client.get("/figures"))}
    assert len(plain) == 1


def test_nothing_published_is_said(client):
    assert "No figures yet" in client.get("/figures").text


def test_offers_are_figures_of_their_own(session):
    for _ in range(5):
        offer = make_offer(session, submitted_at=OLD, verified_at=OLD)
        offer.municipality.created_at = OLD
    session.flush()
    figures = figures_at(session, now() - timedelta(days=7))
    assert figures["offered"]["all"]["world"] == 5
    assert figures["asked"] == {}
