"""The words of the platform: codes with their labels; pure, imported by every layer.

Labels are marked with ``N_`` for the catalogues and translated where they are shown. Activities and
topics are data with a source beside each row (``activities.csv``, ``taxonomy.csv``), not code.
"""

from dataclasses import dataclass

from matchmaker.vocabulary.bar import Bar as Bar
from matchmaker.vocabulary.case import CASE as CASE
from matchmaker.vocabulary.case import LESSONS as LESSONS
from matchmaker.vocabulary.case import AlertAnswer as AlertAnswer
from matchmaker.vocabulary.case import CarrierStatus as CarrierStatus
from matchmaker.vocabulary.case import CaseQuestion as CaseQuestion
from matchmaker.vocabulary.code import N_ as N_
from matchmaker.vocabulary.code import NN_ as NN_
from matchmaker.vocabulary.code import Code as Code
from matchmaker.vocabulary.entry import Channel as Channel
from matchmaker.vocabulary.entry import ConfirmedBy as ConfirmedBy
from matchmaker.vocabulary.entry import Standing as Standing
from matchmaker.vocabulary.follow_up import PULSE_DAYS as PULSE_DAYS
from matchmaker.vocabulary.follow_up import Alive as Alive
from matchmaker.vocabulary.follow_up import InTouch as InTouch
from matchmaker.vocabulary.follow_up import Safe as Safe
from matchmaker.vocabulary.follow_up import TaskKind as TaskKind
from matchmaker.vocabulary.follow_up import Useful as Useful
from matchmaker.vocabulary.follow_up import VisitPlace as VisitPlace
from matchmaker.vocabulary.legal import LegalKind as LegalKind
from matchmaker.vocabulary.mail import MailEvery as MailEvery
from matchmaker.vocabulary.mail import MailStatus as MailStatus
from matchmaker.vocabulary.mail import NoticeKind as NoticeKind
from matchmaker.vocabulary.mandate import AnnexStatus as AnnexStatus
from matchmaker.vocabulary.mandate import Stage as Stage
from matchmaker.vocabulary.mandate import practice_of as practice_of
from matchmaker.vocabulary.readiness import Champion as Champion
from matchmaker.vocabulary.readiness import Motive as Motive
from matchmaker.vocabulary.readiness import Publicity as Publicity
from matchmaker.vocabulary.scenario import OF_A_NEED as OF_A_NEED
from matchmaker.vocabulary.scenario import OF_A_PAIR as OF_A_PAIR
from matchmaker.vocabulary.scenario import WITH_PLACES as WITH_PLACES
from matchmaker.vocabulary.scenario import AdjustmentKind as AdjustmentKind
from matchmaker.vocabulary.scenario import OverrideReason as OverrideReason
from matchmaker.vocabulary.tables import rows, split
from matchmaker.vocabulary.talk import Side as Side
from matchmaker.vocabulary.themes import THEMES as THEMES
from matchmaker.vocabulary.themes import Theme as Theme
from matchmaker.vocabulary.verification import GRAVE_CAUTIONS as GRAVE_CAUTIONS
from matchmaker.vocabulary.verification import ApplicationStatus as ApplicationStatus
from matchmaker.vocabulary.verification import CallResult as CallResult
from matchmaker.vocabulary.verification import Caution as Caution
from matchmaker.vocabulary.verification import ChangeStatus as ChangeStatus
from matchmaker.vocabulary.verification import EvidenceKind as EvidenceKind
from matchmaker.vocabulary.verification import RejectionReason as RejectionReason
from matchmaker.vocabulary.verification import RightsAnswer as RightsAnswer


class Category(Code):
    """The three kinds of city diplomacy (Musch & Sizoo 2009, section 2.4)."""

    LOBBY = "lobby", N_("Lobby")
    PROJECT = "project", N_("Project")
    DIALOGUE = "dialogue", N_("Dialogue")


class Setting(Code):
    """Where the help happens (Musch & Sizoo 2009, figure 2; remote is our addition)."""

    INTERNATIONAL = "international", N_("International setting")
    IN_AREA = "in_area", N_("In the conflict area")
    REMOTE = "remote", N_("Remote")


class Depth(Code):
    """How deep a dialogue goes; the second demands great knowledge and everybody's consent."""

    ATMOSPHERE = "atmosphere", N_("Change of atmosphere")
    HEART = "heart", N_("Heart of the disagreement")


class Presence(Code):
    """Whether foreign staff can be present in a conflict area; unknown counts as restricted."""

    POSSIBLE = "possible", N_("Presence possible")
    RESTRICTED = "restricted", N_("Presence restricted")
    NONE = "none", N_("No presence")


class Phase(Code):
    """Where a conflict area stands."""

    POTENTIAL = "potential", N_("Potential conflict")
    ACTUAL = "actual", N_("Actual conflict")
    PAST = "past", N_("Past conflict")


class AreaLevel(Code):
    """How far a conflict area reaches; the nearest level wins."""

    COUNTRY = "country", N_("Country")
    REGION = "region", N_("Region")
    MUNICIPALITY = "municipality", N_("Municipality")


class MunicipalityKind(Code):
    """Whether the council was elected or a temporary administration stands in for it."""

    ELECTED = "elected", N_("Elected local government")
    TEMPORARY = "temporary", N_("Temporary administration")


class TieKind(Code):
    """What kind of partnership links two municipalities."""

    TWINNING = "twinning", N_("Twinning or sister-city agreement")
    PROJECT = "project", N_("Joint project")
    AGREEMENT = "agreement", N_("Co-operation agreement")
    FRIENDSHIP = "friendship", N_("Friendship or solidarity link")


class Mandate(Code):
    """How far the helping municipality's own decision has come."""

    ADOPTED = "adopted", N_("Decided: mandate adopted")
    CONDITIONAL = "conditional", N_("Subject to a council decision")
    REFUSED = "refused", N_("Refused")
    LAPSED = "lapsed", N_("Lapsed")


class Role(Code):
    """What a person may be within a membership."""

    REQUESTER = "requester", N_("Official of a municipality that asks")
    HELPER = "helper", N_("Officer of a municipality that helps")
    COORDINATOR = "coordinator", N_("Coordinator")
    PARTNER = "partner", N_("Partner organisation")
    ADMINISTRATOR = "administrator", N_("Administrator")


class MembershipStatus(Code):
    """Whether a membership gives rights now."""

    ACTIVE = "active", N_("Active")
    SUSPENDED = "suspended", N_("Suspended")
    ENDED = "ended", N_("Ended")


class Position(Code):
    """What a member is among the people of an organisation."""

    LEAD = "lead", N_("In charge")
    DEPUTY = "deputy", N_("Deputy")
    MEMBER = "member", N_("Colleague")


class InvitationStatus(Code):
    """Where an invitation stands; whether its time is over is told by its date."""

    OPEN = "open", N_("Waiting for an answer")
    ACCEPTED = "accepted", N_("Accepted")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class HandOverStatus(Code):
    """Where the handing over of the charge stands."""

    OPEN = "open", N_("Waiting for an answer")
    CONFIRMED = "confirmed", N_("Confirmed")
    DECLINED = "declined", N_("Declined")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class MunicipalityStatus(Code):
    """Where a municipality stands with the platform."""

    REGISTERED = "registered", N_("Waiting for verification")
    VERIFIED = "verified", N_("Verified")
    SUSPENDED = "suspended", N_("Suspended")


class NeedStatus(Code):
    """Where a need stands."""

    DRAFT = "draft", N_("Draft")
    SUBMITTED = "submitted", N_("Submitted")
    RETURNED = "returned", N_("Returned with a question")
    VERIFIED = "verified", N_("Verified")
    IN_ROUND = "in_round", N_("In a matching round")
    MATCHED = "matched", N_("Matched")
    UNMATCHED = "unmatched", N_("Not matched in this round")
    CLOSED = "closed", N_("Closed")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class OfferStatus(Code):
    """Where an offer stands."""

    DRAFT = "draft", N_("Draft")
    SUBMITTED = "submitted", N_("Submitted")
    RETURNED = "returned", N_("Returned with a question")
    VERIFIED = "verified", N_("Verified")
    OPEN = "open", N_("Open")
    FULL = "full", N_("Full")
    PAUSED = "paused", N_("Paused")
    LAPSED = "lapsed", N_("Lapsed")
    CLOSED = "closed", N_("Closed")
    WITHDRAWN = "withdrawn", N_("Withdrawn")


class RoundStatus(Code):
    """Where a matching round stands."""

    OPEN = "open", N_("Open")
    FROZEN = "frozen", N_("Frozen")
    SOLVING = "solving", N_("Solving")
    SOLVED = "solved", N_("Solved")
    IN_REVIEW = "in_review", N_("In review")
    PUBLISHED = "published", N_("Published")
    CLOSED = "closed", N_("Closed")
    CANCELLED = "cancelled", N_("Cancelled")


class ProposalStatus(Code):
    """Where a proposed pair stands."""

    PROPOSED = "proposed", N_("Proposed")
    APPROVED = "approved", N_("Approved")
    OFFERED = "offered", N_("Offered to the helping municipality")
    SUBJECT_TO_COUNCIL = "subject_to_council", N_("Accepted, subject to the council")
    HELPER_ACCEPTED = "helper_accepted", N_("Accepted by the helping municipality")
    ENGAGED = "engaged", N_("Accepted by both")
    REJECTED = "rejected", N_("Rejected")
    DECLINED = "declined", N_("Declined")
    LAPSED = "lapsed", N_("Lapsed without an answer")
    UNDONE = "undone", N_("Undone")


class EngagementStatus(Code):
    """Where an accepted match stands."""

    PLANNED = "planned", N_("Planned")
    ACTIVE = "active", N_("Active")
    PAUSED = "paused", N_("Paused")
    COMPLETED = "completed", N_("Completed")
    ENDED = "ended", N_("Ended early")


class DecisionKind(Code):
    """What a person said of a proposal."""

    SIGN = "sign", N_("Approved")
    REJECT = "reject", N_("Rejected")
    HELPER_ACCEPT = "helper_accept", N_("Helping municipality accepted")
    HELPER_CONDITIONAL = (
        "helper_conditional",
        N_("Helping municipality accepted, subject to its council"),
    )
    HELPER_DECLINE = "helper_decline", N_("Helping municipality declined")
    REQUESTER_ACCEPT = "requester_accept", N_("Asking municipality accepted")
    REQUESTER_DECLINE = "requester_decline", N_("Asking municipality declined")
    UNDO = "undo", N_("Undone")


class DeclineReason(Code):
    """Why a side says no; a decline without a reason is not taken."""

    CAPACITY = "capacity", N_("No capacity at present")
    COUNCIL = "council", N_("The council did not agree")
    TIMING = "timing", N_("The dates do not fit")
    EXPERTISE = "expertise", N_("The expertise does not fit")
    SAFETY = "safety", N_("Safety of our people or of yours")
    POLITICAL = "political", N_("Political reasons")
    OTHER = "other", N_("Another reason")


class JobStatus(Code):
    """Where a piece of long work stands; none is ever lost."""

    QUEUED = "queued", N_("Waiting to start")
    RUNNING = "running", N_("Running")
    DONE = "done", N_("Done")
    FAILED = "failed", N_("Failed")
    CANCELLED = "cancelled", N_("Cancelled")


class Policy(Code):
    """What a round strives for first."""

    TOTAL = "total", N_("Best total fit")
    COVERAGE = "coverage", N_("Most needs served, then best total fit")
    FAIREST = "fairest", N_("Most needs served, the worst-off first, then best total fit")


class UnknownAs(Code):
    """What value the solver takes for something nobody told us."""

    LOWER = "lower", N_("Cautious: count it as the lowest value")
    RENORMALISED = "renormalised", N_("Neutral: leave it out and weigh the rest")
    UPPER = "upper", N_("Hopeful: count it as the highest value")


class Criterion(Code):
    """The three criteria of the matching model."""

    EXPERTISE = "expertise", N_("Expertise")
    CONTEXT = "context", N_("Context knowledge")
    AVAILABILITY = "availability", N_("Partner availability")


class Part(Code):
    """The named parts of the criteria, each a value in [0, 1] or unknown."""

    TOPICS = "topics", N_("Topics covered at the level asked")
    EXPERIENCE = "experience", N_("Experience with this activity")
    TIES = "ties", N_("Partnership ties with the town or its area")
    AREA_WORK = "area_work", N_("Earlier work in the area")
    FIELD_STAFF = "field_staff", N_("Staff who worked there")
    AREA_LANGUAGES = "area_languages", N_("Languages of the area")
    SHARED_PARTNERS = "shared_partners", N_("Partners in common")
    SIZE = "size", N_("Likeness of size")
    WINDOW = "window", N_("Share of the period covered")
    EFFORT = "effort", N_("Working days offered against asked")
    DELIVERY = "delivery", N_("Delivering partner on the ground")
    MANDATE = "mandate", N_("Mandate of the council")
    COMMITMENT = "commitment", N_("Length of commitment")
    LEARNING = "learning", N_("What the helper can learn in return")
    LEADERSHIP = "leadership", N_("Leaders on both sides who stand for it")


@dataclass(frozen=True)
class Activity:
    """One thing that foreign local governments can do, with where the idea comes from."""

    code: str
    label: str
    category: Category
    settings: tuple[Setting, ...]
    depth: Depth | None
    """Fixed depth of a dialogue activity; None where the asking town chooses (or no dialogue)."""
    rights: bool
    """Whether it is lobbying for the rights of people (all that a red-flagged town may ask for)."""
    needs_tie: bool
    """Whether a recorded partnership (or the town's waiver) is demanded."""
    source: str


@dataclass(frozen=True)
class Topic:
    """One topic of municipal work, mapped to international code lists."""

    code: str
    group: str
    label: str
    dac_codes: tuple[str, ...]
    sdg_targets: tuple[str, ...]
    cofog: str
    source: str


GROUPS: dict[str, str] = {
    "gov": N_("Administration and democracy"),
    "peace": N_("Peace and reconciliation"),
    "rights": N_("Rights and justice"),
    "risk": N_("Crisis, rescue and reconstruction"),
    "social": N_("People and public services"),
    "env": N_("Water, waste, energy and environment"),
    "city": N_("Planning, housing and safety"),
    "econ": N_("Local economy"),
    "culture": N_("Culture, sport and exchange"),
    "know": N_("Data and learning"),
}


ACTIVITIES: dict[str, Activity] = {
    row["code"]: Activity(
        code=row["code"],
        label=row["label"],
        category=Category(row["category"]),
        settings=tuple(Setting(code) for code in split(row["settings"])),
        depth=Depth(row["depth"]) if row["depth"] else None,
        rights=row["rights"] == "yes",
        needs_tie=row["needs_tie"] == "yes",
        source=row["source"],
    )
    for row in rows("activities.csv")
}

TOPICS: dict[str, Topic] = {
    row["code"]: Topic(
        code=row["code"],
        group=row["group"],
        label=row["label"],
        dac_codes=split(row["dac_codes"]),
        sdg_targets=split(row["sdg_targets"]),
        cofog=row["cofog"],
        source=row["source"],
    )
    for row in rows("taxonomy.csv")
}
