"""Attack 90 daily tables with a solver: is there a town that must take part, or cannot?

The attacker knows the rule of publication, every place that could take part with its country and
size, and that each comes and goes at most once. Towns of one country, size and theme cannot be told
apart by the tables, so the unknowns are, for each such kind and day, how many of it take part.
What the solver finds is built into a whole world, town by town, and published again: it counts only
if every table of every day comes out the same.
"""

import random
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from matchmaker.disclosure import (
    ALL,
    LEAST,
    LEAST_POSSIBLE,
    STEP,
    WORLD,
    Counted,
    continent_area,
    country_area,
    figures_of,
    size_area,
    worldwide,
)

DAYS = 90
COUNTRIES = {"UA": "EU", "MD": "EU", "MK": "EU", "CO": "SA", "PE": "SA", "YE": "AS"}
SIZES, THEMES = ("1", "2"), ("env", "risk")
KINDS = [(c, s, t) for c in COUNTRIES for s in SIZES for t in THEMES]
POSSIBLE = {"UA": 120, "MD": 40, "MK": 28, "CO": 100, "PE": 60, "YE": 32}


@dataclass(frozen=True)
class Stay:
    """A town of a kind, taking part from a day up to and without another."""

    kind: tuple
    begin: int
    end: int


def random_stays(chance: random.Random) -> list[Stay]:
    """Draw who takes part when: each country near a threshold, comings and goings all the time."""
    stays = []
    for country in COUNTRIES:
        for _ in range(chance.choice((2, 4, 5, 6, 8, 11))):
            kind = (country, chance.choice(SIZES), chance.choice(THEMES))
            begin = max(0, chance.randrange(-60, DAYS))
            stays.append(Stay(kind, begin, min(DAYS, begin + chance.randrange(5, 80))))
    return stays


def capacity(kind) -> int:
    """Return how many places of this kind there are."""
    return POSSIBLE[kind[0]] // (len(SIZES) * len(THEMES))


def tables(stays: list[Stay]) -> list[dict]:
    """Return what is published each day."""
    return [
        figures_of(
            [
                Counted(s.kind[0], COUNTRIES[s.kind[0]], s.kind[1], frozenset({s.kind[2]}))
                for s in stays
                if s.begin <= day < s.end
            ],
            POSSIBLE,
        )
        for day in range(DAYS)
    ]


def working_tables(working: list[list[tuple]]) -> list[dict]:
    """Return what is published each day of those who work with somebody, by their kinds."""
    return [
        worldwide(Counted(k[0], COUNTRIES[k[0]], k[1], frozenset({k[2]})) for k in kinds)
        for kinds in working
    ]


def random_work(chance: random.Random, stays: list[Stay]) -> list[list[tuple]]:
    """Draw who of those present works with somebody, each day."""
    share = {stay: chance.choice((0.0, 0.4, 1.0)) for stay in stays}
    return [
        [s.kind for s in stays if s.begin <= day < s.end and (day - s.begin) >= 9 * (1 - share[s])]
        for day in range(DAYS)
    ]


class Program:
    """A mixed integer program that grows row by row."""

    def __init__(self):
        self.n, self.lower, self.upper, self.integer = 0, [], [], []
        self.cells, self.row_lower, self.row_upper = [], [], []

    def variable(self, lower, upper, integer=1):
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        self.n += 1
        return self.n - 1

    def row(self, terms, lower, upper):
        """Bound a sum of (variable, factor)."""
        for variable, factor in terms:
            self.cells.append((len(self.row_lower), variable, factor))
        self.row_lower.append(lower)
        self.row_upper.append(upper)

    def solve(self, seconds):
        """Return values that meet all rows, or None where there are none."""
        rows, columns, factors = zip(*self.cells, strict=True)
        shape = (len(self.row_lower), self.n)
        matrix = coo_array((factors, (rows, columns)), shape=shape).tocsr()
        result = milp(
            np.zeros(self.n),
            integrality=np.array(self.integer),
            bounds=Bounds(self.lower, self.upper),
            constraints=LinearConstraint(matrix, self.row_lower, self.row_upper),
            options={"time_limit": seconds},
        )
        return None if result.x is None else np.round(result.x).astype(int)


BIG = 1000


def other_world(published: list[dict], kind, *, present: Stay | None, seconds=900.0):
    """Return a world that publishes the same, with this town in it (its stay) or without it.

    Returns the stays, or None where the solver finds none: then the tables tell of the town.
    """
    found = other_world_at_work(published, None, kind, present=present, seconds=seconds)
    return None if found is None else found[0]


def other_world_at_work(published, working, kind, *, present: Stay | None, seconds=900.0):
    """Return the same, with who works each day, so that the tables of work are the same too."""
    program = Program()
    limit = {one: capacity(one) - (one == kind) for one in KINDS}
    counts = {(one, day): program.variable(0, limit[one]) for one in KINDS for day in range(DAYS)}
    for one in KINDS:  # each place comes once at most: no more arrivals than places
        arrivals = []
        for day in range(DAYS):
            came = program.variable(0, limit[one], 0)
            arrivals.append((came, 1))
            terms = [(came, 1), (counts[one, day], -1)]
            program.row(terms + ([(counts[one, day - 1], 1)] if day else []), 0, BIG)
        program.row(arrivals, 0, limit[one])
    for day, figures in enumerate(published):
        _day(program, counts, day, figures, present)
    at_work = {}
    for day, figures in enumerate(working or ()):
        for one in KINDS:  # who works is there; the town itself is not said to
            at_work[one, day] = program.variable(0, BIG)
            program.row([(at_work[one, day], 1), (counts[one, day], -1)], -BIG, 0)
        _work_of_day(program, at_work, day, figures)
    found = program.solve(seconds)
    if found is None:
        return None
    stays = []
    for one in KINDS:
        stays += _stays(one, [found[counts[one, day]] for day in range(DAYS)])
    work = [
        [one for one in KINDS for _ in range(found[at_work[one, day]])]
        for day in range(len(working or ()))
    ]
    return stays + ([present] if present else []), work


def _work_of_day(program, at_work, day, figures):
    """State what the tables of work tell of a day: one sum for each theme."""
    for theme in (ALL, *THEMES):
        terms = [(at_work[k, day], 1) for k in KINDS if theme in (ALL, k[2])]
        program.row(terms, *_bounds(figures.get(theme, {}).get(WORLD), 0))


def _stays(kind, counts):
    """Lay stays that give these counts: who came first goes first."""
    there, found = [], []
    for day, count in enumerate([*counts, 0]):
        while len(there) > count:
            found.append(Stay(kind, there.pop(0), day))
        there += [day] * (count - len(there))
    return found


def _day(program, counts, day, figures, present):
    """State what the tables of a day tell: one tree of areas per theme, and the sizes."""
    for theme in (ALL, *THEMES):
        kinds = [k for k in KINDS if theme in (ALL, k[2])]
        here = int(
            present is not None
            and present.begin <= day < present.end
            and theme in (ALL, present.kind[2])
        )
        shown = figures.get(theme, {})
        total, lost = [], []
        for continent in sorted(set(COUNTRIES.values())):
            rest, counted, n_rest, n_counted = [], [], 0, 0
            for country in [c for c in COUNTRIES if COUNTRIES[c] == continent]:
                terms = [(counts[k, day], 1) for k in kinds if k[0] == country]
                own = here if present and present.kind[0] == country else 0
                figure = shown.get(country_area(country))
                if figure is None:
                    upper = LEAST - 1 if POSSIBLE[country] >= LEAST_POSSIBLE else BIG
                    program.row(terms, -own, upper - own)
                    rest, n_rest = rest + terms, n_rest + own
                else:
                    program.row(terms, *_bounds(figure, own, POSSIBLE[country]))
                    counted, n_counted = counted + terms, n_counted + own
            kept, dropped = _split(program, rest, n_rest)
            whole = [*counted, (kept, 1)]
            figure = shown.get(continent_area(continent))
            program.row(whole, *_bounds(figure, n_counted))
            total += [(v, f) for v, f in whole]
            total_own = n_counted
            lost.append((dropped, 1))
            total.append((None, total_own))
        own = sum(f for v, f in total if v is None)
        terms = [(v, f) for v, f in total if v is not None]
        kept, _ = _split(program, lost, 0)
        program.row([*terms, (kept, 1)], *_bounds(shown.get(WORLD), own))
    for size in SIZES:
        own = int(
            present is not None and present.begin <= day < present.end and present.kind[1] == size
        )
        terms = [(counts[k, day], 1) for k in KINDS if k[1] == size]
        program.row(terms, *_bounds(figures.get(ALL, {}).get(size_area(size)), own))


def _split(program, terms, own):
    """Return (kept, dropped): a rest of five and more is kept, a smaller one is dropped."""
    kept, dropped = program.variable(0, BIG), program.variable(0, LEAST - 1)
    enough = program.variable(0, 1)
    program.row([*terms, (kept, -1), (dropped, -1)], -own, -own)
    program.row([(kept, 1), (enough, -LEAST)], 0, BIG)
    program.row([(kept, 1), (enough, -BIG)], -BIG, 0)
    program.row([(dropped, 1), (enough, LEAST)], -BIG, LEAST)
    return kept, dropped


def _bounds(figure, own, possible=None):
    """Return what a figure (None: not shown) tells of the sum beside the town itself."""
    if figure is None:
        return -own, LEAST - 1 - own
    most = BIG if possible is None else max(STEP, STEP * (possible // 2 // STEP))
    upper = BIG if figure == most else figure + STEP // 2
    return max(LEAST, figure - STEP // 2) - own, upper - own


def kinds_there(stays: list[Stay]) -> dict:
    """Return kind -> its stays."""
    found = defaultdict(list)
    for stay in stays:
        found[stay.kind].append(stay)
    return found
