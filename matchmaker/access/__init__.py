"""Who may do what: permissions, predicates and the one policy table."""

from matchmaker.access.actor import ANONYMOUS, PLATFORM, Actor
from matchmaker.access.permissions import Permission
from matchmaker.access.policy import POLICY, allowed

__all__ = ["ANONYMOUS", "PLATFORM", "POLICY", "Actor", "Permission", "allowed"]
