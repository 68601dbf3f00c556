"""The way to a decision: stage by stage, on the pages and by the clock."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.errors import BadInput
from matchmaker.models import AuditEvent, MandateStep, Notice, Offer, now
from matchmaker.offers import mandate_steps as way
from matchmaker.offers import service
from matchmaker.offers.drafts import MandateDraft, OutlookDraft, StepDraft
from matchmaker.rounds.deadlines import run_due
from matchmaker.vocabulary import Stage
from tests.factories import (
    actor_of,
    make_helper,
    make_municipality,
    make_offer,
    make_proposal,
)
from tests.offers.walk import day, fresh, soon

YES, NO = StepDraft(agreed=True), StepDraft(agreed=False)


@pytest.fixture
def helper(session):
    return make_helper(session)


def open_offer(session, helper, **more):
    more = {"mandate": "conditional", "mandate_lapses": soon(60), "mandate_chance": 0.6} | more
    return make_offer(session, helper, **more)


def take(session, helper, offer, stage, draft):
    way.record_step(session, actor_of(helper), offer, Stage(stage), draft)


def test_yes_of_the_council_makes_the_mandate_adopted_and_is_written_down(session, helper):
    offer = open_offer(session, helper)
    take(session, helper, offer, "council", YES)
    assert (offer.mandate, offer.mandate_chance, offer.mandate_lapses) == ("adopted", None, None)
    assert offer.status == "open"
    events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)).all()
    assert events[-2:] == ["offer.mandate_step", "offer.mandate"]


def test_no_of_the_council_takes_the_offer_out_of_rounds(session, helper):
    offer = open_offer(session, helper)
    take(session, helper, offer, "council", NO)
    assert (offer.mandate, offer.status) == ("refused", "lapsed")


def test_advice_of_the_committee_changes_nothing_by_itself(session, helper):
    offer = open_offer(session, helper)
    take(session, helper, offer, "committee", NO)
    assert (offer.mandate, offer.status, offer.mandate_chance) == ("conditional", "open", 0.6)


def test_swedish_yes_counts_once_central_funding_is_shown(session):
    helper = make_helper(session, make_municipality(session, country="SE"))
    offer = open_offer(session, helper)
    take(session, helper, offer, "council", YES)
    assert offer.mandate == "conditional"
    take(session, helper, offer, "funding", YES)
    assert offer.mandate == "adopted"


def test_form_cannot_state_an_adopted_mandate_past_missing_funding(session):
    helper = make_helper(session, make_municipality(session, country="SE"))
    offer = make_offer(session, helper, status="draft", mandate=None)
    service.save_offer_step(session, actor_of(helper), offer, MandateDraft("adopted"))
    assert offer.mandate == "conditional"
    assert way.answers_of(way.steps_of(session, offer)) == {"council": True}


def test_stage_that_the_country_does_not_have_is_refused(session, helper):
    offer = open_offer(session, helper)
    with pytest.raises(BadInput):
        take(session, helper, offer, "funding", YES)


def test_decision_said_to_be_open_again_takes_back_the_no(session, helper):
    offer = open_offer(session, helper)
    take(session, helper, offer, "council", NO)
    again = MandateDraft("conditional", 0.5, soon(90))
    service.save_offer_step(session, actor_of(helper), offer, again)
    assert (offer.mandate, offer.mandate_chance, offer.status) == ("conditional", 0.5, "submitted")
    assert way.answers_of(way.steps_of(session, offer)) == {"council": None}


@pytest.mark.parametrize("status", ["closed", "withdrawn"])
def test_closed_offer_takes_no_stage(session, helper, status):
    offer = open_offer(session, helper, status=status)
    with pytest.raises(BadInput, match="closed"):
        take(session, helper, offer, "council", YES)


@pytest.mark.parametrize(
    "draft",
    [StepDraft(decided_on=soon(0)), StepDraft(agreed=True, decided_on=soon(3))],
    ids=["a day without an answer", "a day to come"],
)
def test_impossible_day_is_refused(session, helper, draft):
    with pytest.raises(BadInput):
        take(session, helper, open_offer(session, helper), "council", draft)


def test_outlook_can_be_moved_while_the_decision_is_open_only(session, helper):
    offer = open_offer(session, helper)
    way.set_outlook(session, actor_of(helper), offer, OutlookDraft(0.9, soon(30)))
    assert (offer.mandate_chance, offer.mandate_lapses) == (0.9, soon(30))
    take(session, helper, offer, "council", YES)
    with pytest.raises(BadInput):
        way.set_outlook(session, actor_of(helper), offer, OutlookDraft(0.9, soon(30)))


def notices(session):
    return session.scalars(select(Notice.kind)).all()


def test_vote_of_next_week_is_reminded_of_once(session, helper):
    actor = actor_of(helper)
    near, far = open_offer(session, helper), open_offer(session, helper)
    draft = open_offer(session, helper, status="draft")
    take(session, helper, near, "council", StepDraft(planned_on=soon(6)))
    take(session, helper, far, "council", StepDraft(planned_on=soon(9)))
    take(session, helper, draft, "council", StepDraft(planned_on=soon(6)))
    session.commit()
    assert (run_due(session)["votes"], notices(session)) == (1, ["vote_near"])
    assert run_due(session)["votes"] == 0
    moved = session.scalars(select(MandateStep).where(MandateStep.reminded_at.is_not(None))).one()
    way.record_step(session, actor, moved.offer, Stage.COUNCIL, StepDraft(planned_on=soon(7)))
    session.commit()
    assert run_due(session)["votes"] == 1


def test_nobody_is_reminded_of_what_is_decided(session, helper):
    offer = open_offer(session, helper)
    take(session, helper, offer, "council", StepDraft(planned_on=soon(6), agreed=True))
    assert way.votes_near(session, now().date()) == []


def waiting_match(session, helper, **more):
    offer = open_offer(session, helper)
    values = {"status": "subject_to_council", "offered_at": now(), "places_held": True}
    proposal = make_proposal(session, offer=offer, **values | more)
    proposal.answer_by = now() + timedelta(days=20)
    session.flush()
    return proposal


def test_vote_on_a_match_is_reminded_of_and_leaves_the_offer_as_it_is(session, helper):
    proposal = waiting_match(session, helper)
    draft = StepDraft(planned_on=soon(5))
    way.record_step_of_match(session, actor_of(helper), proposal, Stage.COUNCIL, draft)
    assert len(way.votes_near(session, now().date())) == 1
    way.record_step_of_match(session, actor_of(helper), proposal, Stage.COUNCIL, YES)
    assert (proposal.status, proposal.offer.mandate) == ("subject_to_council", "conditional")


def test_vote_after_the_place_is_gone_is_refused(session, helper):
    proposal = waiting_match(session, helper)
    with pytest.raises(BadInput, match="more time"):
        way.record_step_of_match(
            session, actor_of(helper), proposal, Stage.COUNCIL, StepDraft(planned_on=soon(30))
        )


def test_match_that_waits_for_no_council_takes_no_stage(session, helper):
    proposal = waiting_match(session, helper, status="offered")
    with pytest.raises(BadInput):
        way.record_step_of_match(session, actor_of(helper), proposal, Stage.COUNCIL, YES)


def test_pages_lead_from_the_offer_to_a_decided_stage(session, client_for, helper):
    offer = open_offer(session, helper)
    session.commit()
    reader, place = client_for(helper), f"/offers/{offer.public_id}/mandate"
    assert place in reader.get(f"/offers/{offer.public_id}").text
    page = reader.get(place).text
    assert "prefers it to be in line" in page and "Musch" in page
    assert reader.post(f"{place}/council", {"answer": ""}).status_code == 422
    planned = {"answer": "open"} | day("planned_on", soon(20))
    assert reader.post(f"{place}/council", planned).location.endswith(place)
    file = reader.get(f"/messages/offers/{offer.public_id}/date.ics")
    assert f"DTSTART;VALUE=DATE:{soon(20):%Y%m%d}" in file.text and "ouncil" not in file.text
    decided = {"answer": "yes"} | day("decided_on", soon(0))
    assert reader.post(f"{place}/council", decided).status_code == 303
    assert fresh(session).scalars(select(Offer.mandate)).one() == "adopted"
    assert reader.get(f"{place}/funding").status_code == 404


def test_outlook_has_a_page_that_keeps_what_was_typed(session, client_for, helper):
    offer = open_offer(session, helper)
    session.commit()
    reader, place = client_for(helper), f"/offers/{offer.public_id}/outlook"
    typed = {"chance": "85"} | day("lapses", soon(-2))
    assert 'value="85"' in reader.post(place, typed).text
    assert reader.post(place, typed | day("lapses", soon(40))).status_code == 303
    assert fresh(session).scalars(select(Offer.mandate_chance)).one() == 0.85


def test_page_of_a_match_offers_the_answer_that_fits_the_vote(session, client_for, helper):
    proposal = waiting_match(session, helper)
    session.commit()
    reader, place = client_for(helper), f"/proposals/{proposal.public_id}/council"
    assert place in reader.get(f"/proposals/{proposal.public_id}/answer").text
    assert reader.post(f"{place}/council", {"answer": "yes"}).status_code == 303
    assert f"/proposals/{proposal.public_id}/accept-as-helper" in reader.get(place).text
    assert reader.post(f"{place}/council", {"answer": "no"}).status_code == 303
    assert f"/proposals/{proposal.public_id}/decline-as-helper" in reader.get(place).text
    assert fresh(session).scalars(select(MandateStep.agreed)).one() is False


def test_home_asks_how_a_planned_decision_ended(session, client_for, helper):
    offer = open_offer(session, helper)
    session.add(MandateStep(offer_id=offer.id, stage="council", planned_on=soon(-1)))
    session.commit()
    assert f"/offers/{offer.public_id}/mandate" in client_for(helper).get("/home").text
