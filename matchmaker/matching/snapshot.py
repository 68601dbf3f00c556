"""The frozen input of a round: what matching knows of needs, offers, ties and areas.

Rows are needs, columns are offers, everywhere. Records carry codes, numbers and keys only: no
name, no free text. Unknown is `None` (or an absent tie), never 0. Two bridges fill them:
`rounds.snapshot` from rows and `exchange` from CSV files.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from operator import is_not
from typing import Any, ClassVar

from matchmaker.matching import canonical, soundness


@dataclass(frozen=True)
class TopicWanted:
    """A topic a need asks for."""

    topic: str
    importance: int = 2
    """1 nice to have, 2 important, 3 essential."""
    level: int = 3
    """Level of expertise asked, 1 to 5."""


@dataclass(frozen=True)
class TopicOffered:
    """A topic an offer brings, and at which level."""

    topic: str
    level: int | None = None
    """Level of expertise, 1 to 5; None where not stated."""


@dataclass(frozen=True)
class Town:
    """What matching knows of a municipality (its name stays outside)."""

    key: str
    """Stable key (public id of the row, or the key of the file)."""
    country: str
    """ISO 3166-1 alpha-2."""
    region: str = ""
    """First-level region, as a code or a name that is the same for all towns of the region."""
    population: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    languages: tuple[str, ...] = ()
    """Languages spoken in the area, ISO 639-1 or 639-3."""
    temporary: bool = False
    """A temporary administration stands in for an elected council."""


@dataclass(frozen=True)
class NeedRecord:
    """One need, as the solver sees it."""

    key: str
    town: str
    """Key of a `Town`."""
    category: str
    activity: str
    second_category: str | None = None
    depth: str | None = None
    """'atmosphere' or 'heart' for dialogue; None otherwise."""
    settings: tuple[str, ...] = ()
    """Settings the town accepts."""
    presence: str = "restricted"
    """Access of the area: 'possible', 'restricted', 'none' (unknown counts as restricted)."""
    topics: tuple[TopicWanted, ...] = ()
    languages: tuple[str, ...] = ()
    """Working languages."""
    interpretation: bool | None = None
    """The town can arrange interpretation; None = unknown."""
    window_start: date | None = None
    window_end: date | None = None
    overlap_days: int = 30
    """The least overlap of windows that is of use, in days."""
    effort_days: int | None = None
    """Working days of experts asked."""
    commitment_months: int | None = None
    places: int = 1
    """At most so many helpers."""
    minimum: int = 0
    """None, or at least so many helpers (consortium)."""
    low_profile: bool = False
    """Local governments only."""
    consent: bool | None = None
    """All parties consent (asked for the heart of a disagreement); None = unknown."""
    tie_waiver: bool = False
    """The town waives the recorded tie that an activity would demand."""
    veto_towns: tuple[str, ...] = ()
    veto_countries: tuple[str, ...] = ()
    """Secret: never shown, in any explanation."""
    sides: tuple[str, ...] = ()
    """Codes of the sides of a divide this town counts to, for rules of even-handedness."""
    rights_only: bool = field(default=False, metadata=canonical.LATER)
    """A red flag stands on the town: only lobbying for rights may be matched."""
    wish_towns: tuple[str, ...] = field(default=(), metadata=canonical.LATER)
    """Towns it would like to work with and that would like to work with it. Counts for nothing by
    itself (`Settings.tied`); as secret as a veto."""
    unmet: tuple[str, ...] = field(default=(), metadata=canonical.LATER)
    """Preconditions that are not met for it, or in its area (`vocabulary.precondition`)."""
    no_publicity: bool = field(default=False, metadata=canonical.LATER)
    """No helper that has to make its help public may be matched."""
    teaches: tuple[str, ...] = field(default=(), metadata=canonical.LATER)
    """What the town can teach a helper in return (`lessons.csv`)."""
    led: bool = field(default=False, metadata=canonical.LATER)
    """The office that stands for it has confirmed that it does; False = not known."""


@dataclass(frozen=True)
class AreaExperience:
    """Earlier work of a helper in a conflict area."""

    country: str
    region: str = ""
    """Empty = in the country, region unknown."""
    last_year: int | None = None
    years: float | None = None
    staff: bool = False
    """Staff who worked there still serve."""


@dataclass(frozen=True)
class Delivery:
    """A partner organisation that delivers on the ground for this offer."""

    country: str
    region: str = ""
    topics: tuple[str, ...] = ()
    """Empty = any topic."""


@dataclass(frozen=True)
class OfferRecord:
    """One offer, as the solver sees it."""

    key: str
    town: str
    category: str
    activities: tuple[str, ...] = ()
    second_category: str | None = None
    depths: tuple[str, ...] = ("atmosphere", "heart")
    settings: tuple[str, ...] = ()
    topics: tuple[TopicOffered, ...] = ()
    experience: tuple[tuple[str, int], ...] = ()
    """(activity, number of times done); an activity that is absent = unknown."""
    languages: tuple[str, ...] = ()
    interpretation: bool | None = None
    window_start: date | None = None
    window_end: date | None = None
    effort_days: int | None = None
    commitment_months: int | None = None
    places: int = 1
    mandate: str = "adopted"
    """'adopted', 'conditional', 'refused', 'lapsed'."""
    mandate_chance: float | None = None
    """Stated chance of a conditional mandate, in [0, 1]; None = unknown."""
    mandate_lapses: date | None = None
    areas: tuple[AreaExperience, ...] | None = None
    """Earlier work; None = not stated (unknown), () = stated: none."""
    context_languages: tuple[str, ...] | None = None
    """Languages of staff beyond the working languages; None = not stated."""
    delivery: tuple[Delivery, ...] | None = None
    """Partners on the ground; None = not stated, () = stated: none."""
    involves_partner: bool = False
    """A partner organisation takes part in any case (bars low-profile needs)."""
    veto_towns: tuple[str, ...] = ()
    veto_countries: tuple[str, ...] = ()
    """Secret."""
    arranged: tuple[AreaExperience, ...] = field(default=(), metadata=canonical.LATER)
    """Earlier work of the helper that came of a match here and was completed; known whether or not
    the helper stated others (`areas`)."""
    wish_towns: tuple[str, ...] = field(default=(), metadata=canonical.LATER)
    """Towns it would like to work with and that would like to work with it. Counts for nothing by
    itself (`Settings.tied`); as secret as a veto."""
    must_publish: bool = field(default=False, metadata=canonical.LATER)
    """It has to make its help public while that goes on."""
    learns: tuple[str, ...] = field(default=(), metadata=canonical.LATER)
    """What the helper would like to learn in return (`lessons.csv`)."""
    led: bool = field(default=False, metadata=canonical.LATER)
    """The office that stands for it has confirmed that it does; False = not known."""


@dataclass(frozen=True)
class Tie:
    """A partnership between two municipalities."""

    a: str
    b: str
    """Keys of `Town`; a tie has no direction."""
    kind: str = "twinning"
    since: int | None = None
    until: int | None = None
    """Last year, None = still alive or not known to have ended."""


@dataclass(frozen=True)
class Snapshot:
    """Everything a round was decided on; the same snapshot and settings give the same result."""

    taken_on: date
    needs: tuple[NeedRecord, ...]
    offers: tuple[OfferRecord, ...]
    towns: tuple[Town, ...]
    ties: tuple[Tie, ...] = ()
    neighbours: tuple[tuple[str, str], ...] = ()
    """Pairs of neighbouring countries among those named."""
    _in_order: ClassVar[bool] = False
    """Known to be in canonical order; set by `sorted` on what it returns."""

    def sorted(self) -> "Snapshot":
        """Return the same snapshot in canonical order, so that the order of the input is lost."""
        if self._in_order:
            return self
        ties = {tie if tie.a <= tie.b else replace(tie, a=tie.b, b=tie.a) for tie in self.ties}
        snapshot = Snapshot(
            taken_on=self.taken_on,
            needs=tuple(_ordered(need) for need in sorted(self.needs, key=lambda r: r.key)),
            offers=tuple(_ordered(offer) for offer in sorted(self.offers, key=lambda r: r.key)),
            towns=tuple(_ordered(town) for town in sorted(self.towns, key=lambda r: r.key)),
            ties=tuple(sorted(ties, key=canonical.dumps)),
            neighbours=tuple(sorted({(min(pair), max(pair)) for pair in self.neighbours})),
        )
        vars(snapshot)["_in_order"] = True
        return snapshot

    def to_json(self) -> str:
        """Return canonical JSON: canonical order, sorted field names, dates as ISO."""
        return canonical.dumps(self.sorted())

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return canonical.digest(self.sorted())

    def validate(self) -> "Snapshot":
        """Return itself; raise ValueError naming record and field where something is not sound."""
        soundness.check(self)
        return self

    @classmethod
    def from_json(cls, text: str) -> "Snapshot":
        """Read what `to_json` wrote; raise ValueError naming the place of what does not fit."""
        data = canonical.parse(text, "snapshot")
        snapshot: Snapshot = canonical.load(cls, data, "snapshot")
        return snapshot.validate()


def _ordered(record: Any) -> Any:
    """Return the record with its sets (tuples whose order says nothing) in canonical order."""
    changes = {}
    for name, value in vars(record).items():
        if isinstance(value, tuple) and len(value) > 1:
            ordered = sorted(value, key=canonical.dumps)
            if any(map(is_not, ordered, value)):
                changes[name] = tuple(ordered)
    return replace(record, **changes) if changes else record
