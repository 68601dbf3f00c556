"""The pairs of one need: which rule bars, an upper bound, the score; the best are kept.

Plain loops, to be compiled (`scan` decides when); uncompiled they do the same.

A pair is scored in full only where its upper bound reaches the worst pair kept for the need or for
the offer. What is near depends on the place of the need alone (country, region, languages) but for
direct ties and shared partners, so the sums over those parts are kept from need to need.
"""

from typing import Any, NamedTuple

from matchmaker.matching.candidates import CODE
from matchmaker.matching.large.classes import NONE
from matchmaker.matching.large.sums import (
    _all_context,
    _at_most,
    _availability,
    _context_near,
    _context_rest,
    _delivery,
    _expertise,
    _near_at_most,
    _rounded,
    _total,
)
from matchmaker.matching.ties import ALIVE
from matchmaker.vocabulary import Bar

SAME = CODE[Bar.SAME_MUNICIPALITY]
LANGUAGE = CODE[Bar.LANGUAGE]
WINDOW = CODE[Bar.WINDOW]
VETO = CODE[Bar.VETO]
CONTEXT_MINIMUM = CODE[Bar.CONTEXT_MINIMUM]
TIE_REQUIRED = CODE[Bar.TIE_REQUIRED]

VETOED, AT_HOME, TIED, HELD = 1, 2, 4, 8
"""Marks of an offer, as seen from the need at hand; `HELD` pairs are not to be found again."""
SLACK = 1e-8
"""Bounds are summed in another way than scores, and scores are rounded."""


class Work(NamedTuple):
    """What a thread holds while it goes from need to need."""

    place: Any
    """(1,) the place that `near` and the sums are of."""
    stamp: Any
    """(n_offers,) the place + 1 that the four sums of an offer were made for."""
    sums: Any
    """(n_offers, 4): value, weight, low, high of the parts of context that depend on the place."""
    most: Any
    """(n_offers,) upper bound of context."""
    mark: Any
    direct: Any
    shared: Any
    near: Any
    """By column of the ties: direct tie, shared partners, best tie with the region."""
    allowed: Any
    """(n_offers,) needs that no rule bars."""
    scores: Any
    """(n_offers, most) best pairs of each offer, the worst first."""
    rows: Any
    count: Any


class Wanted(NamedTuple):
    """Which pairs are sought: those with score - price of the offer above the floor of the need."""

    price: Any
    """(n_offers,) by position."""
    floor: Any
    """(n_needs,)."""
    least: Any
    """(1,) the least score."""
    held_starts: Any
    held: Any
    """Positions of the offers that each need holds already."""


class Found(NamedTuple):
    """The best pairs of each need, the worst first, and how many offers each rule bars."""

    keys: Any
    """(n_needs, most) score - price of the offer."""
    columns: Any
    count: Any
    lost: Any
    """(n_needs, 1 + n_rules) offers that each rule is the first to bar."""


def scan(t: Any, work: Any, wanted: Any, found: Any, rows: Any) -> None:
    """Look at every offer for some needs."""
    for at in range(len(rows)):
        i = rows[at]
        _enter(t, work, i)
        _mark(t, work, wanted, i, True)
        _look(t, work, wanted, found, i)
        _mark(t, work, wanted, i, False)


def _look(t: Any, work: Any, wanted: Any, found: Any, i: Any) -> None:
    """Look at the offers of the classes that a need may meet; the others are counted only."""
    classes, code, speech = t.classes, t.needs.code[i], t.needs.speech[i]
    passed, seen = len(t.offers.column), 0
    for rule in range(found.lost.shape[1]):
        found.lost[i, rule] = classes.early_counts[code, rule]
        passed -= classes.early_counts[code, rule]
    for at in range(classes.understood_starts[speech], classes.understood_starts[speech + 1]):
        spoken = classes.understood[at]
        for group in range(classes.group_starts[spoken], classes.group_starts[spoken + 1]):
            if classes.active[code, classes.group_activity[group]]:
                seen += _look_at_group(t, work, wanted, found, i, group)
    found.lost[i, LANGUAGE] += passed - seen
    _count_own(t, found, i)


def _look_at_group(t: Any, work: Any, wanted: Any, found: Any, i: Any, group: Any) -> Any:
    """Look at offers of one language class that have the activity; return how many."""
    classes, code, seen = t.classes, t.needs.code[i], 0
    for cell in range(classes.group_cells[group], classes.group_cells[group + 1]):
        if classes.early[code, classes.cells[cell]] != NONE:
            continue
        late = classes.late[code, classes.cells[cell]]
        seen += classes.cell_starts[cell + 1] - classes.cell_starts[cell]
        for p in range(classes.cell_starts[cell], classes.cell_starts[cell + 1]):
            days = _shared_days(t.needs, t.offers, i, p)
            rule = _first_rule(t, work, i, p, late, days)
            if rule != NONE:
                found.lost[i, rule] += 1
                continue
            work.allowed[p] += 1
            if work.mark[p] & HELD == 0:
                _weigh(t, work, wanted, found, i, p, days)
    return seen


def _count_own(t: Any, found: Any, i: Any) -> None:
    """Count the need's own offers, which were not looked at, as barred by the first rule of all."""
    classes, ties, town = t.classes, t.ties, t.needs.town[i]
    code, speech = t.needs.code[i], t.needs.speech[i]
    for at in range(ties.town_starts[town], ties.town_starts[town + 1]):
        p = ties.town_offers[at]
        rule = int(classes.early[code, t.offers.code[p]])
        if rule == NONE:
            rule = LANGUAGE
            for g in range(
                classes.understood_starts[speech], classes.understood_starts[speech + 1]
            ):
                if classes.understood[g] == t.offers.speech[p]:
                    rule = NONE
        if rule != NONE:
            found.lost[i, rule] -= 1
            found.lost[i, SAME] += 1


def _shared_days(needs: Any, offers: Any, i: Any, p: Any) -> Any:
    """Return the days two periods may have in common; what is not stated is endless."""
    days = min(needs.end[i], offers.end[p]) - max(needs.start[i], offers.start[p]) + 1
    return max(days, 0.0)


def _first_rule(t: Any, work: Any, i: Any, p: Any, late: Any, days: Any) -> Any:
    """Return the first rule that bars a pair whose codes and languages fit, or `NONE`."""
    needs, offers, rule, mark = t.needs, t.offers, int(late), work.mark[p]
    if mark & AT_HOME:
        return SAME
    if mark & VETOED:
        rule = min(rule, VETO)
    surely = days
    if needs.heart[i] and not (needs.stated[i] and offers.stated[p]):
        surely = 0.0
    if surely < needs.overlap[i]:
        return WINDOW
    if rule > CONTEXT_MINIMUM and needs.least[i] > 0 and _knows_too_little(t, work, i, p):
        return CONTEXT_MINIMUM
    if rule > TIE_REQUIRED and needs.tie_needed[i] and not _is_tied(t, work, p):
        return TIE_REQUIRED
    return rule


def _is_tied(t: Any, work: Any, p: Any) -> Any:
    return work.direct[t.offers.tie_column[p]] == ALIVE


def _knows_too_little(t: Any, work: Any, i: Any, p: Any) -> Any:
    """Lower end below the minimum where knowledge must be shown, upper end below it elsewhere."""
    _, _, low, high = _context(t, work, i, p)
    whole = _all_context(t)
    if t.needs.known_helpers[i]:
        value = low / whole if whole > 0 else 0.0
    else:
        value = high / whole if whole > 0 else 1.0
    return _rounded(value) < t.needs.least[i]


def _context(t: Any, work: Any, i: Any, p: Any) -> Any:
    """Return the sums of context of a pair, from those of the place where that is enough."""
    if work.mark[p] & TIED:
        column = t.offers.tie_column[p]
        near = _context_near(t.near, i, p, work.direct[column], work.near[column])
        return _context_rest(t, i, p, work.shared[column], near)
    _fill(t.near, work.place, work.stamp, work.sums, work.most, work.near, i, p)
    sums = work.sums
    return _context_rest(t, i, p, 0, (sums[p, 0], sums[p, 1], sums[p, 2], sums[p, 3]))


def _fill(
    near: Any, place: Any, stamp: Any, sums: Any, most: Any, by_region: Any, i: Any, p: Any
) -> None:
    """Sum what depends on the place alone, unless that was done."""
    if stamp[p] != place[0] + 1:
        found = _context_near(near, i, p, 0, by_region[near.tie_column[p]])
        for k in range(4):
            sums[p, k] = found[k]
        most[p] = _near_at_most(near, found[0], found[1])
        stamp[p] = place[0] + 1


def _weigh(t: Any, work: Any, wanted: Any, found: Any, i: Any, p: Any, days: Any) -> None:
    """Keep an allowed pair where it is among the best of its need or its offer."""
    limit = _limit(work, wanted, found, i, p)
    near = 1.0
    if work.mark[p] & TIED == 0:
        _fill(t.near, work.place, work.stamp, work.sums, work.most, work.near, i, p)
        near = work.most[p]
    expertise, weight, rest = _at_most(t, i, p, near, days)
    if weight * expertise + rest < limit:
        return
    skill = _expertise(t, i, p)
    if skill[1] > 0 and weight * (skill[0] / skill[1]) + rest < limit:
        return
    context, delivered = _context(t, work, i, p), _delivery(t, i, p)
    availability = _availability(t, i, p, delivered)
    score = _rounded(_total(t, i, skill, context, availability))
    if score < wanted.least[0]:
        return
    key, column = score - wanted.price[p], t.offers.column[p]
    if key > wanted.floor[i]:
        _push(found.keys, found.columns, found.count, i, key, column)
    if work.scores.shape[1]:
        _push(work.scores, work.rows, work.count, p, score, i)


def _limit(work: Any, wanted: Any, found: Any, i: Any, p: Any) -> Any:
    """Return the score below which a pair is kept neither for the need nor for the offer."""
    full = found.count[i] == found.keys.shape[1]
    limit = (found.keys[i, 0] if full else wanted.floor[i]) + wanted.price[p]
    most = work.scores.shape[1]
    if most:
        limit = min(limit, work.scores[p, 0] if work.count[p] == most else -1.0)
    return limit - SLACK


def _enter(t: Any, work: Any, i: Any) -> None:
    """Note the ties with the need's region, where the last need was elsewhere."""
    ties = t.ties
    if t.needs.place[i] == work.place[0]:
        return
    work.place[0] = t.needs.place[i]
    work.near[:] = 0
    region = t.needs.region[i]
    if region >= 0:
        for at in range(ties.region_starts[region], ties.region_starts[region + 1]):
            work.near[ties.region_columns[at]] = ties.region_values[at]


def _mark(t: Any, work: Any, wanted: Any, i: Any, on: Any) -> None:
    """Mark the offers that are something special to a need, or take the marks off."""
    ties, town, country = t.ties, t.needs.town[i], t.needs.country[i]
    _set(work.mark, ties.town_starts, ties.town_offers, town, AT_HOME, on)
    for at in range(ties.veto_town_starts[i], ties.veto_town_starts[i + 1]):
        _set(work.mark, ties.town_starts, ties.town_offers, ties.veto_towns[at], VETOED, on)
    for at in range(ties.veto_country_starts[i], ties.veto_country_starts[i + 1]):
        _set(work.mark, ties.land_starts, ties.land_offers, ties.veto_countries[at], VETOED, on)
    _set(work.mark, ties.by_town_starts, ties.by_town, town, VETOED, on)
    _set(work.mark, ties.by_country_starts, ties.by_country, country, VETOED, on)
    _set(work.mark, wanted.held_starts, wanted.held, i, HELD, on)
    row = t.needs.tie_row[i]
    for at in range(ties.direct_starts[row], ties.direct_starts[row + 1]):
        column = ties.direct_columns[at]
        work.direct[column] = ties.direct_values[at] if on else 0
        _set(work.mark, ties.column_starts, ties.column_offers, column, TIED, on)
    for at in range(ties.shared_starts[row], ties.shared_starts[row + 1]):
        column = ties.shared_columns[at]
        work.shared[column] = ties.shared_values[at] if on else 0
        _set(work.mark, ties.column_starts, ties.column_offers, column, TIED, on)


def _set(mark: Any, starts: Any, members: Any, line: Any, bit: Any, on: Any) -> None:
    for at in range(starts[line], starts[line + 1]):
        mark[members[at]] = mark[members[at]] | bit if on else 0


def _push(keys: Any, ids: Any, count: Any, line: Any, key: Any, id_: Any) -> None:
    """Put an entry into a heap whose first entry is the worst; equals go by the lower id."""
    most = keys.shape[1]
    if count[line] < most:
        at = count[line]
        count[line] += 1
        while at > 0:
            above = (at - 1) // 2
            if not _is_worse(key, id_, keys[line, above], ids[line, above]):
                break
            keys[line, at], ids[line, at] = keys[line, above], ids[line, above]
            at = above
        keys[line, at], ids[line, at] = key, id_
        return
    if not _is_worse(keys[line, 0], ids[line, 0], key, id_):
        return
    at = 0
    while True:
        below = 2 * at + 1
        if below >= most:
            break
        if below + 1 < most and _is_worse(
            keys[line, below + 1], ids[line, below + 1], keys[line, below], ids[line, below]
        ):
            below += 1
        if not _is_worse(keys[line, below], ids[line, below], key, id_):
            break
        keys[line, at], ids[line, at] = keys[line, below], ids[line, below]
        at = below
    keys[line, at], ids[line, at] = key, id_


def _is_worse(key: Any, id_: Any, other: Any, other_id: Any) -> Any:
    return key < other or (key == other and id_ > other_id)
