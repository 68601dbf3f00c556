"""Completed work counts as knowledge; a pair that ended early comes again only where both ask."""

from datetime import timedelta

import pytest

from matchmaker.engagements import history
from matchmaker.engagements.closing import Said, say_at_the_end
from matchmaker.engagements.service import complete_engagement, end_engagement
from matchmaker.models import now
from matchmaker.rounds.snapshot import take_snapshot
from matchmaker.vocabulary import DeclineReason
from tests.engagements.at_work import make_work
from tests.factories import TODAY, make_need, make_offer, make_requester


@pytest.fixture
def work(session):
    return make_work(session, begun_days_ago=365)


def finish(session, work):
    complete_engagement(session, work.actor("asker"), work.engagement)
    session.commit()


def snapshot_of(session, work, **offer):
    """Return the input of a round with a new offer of the helper and a new need in the area."""
    need = make_need(session, make_requester(session))
    return take_snapshot(session, [need], [make_offer(session, work.helper, **offer)], TODAY)


def test_completed_work_stands_in_the_next_input_without_anybody_typing_it(session, work):
    assert snapshot_of(session, work).offers[0].arranged == ()
    finish(session, work)
    (offer,) = snapshot_of(session, work).offers
    (area,) = offer.arranged
    assert (area.country, area.region, area.last_year) == ("UA", "Kharkiv", now().year)
    assert 0.9 < area.years < 1.1


def test_work_that_goes_on_or_ended_early_is_no_completed_work(session, work):
    end_engagement(session, work.actor("asker"), work.engagement, DeclineReason.TIMING)
    session.commit()
    assert snapshot_of(session, work).offers[0].arranged == ()


@pytest.mark.parametrize(("stated", "times"), [(None, 1), (0, 1), (7, 7)])
def test_activity_counts_as_done_at_least_as_often_as_it_was_completed(
    session, work, stated, times
):
    finish(session, work)
    (offer,) = snapshot_of(session, work, activities=(("project.service", stated),)).offers
    assert dict(offer.experience) == {"project.service": times}


def test_input_of_helpers_without_completed_work_is_what_it_was(session, work):
    plain = snapshot_of(session, work).to_json()
    assert "arranged" not in plain


def again(session, work):
    """Return the names that the need of the engagement rules out in the next round."""
    need = work.engagement.proposal.need
    snapshot = take_snapshot(session, [need], [make_offer(session, work.helper)], TODAY)
    return snapshot.needs[0].veto_towns


@pytest.mark.parametrize(
    ("wishes", "is_barred"),
    [((), True), (("helper",), True), (("helper", "asker"), False)],
)
def test_pair_that_ended_early_is_proposed_again_only_if_both_ask(session, work, wishes, is_barred):
    for name in wishes:
        say_at_the_end(session, work.actor(name), work.engagement, Said(again=True))
    end_engagement(session, work.actor("asker"), work.engagement, DeclineReason.EXPERTISE)
    session.commit()
    expected = (work.helper.municipality.public_id,) if is_barred else ()
    assert again(session, work) == expected


def test_other_need_of_the_town_may_be_matched_with_the_same_helper(session, work):
    end_engagement(session, work.actor("asker"), work.engagement, DeclineReason.EXPERTISE)
    session.commit()
    other = make_need(session, work.asker)
    snapshot = take_snapshot(session, [other], [make_offer(session, work.helper)], TODAY)
    assert snapshot.needs[0].veto_towns == ()


def test_match_released_before_it_began_for_want_of_capacity_may_come_again(session, work):
    work.engagement.began_at = None
    end_engagement(session, work.actor("asker"), work.engagement, DeclineReason.CAPACITY)
    session.commit()
    assert again(session, work) == ()


def test_outcomes_are_told_from_five_towns_on_and_never_of_fewer(session):
    works = [make_work(session) for _ in range(5)]
    for one in works[:4]:
        finish(session, one)
    assert history.outcomes(session).n_completed is None
    finish(session, works[4])
    assert history.outcomes(session).n_completed == 5
    assert history.outcomes(session, activity="project.service", country="UA").n_completed == 5
    assert history.outcomes(session, activity="lobby.rights").n_completed is None
    own = works[0].asker.municipality_id
    assert history.outcomes(session, besides=own).n_completed is None


def test_several_pieces_of_work_in_an_area_add_up_to_the_latest_year(session, work):
    finish(session, work)
    earlier = make_work(session)
    earlier.engagement.proposal.offer.municipality_id = work.helper.municipality_id
    finish(session, earlier)
    earlier.engagement.began_at = now() - timedelta(days=3 * 366)
    earlier.engagement.ended_at = now() - timedelta(days=2 * 366)
    session.commit()
    found = history.completed_by(session, [work.helper.municipality_id])
    ((years, last),) = found[work.helper.municipality_id].areas.values()
    assert (round(years), last) == (2, now().year)
