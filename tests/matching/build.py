"""Small snapshots for the tests of matching: a need, an offer that fits, what a test changes."""

from dataclasses import replace
from datetime import date

import numpy as np

from matchmaker.matching.arrays import arrays_of
from matchmaker.matching.candidates import candidates
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import (
    AreaExperience,
    NeedRecord,
    OfferRecord,
    Snapshot,
    Tie,
    TopicOffered,
    TopicWanted,
    Town,
)
from matchmaker.vocabulary import Bar

TODAY = date(2026, 11, 22)

NEED_TOWN = Town("vukovar", "HR", "HR-16", population=23_000, languages=("hr",))
OFFER_TOWN = Town("utrecht", "NL", "NL-UT", population=360_000, languages=("nl",))

NEED = NeedRecord(
    key="n1",
    town="vukovar",
    category="project",
    activity="project.service",
    settings=("in_area", "remote"),
    presence="possible",
    topics=(TopicWanted("env.water", 3, 4), TopicWanted("gov.finance", 1, 2)),
    languages=("en",),
    interpretation=False,
    window_start=date(2027, 1, 1),
    window_end=date(2027, 4, 10),
    overlap_days=30,
    effort_days=20,
    commitment_months=12,
)
OFFER = OfferRecord(
    key="o1",
    town="utrecht",
    category="project",
    activities=("project.service",),
    settings=("in_area", "remote"),
    topics=(TopicOffered("env.water", 4), TopicOffered("gov.finance", 3)),
    experience=(("project.service", 1),),
    languages=("en",),
    interpretation=False,
    window_start=date(2027, 1, 1),
    window_end=date(2027, 4, 10),
    effort_days=20,
    commitment_months=12,
    areas=(AreaExperience("HR", "HR-16", last_year=2026, years=5, staff=True),),
    context_languages=("hr",),
    delivery=(),
)
DIALOGUE = replace(
    NEED,
    category="dialogue",
    activity="dialogue.facilitation",
    depth="heart",
    consent=True,
    topics=(),
)
TALKS = replace(
    OFFER, category="dialogue", activities=("dialogue.facilitation",), topics=(), experience=()
)
TIE = Tie("vukovar", "utrecht")


def snapshot(needs=(NEED,), offers=(OFFER,), towns=(NEED_TOWN, OFFER_TOWN), **rest):
    """Return a snapshot of these records."""
    return Snapshot(TODAY, tuple(needs), tuple(offers), tuple(towns), **rest)


def pair(need=NEED, offer=OFFER, towns=(NEED_TOWN, OFFER_TOWN), **rest):
    """Return the arrays of one need and one offer."""
    return arrays_of(snapshot((need,), (offer,), towns, **rest).sorted().validate())


def bar_of(need=NEED, offer=OFFER, settings=None, **rest):
    """Return the rule that bars this pair, or None where it is allowed."""
    code = candidates(pair(need, offer, **rest), settings or Settings()).bar[0, 0]
    return tuple(Bar)[code - 1] if code else None


def measure(function, need=NEED, offer=OFFER, **rest):
    """Return (value, low, high, applies) of one part for this pair; value None where unknown."""
    one = np.array([0])
    value, low, high, applies = (float(x[0]) for x in function(pair(need, offer, **rest), one, one))
    return (None if np.isnan(value) else value), low, high, bool(applies)
