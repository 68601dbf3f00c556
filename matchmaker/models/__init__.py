"""The rows: SQLAlchemy only, one table family per file."""

from matchmaker.models.alert import Alert
from matchmaker.models.annex import AnnexConsent
from matchmaker.models.area import ConflictArea, place_key
from matchmaker.models.audit import AuditEvent, AuditHead, AuditText
from matchmaker.models.base import Base, new_public_id, now
from matchmaker.models.carrier import Carrier
from matchmaker.models.deletion import DeletionRequest
from matchmaker.models.engagement import Engagement
from matchmaker.models.entry import NeedEntry, Receipt
from matchmaker.models.hint import Hint
from matchmaker.models.identity import IdentityChange
from matchmaker.models.impact import ImpactReason, MatchImpact
from matchmaker.models.job import Job
from matchmaker.models.key_check import KeyCheck
from matchmaker.models.legal import LegalText, legal_text
from matchmaker.models.mandate import MandateStep
from matchmaker.models.membership import HandOver, Invitation, Membership
from matchmaker.models.message import Message, Thread, ThreadReading
from matchmaker.models.municipality import (
    Association,
    Municipality,
    PartnerOrganisation,
    Partnership,
)
from matchmaker.models.need import Need, NeedImpact, NeedTopic
from matchmaker.models.offer import Offer, OfferActivity, OfferArea, OfferDelivery, OfferTopic
from matchmaker.models.one_time_link import OneTimeLink
from matchmaker.models.other_actor import OtherActor
from matchmaker.models.outbox import Letter, Mailbox, Notice
from matchmaker.models.plan import Closing, Milestone, PersonDays, PlanVersion, Visit
from matchmaker.models.precondition import PreconditionAnswer, PreconditionReview
from matchmaker.models.proposal import Decision, Proposal
from matchmaker.models.publication import Publication
from matchmaker.models.pulse import FollowUpTask, Pulse, PulseAnswer
from matchmaker.models.resend import HeldPost, IdempotencyKey
from matchmaker.models.risk import RiskAnswer, RiskQuestion
from matchmaker.models.round import Round, RoundNeed, RoundOffer, RoundTile
from matchmaker.models.scenario import Adjustment, Scenario
from matchmaker.models.sign_in import KnownDevice, SignInSession, this_hour
from matchmaker.models.tombstone import Tombstone, bury
from matchmaker.models.topic import Topic
from matchmaker.models.user import Role, User, WebAuthn
from matchmaker.models.verification import Application, Evidence, RightsFlag

__all__ = [
    "Adjustment",
    "Alert",
    "AnnexConsent",
    "Application",
    "Association",
    "AuditEvent",
    "AuditHead",
    "AuditText",
    "Base",
    "Carrier",
    "Closing",
    "ConflictArea",
    "Decision",
    "DeletionRequest",
    "Engagement",
    "Evidence",
    "FollowUpTask",
    "HandOver",
    "HeldPost",
    "Hint",
    "IdempotencyKey",
    "IdentityChange",
    "ImpactReason",
    "Invitation",
    "Job",
    "KeyCheck",
    "KnownDevice",
    "LegalText",
    "Letter",
    "Mailbox",
    "MandateStep",
    "MatchImpact",
    "Membership",
    "Message",
    "Milestone",
    "Municipality",
    "Need",
    "NeedEntry",
    "NeedImpact",
    "NeedTopic",
    "Notice",
    "Offer",
    "OfferActivity",
    "OfferArea",
    "OfferDelivery",
    "OfferTopic",
    "OneTimeLink",
    "OtherActor",
    "PartnerOrganisation",
    "Partnership",
    "PersonDays",
    "PlanVersion",
    "PreconditionAnswer",
    "PreconditionReview",
    "Proposal",
    "Publication",
    "Pulse",
    "PulseAnswer",
    "Receipt",
    "RightsFlag",
    "RiskAnswer",
    "RiskQuestion",
    "Role",
    "Round",
    "RoundNeed",
    "RoundOffer",
    "RoundTile",
    "Scenario",
    "SignInSession",
    "Thread",
    "ThreadReading",
    "Tombstone",
    "Topic",
    "User",
    "Visit",
    "WebAuthn",
    "bury",
    "legal_text",
    "new_public_id",
    "now",
    "place_key",
    "this_hour",
]
