"""What has happened before the reader arrives: one round with answers, and one in review."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import inspect, select

from matchmaker.access import Actor
from matchmaker.demonstration import content, impact
from matchmaker.demonstration.following import tell_work
from matchmaker.demonstration.rows import Loaded
from matchmaker.engagements.service import start_engagement
from matchmaker.messages.service import write_about_proposal, write_in_engagement
from matchmaker.models import Engagement, Proposal, Round
from matchmaker.proposals.service import (
    accept_as_helper,
    accept_as_requester,
    offer_proposal,
    sign_proposal,
)
from matchmaker.rounds.service import close_round, create_round, publish_round, run_round
from matchmaker.safeguards.precondition_service import ask_again
from matchmaker.vocabulary import ProposalStatus

FIRST_ROUND_AGO = timedelta(days=8)
COUNCIL_DECIDES_WITHIN = timedelta(days=45)
QUESTION = "In which language would we work together, and who would be there to meet our people?"
GREETING = "Good day! We are glad to begin. When may we call you?"
SIGNED_BY_BOTH, SIGNED_BY_ONE = 4, 5
"""How many proposals of the round in review carry signatures already."""


def tell_first_round(loaded: Loaded, first: Actor, second: Actor) -> Round:
    """Run, sign and publish the first round, and have the municipalities answer."""
    round_ = create_round(loaded.session, first, "First round (demonstration)")
    run_round(loaded.session, first, round_)
    proposals = _by_pair(loaded, round_)
    for row in content.table("first_round"):
        if row["answer"] == "engaged":
            impact.check(loaded.session, first, proposals[row["need"], row["offer"]], "agreed")
    for proposal in proposals.values():
        _sign(loaded, proposal, first, second)
    publish_round(loaded.session, first, round_, timedelta(0))
    for proposal in proposals.values():
        if proposal.status == ProposalStatus.APPROVED:
            offer_proposal(loaded.session, first, proposal)
    for row in content.table("first_round"):
        proposal = proposals[row["need"], row["offer"]]
        _answer(loaded, proposal, row["answer"])
    for engagement in loaded.session.scalars(select(Engagement)).all():
        ask_again(loaded.session, first, engagement)
        _follow_up(loaded, first, engagement)
    close_round(loaded.session, first, round_)
    _lay_back(loaded, round_, proposals.values())
    impact.lay_back_risks(loaded)
    return round_


def _follow_up(loaded: Loaded, coordinator: Actor, engagement: Engagement) -> None:
    """Have both sides of the work write its plan and one of them answer how it goes."""
    members = {loaded.towns[key].id: actor for key, actor in loaded.members.items()}
    proposal = engagement.proposal
    asking, helping = proposal.need.municipality_id, proposal.offer.municipality_id
    tell_work(loaded.session, members[asking], members[helping], coordinator, engagement)


def _lay_back(loaded: Loaded, round_: Round, proposals: Iterable[Proposal]) -> None:
    """Let the first round have been days ago, so that reminders of its answers are due."""
    engagements = loaded.session.scalars(
        select(Engagement).where(Engagement.proposal_id.in_([one.id for one in proposals]))
    )
    for row in (round_, *proposals, *engagements):
        for column in inspect(type(row)).columns:
            moment = getattr(row, column.key)
            if isinstance(moment, datetime):
                setattr(row, column.key, moment - FIRST_ROUND_AGO)
    loaded.session.flush()


def tell_second_round(loaded: Loaded, first: Actor, second: Actor) -> Round:
    """Run the second round and leave it in review, with a few signatures given."""
    round_ = create_round(loaded.session, first, "Second round (demonstration)")
    run_round(loaded.session, first, round_)
    proposals = list(_by_pair(loaded, round_).values())
    for proposal in proposals[:SIGNED_BY_BOTH]:
        _sign(loaded, proposal, first, second)
    for proposal in proposals[SIGNED_BY_BOTH : SIGNED_BY_BOTH + SIGNED_BY_ONE]:
        if proposal.required_signatures > 1:
            sign_proposal(loaded.session, first, proposal)
    waiting = [one for one in proposals if one.status == ProposalStatus.PROPOSED]
    impact.check_some(loaded.session, first, waiting[SIGNED_BY_ONE:])
    return round_


def _by_pair(loaded: Loaded, round_: Round) -> dict[tuple[str, str], Proposal]:
    """Return the proposals of a round by the keys of the content, best first."""
    needs = {row.id: key for key, row in loaded.needs.items()}
    offers = {row.id: key for key, row in loaded.offers.items()}
    rows = loaded.session.scalars(
        select(Proposal)
        .where(Proposal.round_id == round_.id)
        .order_by(Proposal.score.desc(), Proposal.id)
    )
    return {(needs[row.need_id], offers[row.offer_id]): row for row in rows}


def _sign(loaded: Loaded, proposal: Proposal, *persons: Actor) -> None:
    """Have as many persons sign as the proposal asks for."""
    for person in persons:
        if proposal.status == ProposalStatus.PROPOSED:
            sign_proposal(loaded.session, person, proposal)


def _answer(loaded: Loaded, proposal: Proposal, answer: str) -> None:
    """Take a proposal as far as the story says."""
    need, offer = proposal.need.municipality, proposal.offer.municipality
    members = {loaded.towns[key].id: actor for key, actor in loaded.members.items()}
    if answer == "offered":
        if offer.id in members:
            write_about_proposal(loaded.session, members[offer.id], proposal, QUESTION)
        return
    if answer == "subject_to_council":
        until: date = loaded.today + COUNCIL_DECIDES_WITHIN
        accept_as_helper(
            loaded.session, members[offer.id], proposal, conditional=True, lapses_on=until
        )
        return
    accept_as_helper(loaded.session, members[offer.id], proposal)
    if answer == "engaged":
        engagement = accept_as_requester(loaded.session, members[need.id], proposal)
        start_engagement(loaded.session, members[need.id], engagement)
        write_in_engagement(loaded.session, members[offer.id], engagement, GREETING)
