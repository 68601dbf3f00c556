"""Who may do what: permissions, predicates and the one policy table."""

from matchmaker.access.actor import ANONYMOUS, PLATFORM, Actor
from matchmaker.access.permissions import Permission
from matchmaker.access.policy import POLICY, STEP_UP, allowed

__all__ = ["ANONYMOUS", "PLATFORM", "POLICY", "STEP_UP", "Actor", "Permission", "allowed"]
