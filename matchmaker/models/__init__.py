"""The rows: SQLAlchemy only, one table family per file."""

from matchmaker.models.area import ConflictArea, place_key
from matchmaker.models.audit import AuditEvent, AuditHead, AuditText
from matchmaker.models.base import Base, new_public_id, now
from matchmaker.models.engagement import Engagement
from matchmaker.models.job import Job
from matchmaker.models.membership import Membership
from matchmaker.models.municipality import (
    Association,
    Municipality,
    PartnerOrganisation,
    Partnership,
)
from matchmaker.models.need import Need, NeedTopic
from matchmaker.models.offer import Offer, OfferActivity, OfferArea, OfferDelivery, OfferTopic
from matchmaker.models.one_time_link import OneTimeLink
from matchmaker.models.proposal import Decision, Proposal
from matchmaker.models.resend import HeldPost, IdempotencyKey
from matchmaker.models.round import Round, RoundNeed, RoundOffer
from matchmaker.models.topic import Topic
from matchmaker.models.user import Role, User, WebAuthn

__all__ = [
    "Association",
    "AuditEvent",
    "AuditHead",
    "AuditText",
    "Base",
    "ConflictArea",
    "Decision",
    "Engagement",
    "HeldPost",
    "IdempotencyKey",
    "Job",
    "Membership",
    "Municipality",
    "Need",
    "NeedTopic",
    "Offer",
    "OfferActivity",
    "OfferArea",
    "OfferDelivery",
    "OfferTopic",
    "OneTimeLink",
    "PartnerOrganisation",
    "Partnership",
    "Proposal",
    "Role",
    "Round",
    "RoundNeed",
    "RoundOffer",
    "Topic",
    "User",
    "WebAuthn",
    "new_public_id",
    "now",
    "place_key",
]
