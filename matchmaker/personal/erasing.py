"""How a person, a need or a municipality is emptied: the row stays for those who refer to it."""

import secrets
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session, object_session

from matchmaker import audit
from matchmaker.access import PLATFORM
from matchmaker.accounts.service import move_membership
from matchmaker.lifecycle import may_become
from matchmaker.memberships.service import drop_hand_overs
from matchmaker.models import (
    Alert,
    Application,
    AuditEvent,
    AuditText,
    Base,
    Carrier,
    Closing,
    Engagement,
    FollowUpTask,
    IdentityChange,
    Invitation,
    Membership,
    Message,
    Milestone,
    Municipality,
    Need,
    Offer,
    OtherActor,
    Partnership,
    PlanVersion,
    PreconditionAnswer,
    PreconditionReview,
    Proposal,
    Receipt,
    RightsFlag,
    User,
    bury,
    now,
)
from matchmaker.safeguards.impact_service import erase_check_texts
from matchmaker.safeguards.risk_service import erase_risk_texts
from matchmaker.vocabulary import (
    ApplicationStatus,
    ChangeStatus,
    MembershipStatus,
    MunicipalityStatus,
)

GONE = "–"
"""Stands for an erased title, which a finished row may not lack."""
NOWHERE = "deleted.invalid"
"""Addresses under `.invalid` reach nobody, by RFC 2606."""
DELETED_WITH_THE_PERSON = (
    "held_post.user_id",
    "idempotency_key.user_id",
    "known_device.user_id",
    "mailbox.user_id",
    "one_time_link.user_id",
    "outbox.user_id",
    "roles_users.user_id",
    "sign_in_session.user_id",
    "thread_reading.user_id",
    "webauthn.user_id",
)
KEPT_OF_A_PERSON = (
    "alert.answered_by_id",
    "application.accepted_by_id",
    "adjustment.created_by_id",
    "application.appeal_decided_by_id",
    "application.applicant_id",
    "application.checked_by_id",
    "application.rejected_by_id",
    "carrier.asked_by_id",
    "conflict_area.confirmed_by_id",
    "decision.user_id",
    "deletion_request.asked_by_id",
    "deletion_request.user_id",
    "evidence.by_id",
    "follow_up_task.closed_by_id",
    "hint.created_by_id",
    "identity_change.accepted_by_id",
    "identity_change.checked_by_id",
    "identity_change.proposed_by_id",
    "impact_reason.user_id",
    "job.created_by_id",
    "legal_text.created_by_id",
    "match_impact.answered_by_id",
    "membership.user_id",
    "message.author_id",
    "need.created_by_id",
    "need.line_checked_by_id",
    "need_entry.confirmed_by_id",
    "need_entry.entered_by_id",
    "offer.created_by_id",
    "other_actor.by_id",
    "pulse_answer.user_id",
    "precondition_answer.by_id",
    "precondition_review.decided_by_id",
    "risk_answer.heeded_by_id",
    "risk_answer.user_id",
    "rights_flag.lifted_by_id",
    "rights_flag.raised_by_id",
    "round.created_by_id",
    "scenario.created_by_id",
)
"""What was done stays, under an account that names nobody any more."""
EMPTIED = (
    "username",
    "password",
    "confirmed_at",
    "last_login_at",
    "current_login_at",
    "last_login_ip",
    "current_login_ip",
    "login_count",
    "tf_primary_method",
    "tf_totp_secret",
    "tf_phone_number",
    "last_code_counter",
    "us_totp_secrets",
    "us_phone_number",
    "fs_webauthn_user_handle",
    "mf_recovery_codes",
    "locale",
    "time_zone",
)
"""Columns of an account that are emptied; the address is replaced."""

NAMELESS = (
    "local_name",
    "former_names",
    "official_code",
    "geonameid",
    "population",
    "latitude",
    "longitude",
    "contact_role",
    "contact_email",
    "contact_phone",
)
"""Columns of a municipality that are emptied, beside its name and region."""

APPLICATION_TEXTS = ("question", "answer", "rejection_text", "appeal", "appeal_answer")
CHANGE_TEXTS = (
    "name",
    "local_name",
    "region",
    "official_code",
    "contact_email",
    "contact_phone",
    "answer",
)
"""Columns of a proposed change that are emptied, beside its reason and sides."""
EVIDENCE_TEXTS = ("source", "code", "number", "answered_by", "note")


def erase_account(session: Session, user: User) -> None:
    """Empty an account: nobody signs in with it, and it names nobody."""
    session.refresh(user, with_for_update={"of": User})
    for name in DELETED_WITH_THE_PERSON:
        table, column = name.split(".")
        where = Base.metadata.tables[table].c[column]
        session.execute(delete(Base.metadata.tables[table]).where(where == user.id))
    for name in EMPTIED:
        if hasattr(user, name):
            setattr(user, name, None)
    user.email = f"{user.public_id}@{NOWHERE}"
    user.active, user.fs_uniquifier = False, secrets.token_hex(16)
    own = Membership.user_id == user.id
    end_memberships(session, list(session.scalars(select(Membership).where(own))))
    _erase_words_of(session, AuditEvent.user_id == user.public_id)
    bury(session, "user_account", user.public_id)
    audit.record(session, PLATFORM, "user.deleted", "user", user.public_id)


def end_memberships(session: Session, memberships: list[Membership]) -> None:
    """End memberships with what the persons were called, and what was being handed over."""
    for membership in memberships:
        membership.label = None
        if membership.status != MembershipStatus.ENDED:
            move_membership(session, PLATFORM, membership, MembershipStatus.ENDED)
    drop_hand_overs(session, PLATFORM, memberships)


def _erase_words_of(session: Session, which: Any) -> None:
    """Erase the words that go with events; the events and the digests stay."""
    events = select(AuditEvent.seq).where(which)
    session.execute(
        update(AuditText)
        .where(AuditText.seq.in_(events), AuditText.text.is_not(None))
        .values(text=None, erased_at=now()),
        execution_options={"synchronize_session": False},
    )


def erase_texts(row: Need | Offer) -> None:
    """Empty what people typed into a need or an offer; its codes stay for the figures."""
    row.title = GONE
    row.description = row.return_note = ""
    row.veto_names, row.veto_countries, row.wish_names = [], [], []
    if isinstance(row, Need):
        row.line_en, row.line_checked_at, row.tell_partners = "", None, []
        session = object_session(row)
        if session is not None:
            session.execute(update(Carrier).where(Carrier.need_id == row.id).values(veto_names=[]))
        for said in row.impact:
            said.sentence = ""
    if isinstance(row, Offer):
        for area in row.areas:
            area.region = ""
        for delivery in row.deliveries:
            delivery.region = ""


def erase_municipality(session: Session, town: Municipality) -> None:
    """Empty a municipality and what it wrote: the country stays, and codes for the figures.

    Its needs and offers are withdrawn before, and no work of it is open.
    """
    session.refresh(town, with_for_update={"of": Municipality})
    rows: list[Need | Offer] = [
        *session.scalars(select(Need).where(Need.municipality_id == town.id)),
        *session.scalars(select(Offer).where(Offer.municipality_id == town.id)),
    ]
    for row in rows:
        erase_texts(row)
        column = Receipt.need_id if isinstance(row, Need) else Receipt.offer_id
        session.execute(delete(Receipt).where(column == row.id))
    needs = [row.id for row in rows if isinstance(row, Need)]
    carried = (Carrier.municipality_id == town.id) | Carrier.need_id.in_(needs)
    session.execute(delete(Carrier).where(carried))
    told = (Alert.municipality_id == town.id) | Alert.need_id.in_(needs)
    session.execute(delete(Alert).where(told))
    erase_plans(session, rows)
    erase_judgements(session, [row for row in rows if isinstance(row, Need)])
    own = Membership.municipality_id == town.id
    members = list(session.scalars(select(Membership).where(own)))
    end_memberships(session, members)
    written = Message.membership_id.in_([member.id for member in members])
    session.execute(delete(Message).where(written))
    _erase_verification(session, town)
    session.execute(delete(Invitation).where(Invitation.municipality_id == town.id))
    ties = (Partnership.a_id == town.id) | (Partnership.b_id == town.id)
    session.execute(delete(Partnership).where(ties))
    _erase_words_of(
        session,
        AuditEvent.subject_id.in_([town.public_id, *(row.public_id for row in rows)]),
    )
    for name in NAMELESS:
        setattr(town, name, None)
    town.name, town.region, town.sides, town.languages = GONE, "", [], []
    town.hidden = True
    session.flush()
    if town.status == MunicipalityStatus.VERIFIED:
        audit.move(session, PLATFORM, town, MunicipalityStatus.SUSPENDED)
    bury(session, "municipality", town.public_id)
    audit.record(session, PLATFORM, "municipality.deleted", "municipality", town.public_id)


def _erase_verification(session: Session, town: Municipality) -> None:
    """End what was asked for the municipality, and empty what was found out about it."""
    for application in session.scalars(
        select(Application).where(Application.municipality_id == town.id)
    ).all():
        erase_application(application)
        if may_become("application", application.status, ApplicationStatus.WITHDRAWN):
            audit.move(session, PLATFORM, application, ApplicationStatus.WITHDRAWN)
    changes = select(IdentityChange).where(IdentityChange.municipality_id == town.id)
    for change in session.scalars(changes).all():
        erase_change(change)
        if change.is_open:
            audit.move(session, PLATFORM, change, ChangeStatus.WITHDRAWN)
    flags = select(RightsFlag).where(RightsFlag.municipality_id == town.id)
    for flag in session.scalars(flags).all():
        erase_flag(flag)


def erase_application(application: Application) -> None:
    """Empty the words of an application and of its evidence; results and dates stay."""
    for name in APPLICATION_TEXTS:
        setattr(application, name, None)
    for evidence in application.evidence:
        for name in EVIDENCE_TEXTS:
            setattr(evidence, name, None)


def erase_change(change: IdentityChange) -> None:
    """Empty what a change was about, and its words; who decided and when stays."""
    for name in CHANGE_TEXTS:
        setattr(change, name, None)
    change.reason, change.sides = "", []


def erase_flag(flag: RightsFlag) -> None:
    """Empty where the reports of a flag are, and why it was lifted."""
    flag.source = ""
    if flag.lift_reason is not None:
        flag.lift_reason = ""


def erase_judgements(session: Session, needs: list[Need]) -> None:
    """Empty what coordinators wrote beside the preconditions of needs, where the answers stay, and
    delete whom the town named as at work."""
    ids = [need.id for need in needs]
    session.execute(delete(OtherActor).where(OtherActor.need_id.in_(ids)))
    of_them = PreconditionAnswer.need_id.in_(ids)
    session.execute(update(PreconditionAnswer).where(of_them).values(source="", text=""))


def erase_plans(session: Session, rows: list[Need | Offer]) -> None:
    """Empty the plans of finished work on these needs and offers, and the checks of its matches."""
    needs = [row.id for row in rows if isinstance(row, Need)]
    offers = [row.id for row in rows if isinstance(row, Offer)]
    sides = Proposal.need_id.in_(needs) | Proposal.offer_id.in_(offers)
    for engagement in session.scalars(select(Engagement).join(Engagement.proposal).where(sides)):
        erase_work(session, engagement)
    erase_check_texts(session, list(session.scalars(select(Proposal.id).where(sides))))


WORK_TEXTS: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Milestone, ("what", "done_when")),
    (Closing, ("handed_over", "stays", "may_be_said", "thanks", "last_word")),
    (FollowUpTask, ("done",)),
    (PreconditionReview, ("reason",)),
)
"""Rows of an engagement with the words in them; days, numbers and codes stay."""


def erase_work(session: Session, engagement: Engagement) -> int:
    """Empty the words of finished work, earlier versions of its plan too; return how many."""
    held = [engagement.plan, engagement.political_contact]
    engagement.plan, engagement.political_contact = "", None
    own = PlanVersion.engagement_id == engagement.id
    versions = session.execute(delete(PlanVersion).where(own))
    for model, names in WORK_TEXTS:
        for row in session.scalars(select(model).where(model.engagement_id == engagement.id)):
            held += [getattr(row, name) for name in names]
            for name in names:
                setattr(row, name, "")
    n_answers = erase_risk_texts(session, [engagement.id])
    return sum(map(bool, held)) + n_answers + cast("CursorResult[Any]", versions).rowcount
