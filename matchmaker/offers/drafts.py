"""What a person typed, checked and typed: one draft for each page of the form; pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CategoryDraft:
    """Which of the three kinds of help, and perhaps a second one."""

    category: str
    second_category: str | None = None


@dataclass(frozen=True)
class ActivitiesDraft:
    """What the municipality would do."""

    activities: tuple[str, ...]


@dataclass(frozen=True)
class ExperienceDraft:
    """How often each activity was done before (None = unknown), and how deep a dialogue may go."""

    times: tuple[tuple[str, int | None], ...]
    depths: tuple[str, ...] = ()


@dataclass(frozen=True)
class AboutDraft:
    """What it is about."""

    title: str
    description: str = ""
    text_language: str = "en"
    topics: tuple[str, ...] = ()
    learns: tuple[str, ...] = ()
    """What the municipality would like to learn in return."""


@dataclass(frozen=True)
class LevelsDraft:
    """(topic, level 1-5 or None where not stated)."""

    levels: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class TimeDraft:
    """When and how much."""

    window_start: date
    window_end: date
    effort_days: int | None = None
    commitment_months: int | None = None
    places: int = 1


@dataclass(frozen=True)
class SettingDraft:
    """Where, and in which languages; context languages None = not stated."""

    settings: tuple[str, ...]
    languages: tuple[str, ...]
    interpretation: bool | None = None
    context_languages: tuple[str, ...] | None = None


@dataclass(frozen=True)
class AreaWork:
    """Earlier work in a conflict area."""

    country: str
    region: str = ""
    last_year: int | None = None
    years: float | None = None
    staff: bool = False


@dataclass(frozen=True)
class KnowledgeDraft:
    """Earlier work; None = not stated, () = none."""

    areas: tuple[AreaWork, ...] | None


@dataclass(frozen=True)
class DeliveryPlace:
    """Where a partner delivers on the ground; `partner` is a public id or None."""

    country: str
    region: str = ""
    partner: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartnersDraft:
    """Partners on the ground; None = not stated, () = none."""

    deliveries: tuple[DeliveryPlace, ...] | None
    involves_partner: bool = False


@dataclass(frozen=True)
class MandateDraft:
    """How far the municipality's own decision has come, whom it knows, and whom it rules out."""

    mandate: str
    chance: float | None = None
    lapses: date | None = None
    veto_names: tuple[str, ...] = ()
    veto_countries: tuple[str, ...] = ()
    wish_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadyDraft:
    """Staff, motives and wish for publicity; None or () = not stated."""

    staffed: bool | None = None
    motives: tuple[str, ...] = ()
    publicity: str | None = None


@dataclass(frozen=True)
class StepDraft:
    """One stage of a decision: planned for, decided on, and how; None = still to come."""

    planned_on: date | None = None
    agreed: bool | None = None
    decided_on: date | None = None


@dataclass(frozen=True)
class OutlookDraft:
    """How likely a yes is, and until when it is waited for."""

    chance: float | None
    lapses: date


Draft = (
    CategoryDraft
    | ActivitiesDraft
    | ExperienceDraft
    | AboutDraft
    | LevelsDraft
    | TimeDraft
    | SettingDraft
    | KnowledgeDraft
    | PartnersDraft
    | MandateDraft
    | ReadyDraft
)
