"""What a person typed, checked and typed: one draft for each page of the form; pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CategoryDraft:
    """Which of the three kinds of help."""

    category: str


@dataclass(frozen=True)
class ActivityDraft:
    """What exactly, and how deep a dialogue goes."""

    activity: str
    second_category: str | None = None
    depth: str | None = None


@dataclass(frozen=True)
class AboutDraft:
    """What it is about."""

    title: str
    description: str = ""
    text_language: str = "en"
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class TopicLevel:
    """How important a topic is (1-3) and which level is asked (1-5)."""

    topic: str
    importance: int
    level: int


@dataclass(frozen=True)
class LevelsDraft:
    """Importance and level of each chosen topic."""

    levels: tuple[TopicLevel, ...]


@dataclass(frozen=True)
class TimeDraft:
    """When and how much."""

    window_start: date
    window_end: date
    overlap_days: int = 30
    effort_days: int | None = None
    commitment_months: int | None = None
    places: int = 1
    minimum: int = 0


@dataclass(frozen=True)
class SettingDraft:
    """Where, and in which languages."""

    settings: tuple[str, ...]
    languages: tuple[str, ...]
    interpretation: bool | None = None


@dataclass(frozen=True)
class VisibilityDraft:
    """Who may be involved."""

    low_profile: bool = False
    no_publicity: bool = False
    hidden: bool = False
    veto_names: tuple[str, ...] = ()
    veto_countries: tuple[str, ...] = ()
    wish_names: tuple[str, ...] = ()
    consent: bool | None = None
    tie_waiver: bool = False
    urgent: bool = False
    tell_partners: tuple[str, ...] = ()
    """Public ids of the partner cities to tell at once."""


@dataclass(frozen=True)
class CaseDraft:
    """Why a stranger abroad should help, beside what is asked: codes, and one line of English."""

    for_whom: tuple[str, ...] = ()
    why_outside: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    teaches: tuple[str, ...] = ()
    line_en: str = ""


@dataclass(frozen=True)
class ImpactLine:
    """One short question of the check: an answer, or none, and a sentence."""

    question: str
    light: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class ImpactDraft:
    """What the town says of peace and conflict."""

    lines: tuple[ImpactLine, ...]


Draft = (
    CategoryDraft
    | ActivityDraft
    | AboutDraft
    | LevelsDraft
    | TimeDraft
    | SettingDraft
    | VisibilityDraft
    | CaseDraft
    | ImpactDraft
)
