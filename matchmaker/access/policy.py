"""The one table of who may do what: permission -> any of these -> all of these predicates."""

from typing import Any

from matchmaker.access.actor import Actor
from matchmaker.access.permissions import Permission as P
from matchmaker.access.predicates import (
    anyone,
    has_no_membership,
    is_administrator,
    is_coordinator,
    is_engaged_helper,
    is_engaged_requester,
    is_engagement_of_own_round,
    is_helper,
    is_helper_side,
    is_in_scope,
    is_member_of_it,
    is_member_of_owner,
    is_own_round,
    is_past_draft,
    is_proposal_of_own_round,
    is_requester,
    is_requester_side,
    is_signed_in,
    is_verified,
    reached_requester,
    was_offered,
)

POLICY = {
    P.SEE_PUBLIC_PAGE: ((anyone,),),
    P.SIGN_IN: ((anyone,),),
    P.SEE_HOME: ((is_signed_in,),),
    P.MANAGE_OWN_ACCOUNT: ((is_signed_in,),),
    P.REGISTER_MUNICIPALITY: ((has_no_membership,), (is_requester,), (is_helper,)),
    P.SEE_MUNICIPALITY: ((is_member_of_it,), (is_coordinator, is_in_scope)),
    P.EDIT_MUNICIPALITY: ((is_member_of_it,), (is_coordinator, is_in_scope)),
    P.LIST_MUNICIPALITIES: ((is_coordinator,),),
    P.VERIFY_MUNICIPALITY: ((is_coordinator, is_in_scope),),
    P.SUSPEND_MUNICIPALITY: ((is_coordinator, is_in_scope),),
    P.SHOW_CONTACT: ((is_member_of_it,), (is_coordinator, is_in_scope)),
    P.MANAGE_AREAS: ((is_coordinator,),),
    P.MANAGE_TIES: ((is_coordinator,),),
    P.LIST_NEEDS: ((is_requester,), (is_coordinator,)),
    P.CREATE_NEED: ((is_requester,),),
    P.SEE_NEED: ((is_requester, is_member_of_owner), (is_coordinator, is_past_draft, is_in_scope)),
    P.EDIT_NEED: ((is_requester, is_member_of_owner),),
    P.WITHDRAW_NEED: ((is_requester, is_member_of_owner),),
    P.VERIFY_NEED: ((is_coordinator, is_past_draft, is_in_scope),),
    P.LIST_OFFERS: ((is_helper,), (is_coordinator,)),
    P.CREATE_OFFER: ((is_helper,),),
    P.SEE_OFFER: ((is_helper, is_member_of_owner), (is_coordinator, is_past_draft, is_in_scope)),
    P.EDIT_OFFER: ((is_helper, is_member_of_owner),),
    P.WITHDRAW_OFFER: ((is_helper, is_member_of_owner),),
    P.VERIFY_OFFER: ((is_coordinator, is_past_draft, is_in_scope),),
    P.LIST_ROUNDS: ((is_coordinator,),),
    P.CREATE_ROUND: ((is_coordinator,),),
    P.SEE_ROUND: ((is_coordinator, is_own_round),),
    P.RUN_ROUND: ((is_coordinator, is_own_round),),
    P.PUBLISH_ROUND: ((is_coordinator, is_own_round),),
    P.SEE_PROPOSAL: ((is_coordinator, is_proposal_of_own_round),),
    P.SIGN_PROPOSAL: ((is_coordinator, is_proposal_of_own_round),),
    P.REJECT_PROPOSAL: ((is_coordinator, is_proposal_of_own_round),),
    P.UNDO_PROPOSAL: ((is_coordinator, is_proposal_of_own_round),),
    P.SEE_ANSWER_PAGE: (
        (is_helper, is_helper_side, was_offered),
        (is_requester, is_requester_side, reached_requester),
    ),
    P.ANSWER_AS_HELPER: ((is_helper, is_verified, is_helper_side, was_offered),),
    P.ANSWER_AS_REQUESTER: ((is_requester, is_verified, is_requester_side, reached_requester),),
    P.LIST_ENGAGEMENTS: ((is_requester,), (is_helper,), (is_coordinator,)),
    P.SEE_ENGAGEMENT: (
        (is_helper, is_engaged_helper),
        (is_requester, is_engaged_requester),
        (is_coordinator, is_engagement_of_own_round),
    ),
    P.MOVE_ENGAGEMENT: (
        (is_helper, is_verified, is_engaged_helper),
        (is_requester, is_verified, is_engaged_requester),
        (is_coordinator, is_engagement_of_own_round),
    ),
    P.SHOW_COUNTERPART_CONTACT: (
        (is_helper, is_verified, is_engaged_helper),
        (is_requester, is_verified, is_engaged_requester),
        (is_coordinator, is_engagement_of_own_round),
    ),
    P.SEE_AUDIT: ((is_administrator,),),
    P.MANAGE_MEMBERSHIPS: ((is_administrator,),),
}


def allowed(permission: P, actor: Actor, thing: Any = None) -> bool:
    """Tell whether the actor has the permission for the thing; nothing is allowed by default."""
    return any(
        all(predicate(actor, thing) for predicate in all_of) for all_of in POLICY[permission]
    )
