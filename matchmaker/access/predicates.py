"""The questions the policy table is made of; pure, each reads as a sentence.

Each takes the actor and the thing asked for (a row, or None where there is no particular thing).
"""

from typing import Any

from matchmaker.access.actor import Actor
from matchmaker.access.scope import covers
from matchmaker.vocabulary import NeedStatus, Position, Role

OVER = (NeedStatus.CLOSED, NeedStatus.WITHDRAWN)


def anyone(actor: Actor, thing: Any) -> bool:
    """Everybody, signed in or not."""
    return True


def is_signed_in(actor: Actor, thing: Any) -> bool:
    """A person with a session."""
    return actor.signed_in


def is_requester(actor: Actor, thing: Any) -> bool:
    """Acts for a municipality that asks."""
    return actor.role == Role.REQUESTER


def is_helper(actor: Actor, thing: Any) -> bool:
    """Acts for a municipality that helps."""
    return actor.role == Role.HELPER


def is_coordinator(actor: Actor, thing: Any) -> bool:
    """Coordinates for an association."""
    return actor.role == Role.COORDINATOR


def is_administrator(actor: Actor, thing: Any) -> bool:
    """Administers the platform."""
    return actor.role == Role.ADMINISTRATOR


def is_verified(actor: Actor, thing: Any) -> bool:
    """The organisation acted for is verified."""
    return actor.verified


def has_no_membership(actor: Actor, thing: Any) -> bool:
    """A signed-in person who acts for nobody yet."""
    return actor.signed_in and actor.membership_id is None


def is_member_of_it(actor: Actor, thing: Any) -> bool:
    """The thing is the municipality acted for."""
    return actor.municipality_id is not None and actor.municipality_id == thing.id


def is_member_of_owner(actor: Actor, thing: Any) -> bool:
    """The thing belongs to the municipality acted for."""
    return actor.municipality_id is not None and actor.municipality_id == thing.municipality_id


def is_applicant(actor: Actor, thing: Any) -> bool:
    """The application is the person's own."""
    return actor.user_id is not None and actor.user_id == thing.applicant_id


def is_not_applicant(actor: Actor, thing: Any) -> bool:
    """The application is somebody else's: nobody decides on their own."""
    return not is_applicant(actor, thing)


def is_in_scope(actor: Actor, thing: Any) -> bool:
    """The thing's municipality is one the coordinator works for: its country and its side."""
    return covers(
        actor.scope, actor.sides, thing if hasattr(thing, "country") else thing.municipality
    )


def has_no_part_in_it(actor: Actor, thing: Any) -> bool:
    """The person belongs to no municipality the thing concerns, not even by another membership."""
    thing = getattr(thing, "proposal", thing)
    if hasattr(thing, "offer"):
        concerned = {thing.need.municipality_id, thing.offer.municipality_id}
    elif hasattr(thing, "municipality_id"):
        concerned = {thing.municipality_id}
    else:
        concerned = {thing.id}
    return concerned.isdisjoint(actor.towns)


def is_told_to_owner(actor: Actor, thing: Any) -> bool:
    """The change is of more than the sides, which coordinators alone read."""
    return set(thing.fields) != {"sides"}


def is_told_to_role(actor: Actor, thing: Any) -> bool:
    """The hint is for those who act for the municipality in this role."""
    return actor.role == thing.side


def is_still_shown(actor: Actor, thing: Any) -> bool:
    """The need it is about is neither over nor hidden, nor is its municipality."""
    need = thing.need
    return need.status not in OVER and not need.hidden and not need.municipality.hidden


def is_past_draft(actor: Actor, thing: Any) -> bool:
    """The thing has been submitted at least once; a draft is its owner's alone."""
    return thing.status != "draft" and thing.submitted_at is not None


def is_known_to_town(actor: Actor, thing: Any) -> bool:
    """The need is no draft that a coordinator still writes down: that one is the writer's alone."""
    return getattr(thing, "entry", None) is None or thing.submitted_at is not None


def has_entered_it(actor: Actor, thing: Any) -> bool:
    """The person wrote the need down for the municipality it belongs to."""
    entry = getattr(thing, "entry", None)
    return entry is not None and entry.entered_by_id == actor.user_id


def has_not_entered_it(actor: Actor, thing: Any) -> bool:
    """The need was written down by somebody else."""
    return thing.entry is not None and thing.entry.entered_by_id != actor.user_id


def is_unconfirmed(actor: Actor, thing: Any) -> bool:
    """The municipality has not yet confirmed what was written down for it."""
    return not thing.confirmed


def is_own_round(actor: Actor, thing: Any) -> bool:
    """The round belongs to the association acted for."""
    return actor.association_id is not None and actor.association_id == thing.association_id


def is_proposal_in_hand(actor: Actor, thing: Any) -> bool:
    """The coordinator decides on it: of an own round or across scopes, one side in scope."""
    if thing.round is None:
        return False
    across = "across_scopes" in thing.signature_reasons
    return (is_own_round(actor, thing.round) or across) and (
        is_in_scope(actor, thing.need) or is_in_scope(actor, thing.offer)
    )


def is_engagement_in_hand(actor: Actor, thing: Any) -> bool:
    """The engagement comes from a proposal that the coordinator decides on."""
    return is_proposal_in_hand(actor, thing.proposal)


def is_work_in_hand(actor: Actor, thing: Any) -> bool:
    """The thing asks about an engagement that helps a municipality the coordinator works for."""
    engagement = thing.engagement
    return is_engagement_in_hand(actor, engagement) and is_asked_in_scope(actor, engagement)


def has_no_part_in_work(actor: Actor, thing: Any) -> bool:
    """The person belongs to neither municipality of the engagement that the thing asks about."""
    return has_no_part_in_it(actor, thing.engagement.proposal)


def is_asked_in_scope(actor: Actor, thing: Any) -> bool:
    """The engagement helps a municipality that the coordinator works for."""
    return is_in_scope(actor, thing.proposal.need)


def is_helper_side(actor: Actor, thing: Any) -> bool:
    """The proposal concerns an offer of the municipality acted for."""
    return is_member_of_owner(actor, thing.offer)


def is_requester_side(actor: Actor, thing: Any) -> bool:
    """The proposal concerns a need of the municipality acted for."""
    return is_member_of_owner(actor, thing.need)


def is_engaged_helper(actor: Actor, thing: Any) -> bool:
    """The engagement is one in which the municipality acted for helps."""
    return is_helper_side(actor, thing.proposal)


def is_engaged_requester(actor: Actor, thing: Any) -> bool:
    """The engagement is one in which the municipality acted for is helped."""
    return is_requester_side(actor, thing.proposal)


def is_asked_to_be_named(actor: Actor, thing: Any) -> bool:
    """The consent is that of the municipality acted for, to be named to one council."""
    return is_requester_side(actor, thing.proposal)


def is_asking_to_name(actor: Actor, thing: Any) -> bool:
    """The municipality acted for asked for the consent, for its own council."""
    return is_helper_side(actor, thing.proposal)


def goes_on(actor: Actor, thing: Any) -> bool:
    """The engagement has not come to its end."""
    return thing.ended_at is None


def was_offered(actor: Actor, thing: Any) -> bool:
    """The proposal has reached the helping municipality."""
    return thing.offered_at is not None


def reached_requester(actor: Actor, thing: Any) -> bool:
    """The helping municipality has accepted, so that the asking one may know."""
    return thing.helper_accepted_at is not None


def acts_for_people(actor: Actor, thing: Any) -> bool:
    """Acts for an organisation whose people look after each other: a town or an association."""
    return actor.municipality_id is not None or actor.association_id is not None


def is_in_charge(actor: Actor, thing: Any) -> bool:
    """Is in charge of the organisation acted for."""
    return actor.position == Position.LEAD


def is_deputy(actor: Actor, thing: Any) -> bool:
    """Is the deputy in the organisation acted for."""
    return actor.position == Position.DEPUTY


def is_of_own_organisation(actor: Actor, thing: Any) -> bool:
    """The membership or invitation belongs to the organisation acted for."""
    return acts_for_people(actor, thing) and (
        (thing.municipality_id, thing.association_id)
        == (actor.municipality_id, actor.association_id)
    )


def holds_no_position(actor: Actor, thing: Any) -> bool:
    """The membership is that of somebody who is neither in charge nor deputy."""
    return thing.position == Position.MEMBER


def is_no_administrators(actor: Actor, thing: Any) -> bool:
    """The membership gives no rights over the site: who leads an association is not above those."""
    return thing.role != Role.ADMINISTRATOR


def is_given_by_own_organisation(actor: Actor, thing: Any) -> bool:
    """The charge that is handed over is that of the organisation acted for."""
    return is_of_own_organisation(actor, thing.giver)


def is_given_to_actor(actor: Actor, thing: Any) -> bool:
    """The charge is handed over to this person."""
    return actor.user_id is not None and thing.taker.user_id == actor.user_id


def is_member_of_town_in_scope(actor: Actor, thing: Any) -> bool:
    """The membership is one in a municipality the coordinator works for."""
    return thing.municipality is not None and is_in_scope(actor, thing.municipality)
