"""The questions the policy table is made of; pure, each reads as a sentence.

Each takes the actor and the thing asked for (a row, or None where there is no particular thing).
"""

from typing import Any

from matchmaker.access.actor import Actor
from matchmaker.vocabulary import Role


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


def is_in_scope(actor: Actor, thing: Any) -> bool:
    """The thing's country is one the coordinator works for."""
    country = getattr(thing, "country", None) or thing.municipality.country
    return not actor.scope or country in actor.scope


def is_past_draft(actor: Actor, thing: Any) -> bool:
    """The thing has been submitted at least once; a draft is its owner's alone."""
    return thing.status != "draft" and thing.submitted_at is not None


def is_own_round(actor: Actor, thing: Any) -> bool:
    """The round belongs to the association acted for."""
    return actor.association_id is not None and actor.association_id == thing.association_id


def is_proposal_of_own_round(actor: Actor, thing: Any) -> bool:
    """The proposal comes from a round of the association acted for."""
    return thing.round is not None and is_own_round(actor, thing.round)


def is_engagement_of_own_round(actor: Actor, thing: Any) -> bool:
    """The engagement comes from a round of the association acted for."""
    return is_proposal_of_own_round(actor, thing.proposal)


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


def was_offered(actor: Actor, thing: Any) -> bool:
    """The proposal has reached the helping municipality."""
    return thing.offered_at is not None


def reached_requester(actor: Actor, thing: Any) -> bool:
    """The helping municipality has accepted, so that the asking one may know."""
    return thing.helper_accepted_at is not None
