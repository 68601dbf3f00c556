"""What is known of the peace and conflict impact of a match, and what of it is not answered."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from matchmaker.access import Actor
from matchmaker.access.scope import proposals_in_hand
from matchmaker.models import (
    Engagement,
    ImpactReason,
    MatchImpact,
    Membership,
    Municipality,
    Need,
    NeedImpact,
    Offer,
    OfferDelivery,
    Proposal,
    RiskAnswer,
    RiskQuestion,
    User,
)
from matchmaker.safeguards.risk_queries import (
    OpenRisk,
    open_among,
    said_beside,
    said_of,
)
from matchmaker.vocabulary import MembershipStatus, ProposalStatus, Setting
from matchmaker.vocabulary.impact import (
    NO_PARTNER,
    QUESTIONS,
    RISKY,
    AskedAt,
    Light,
    Question,
    asked,
)

EARLIER = "earlier"
"""Origin of a concern: an open risk of another match of the same need."""
OPEN, UNCHECKED = "open", "unchecked"
"""Of a check: a question is not answered; the same where the pair could work in the area."""


@dataclass(frozen=True)
class Concern:
    """One risk that stands against a match, with where it comes from."""

    question: Question
    light: str
    origin: str


@dataclass(frozen=True)
class Answer:
    """A question with its answer; no light = not answered."""

    question: Question
    light: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Standing:
    """How the check of a match stands, in few queries: codes and lights, no sentence."""

    concerns: tuple[Concern, ...]
    n_asked: int
    n_answered: int
    in_area: bool
    """Whether both sides would work in the conflict area."""
    earlier: tuple[OpenRisk, ...]
    of_need: dict[str, str]
    """Question -> what the town says; one that it left open is not named."""

    @property
    def n_open(self) -> int:
        """How many questions of the match nobody has answered."""
        return self.n_asked - self.n_answered

    @property
    def reds(self) -> tuple[str, ...]:
        """Codes of what is red."""
        return self._codes(Light.RED)

    @property
    def ambers(self) -> tuple[str, ...]:
        """Codes of what is amber and nowhere red."""
        reds = set(self.reds)
        return tuple(code for code in self._codes(Light.AMBER) if code not in reds)

    @property
    def unchecked(self) -> bool:
        """Whether harm is likely enough that an unanswered check asks for a second person."""
        return self.in_area and self.n_open > 0

    def _codes(self, light: Light) -> tuple[str, ...]:
        found = (one.question.code for one in self.concerns if one.light == light)
        return tuple(dict.fromkeys(found))


def proposal_by_public_id(session: Session, public_id: str) -> Proposal | None:
    """Return the proposal with its round, both sides and their municipalities, or None."""
    return session.scalars(
        select(Proposal)
        .where(Proposal.public_id == public_id)
        .options(
            joinedload(Proposal.round),
            joinedload(Proposal.need).joinedload(Need.municipality),
            joinedload(Proposal.offer).joinedload(Offer.municipality),
        )
    ).one_or_none()


def standing_of(session: Session, proposal: Proposal) -> Standing:
    """Return how the check of a match stands now, in one query."""
    need = proposal.need
    rows, risks = _found_of(session, proposal)
    of_match = {one.code for one in asked(AskedAt.MATCH, need.activity)}
    of_need = {one.code for one in asked(AskedAt.NEED, need.activity)}
    asked_now = of_match | of_need | {NO_PARTNER}
    found = [
        Concern(QUESTIONS[code], light, origin)
        for origin, code, light in rows
        if light in RISKY and code in asked_now
    ]
    found += [Concern(QUESTIONS[one.question], one.light, EARLIER) for one in risks]
    order = list(QUESTIONS)
    return Standing(
        concerns=tuple(sorted(found, key=lambda one: order.index(one.question.code))),
        n_asked=len(of_match),
        n_answered=sum(code in of_match for _, code, _ in rows),
        in_area=could_be_in_area(proposal),
        earlier=tuple(risks),
        of_need={code: light for _, code, light in rows if code in of_need},
    )


def _found_of(
    session: Session, proposal: Proposal
) -> tuple[list[tuple[str, str, str]], list[OpenRisk]]:
    """Return (origin, question, light) of each answer, and the open risks of other matches."""
    nothing = literal(0), literal(0), literal("")
    of_need = select(literal(AskedAt.NEED.value), NeedImpact.question, *nothing, NeedImpact.light)
    of_match = select(
        literal(AskedAt.MATCH.value), MatchImpact.question, *nothing, MatchImpact.light
    )
    ruled = select(literal(AskedAt.RULE.value), literal(NO_PARTNER), *nothing, _amber())
    of_risks = (
        said_of([proposal.need_id])
        .where(Proposal.id != proposal.id)
        .with_only_columns(
            literal(EARLIER),
            RiskQuestion.question,
            RiskQuestion.months,
            Proposal.id,
            Engagement.public_id,
            RiskAnswer.state,
        )
    )
    found, said = [], []
    for origin, code, months, other, engagement, light in session.execute(
        union_all(
            of_need.where(NeedImpact.need_id == proposal.need_id),
            of_match.where(MatchImpact.proposal_id == proposal.id),
            _sides_of(ruled).where(Proposal.id == proposal.id, names_no_partner()),
            of_risks,
        )
    ):
        if origin == EARLIER:
            said.append((proposal.need_id, other, engagement, code, months, light))
        else:
            found.append((origin, code, light))
    return found, open_among(said)


def could_be_in_area(proposal: Proposal) -> bool:
    """Tell whether both sides accept work in the conflict area."""
    both = set(proposal.need.settings) & set(proposal.offer.settings)
    return Setting.IN_AREA.value in both


def answers_of_match(session: Session, proposal: Proposal) -> list[Answer]:
    """Return the questions asked of a match, each with what coordinators answered."""
    rows = session.scalars(select(MatchImpact).where(MatchImpact.proposal_id == proposal.id))
    return _answered(asked(AskedAt.MATCH, proposal.need.activity), rows)


def answers_of_need(need: Need) -> list[Answer]:
    """Return the short questions of a need, each with what the town says."""
    return _answered(asked(AskedAt.NEED, need.activity), need.impact)


def _answered(questions: list[Question], rows: Iterable[Any]) -> list[Answer]:
    known = {row.question: row for row in rows}
    return [
        Answer(one, known[one.code].light, known[one.code].sentence)
        if one.code in known
        else Answer(one)
        for one in questions
    ]


def reasons_of(session: Session, proposal: Proposal) -> list[ImpactReason]:
    """Return why a match may go on although something is red, in order; ended ones too."""
    return list(
        session.scalars(
            select(ImpactReason)
            .where(ImpactReason.proposal_id == proposal.id)
            .options(
                joinedload(ImpactReason.membership).joinedload(Membership.association),
                joinedload(ImpactReason.membership).joinedload(Membership.user),
            )
            .order_by(ImpactReason.id)
        )
    )


def writers_of(session: Session, proposal: Proposal, reds: tuple[str, ...]) -> list[int]:
    """Return the active coordinators whose standing reason speaks of everything that is red."""
    rows = session.execute(
        select(ImpactReason.user_id, ImpactReason.reds)
        .join(User, User.id == ImpactReason.user_id)
        .join(Membership, Membership.id == ImpactReason.membership_id)
        .where(
            ImpactReason.proposal_id == proposal.id,
            ImpactReason.stands.is_(True),
            User.active.is_(True),
            Membership.status == MembershipStatus.ACTIVE,
        )
        .order_by(ImpactReason.id)
    )
    return [user_id for user_id, spoken_of in rows if set(reds) <= set(spoken_of)]


def lights_in_round(session: Session, round_id: int, actor: Actor) -> dict[int, set[str]]:
    """Return, of the proposals of a round that wait, what stands in their checks; one query.

    Codes: 'red', 'amber', 'open', 'unchecked'. One that holds none of them is not named.
    """
    here = (
        Proposal.round_id == round_id,
        Proposal.status == ProposalStatus.PROPOSED,
        proposals_in_hand(actor),
    )
    nothing = [literal(0), literal(0), literal(""), literal(""), literal(0), null()]
    of_need = select(Proposal.id, NeedImpact.light, *nothing).join(
        NeedImpact, NeedImpact.need_id == Proposal.need_id
    )
    of_match = select(Proposal.id, MatchImpact.light, *nothing).join(
        MatchImpact, MatchImpact.proposal_id == Proposal.id
    )
    in_area = and_(_lists(Need.settings, Setting.IN_AREA), _lists(Offer.settings, Setting.IN_AREA))
    not_answered = case((in_area, literal(UNCHECKED)), else_=literal(OPEN))
    rows: Any = session.execute(
        union_all(
            of_need.where(*here, NeedImpact.light.in_(RISKY)),
            of_match.where(*here, MatchImpact.light.in_(RISKY)),
            _sides_of(select(Proposal.id, _amber(), *nothing)).where(*here, names_no_partner()),
            _sides_of(select(Proposal.id, not_answered, *nothing)).where(*here, _is_open()),
            said_beside(literal(EARLIER)).where(*here),
        )
    )
    found: dict[int, set[str]] = defaultdict(set)
    said = defaultdict(list)
    for row_id, code, *more in rows:
        if code == EARLIER:
            said[row_id].append(more)
        else:
            found[row_id] |= {OPEN, code} if code == UNCHECKED else {code}
    for row_id, answers in said.items():
        if lights := {one.light for one in open_among(answers)}:
            found[row_id] |= lights
    return dict(found)


def n_checks(session: Session, round_id: int, actor: Actor) -> dict[str, int]:
    """Count the proposals of a round that wait, by what stands in their checks."""
    return dict(
        Counter(
            code for codes in lights_in_round(session, round_id, actor).values() for code in codes
        )
    )


def names_no_partner() -> ColumnElement[bool]:
    """Return the condition that nobody on the ground takes part, and no low profile is asked.

    Work abroad alone needs none; an offer that was not asked for its partners is not known.
    """
    has_partner = exists().where(
        OfferDelivery.offer_id == Offer.id, OfferDelivery.country == Municipality.country
    )
    elsewhere_too = or_(
        _lists(Need.settings, Setting.IN_AREA), _lists(Need.settings, Setting.REMOTE)
    )
    return and_(
        Need.low_profile.is_(False), Offer.delivery_stated.is_(True), elsewhere_too, ~has_partner
    )


def _sides_of(query: Any) -> Any:
    """Put both sides of a proposal, and the town that asks, beside a query."""
    return (
        query.select_from(Proposal)
        .join(Need, Need.id == Proposal.need_id)
        .join(Municipality, Municipality.id == Need.municipality_id)
        .join(Offer, Offer.id == Proposal.offer_id)
    )


def _lists(column: Any, code: str) -> ColumnElement[bool]:
    """Tell whether a list of codes, stored as JSON, holds one."""
    return cast(column, String).contains(f'"{code}"', autoescape=True)


def _amber() -> ColumnElement[str]:
    return literal(Light.AMBER.value)


def _is_open() -> ColumnElement[bool]:
    """Return the condition that a question of the match is not answered."""
    every = asked(AskedAt.MATCH, None)
    n_asked: ColumnElement[int] = literal(len(every))
    for one in QUESTIONS.values():
        if one.asked_at == AskedAt.MATCH and one.activities:
            n_asked = n_asked + case((Need.activity.in_(one.activities), 1), else_=0)
    n_answered = (
        select(func.count())
        .select_from(MatchImpact)
        .where(MatchImpact.proposal_id == Proposal.id)
        .scalar_subquery()
    )
    return n_answered < n_asked
