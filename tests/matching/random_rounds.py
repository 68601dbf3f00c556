"""Random rounds in which every field of the model is used, stated or not."""

import random
from dataclasses import replace
from datetime import timedelta

from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import (
    AreaExperience,
    Delivery,
    NeedRecord,
    OfferRecord,
    Snapshot,
    Tie,
    TopicOffered,
    TopicWanted,
    Town,
)
from matchmaker.vocabulary import ACTIVITIES, LESSONS, TOPICS
from tests.matching.build import TODAY

ASKING = ("HR", "UA", "BA")
HELPING = ("NL", "DE", "HR")
SPOKEN = ("en", "uk", "hr", "nl", "de")
SETTINGS = ("international", "in_area", "remote")


def random_round(seed, n=40, m=40, n_towns=12):
    """Return a sound snapshot of n needs and m offers."""
    draw = random.Random(seed)
    towns = [_town(draw, k) for k in range(n_towns)]
    keys = [town.key for town in towns]
    ties = {
        (a, b): Tie(
            a, b, since=draw.choice([None, 1990]), until=draw.choice([None, None, 2010, 2026])
        )
        for a, b in (sorted(draw.sample(keys, 2)) for _ in range(draw.choice([0, n_towns])))
    }
    return Snapshot(
        TODAY,
        tuple(_need(draw, k, towns[: n_towns * 2 // 3]) for k in range(n)),
        tuple(_offer(draw, k, towns[n_towns // 3 :]) for k in range(m)),
        tuple(towns),
        tuple(ties.values()),
        (("HR", "BA"), ("NL", "DE")),
    )


def random_settings(seed, snapshot, demands=True):
    """Return settings with weights, limits and, where asked for, pins that can be met."""
    draw = random.Random(seed)
    weights = {
        category: dict(zip(("expertise", "context", "availability"), _shares(draw, 3), strict=True))
        for category in ("lobby", "project", "dialogue")
    }
    pairs = [
        (draw.choice(snapshot.needs).key, draw.choice(snapshot.offers).key)
        for _ in range(4 if demands and snapshot.needs and snapshot.offers else 0)
    ]
    settings = Settings(
        weights=weights,
        context_minimum={
            "atmosphere": draw.choice([0.0, 0.1]),
            "heart": draw.choice([0.0, 0.2, 0.3]),
        },
        minimum_score=draw.choice([0.0, 0.25, 0.5]),
        unknown_as=draw.choice(["renormalised", "lower", "upper"]),
        barred=tuple(sorted(set(pairs))),
    )
    return replace(settings, policy=draw.choice(["total", "coverage"])) if demands else settings


def _shares(draw, n):
    cuts = sorted(draw.randint(0, 10) for _ in range(n - 1))
    return [(b - a) / 10 for a, b in zip([0, *cuts], [*cuts, 10], strict=True)]


def _town(draw, k):
    country = draw.choice((*ASKING, *HELPING))
    return Town(
        f"t{k:03}",
        country,
        draw.choice(["", f"{country}-1", f"{country}-2"]),
        population=draw.choice([None, 900, 25_000, 800_000]),
        languages=tuple(draw.sample(SPOKEN, draw.randint(0, 2))),
        temporary=draw.random() < 0.2,
    )


def _need(draw, k, towns):
    kind = draw.choice(["lobby", "project", "dialogue", "dialogue"])
    activity = draw.choice([code for code in ACTIVITIES if code.startswith(kind)])
    category = ACTIVITIES[activity].category.value
    places = draw.choice([0, 1, 1, 1, 2, 3])
    return NeedRecord(
        key=f"n{k:04}",
        **_alike(draw, towns, category),
        activity=activity,
        depth=draw.choice([None, "atmosphere", "heart"]) if category == "dialogue" else None,
        presence=draw.choice(["possible", "restricted", "none"]),
        topics=tuple(
            TopicWanted(topic, draw.randint(1, 3), draw.randint(1, 5))
            for topic in draw.sample(list(TOPICS), draw.randint(0, 4))
        ),
        overlap_days=draw.choice([1, 30, 90]),
        places=places,
        low_profile=draw.random() < 0.3,
        consent=draw.choice([True, True, False, None]),
        tie_waiver=draw.random() < 0.5,
        teaches=_lessons(f"need {k}"),
        led=random.Random(f"led need {k}").random() < 0.5,
    )


def _offer(draw, k, towns):
    category = draw.choice(["lobby", "project", "dialogue", "dialogue"])
    activities = [code for code in ACTIVITIES if code.startswith(category)]
    return OfferRecord(
        key=f"o{k:04}",
        **_alike(draw, towns, category),
        activities=tuple(draw.sample(activities, draw.choice([0, 2, 4, len(activities)]))),
        depths=draw.choice([("atmosphere",), ("atmosphere", "heart"), ("heart",)]),
        topics=tuple(
            TopicOffered(topic, draw.choice([None, 1, 2, 3, 4, 5]))
            for topic in draw.sample(list(TOPICS), draw.randint(0, 8))
        ),
        experience=tuple(
            (code, draw.randint(0, 4)) for code in draw.sample(activities, draw.randint(0, 2))
        ),
        places=draw.choice([0, 1, 1, 2, 3]),
        mandate=draw.choice(["adopted", "adopted", "conditional", "refused"]),
        mandate_chance=draw.choice([None, 0.4]),
        mandate_lapses=draw.choice([None, None, TODAY, TODAY - timedelta(1)]),
        areas=_areas(draw),
        arranged=_arranged(k),
        context_languages=draw.choice([None, (), ("hr",), ("uk", "hr")]),
        delivery=_deliveries(draw),
        involves_partner=draw.random() < 0.3,
        learns=_lessons(f"offer {k}"),
        led=random.Random(f"led offer {k}").random() < 0.5,
    )


def _arranged(k):
    """Give every fourth offer completed work, whether or not it states other work."""
    if k % 4:
        return ()
    country = ASKING[k % len(ASKING)]
    return (AreaExperience(country, f"{country}-1", last_year=2025, years=1.5),)


def _lessons(seed):
    """Draw what is taught or learned from a source of its own: all else stays as it was."""
    draw = random.Random(seed)
    return tuple(sorted(draw.sample(list(LESSONS), draw.choice([0, 0, 1, 3]))))


def _areas(draw):
    if draw.random() < 0.3:
        return None
    return tuple(
        AreaExperience(
            country := draw.choice(ASKING),
            draw.choice(["", f"{country}-1", f"{country}-2"]),
            last_year=draw.choice([None, 2001, 2024]),
            years=draw.choice([None, 1, 7.5]),
            staff=draw.random() < 0.5,
        )
        for _ in range(draw.randint(0, 2))
    )


def _deliveries(draw):
    if draw.random() < 0.3:
        return None
    return tuple(
        Delivery(
            country := draw.choice(ASKING),
            draw.choice(["", f"{country}-1"]),
            tuple(draw.sample(list(TOPICS), draw.randint(0, 3))),
        )
        for _ in range(draw.randint(0, 2))
    )


def _alike(draw, towns, category):
    start = TODAY + timedelta(draw.randint(0, 200))
    return {
        "town": draw.choice(towns).key,
        "category": category,
        "second_category": draw.choice([None, None, "lobby", "project"]),
        "settings": tuple(draw.sample(SETTINGS, draw.choice([0, 1, 2, 3, 3, 3, 3]))),
        "languages": tuple(draw.sample(SPOKEN, draw.choice([0, 1, 2, 2, 3, 3]))),
        "interpretation": draw.choice([None, False, False, True]),
        "window_start": draw.choice([None, start, start, start, start, start]),
        "window_end": draw.choice([None, *[start + timedelta(draw.randint(0, 300))] * 5]),
        "effort_days": draw.choice([None, 0, 5, 40]),
        "commitment_months": draw.choice([None, 0, 6, 24]),
        "veto_towns": tuple(draw.sample([town.key for town in towns], draw.choice([0, 0, 1]))),
        "veto_countries": tuple(draw.sample(("NL", "UA"), draw.choice([0, 0, 0, 1]))),
    }
