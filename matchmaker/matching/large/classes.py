"""Needs and offers that the rules of codes see alike, and which of these classes may meet.

Category, activity, setting, mandate, consent, low profile and temporary administration are one
kind of class, the languages another: a round in many languages has many of the second and few of
the first, and only classes that share a language are ever brought together.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays, side_of_part
from matchmaker.matching.candidates import CODE, barred_by
from matchmaker.matching.settings import Settings
from matchmaker.vocabulary import Bar

Array = NDArray[Any]

EARLY = (Bar.CATEGORY, Bar.ACTIVITY, Bar.SETTING)
"""Rules of codes before that of languages; offers they bar are counted, never looked at."""
LATE = (
    Bar.MANDATE,
    Bar.CONSENT,
    Bar.LOW_PROFILE,
    Bar.TEMPORARY_ADMINISTRATION,
    Bar.RIGHTS_ONLY,
    Bar.PRECONDITION,
    Bar.PUBLICITY,
)
NONE = 255
"""No rule of codes bars the pair."""
_BLOCK = 256


@dataclass(frozen=True)
class Classes:
    """Classes by codes and by languages; cells are the offers of one class of either kind."""

    need_code: Array
    """(n_needs,) class by codes."""
    need_speech: Array
    """(n_needs,) class by languages."""
    offer_speech: Array
    early: Array
    """(need classes, offer classes) by codes: first rule of `EARLY` that bars, or `NONE`."""
    late: Array
    """The first of `LATE` that does."""
    understood: tuple[Array, Array]
    """For each class of needs by languages: start, and the classes of offers it may meet."""
    order: Array
    """(n_offers,) the offers by cells."""
    groups: tuple[Array, Array, Array]
    """For each class of offers by languages: start of its groups, which have one activity class
    each; for each group: where its cells start (one more than groups), and its activity class."""
    cells: Array
    """(n_cells,) class of the offers by codes."""
    cell_starts: Array
    """(n_cells + 1,) where each cell begins in `order`."""
    active: Array
    """(need classes, activity classes) whether category and activity fit."""
    early_counts: Array
    """(need classes, 1 + n_rules) offers that each rule of `EARLY` bars first."""


def classes_of(arrays: Arrays, settings: Settings) -> Classes:
    """Sort needs and offers into classes, and say which of them may meet."""
    needs, offers = arrays.needs, arrays.offers
    need_code, need_example = alike(
        needs.categories,
        needs.activity_bit,
        needs.depth_bit,
        needs.heart,
        needs.settings,
        needs.settings_open,
        needs.settings_known,
        needs.consent,
        needs.low_profile,
        needs.no_publicity,
        needs.not_for_rights,
        needs.temporary,
    )
    code, example = alike(
        offers.categories,
        offers.activities,
        offers.activities_known,
        offers.depths,
        offers.settings,
        offers.settings_known,
        offers.refused,
        offers.involves_partner,
        offers.must_publish,
        offers.temporary,
    )
    need_speech, asking = alike(
        *needs.languages.T, needs.languages_known, needs.interpretation, needs.heart
    )
    speech, speaking = alike(*offers.languages.T, offers.languages_known, offers.interpretation)
    early, late = _first_bars(part_of(arrays, need_example, example), settings)
    order = np.lexsort((code, speech))
    activity = _activity_of(arrays, example)
    active = np.ones((len(early), int(activity.max(initial=-1)) + 1), dtype=bool)
    active[:, activity] = (early != CODE[Bar.CATEGORY]) & (early != CODE[Bar.ACTIVITY])
    groups, cells, cell_starts = _cells(speech[order], code[order], activity, len(speaking))
    counts = np.zeros((len(early), len(CODE) + 1), dtype=np.int64)
    sizes = np.bincount(code, minlength=len(example))
    for rule in EARLY:
        counts[:, CODE[rule]] = (early == CODE[rule]) @ sizes
    return Classes(
        need_code=need_code.astype(np.int32),
        need_speech=need_speech.astype(np.int32),
        offer_speech=speech.astype(np.int32),
        early=early,
        late=late,
        understood=_understood(part_of(arrays, asking, speaking), settings),
        order=order,
        groups=groups,
        cells=cells,
        cell_starts=cell_starts,
        active=active,
        early_counts=counts,
    )


def part_of(arrays: Arrays, rows: Array, columns: Array) -> Arrays:
    """Return the arrays of some needs and offers, for rules that ask neither ties nor vetoes."""
    return replace(
        arrays, needs=side_of_part(arrays.needs, rows), offers=side_of_part(arrays.offers, columns)
    )


def alike(*columns: Array) -> tuple[Array, Array]:
    """Return the class of each row of a table, and one row of each class."""
    found = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        _, inverse = np.unique(column, return_inverse=True)
        together = found * (int(inverse.max(initial=0)) + 1) + inverse
        _, found = np.unique(together, return_inverse=True)
    _, example = np.unique(found, return_index=True)
    return found, example


def _first_bars(arrays: Arrays, settings: Settings) -> tuple[Array, Array]:
    n_needs, n_offers = arrays.shape
    tables = []
    for rules in (EARLY, LATE):
        first = np.full((n_needs, n_offers), NONE, dtype=np.uint8)
        for start in range(0, n_needs, _BLOCK):
            rows = np.arange(start, min(start + _BLOCK, n_needs))
            for rule in reversed(rules):
                barred = barred_by(rule, arrays, settings, rows)
                first[rows[0] : rows[-1] + 1][barred] = CODE[rule]
        tables.append(first)
    return tables[0], tables[1]


def _understood(arrays: Arrays, settings: Settings) -> tuple[Array, Array]:
    n_needs = arrays.shape[0]
    counts, members = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    for start in range(0, n_needs, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n_needs))
        clear = ~barred_by(Bar.LANGUAGE, arrays, settings, rows)
        counts.append(np.count_nonzero(clear, axis=1))
        members.append(np.nonzero(clear)[1].astype(np.int32))
    return np.cumsum(np.concatenate(counts)), np.concatenate(members)


def _activity_of(arrays: Arrays, example: Array) -> Array:
    """Return for each class of offers by codes what it has alike in category and activity."""
    offers = arrays.offers
    columns = (offers.categories, offers.activities, offers.activities_known, offers.depths)
    return alike(*(column[example] for column in columns))[0]


def _cells(
    speech: Array, code: Array, activity: Array, n_speeches: int
) -> tuple[tuple[Array, Array, Array], Array, Array]:
    """Return groups and cells of offers that are sorted by languages, then codes."""
    first = np.flatnonzero(_is_new(speech, code))
    cells, speech = code[first].astype(np.int32), speech[first]
    group = np.flatnonzero(_is_new(speech, activity[cells]))
    counts = np.bincount(speech[group], minlength=n_speeches)
    groups = (
        np.concatenate(([0], np.cumsum(counts))),
        np.append(group, len(cells)),
        activity[cells[group]].astype(np.int32),
    )
    return groups, cells, np.append(first, len(code))


def _is_new(*columns: Array) -> Array:
    """Tell which rows of a sorted table differ from the one before."""
    new = np.ones(len(columns[0]), dtype=bool)
    new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return new
