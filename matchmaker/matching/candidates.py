"""Which pairs the hard rules allow, and for each other pair the first rule that bars it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.arrays import Arrays
from matchmaker.matching.codes import DEPTH
from matchmaker.matching.scoring import context_bounds
from matchmaker.matching.settings import Settings
from matchmaker.matching.ties import ALIVE
from matchmaker.vocabulary import Bar, Depth

Array = NDArray[Any]

RULES: tuple[Bar, ...] = tuple(Bar)
"""The hard rules in the order of the funnel; rule k is coded k + 1 in `Candidates.bar`."""
CODE: dict[Bar, int] = {bar: k + 1 for k, bar in enumerate(RULES)}
_BLOCK = 256


@dataclass(frozen=True)
class Candidates:
    """Outcome of the hard rules."""

    bar: NDArray[np.uint8]
    """(n_needs, n_offers): 0 = allowed, else 1 + position in `RULES` of the first rule that
    bars."""
    funnel: NDArray[np.int64]
    """(n_needs, 1 + n_rules): offers at the start, then offers left after each rule."""

    @property
    def size(self) -> int:
        """Number of all pairs, allowed or not."""
        return self.bar.size

    @property
    def offers_allowed(self) -> NDArray[np.int64]:
        """(n_needs,) offers that no rule bars."""
        return self.funnel[:, -1]

    @property
    def needs_allowed(self) -> NDArray[np.int64]:
        """(n_offers,) needs that no rule bars."""
        return np.count_nonzero(self.bar == 0, axis=0)

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """(n_needs, n_offers) True where no rule bars the pair."""
        return self.bar == 0


def candidates(
    arrays: Arrays,
    settings: Settings,
    progress: Callable[[int, int], None] | None = None,
) -> Candidates:
    """Apply the hard rules to every pair, in blocks of needs.

    Parameters
    ----------
    arrays : Arrays
    settings : Settings
        Only `context_minimum` and the part weights of context knowledge are used.
    progress : callable (needs done, needs in all), optional

    Returns
    -------
    Candidates

    Notes
    -----
    What is not stated counts in favour (upper end) except for dialogue at the heart of a
    disagreement, and for knowledge of the area where that precondition is not met: there a wrong
    pair does harm, and it counts against (lower end). The work is
    O(n_needs x n_offers) with a few bytes a pair.
    """
    n_needs, n_offers = arrays.shape
    bar = np.zeros((n_needs, n_offers), dtype=np.uint8)
    funnel = np.full((n_needs, len(RULES) + 1), n_offers, dtype=np.int64)
    for start in range(0, n_needs, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, n_needs))
        found = candidates_of(arrays, settings, rows)
        bar[rows[0] : rows[-1] + 1], funnel[rows] = found.bar, found.funnel
        if progress is not None:
            progress(int(rows[-1]) + 1, n_needs)
    return Candidates(bar, funnel)


def candidates_of(arrays: Arrays, settings: Settings, rows: Array) -> Candidates:
    """Apply the hard rules to all pairs of some needs."""
    shape = (len(rows), arrays.shape[1])
    bar = np.zeros(shape, dtype=np.uint8)
    funnel = np.full((len(rows), len(RULES) + 1), shape[1], dtype=np.int64)
    left = np.ones(shape, dtype=bool)
    for rule in RULES:
        barred = barred_by(rule, arrays, settings, rows, left) & left
        bar += barred.view(np.uint8) * np.uint8(CODE[rule])
        left &= ~barred
        funnel[:, CODE[rule]] = np.count_nonzero(left, axis=1)
    return Candidates(bar, funnel)


def barred_by(
    rule: Bar, arrays: Arrays, settings: Settings, rows: Array, asked: Array | None = None
) -> NDArray[np.bool_]:
    """Return which pairs one rule bars by itself, shape (len(rows), n_offers).

    `asked` says for which pairs the answer matters; elsewhere the two costly rules, period and
    least knowledge, may answer False.
    """
    if rule in (Bar.WINDOW, Bar.CONTEXT_MINIMUM):
        pairs = np.ones((len(rows), arrays.shape[1]), dtype=bool) if asked is None else asked
        return _barred_pairs(rule, arrays, settings, rows, pairs)
    found = np.asarray(_BARRED[rule](arrays, rows))
    return np.broadcast_to(found, (len(rows), arrays.shape[1]))


def _barred_pairs(
    rule: Bar, arrays: Arrays, settings: Settings, rows: Array, asked: Array
) -> NDArray[np.bool_]:
    """Apply a rule that is computed pair by pair to the asked pairs."""
    barred = np.zeros(asked.shape, dtype=bool)
    concerned = asked
    if rule == Bar.CONTEXT_MINIMUM:
        concerned = asked & (least_context(arrays, settings, rows) > 0)[:, None]
    local, columns = np.nonzero(concerned)
    if len(local):
        if rule == Bar.WINDOW:
            barred[local, columns] = _window(arrays, rows[local], columns)
        else:
            barred[local, columns] = _context_minimum(arrays, settings, rows[local], columns)
    return barred


def day_overlap(arrays: Arrays, rows: Array, columns: Array) -> tuple[Array, Array]:
    """Return the days two periods surely and possibly have in common, for each pair."""
    needs, offers = arrays.needs, arrays.offers
    # fmax and fmin leave out what is not stated; where neither side states it, all is possible
    first = np.fmax(needs.start[rows], offers.start[columns])
    last = np.fmin(needs.end[rows], offers.end[columns])
    days = last - first + 1
    possible = np.maximum(0.0, np.where(np.isnan(days), np.inf, days))
    stated = ~np.isnan(needs.start + needs.end)[rows]
    stated &= ~np.isnan(offers.start + offers.end)[columns]
    return np.where(stated, possible, 0.0), possible


def _same_municipality(arrays: Arrays, rows: Array) -> Array:
    return arrays.needs.town[rows][:, None] == arrays.offers.town


def _category(arrays: Arrays, rows: Array) -> Array:
    return (arrays.needs.categories[rows][:, None] & arrays.offers.categories) == 0


def _activity(arrays: Arrays, rows: Array) -> Array:
    """Not the activity, or not at the depth asked."""
    needs, offers = arrays.needs, arrays.offers
    heart = needs.heart[rows][:, None]
    missing = (needs.activity_bit[rows][:, None] & offers.activities) == 0
    missing &= offers.activities_known | heart
    depth = needs.depth_bit[rows][:, None]
    return missing | ((depth > 0) & ((depth & offers.depths) == 0))


def _setting(arrays: Arrays, rows: Array) -> Array:
    needs, offers = arrays.needs, arrays.offers
    none = (needs.settings_open[rows][:, None] & offers.settings) == 0
    stated = needs.settings_known[rows][:, None] & offers.settings_known
    return none | (needs.heart[rows][:, None] & ~stated)


def _language(arrays: Arrays, rows: Array) -> Array:
    needs, offers = arrays.needs, arrays.offers
    shared = np.zeros((len(rows), arrays.shape[1]), dtype=bool)
    for word in range(needs.languages.shape[1]):
        shared |= (needs.languages[rows, word][:, None] & offers.languages[:, word]) > 0
    stated = needs.languages_known[rows][:, None] & offers.languages_known
    interpretation = np.maximum(needs.interpretation[rows][:, None], offers.interpretation)
    refused = (needs.interpretation[rows][:, None] == 0) & (offers.interpretation == 0)
    surely = shared | (interpretation == 1)
    return np.where(needs.heart[rows][:, None], ~surely, ~surely & stated & refused)


def _window(arrays: Arrays, rows: Array, columns: Array) -> Array:
    surely, possibly = day_overlap(arrays, rows, columns)
    return np.where(arrays.needs.heart[rows], surely, possibly) < arrays.needs.overlap[rows]


def _mandate(arrays: Arrays, rows: Array) -> Array:
    return arrays.offers.refused[None, :]


def _veto(arrays: Arrays, rows: Array) -> Array:
    barred = np.zeros((len(rows), arrays.shape[1]), dtype=bool)
    for local, row in enumerate(rows.tolist()):
        barred[local, arrays.vetoes.of(row)] = True
    return barred


def _consent(arrays: Arrays, rows: Array) -> Array:
    return (arrays.needs.heart[rows] & (arrays.needs.consent[rows] != 1))[:, None]


def _low_profile(arrays: Arrays, rows: Array) -> Array:
    return arrays.needs.low_profile[rows][:, None] & arrays.offers.involves_partner


def _tie_required(arrays: Arrays, rows: Array) -> Array:
    needed = arrays.needs.tie_needed[rows]
    barred = np.zeros((len(rows), arrays.shape[1]), dtype=bool)
    table = arrays.ties
    if needed.any():
        towns = table.need_row[rows[needed]][:, None]
        barred[needed] = table.direct.at(towns, table.offer_column) != ALIVE
    return barred


def _temporary_administration(arrays: Arrays, rows: Array) -> Array:
    temporary = arrays.needs.temporary[rows][:, None] | arrays.offers.temporary
    return arrays.needs.heart[rows][:, None] & temporary


def _rights_only(arrays: Arrays, rows: Array) -> Array:
    return arrays.needs.not_for_rights[rows][:, None]


def _precondition(arrays: Arrays, rows: Array) -> Array:
    """Nothing is left of the settings that both sides could have agreed on."""
    needs, offers = arrays.needs, arrays.offers
    left = needs.settings[rows][:, None] & offers.settings
    return (left == 0) & ((needs.settings_open[rows][:, None] & offers.settings) > 0)


def _publicity(arrays: Arrays, rows: Array) -> Array:
    return arrays.needs.no_publicity[rows][:, None] & arrays.offers.must_publish


def least_context(arrays: Arrays, settings: Settings, rows: Array) -> Array:
    """Return the least context knowledge that each need demands."""
    least = np.zeros(len(rows))
    for depth, bit in DEPTH.items():
        least[arrays.needs.depth_bit[rows] == bit] = settings.context_minimum[depth]
    known = np.maximum(least, settings.context_minimum[Depth.HEART.value])
    return np.where(arrays.needs.known_helpers[rows], known, least)


def _context_minimum(arrays: Arrays, settings: Settings, rows: Array, columns: Array) -> Array:
    """Lower end below the minimum where knowledge must be shown, upper end below it elsewhere."""
    low, high = context_bounds(arrays, settings, rows, columns)
    value = np.where(arrays.needs.known_helpers[rows], low, high)
    return np.round(value, 9) < least_context(arrays, settings, rows)


_BARRED: dict[Bar, Callable[[Arrays, Array], Array]] = {
    Bar.SAME_MUNICIPALITY: _same_municipality,
    Bar.CATEGORY: _category,
    Bar.ACTIVITY: _activity,
    Bar.SETTING: _setting,
    Bar.LANGUAGE: _language,
    Bar.MANDATE: _mandate,
    Bar.VETO: _veto,
    Bar.CONSENT: _consent,
    Bar.LOW_PROFILE: _low_profile,
    Bar.TIE_REQUIRED: _tie_required,
    Bar.TEMPORARY_ADMINISTRATION: _temporary_administration,
    Bar.RIGHTS_ONLY: _rights_only,
    Bar.PRECONDITION: _precondition,
    Bar.PUBLICITY: _publicity,
}
