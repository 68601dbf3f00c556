"""An engagement in which the work has begun, with somebody on each side."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from matchmaker.engagements.service import open_engagement, start_engagement
from matchmaker.models import now
from tests.factories import (
    actor_of,
    coordinator_of,
    make_helper,
    make_municipality,
    make_need,
    make_offer,
    make_proposal,
    make_requester,
    make_round,
)


@dataclass
class Work:
    """An engagement with a member of each side and a coordinator of its round."""

    engagement: Any
    helper: Any
    asker: Any
    coordinator: Any

    def actor(self, name):
        """Return the actor of one of them."""
        return actor_of(getattr(self, name))

    @property
    def address(self):
        """Where the engagement stands."""
        return f"/engagements/{self.engagement.public_id}"


def make_work(session, *, begun_days_ago=0, town=None, **need) -> Work:
    """Make an engagement that both sides work in; committed."""
    asker = make_requester(session, town or make_municipality(session))
    helper = make_helper(session)
    proposal = make_proposal(
        session,
        make_round(session, status="published"),
        make_need(session, asker, status="matched", places_taken=1, **need),
        make_offer(session, helper, status="full", places_taken=1),
        status="engaged",
        places_held=True,
        offered_at=now(),
        helper_accepted_at=now(),
    )
    coordinator = coordinator_of(session, proposal.round)
    engagement = open_engagement(session, actor_of(coordinator), proposal)
    start_engagement(session, actor_of(asker), engagement)
    engagement.began_at = now() - timedelta(days=begun_days_ago)
    session.commit()
    return Work(engagement, helper, asker, coordinator)
