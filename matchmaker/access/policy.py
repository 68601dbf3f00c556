"""The one table of who may do what: permission -> any of these -> all of these predicates."""

from typing import Any

from matchmaker.access.actor import Actor
from matchmaker.access.permissions import Permission
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
    Permission.SEE_PUBLIC_PAGE: ((anyone,),),
    Permission.SIGN_IN: ((anyone,),),
    Permission.SEE_HOME: ((is_signed_in,),),
    Permission.MANAGE_OWN_ACCOUNT: ((is_signed_in,),),
    Permission.REGISTER_MUNICIPALITY: ((has_no_membership,), (is_requester,), (is_helper,)),
    Permission.SEE_MUNICIPALITY: ((is_member_of_it,), (is_coordinator, is_in_scope)),
    Permission.EDIT_MUNICIPALITY: ((is_member_of_it,), (is_coordinator, is_in_scope)),
    Permission.LIST_MUNICIPALITIES: ((is_coordinator,),),
    Permission.VERIFY_MUNICIPALITY: ((is_coordinator, is_in_scope),),
    Permission.SUSPEND_MUNICIPALITY: ((is_coordinator, is_in_scope),),
    Permission.SHOW_CONTACT: ((is_member_of_it,), (is_coordinator, is_in_scope)),
    Permission.MANAGE_AREAS: ((is_coordinator,),),
    Permission.MANAGE_TIES: ((is_coordinator, is_in_scope),),
    Permission.LIST_NEEDS: ((is_requester,), (is_coordinator,)),
    Permission.CREATE_NEED: ((is_requester,),),
    Permission.SEE_NEED: (
        (is_requester, is_member_of_owner),
        (is_coordinator, is_past_draft, is_in_scope),
    ),
    Permission.EDIT_NEED: ((is_requester, is_member_of_owner),),
    Permission.WITHDRAW_NEED: ((is_requester, is_member_of_owner),),
    Permission.VERIFY_NEED: ((is_coordinator, is_past_draft, is_in_scope),),
    Permission.LIST_OFFERS: ((is_helper,), (is_coordinator,)),
    Permission.CREATE_OFFER: ((is_helper,),),
    Permission.SEE_OFFER: (
        (is_helper, is_member_of_owner),
        (is_coordinator, is_past_draft, is_in_scope),
    ),
    Permission.EDIT_OFFER: ((is_helper, is_member_of_owner),),
    Permission.WITHDRAW_OFFER: ((is_helper, is_member_of_owner),),
    Permission.VERIFY_OFFER: ((is_coordinator, is_past_draft, is_in_scope),),
    Permission.LIST_ROUNDS: ((is_coordinator,),),
    Permission.CREATE_ROUND: ((is_coordinator,),),
    Permission.SEE_ROUND: ((is_coordinator, is_own_round),),
    Permission.RUN_ROUND: ((is_coordinator, is_own_round),),
    Permission.PUBLISH_ROUND: ((is_coordinator, is_own_round),),
    Permission.SEE_PROPOSAL: ((is_coordinator, is_proposal_of_own_round),),
    Permission.SIGN_PROPOSAL: ((is_coordinator, is_proposal_of_own_round),),
    Permission.REJECT_PROPOSAL: ((is_coordinator, is_proposal_of_own_round),),
    Permission.UNDO_PROPOSAL: ((is_coordinator, is_proposal_of_own_round),),
    Permission.SEE_ANSWER_PAGE: (
        (is_helper, is_helper_side, was_offered),
        (is_requester, is_requester_side, reached_requester),
    ),
    Permission.ANSWER_AS_HELPER: ((is_helper, is_verified, is_helper_side, was_offered),),
    Permission.ANSWER_AS_REQUESTER: (
        (is_requester, is_verified, is_requester_side, reached_requester),
    ),
    Permission.LIST_ENGAGEMENTS: ((is_requester,), (is_helper,), (is_coordinator,)),
    Permission.SEE_ENGAGEMENT: (
        (is_helper, is_engaged_helper),
        (is_requester, is_engaged_requester),
        (is_coordinator, is_engagement_of_own_round),
    ),
    Permission.MOVE_ENGAGEMENT: (
        (is_helper, is_verified, is_engaged_helper),
        (is_requester, is_verified, is_engaged_requester),
        (is_coordinator, is_engagement_of_own_round),
    ),
    Permission.SHOW_COUNTERPART_CONTACT: (
        (is_helper, is_verified, is_engaged_helper),
        (is_requester, is_verified, is_engaged_requester),
        (is_coordinator, is_engagement_of_own_round),
    ),
    Permission.SEE_AUDIT: ((is_administrator,),),
    Permission.MANAGE_MEMBERSHIPS: ((is_administrator,),),
}


def allowed(permission: Permission, actor: Actor, thing: Any = None) -> bool:
    """Tell whether the actor has the permission for the thing; nothing is allowed by default."""
    return any(
        all(predicate(actor, thing) for predicate in all_of) for all_of in POLICY[permission]
    )
