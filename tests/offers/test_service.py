"""What can be done with an offer, without the web."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from matchmaker.errors import BadInput, WrongStep
from matchmaker.models import AuditEvent, Proposal, now
from matchmaker.offers import service
from matchmaker.offers.drafts import (
    AboutDraft,
    ActivitiesDraft,
    AreaWork,
    CategoryDraft,
    DeliveryPlace,
    KnowledgeDraft,
    MandateDraft,
    PartnersDraft,
    SettingDraft,
    TimeDraft,
)
from matchmaker.offers.queries import offers_waiting_for
from tests.factories import actor_of, make_coordinator, make_helper, make_need, make_offer


def today():
    return now().date()


def save(session, member, offer, draft):
    return service.save_offer_step(session, actor_of(member), offer, draft)


def make_complete_draft(session, member):
    offer = service.create_offer_draft(session, actor_of(member), CategoryDraft("project"))
    for draft in (
        ActivitiesDraft(("project.service",)),
        AboutDraft("Water", "", "en", ("env.water",)),
        TimeDraft(today(), today() + timedelta(days=200)),
        SettingDraft(("remote",), ("en",)),
        MandateDraft("adopted"),
    ):
        save(session, member, offer, draft)
    return offer


def make_proposal(session, offer, status):
    proposal = Proposal(
        need_id=make_need(session).id,
        offer_id=offer.id,
        status=status,
        score=0.5,
        score_low=0.5,
        score_high=0.5,
    )
    session.add(proposal)
    session.flush()


def test_verified_offer_with_a_mandate_in_force_opens(session):
    member = make_helper(session)
    offer = make_complete_draft(session, member)
    service.submit_offer(session, actor_of(member), offer)
    service.verify_offer(session, actor_of(make_coordinator(session)), offer)
    assert offer.status == "open"
    events = session.scalars(
        select(AuditEvent.event)
        .where(AuditEvent.subject_id == offer.public_id, AuditEvent.event.startswith("offer."))
        .order_by(AuditEvent.seq)
    )
    assert list(events) == ["offer.created", "offer.submitted", "offer.verified", "offer.open"]


def test_incomplete_offer_cannot_be_submitted(session):
    member = make_helper(session)
    offer = service.create_offer_draft(session, actor_of(member), CategoryDraft("lobby"))
    with pytest.raises(BadInput):
        service.submit_offer(session, actor_of(member), offer)


def test_lapsed_mandate_cannot_be_submitted(session):
    member = make_helper(session)
    offer = make_complete_draft(session, member)
    past = today() - timedelta(days=1)
    save(session, member, offer, MandateDraft("conditional", 0.5, past))
    with pytest.raises(BadInput):
        service.submit_offer(session, actor_of(member), offer)


@pytest.mark.parametrize("mandate", ["refused", "lapsed", "nonsense"])
def test_mandate_that_is_not_given_cannot_be_stated(session, mandate):
    member = make_helper(session)
    with pytest.raises(BadInput):
        save(session, member, make_offer(session, member), MandateDraft(mandate))


def test_changed_open_offer_goes_back_for_verification(session):
    member = make_helper(session)
    offer = save(session, member, make_offer(session, member), AboutDraft("New"))
    assert (offer.status, offer.verified_at) == ("submitted", None)


@pytest.mark.parametrize("status", ["full", "closed", "withdrawn"])
def test_finished_offer_cannot_be_changed(session, status):
    member = make_helper(session)
    offer = make_offer(session, member, status=status)
    with pytest.raises(WrongStep):
        save(session, member, offer, AboutDraft("New"))


def test_offer_with_a_live_proposal_cannot_be_changed(session):
    member = make_helper(session)
    offer = make_offer(session, member)
    make_proposal(session, offer, "proposed")
    with pytest.raises(BadInput):
        save(session, member, offer, AboutDraft("New"))


def test_paused_offer_with_all_places_taken_becomes_full(session):
    member = make_helper(session)
    offer = make_offer(session, member, status="paused", places=1, places_taken=1)
    service.resume_offer(session, actor_of(member), offer)
    assert offer.status == "full"


def test_paused_offer_without_mandate_stays_paused(session):
    member = make_helper(session)
    offer = make_offer(session, member, status="paused", mandate="lapsed")
    with pytest.raises(BadInput):
        service.resume_offer(session, actor_of(member), offer)
    assert offer.status == "paused"


def test_places_never_go_below_those_taken(session):
    member = make_helper(session)
    offer = make_offer(session, member, places=3, places_taken=2)
    with pytest.raises(BadInput):
        save(session, member, offer, TimeDraft(today(), today() + timedelta(days=9), places=1))


def test_rows_of_earlier_work_are_replaced_whole(session):
    member = make_helper(session)
    offer = make_offer(session, member)
    save(session, member, offer, KnowledgeDraft((AreaWork("UA"), AreaWork("GE", "Imereti"))))
    save(session, member, offer, KnowledgeDraft((AreaWork("CO"),)))
    assert [row.country for row in offer.areas] == ["CO"]


def test_unknown_partner_is_refused(session):
    member = make_helper(session)
    draft = PartnersDraft((DeliveryPlace("UA", partner="0" * 32),))
    with pytest.raises(BadInput):
        save(session, member, make_offer(session, member), draft)


def test_activity_of_another_kind_is_refused(session):
    member = make_helper(session)
    with pytest.raises(BadInput):
        save(session, member, make_offer(session, member), ActivitiesDraft(("lobby.rights",)))


def test_dropped_activity_takes_its_settings_along(session):
    member = make_helper(session)
    offer = make_offer(session, member)
    save(session, member, offer, ActivitiesDraft(("project.experts",)))
    assert offer.settings == ["in_area"]


def test_waiting_counts_what_each_role_can_do(session):
    member = make_helper(session)
    make_offer(session, member, status="submitted")
    make_offer(session, member, status="returned")
    assert offers_waiting_for(session, actor_of(member)) == {"returned": 1}
    assert offers_waiting_for(session, actor_of(make_coordinator(session))) == {"submitted": 1}
