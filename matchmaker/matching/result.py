"""What a round gives back: proposed pairs, unmatched needs, unused offers; codes and numbers
only."""

from dataclasses import dataclass, field
from typing import Any

from matchmaker.matching import canonical
from matchmaker.matching.certificate import Certificate, certificate_of
from matchmaker.matching.clashes import Competition


@dataclass(frozen=True)
class PartValue:
    """One part of one pair, with what it adds to the score."""

    part: str
    criterion: str
    state: str
    """'known', 'partly' (its level or its like is not stated), 'unknown', 'not_asked'."""
    value: float | None
    """What was counted; None where the part was left out."""
    low: float
    high: float
    weight: float
    """Weight in the score of this pair, after what is unknown was left out."""
    contribution: float
    """weight x value; all contributions sum to the score."""


@dataclass(frozen=True)
class CriterionValue:
    """One criterion of one pair."""

    criterion: str
    value: float | None
    low: float
    high: float
    weight: float


@dataclass(frozen=True)
class Question:
    """Something nobody stated: what to ask, and whom."""

    about: str
    """Code of the part, or of the hard rule."""
    side: str
    """'need' or 'offer'."""
    field: str


@dataclass(frozen=True)
class Rival:
    """Another need or offer, with the score of the pair in question."""

    key: str
    score: float


@dataclass(frozen=True)
class Price:
    """What forbidding a proposed pair costs."""

    total: float | None
    """Loss of the total; None where no result would be left."""
    served: int
    """How many needs fewer would be served (negative: more)."""
    gained: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]
    """(need, offer) that would come and go."""
    worst: float = field(default=0.0, metadata=canonical.LATER)
    """How much lower the worst-off served need would score (negative: higher)."""
    changes: bool = field(default=True, metadata=canonical.LATER)
    """Whether all but the loss of the total was worked out; else see `whatif`."""


@dataclass(frozen=True)
class ProposedPair:
    """One proposal with its explanation."""

    need: str
    offer: str
    score: float
    low: float
    high: float
    criteria: tuple[CriterionValue, ...]
    parts: tuple[PartValue, ...]
    questions: tuple[Question, ...]
    offer_rank: int
    """Rank of this offer among all allowed for the need; 1 = best, equals share a rank."""
    offers_allowed: int
    need_rank: int
    needs_allowed: int
    runner_up_offer: Rival | None
    """Best offer for the need that it did not get."""
    runner_up_need: Rival | None
    """Best need for the offer that it does not serve."""
    locked: bool = False
    price: Price | None = None
    """None where it was not computed: see `pipeline.price_of_forbidding`."""


@dataclass(frozen=True)
class RuleCount:
    """How many offers were left for a need after one hard rule."""

    rule: str
    left: int


@dataclass(frozen=True)
class Loss:
    """A good offer that went to others."""

    offer: str
    score: float
    winners: tuple[Rival, ...]
    """Needs that got its places, with their scores."""
    behind: float
    """Lowest score among the winners less the score here (negative: the whole gained elsewhere)."""
    price: float | None = None
    """What the total would lose if this pair were forced; None where it was not computed."""


@dataclass(frozen=True)
class Change:
    """One change by which a need would have a candidate."""

    rule: str
    """The hard rule to be met, or 'minimum_score'."""
    side: str
    field: str
    offer: str
    """Best offer that the change would bring within reach."""
    score: float
    offers: int
    """How many offers the change would bring within reach."""
    certain: bool
    """True where that offer has a place left and the score suffices: it would be served."""
    present: str
    wanted: str
    """What is stated and what would have to be, as codes or numbers."""


@dataclass(frozen=True)
class NearOffer:
    """One of the offers nearest to an unmatched need."""

    offer: str
    score: float
    bars: tuple[str, ...]
    """Rules that stand between; empty where the pair is allowed."""


@dataclass(frozen=True)
class UnmatchedNeed:
    """A need that got no offer, and why."""

    need: str
    reason: str
    """'no_candidate', 'no_place', 'below_minimum', 'minimum_not_met', 'barred_by_hand',
    'lost_competition', 'held_by_rule'."""
    rule: str | None
    """The hard rule that barred the last offers, for 'no_candidate'."""
    offers: int
    funnel: tuple[RuleCount, ...]
    best_score: float | None
    losses: tuple[Loss, ...]
    changes: tuple[Change, ...]
    nearest: tuple[NearOffer, ...]
    in_full: bool = field(default=True, metadata=canonical.LATER)
    """False where changes and nearest offers were not looked for: see `large.reasons`."""


@dataclass(frozen=True)
class UnusedOffer:
    """An offer that serves no need, and why."""

    offer: str
    reason: str
    """'no_candidate', 'no_place', 'below_minimum', 'not_needed'."""
    needs_allowed: int
    best: Rival | None


@dataclass(frozen=True)
class Cut:
    """What a round too large to hold was solved without."""

    left_out: int
    """Pairs that no rule bars and that were not kept."""
    bound: float
    """What leaving them out can have cost the total, at most; 0 where proven to be nothing."""


class CancelledRound(Exception):
    """Somebody cancelled the run."""


@dataclass(frozen=True)
class Result:
    """Outcome of a round; the same snapshot and settings give the same bytes."""

    version: str
    snapshot_digest: str
    settings_digest: str
    policy: str
    n_needs: int
    n_offers: int
    n_candidates: int
    """Pairs that no hard rule bars."""
    pairs: tuple[ProposedPair, ...]
    unmatched: tuple[UnmatchedNeed, ...]
    unused: tuple[UnusedOffer, ...]
    funnel: tuple[RuleCount, ...]
    """Pairs left after each rule, over all needs."""
    total: float
    """Sum of the scores of all pairs."""
    objective: tuple[Any, ...]
    """What the policy compares; where pairs were to be kept, with their bonus."""
    bound: tuple[Any, ...]
    gap: float
    optimal: bool
    stopped: bool
    solver: str
    kept: int | None = field(default=None, metadata=canonical.LATER)
    """How many of the pairs to keep stayed; None where the settings name none."""
    competitions: tuple[Competition, ...] = field(default=(), metadata=canonical.LATER)
    """Groups of needs that no choice of pairs could serve all; see `competition`."""
    cut: Cut | None = field(default=None, metadata=canonical.LATER)
    """None where all pairs were weighed; see `large`."""

    @property
    def certificate(self) -> Certificate:
        """How sure it is that nothing better exists."""
        return certificate_of(self.policy, self.objective, self.bound, self.gap, self.stopped)

    def to_json(self) -> str:
        """Return canonical JSON."""
        return canonical.dumps(self)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return canonical.digest(self)

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """Read what `to_json` wrote."""
        result: Result = canonical.load(cls, canonical.parse(text, "result"), "result")
        return result
