"""Rows for tests, complete and valid unless told otherwise; they flush, never commit."""

import itertools
import secrets
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import object_session

from matchmaker.access import PLATFORM, Actor
from matchmaker.models import (
    Application,
    Association,
    MatchImpact,
    Membership,
    Message,
    Municipality,
    Need,
    NeedTopic,
    Offer,
    OfferActivity,
    OfferTopic,
    Proposal,
    Round,
    User,
    now,
)
from matchmaker.verification import evidence
from matchmaker.verification import service as verification
from matchmaker.vocabulary import RightsAnswer
from matchmaker.vocabulary.impact import AskedAt, asked

NUMBER = itertools.count(1)
TODAY = date(2027, 1, 15)
PASSWORD = "correct horse battery"


def _add(session, row):
    session.add(row)
    session.flush()
    return row


def make_user(session, **more) -> User:
    """Make a person who can sign in."""
    n = next(NUMBER)
    values = {
        "email": f"person{n}@example.test",
        "active": True,
        "fs_uniquifier": secrets.token_hex(16),
        "confirmed_at": now().replace(tzinfo=None),
    }
    return _add(session, User(**values | more))


def make_municipality(session, **more) -> Municipality:
    """Make a verified municipality."""
    n = next(NUMBER)
    values = {
        "name": f"Town {n}",
        "country": "UA",
        "region": "Kharkiv",
        "status": "verified",
        "population": 50_000,
        "latitude": 49.9,
        "longitude": 36.2,
        "languages": ["uk"],
    }
    return _add(session, Municipality(**values | more))


def make_association(session, **more) -> Association:
    """Make an association whose coordinators work for all countries."""
    return _add(session, Association(**{"name": f"Association {next(NUMBER)}", "scope": []} | more))


def make_requester(session, municipality=None, **more) -> Membership:
    """Make a member of a municipality that asks."""
    municipality = municipality or make_municipality(session)
    return _member(session, "requester", municipality_id=municipality.id, **more)


def make_helper(session, municipality=None, **more) -> Membership:
    """Make a member of a municipality that helps."""
    municipality = municipality or make_municipality(
        session, country="NL", region="South Holland", languages=["nl"]
    )
    return _member(session, "helper", municipality_id=municipality.id, **more)


def make_coordinator(session, association=None, **more) -> Membership:
    """Make a coordinator."""
    association = association or make_association(session)
    return _member(session, "coordinator", association_id=association.id, **more)


def make_administrator(session, association=None, **more) -> Membership:
    """Make an administrator."""
    association = association or make_association(session)
    return _member(session, "administrator", association_id=association.id, **more)


def _member(session, role, user=None, **more) -> Membership:
    user = user or make_user(session)
    return _add(session, Membership(user_id=user.id, role=role, **more))


def actor_of(membership) -> Actor:
    """Return the actor that this membership's person is, with what they hold beside it."""
    from matchmaker.web.actor import actor_for

    if membership is None:
        return PLATFORM
    session = object_session(membership)
    with session.no_autoflush:
        active = select(Membership).filter_by(user_id=membership.user_id, status="active")
        return actor_for(membership.user, membership, session.scalars(active).all())


def make_need(session, member=None, topics=(("env.water", 3, 3),), **more) -> Need:
    """Make a verified project need."""
    member = member or make_requester(session)
    values = {
        "municipality_id": member.municipality_id,
        "created_by_id": member.user_id,
        "status": "verified",
        "category": "project",
        "activity": "project.service",
        "title": "Repair of the water network",
        "description": "Leaks in the old network.",
        "settings": ["remote", "in_area"],
        "languages": ["en", "uk"],
        "window_start": TODAY + timedelta(days=60),
        "window_end": TODAY + timedelta(days=420),
        "effort_days": 40,
        "commitment_months": 12,
        "submitted_at": now(),
        "verified_at": now(),
    }
    need = Need(**values | more)
    need.topics = [NeedTopic(topic_code=c, importance=i, level=v) for c, i, v in topics]
    return _add(session, need)


def make_offer(
    session, member=None, topics=(("env.water", 4),), activities=(("project.service", 2),), **more
) -> Offer:
    """Make an open project offer."""
    member = member or make_helper(session)
    values = {
        "municipality_id": member.municipality_id,
        "created_by_id": member.user_id,
        "status": "open",
        "category": "project",
        "title": "Help with water supply",
        "description": "Our water company knows old networks.",
        "settings": ["remote", "in_area"],
        "languages": ["en", "nl"],
        "window_start": TODAY + timedelta(days=30),
        "window_end": TODAY + timedelta(days=500),
        "effort_days": 60,
        "commitment_months": 24,
        "places": 1,
        "mandate": "adopted",
        "submitted_at": now(),
        "verified_at": now(),
    }
    offer = Offer(**values | more)
    offer.topics = [OfferTopic(topic_code=c, level=v) for c, v in topics]
    offer.activities = [OfferActivity(activity=a, times=t) for a, t in activities]
    return _add(session, offer)


def make_round(session, coordinator=None, **more) -> Round:
    """Make an open round."""
    coordinator = coordinator or make_coordinator(session)
    values = {
        "title": "Spring round",
        "association_id": coordinator.association_id,
        "created_by_id": coordinator.user_id,
    }
    return _add(session, Round(**values | more))


def make_proposal(session, round_=None, need=None, offer=None, *, checked=True, **more) -> Proposal:
    """Make a proposal of a round in review, its need in the round; one signature approves it.

    Its check for peace and conflict impact is answered, all green, unless it is not `checked`.
    """
    round_ = round_ or make_round(session, status="in_review")
    need = need or make_need(session, status="in_round")
    offer = offer or make_offer(session)
    values = {
        "round_id": round_.id,
        "need_id": need.id,
        "offer_id": offer.id,
        "score": 0.7,
        "score_low": 0.6,
        "score_high": 0.8,
    }
    proposal = _add(session, Proposal(**values | more))
    if checked:
        answer_check(session, proposal, round_.created_by_id)
    return proposal


def answer_check(session, proposal, user_id, **lights) -> None:
    """Answer the check of a match: green, but for the questions named (without their prefix)."""
    for question in asked(AskedAt.MATCH, proposal.need.activity):
        light = lights.get(question.code.removeprefix("match."), "green")
        sentence = "" if light == "green" else "So we think."
        session.add(
            MatchImpact(
                proposal_id=proposal.id,
                question=question.code,
                light=light,
                sentence=sentence,
                answered_by_id=user_id,
            )
        )
    session.flush()


def answer_checks_of(session, round_) -> None:
    """Answer the checks of all proposals of a round, all green."""
    for proposal in session.scalars(select(Proposal).where(Proposal.round_id == round_.id)).all():
        answer_check(session, proposal, round_.created_by_id)


def make_messages(session, thread, written) -> list[Message]:
    """Make messages of a thread; each is (author, side, for the helper, for the asker)."""
    return [
        _add(
            session,
            Message(
                thread_id=thread.id,
                author_id=member.user_id,
                membership_id=member.id,
                side=side,
                for_helper=for_helper,
                for_requester=for_requester,
                text="May we ask something?",
            ),
        )
        for member, side, for_helper, for_requester in written
    ]


def coordinator_of(session, round_) -> Membership:
    """Make one more coordinator of the association that a round belongs to."""
    return _member(session, "coordinator", association_id=round_.association_id)


def member_of(session, municipality_id, role) -> Membership:
    """Make a member of a municipality that exists."""
    return _member(session, role, municipality_id=municipality_id)


def signed_in(session, client_for, member):
    """Commit what was made and give a browser in which this member is signed in."""
    session.commit()
    return client_for(member)


def make_application(session, municipality=None, applicant=None, **more) -> Application:
    """Make the application of a municipality that waits; `applicant` is a membership."""
    if municipality is None:
        municipality = make_municipality(session, status="registered")
    if applicant is None:
        applicant = make_requester(session, municipality)
    values = {"municipality_id": municipality.id, "applicant_id": applicant.user_id}
    return _add(session, Application(**values | more))


def give_evidence(session, application, coordinator) -> None:
    """Record what speaks for an application: a register entry and the word of an association."""
    actor = actor_of(coordinator)
    evidence.record_register_entry(
        session, actor, application, source="National register", code="1", matches=True
    )
    evidence.record_vouching(session, actor, application, "We know the town from earlier work.")


def answer_rights(session, application, *coordinators) -> None:
    """Have coordinators answer the question about the town's own citizens."""
    for coordinator in coordinators:
        evidence.answer_rights_question(
            session, actor_of(coordinator), application, RightsAnswer.NONE_KNOWN
        )


def accept_application(session, application, first=None, second=None) -> None:
    """Bring an application to its end: two coordinators confirm it."""
    first, second = first or make_coordinator(session), second or make_coordinator(session)
    give_evidence(session, application, first)
    answer_rights(session, application, first, second)
    for coordinator in (first, second):
        verification.confirm_application(
            session, actor_of(coordinator), application, "Looked at everything."
        )
