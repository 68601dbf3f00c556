"""Rounds for the journeys of the workbench, each in the hands of an association of its own."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from matchmaker.models import MatchImpact, Need, Proposal, RoundNeed, now
from matchmaker.proposals import service as proposals
from matchmaker.rounds import service
from tests import factories
from tests.factories import actor_of
from tests.journeys.people import with_password
from tests.journeys.world import make_area

COOL_OFF = timedelta(hours=48)


@dataclass
class Desk:
    """An association with two coordinators, and its round."""

    first: Any
    second: Any
    round: Any
    needs: list[Any]
    offers: list[Any]

    def path(self, more: str = "") -> str:
        """Return the address of a page of the round."""
        return f"/rounds/{self.round.public_id}{more}"

    def proposals(self, session) -> list[Any]:
        """Return the proposals of the round, oldest first."""
        query = select(Proposal).where(Proposal.round_id == self.round.id)
        return list(session.scalars(query.order_by(Proposal.id)))


def make_desks(session) -> dict[str, Desk]:
    """Make a round for each journey; needs that nobody took in wait for the one by keyboard."""
    make_area(session, "UA")
    desks = {
        "large": _solved(session, "SE", 30, 28),
        "scenarios": _solved(session, "NL", 3, 2),
        "signing": _solved(session, "DE", 1, 1),
        "cooling": _solved(session, "FR", 2, 2),
        "declined": _solved(session, "PL", 2, 1),
    }
    desks["settings"] = desks["keys"] = _desk(session, "IT", 1, 1)
    [proposal] = desks["signing"].proposals(session)
    proposal.required_signatures, proposal.signature_reasons = 2, ["always"]
    # One that was changed and verified again after the round was frozen.
    edited = desks["cooling"].proposals(session)[0]
    edited.need.submitted_at = now() + timedelta(minutes=1)
    _offered(session, desks["declined"])
    session.flush()
    return desks


def _desk(session, country: str, n_needs: int, n_offers: int) -> Desk:
    association = factories.make_association(session, scope=["UA", country])
    first, second = (
        with_password(factories.make_coordinator(session, association)) for _ in range(2)
    )
    needs = [factories.make_need(session) for _ in range(n_needs)]
    offers = []
    for at in range(n_offers):
        town = factories.make_municipality(
            session, country=country, region="", latitude=52 + at / 10, longitude=15
        )
        level = ("env.water", 1 + at % 4)
        offers.append(
            factories.make_offer(session, factories.make_helper(session, town), topics=[level])
        )
    return Desk(first, second, factories.make_round(session, first), needs, offers)


def _solved(session, country: str, n_needs: int, n_offers: int) -> Desk:
    desk = _desk(session, country, n_needs, n_offers)
    service.run_round(session, actor_of(desk.first), desk.round)
    factories.answer_checks_of(session, desk.round)
    return desk


def _offered(session, desk: Desk) -> None:
    """Publish a round without a cool-off, with its one proposal signed."""
    actor = actor_of(desk.first)
    service.publish_round(session, actor, desk.round, timedelta(0), now() - timedelta(minutes=1))
    [proposal] = desk.proposals(session)
    proposals.sign_proposal(session, actor, proposal)


def left_need(session, desk: Desk) -> Need:
    """Return a need of the round that got nobody."""
    query = select(RoundNeed).where(
        RoundNeed.round_id == desk.round.id, RoundNeed.matched.is_(False)
    )
    return session.scalars(query).first().need


def answer_all_checks() -> None:
    """Answer the checks of every proposal that has none yet, all green."""
    from matchmaker.extensions import db

    session = db.session()
    checked = select(MatchImpact.proposal_id)
    for proposal in session.scalars(select(Proposal).where(Proposal.id.not_in(checked))).all():
        factories.answer_check(session, proposal, proposal.round.created_by_id)
    session.commit()
    db.session.remove()
