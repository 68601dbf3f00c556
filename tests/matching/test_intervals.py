"""Intervals are what they say: whatever turns out, the score lies within; all told, it is fixed."""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from matchmaker.matching.pipeline import prepare
from matchmaker.matching.scoring import score_pairs
from matchmaker.matching.settings import Settings
from matchmaker.matching.snapshot import AreaExperience, Delivery, TopicOffered
from matchmaker.matching.unknowns import questions_of
from matchmaker.vocabulary import TOPICS
from tests.matching.build import NEED, TODAY
from tests.matching.random_rounds import random_round


def told(record, draw, regions):
    """Return a record in which everything that was not stated is stated, at random."""
    filled = {}
    for name in ("window_start", "window_end"):
        if getattr(record, name) is None:
            day = record.window_start if name == "window_end" else None
            if name == "window_start" and record.window_end is not None:
                filled[name] = record.window_end - timedelta(draw.randint(0, 200))
            else:
                start = filled.get("window_start") or day or TODAY + timedelta(30)
                filled[name] = start + timedelta(draw.randint(0, 300))
    for name, most in (("effort_days", 60), ("commitment_months", 24)):
        if getattr(record, name) is None:
            filled[name] = draw.randint(0, most)
    if hasattr(record, "mandate"):
        filled |= told_offer(record, draw, regions)
    return replace(record, **filled)


def told_offer(offer, draw, regions):
    filled = {}
    if offer.mandate == "conditional" and offer.mandate_chance is None:
        filled["mandate_chance"] = draw.random()
    known = dict(offer.experience)
    stated = {code: draw.randint(0, 6) for code in (NEED.activity,) if code not in known}
    filled["experience"] = (*offer.experience, *stated.items())
    topics = offer.topics or tuple(TopicOffered(code) for code in draw.sample(list(TOPICS), 3))
    filled["topics"] = tuple(
        topic if topic.level else replace(topic, level=draw.randint(1, 5)) for topic in topics
    )
    entries = offer.areas
    if entries is None:
        entries = tuple(AreaExperience(draw.choice(list(regions))) for _ in range(2))
    filled["areas"] = tuple(
        replace(
            entry,
            region=entry.region or draw.choice(regions.get(entry.country, ["x"])),
            last_year=entry.last_year or draw.randint(2000, TODAY.year),
            years=entry.years if entry.years is not None else draw.randint(0, 8),
        )
        for entry in entries
    )
    if offer.context_languages is None:
        filled["context_languages"] = tuple(draw.sample(["uk", "hr", "en"], 2))
    if offer.delivery is None:
        filled["delivery"] = (Delivery(draw.choice(list(regions))),)
    return filled


def scores_of_all(round_):
    """Return the scores of all pairs, allowed or not."""
    problem = prepare(round_, Settings())
    n, m = problem.arrays.shape
    rows, columns = np.divmod(np.arange(n * m), m)
    return score_pairs(problem.arrays, problem.settings, rows, columns)


def with_regions(round_, draw):
    """Return the round with every town placed: a town without a region counts as in none."""
    regions = {}
    for town in round_.towns:
        regions.setdefault(town.country, []).append(town.region or f"{town.country}-1")
    towns = tuple(
        replace(town, region=town.region or draw.choice(regions[town.country]))
        for town in round_.towns
    )
    return replace(round_, towns=towns), regions


@pytest.mark.parametrize("seed", range(15))
def test_what_turns_out_lies_within_the_interval(seed):
    draw = random.Random(seed)
    round_, regions = with_regions(random_round(seed, 12, 12), draw)
    before = scores_of_all(round_)
    towns = tuple(
        replace(
            town,
            population=town.population or draw.randint(1000, 10**6),
            languages=town.languages or ("uk",),
        )
        for town in round_.towns
    )
    needs = tuple(told(need, draw, regions) for need in round_.needs)
    offers = tuple(told(offer, draw, regions) for offer in round_.offers)
    after = scores_of_all(replace(round_, needs=needs, offers=offers, towns=towns))
    assert (after.low >= before.low - 2e-9).all()
    assert (after.high <= before.high + 2e-9).all()
    assert (before.high - before.low > 0.01).any()


@pytest.mark.parametrize("seed", range(6))
def test_interval_is_open_exactly_where_there_is_something_to_ask(seed):
    round_, _ = with_regions(random_round(seed, 12, 12), random.Random(seed))
    problem = prepare(round_, Settings())
    n, m = problem.arrays.shape
    rows, columns = np.divmod(np.arange(n * m), m)
    scores = score_pairs(problem.arrays, problem.settings, rows, columns)
    asked = questions_of(problem.arrays, scores, rows, columns)
    codes = {part.value for part in scores.parts}
    for k, questions in enumerate(asked):
        about_parts = {question.about for question in questions} & codes
        open_parts = {
            part.value
            for part, one in scores.parts.items()
            if one.measure.applies[k] and one.measure.high[k] > one.measure.low[k]
        }
        assert about_parts == open_parts
