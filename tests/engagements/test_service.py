"""An engagement loaded as a page loads it can be locked and moved, on each database."""

from matchmaker.engagements import queries, service
from matchmaker.extensions import db
from matchmaker.vocabulary import DeclineReason
from tests.factories import (
    actor_of,
    coordinator_of,
    make_need,
    make_offer,
    make_proposal,
    make_round,
)


def test_engagement_with_its_round_loaded_can_be_started_and_ended(each_app):
    with each_app.app_context():
        session = db.session()
        proposal = make_proposal(
            session,
            make_round(session, status="published"),
            make_need(session, status="matched", places_taken=1),
            make_offer(session, status="full", places_taken=1),
            status="engaged",
            places_held=True,
        )
        actor = actor_of(coordinator_of(session, proposal.round))
        public_id = service.open_engagement(session, actor, proposal).public_id
        session.commit()
        session.expunge_all()
        engagement = queries.engagement_by_public_id(session, public_id)
        session.rollback()
        service.start_engagement(session, actor, engagement)
        service.end_engagement(session, actor, engagement, DeclineReason.OTHER)
        assert engagement.status == "ended"
        session.commit()
