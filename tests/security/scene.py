"""One world with every kind of row in it, and every free text of it open to choice."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from flask_security import hash_password
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matchmaker.audit import record
from matchmaker.models import (
    Alert,
    AnnexConsent,
    Base,
    Carrier,
    Closing,
    ConflictArea,
    Engagement,
    Evidence,
    FollowUpTask,
    IdentityChange,
    ImpactReason,
    MandateStep,
    Membership,
    Milestone,
    NeedImpact,
    OfferArea,
    OfferDelivery,
    OtherActor,
    PartnerOrganisation,
    Partnership,
    PersonDays,
    PlanVersion,
    PreconditionAnswer,
    PreconditionReview,
    Proposal,
    Pulse,
    PulseAnswer,
    RightsFlag,
    RiskAnswer,
    RiskQuestion,
    RoundNeed,
    RoundOffer,
    Thread,
    User,
    Visit,
    now,
    place_key,
)
from tests import factories

# Every column that holds what a person typed. A new text column fails
# test_every_text_column_is_known until it stands here or among CODES.
FREE = {
    "application": ("question", "answer", "rejection_text", "appeal", "appeal_answer"),
    "association": ("name",),
    "audit_text": ("text",),
    "carrier": ("veto_names",),
    "conflict_area": ("region", "source"),
    "closing": ("handed_over", "stays", "may_be_said", "thanks", "last_word"),
    "engagement": ("plan", "political_contact"),
    "follow_up_task": ("done",),
    "milestone": ("what", "done_when"),
    "plan_version": ("text",),
    "membership": ("label",),
    "evidence": ("source", "code", "number", "answered_by", "note"),
    "identity_change": (
        "name",
        "local_name",
        "region",
        "official_code",
        "contact_email",
        "contact_phone",
        "reason",
        "answer",
    ),
    "impact_reason": ("text",),
    "match_impact": ("sentence",),
    "municipality": (
        "name",
        "local_name",
        "region",
        "official_code",
        "contact_role",
        "contact_email",
        "contact_phone",
    ),
    "message": ("text",),
    "need": ("title", "description", "return_note", "veto_names", "wish_names", "line_en"),
    "need_impact": ("sentence",),
    "offer": ("title", "description", "return_note", "veto_names", "wish_names"),
    "offer_area": ("region",),
    "offer_delivery": ("region",),
    "other_actor": ("name", "region", "source"),
    "partner_organisation": ("name",),
    "partnership": ("source",),
    "precondition_answer": ("source", "text"),
    "precondition_review": ("reason",),
    "risk_answer": ("text", "heeded_text"),
    "rights_flag": ("source", "lift_reason"),
    "round": ("title",),
    "scenario": ("name",),
    "webauthn": ("name",),
}
LISTS = {"veto_names", "wish_names"}
UNIQUE = {("association", "name"), ("partner_organisation", "name")}
UNIQUE |= {("municipality", "official_code")}
ANSWERED_BY_HELPER = ("proposed", "approved", "offered", "subject_to_council", "helper_accepted")
STATUSES = (*ANSWERED_BY_HELPER, "engaged", "declined", "lapsed", "rejected", "undone")
OFFERED_AT = {*STATUSES} - {"proposed", "approved", "rejected"}


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in: ids only, so that no session is needed to read them."""

    user_id: int
    public_id: str | None = None
    """Of the membership."""
    municipality_id: int | None = None


@dataclass
class Scene:
    """Persons by name, public ids of proposals by status, and all public ids by table."""

    members: dict[str, Membership] = field(default_factory=dict)
    people: dict[str, Person | None] = field(default_factory=dict)
    proposals: dict[str, str] = field(default_factory=dict)
    ids: dict[str, list[str]] = field(default_factory=dict)

    def persons(self) -> dict[str, Person | None]:
        """Return everybody who can sign in, and None for who is not signed in."""
        return self.people


def lay(session: Session) -> Scene:
    """Lay the world and commit it."""
    scene = Scene()
    newcomer = factories.make_user(session)
    here = factories.make_association(session)
    elsewhere = factories.make_association(session, scope=["FJ"])
    members = scene.members
    members["coordinator"] = factories.make_coordinator(session, here)
    members["foreign coordinator"] = factories.make_coordinator(session, elsewhere)
    members["administrator"] = factories.make_administrator(session, here)
    members["helper"] = factories.make_helper(session)
    members["other helper"] = factories.make_helper(session)
    members["other requester"] = factories.make_requester(session)
    registered = factories.make_municipality(session, status="registered", official_code="1")
    members["unverified requester"] = factories.make_requester(session, registered)
    suspended = factories.make_municipality(session, status="suspended", official_code="2")
    members["suspended helper"] = factories.make_helper(session, suspended)
    partner = factories._add(session, PartnerOrganisation(name="Partner", status="verified"))
    members["partner"] = factories._member(session, "partner", partner_id=partner.id)
    _lay_proposals(session, scene)
    _lay_beside(session, scene, partner)
    _lay_work(session, scene)
    session.flush()
    _collect(session, scene)
    session.execute(update(User).values(password=hash_password(factories.PASSWORD)))
    scene.people = {"anonymous": None, "newcomer": Person(newcomer.id)}
    for name, member in scene.members.items():
        scene.people[name] = Person(member.user_id, member.public_id, member.municipality_id)
    session.commit()
    return scene


def _lay_proposals(session: Session, scene: Scene) -> None:
    """Make one proposal in each status, each with an asking town of its own, all to one helper."""
    helper, moment = scene.members["helper"], now()
    round_ = factories.make_round(
        session,
        scene.members["coordinator"],
        status="published",
        published_at=moment - timedelta(days=3),
        frozen_at=moment - timedelta(days=4),
        solved_at=moment - timedelta(days=4),
        cool_off_ends_at=moment - timedelta(days=1),
    )
    for status in ("open", "frozen", "solved", "in_review"):
        factories.make_round(session, scene.members["coordinator"], status=status)
    for status in STATUSES:
        asker = factories.make_requester(session)
        scene.members[f"asker of {status}"] = asker
        live = status not in ("declined", "lapsed", "rejected", "undone")
        need = factories.make_need(
            session, asker, status="matched" if status == "engaged" else "in_round"
        )
        offer = factories.make_offer(session, helper)
        session.add(RoundNeed(round_id=round_.id, need_id=need.id, matched=live))
        session.add(RoundOffer(round_id=round_.id, offer_id=offer.id, places=1))
        accepted = status in ("helper_accepted", "engaged")
        proposal = factories.make_proposal(
            session,
            round_,
            need,
            offer,
            status=status,
            places_held=live and status != "proposed",
            approved_at=None if status == "proposed" else moment,
            offered_at=moment if status in OFFERED_AT else None,
            helper_accepted_at=moment if accepted else None,
            answer_by=moment + timedelta(days=5) if live else None,
        )
        scene.proposals[status] = proposal.public_id
        if status in ("subject_to_council", "helper_accepted", "engaged"):
            stands = {"helper_accepted": "given", "engaged": "printed"}.get(status, "asked")
            session.add(AnnexConsent(proposal=proposal, status=stands, answered_at=moment))
        if status == "engaged":
            engagement = Engagement(proposal=proposal, starts_on=date(2027, 3, 1))
            session.add(engagement)
            _lay_risk(session, scene, engagement)
        if live and status != "proposed":
            need.places_taken = offer.places_taken = 1


def _lay_risk(session: Session, scene: Scene, engagement: Engagement) -> None:
    """Make what the town says of peace and conflict, a risk that is due, and answers to another."""
    proposal, coordinator = engagement.proposal, scene.members["coordinator"]
    session.add(NeedImpact(need_id=proposal.need_id, question="need.calm", light="amber"))
    session.add(
        ImpactReason(
            proposal_id=proposal.id,
            user_id=coordinator.user_id,
            membership_id=coordinator.id,
            reds=["match.fairness"],
            text="r",
        )
    )
    answered = {
        "helper": scene.members["helper"],
        "requester": scene.members["asker of engaged"],
        "coordinator": coordinator,
    }
    for question in ("need.calm", "match.fairness"):
        risk = RiskQuestion(
            engagement=engagement,
            question=question,
            light="amber",
            months=3,
            due_on=now().date() - timedelta(days=1),
        )
        factories._add(session, risk)
        for side, member in answered.items() if question == "match.fairness" else ():
            session.add(
                RiskAnswer(
                    risk_question_id=risk.id,
                    side=side,
                    state="worse",
                    user_id=member.user_id,
                    membership_id=member.id,
                )
            )


def _lay_beside(session: Session, scene: Scene, partner: PartnerOrganisation) -> None:
    """Make what stands around: rows in other states, an area, ties, earlier work, an event."""
    asker, helper = scene.members["other requester"], scene.members["other helper"]
    for status in ("draft", "submitted", "returned", "verified", "unmatched", "withdrawn"):
        factories.make_need(session, asker, status=status)
    for status in ("draft", "submitted", "returned", "open", "paused", "withdrawn"):
        offer = factories.make_offer(session, helper, status=status)
        vote = now().date() + timedelta(days=40)
        session.add(MandateStep(offer_id=offer.id, stage="council", planned_on=vote))
        session.add(OfferArea(offer_id=offer.id, country="UA", last_year=2020, years=2))
        session.add(OfferDelivery(offer_id=offer.id, country="UA", partner_id=partner.id))
    low, high = sorted((asker.municipality_id, helper.municipality_id))
    session.add(Partnership(a_id=low, b_id=high, since=2001))
    session.add(
        ConflictArea(
            level="region",
            country="UA",
            region="Kharkiv",
            place_key=place_key("UA", "Kharkiv"),
            phase="actual",
            presence="restricted",
        )
    )
    _lay_preconditions(session, scene)
    _lay_case(session, scene)
    _lay_applications(session, scene)
    _lay_messages(session, scene)
    who = factories.actor_of(scene.members["coordinator"])
    record(session, who, "proposal.declined", "proposal", scene.proposals["declined"], {}, "no")


def _lay_preconditions(session: Session, scene: Scene) -> None:
    """Make answers for an area and for a need, and a question that waits and one decided."""
    by = scene.members["coordinator"].user_id
    area, engagement = (
        session.scalars(select(ConflictArea)).one(),
        session.scalars(select(Engagement)).one(),
    )
    said = {"question": "violence", "answer": "met", "as_of": date(2026, 1, 2), "by_id": by}
    session.add(PreconditionAnswer(area_id=area.id, **said))
    session.add(PreconditionAnswer(need_id=engagement.proposal.need_id, **said))
    session.add(PreconditionReview(engagement_id=engagement.id, question="all"))
    known = {"name": "n", "kind": "ngo", "country": "UA", "topics": [], "source": "s", "by_id": by}
    session.add(OtherActor(**known))
    session.add(OtherActor(need_id=engagement.proposal.need_id, **known))
    done = {"decided": "continue", "decided_by_id": by, "decided_at": now()}
    session.add(PreconditionReview(engagement_id=engagement.id, question="violence", **done))


def _lay_case(session: Session, scene: Scene) -> None:
    """Ask a town to carry the need of another, and tell a partner city of an urgent one."""
    needs = {
        status: session.scalars(
            select(Proposal.need_id).where(Proposal.public_id == scene.proposals[status])
        ).one()
        for status in ("proposed", "engaged")
    }
    session.add(
        Carrier(
            need_id=needs["proposed"],
            municipality_id=scene.members["other requester"].municipality_id,
            asked_by_id=scene.members["coordinator"].user_id,
        )
    )
    helper = scene.members["helper"].municipality_id
    session.add(Alert(need_id=needs["engaged"], municipality_id=helper))


def _lay_applications(session: Session, scene: Scene) -> None:
    """Make an application in each state with texts, its evidence, and red flags."""
    coordinator = scene.members["coordinator"]
    second = factories.make_coordinator(session)
    for status in ("submitted", "doubted", "answered", "rejected", "appealed"):
        town = factories.make_municipality(session, status="registered")
        applicant = factories.make_requester(session, town)
        scene.members[f"applicant {status}"] = applicant
        over = status in ("rejected", "appealed")
        application = factories.make_application(
            session,
            town,
            applicant,
            status=status,
            rejection="other" if over else None,
            rejected_by_id=second.user_id if over else None,
        )
        for kind, more in EVIDENCE.items():
            row = Evidence(application_id=application.id, kind=kind, by_id=second.user_id, **more)
            row.association_id = second.association_id
            session.add(row)
    asked = scene.members["other requester"].municipality_id
    for status in ("checked", "refused"):
        change = IdentityChange(
            municipality_id=asked,
            status=status,
            fields=["name", "local_name", "region", "official_code", "contact_phone"],
            reason="r",
            proposed_by_id=second.user_id,
            checked_by_id=second.user_id,
        )
        session.add(change)
    lifted = {"lifted_by_id": coordinator.user_id, "lifted_at": now(), "lift_reason": "r"}
    for more in ({}, lifted):
        flag = RightsFlag(municipality_id=asked, source="s", raised_by_id=second.user_id, **more)
        session.add(flag)


def _lay_work(session: Session, scene: Scene) -> None:
    """Make what both sides write in an engagement, and what coordinators look after in it."""
    engagement, day = session.scalars(select(Engagement)).one(), date(2027, 4, 1)
    asker, here = scene.members["asker of engaged"], {"engagement_id": engagement.id}
    pulse = Pulse(**here, day=30, answer_by=now() + timedelta(days=9))
    session.add_all(
        [
            pulse,
            PlanVersion(**here, number=1, text="t", side="helper"),
            Milestone(**here, what="w", due_on=day),
            Visit(**here, starts_on=day, ends_on=day, persons=2, place="elsewhere"),
            PersonDays(**here, side="helper", until=day, days=3),
            Closing(**here, side="requester"),
            FollowUpTask(**here, kind="not_safe", side="requester"),
        ]
    )
    session.flush()
    said = {"alive": "yes", "useful": "yes", "safe": "no"}
    answer = PulseAnswer(pulse_id=pulse.id, user_id=asker.user_id, side="requester", **said)
    session.add(answer)


EVIDENCE = {
    "register": {"matches": True},
    "call_back": {"call_result": "confirmed", "called_at": now()},
    "vouching": {},
    "rights": {"rights_answer": "none_known"},
}


def _lay_messages(session: Session, scene: Scene) -> None:
    """Make a message from each side, and from a coordinator to each, where both may write."""
    coordinator, helper = scene.members["coordinator"], scene.members["helper"]
    for status in ("offered", "helper_accepted", "declined", "engaged"):
        asker = scene.members[f"asker of {status}"]
        proposal = session.scalars(
            select(Proposal).where(Proposal.public_id == scene.proposals[status])
        ).one()
        thread = factories._add(session, Thread(proposal_id=proposal.id))
        written = [(helper, "helper", True, False), (coordinator, "coordinator", True, False)]
        if status in ("helper_accepted", "engaged"):
            written += [
                (asker, "requester", False, True),
                (coordinator, "coordinator", False, True),
            ]
        factories.make_messages(session, thread, written)
    engagement = session.scalars(select(Engagement)).one()
    thread = Thread(proposal_id=engagement.proposal_id, engagement_id=engagement.id)
    factories._add(session, thread)
    asker = scene.members["asker of engaged"]
    written = [(helper, "helper", True, True), (asker, "requester", True, True)]
    factories.make_messages(session, thread, written)


def _collect(session: Session, scene: Scene) -> None:
    """Note every public id by its table."""
    for mapper in Base.registry.mappers:
        if hasattr(mapper.class_, "public_id"):
            model = mapper.class_
            query = select(model.public_id).order_by(model.id)
            scene.ids[model.__tablename__] = list(session.scalars(query))


def dress(session: Session, text_of) -> None:
    """Write `text_of(table, column, row id)` into every free text, past the guards of the app."""
    for name, columns in FREE.items():
        table = Base.metadata.tables[name]
        key = next(iter(table.primary_key.columns))
        for row in session.scalars(select(key)).all():
            values = {column: text_of(name, column, row) for column in columns}
            for column in columns:
                if column in LISTS:
                    values[column] = [values[column]]
                elif (name, column) in UNIQUE:
                    values[column] += f" {row}"
            if name == "rights_flag":  # one that stands has no reason for lifting
                standing = table.c.lift_reason.is_(None) & (key == row)
                if session.scalar(select(key).where(standing)) is not None:
                    del values["lift_reason"]
            session.execute(update(table).where(key == row).values(values))
    session.commit()
    session.expire_all()
