"""A page for each theme: content with its source, and published figures only."""

import pytest
from sqlalchemy import select

from matchmaker.models import Need, Publication, now
from matchmaker.pages.publishing import figures_at
from matchmaker.vocabulary import ACTIVITIES, GROUPS, THEMES
from tests.engagements.at_work import make_work


def test_every_group_of_topics_has_a_theme_with_source_and_known_activities():
    assert set(THEMES) == set(GROUPS)
    for theme in THEMES.values():
        assert theme.label
        assert theme.source
        assert theme.activities
        assert set(theme.activities) <= set(ACTIVITIES)


@pytest.mark.control(27)
def test_page_shows_what_is_published_and_counts_nothing_itself(session, client):
    for _ in range(6):
        make_work(session, begun_days_ago=60)
    assert "Numbers of municipalities" not in client.get("/themes/env").text
    figures = {"asked": {"env": {"world": 35}}}
    day = now().date()
    session.add(Publication(published_on=day, as_of=day, figures=figures))
    session.commit()
    page = client.get("/themes/env").text
    assert ">35<" in page
    assert "Fewer than five, or none" in page


def test_unknown_theme_does_not_exist(client):
    assert client.get("/themes/elsewhere").status_code == 404


@pytest.mark.control(27)
@pytest.mark.parametrize(("n", "figure"), [(4, None), (5, 5), (7, 5), (8, 10)])
def test_work_is_counted_by_theme_from_five_on_and_by_no_area(session, n, figure):
    for _ in range(n):
        make_work(session, begun_days_ago=30)
    for need in session.scalars(select(Need)):
        need.submitted_at = need.municipality.created_at = now().replace(year=2020)
    working = figures_at(session, now())["working"]
    assert working.get("env") == (None if figure is None else {"world": figure})
    assert {area for areas in working.values() for area in areas} <= {"world"}


@pytest.mark.control(27)
def test_work_that_began_lately_or_of_a_hidden_town_is_in_no_figure(session):
    works = [make_work(session, begun_days_ago=3) for _ in range(6)]
    for one in works:
        need = one.engagement.proposal.need
        need.submitted_at = need.municipality.created_at = now().replace(year=2020)
    assert "env" not in figures_at(session, now().replace(year=now().year - 1))["working"]
    for one in works[:2]:
        one.asker.municipality.hidden = True
    assert "env" not in figures_at(session, now())["working"]
