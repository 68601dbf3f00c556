"""Start prices by an auction: rows bid for columns, ever more finely [1]_.

Plain loops, to be compiled. The prices are only a start: `kernel_paths` makes the result exact
whatever they are.

Of a full matrix the graph lists the best pairs of each row only. No other pair of row i exceeds
the price of its column by more than `unlisted[i]` (prices only rise during an auction), so the row
is read as a whole again only when its list may no longer hold the second best.

.. [1] D. P. Bertsekas, "The auction algorithm: a distributed relaxation method for the assignment
   problem", Ann. Oper. Res. 14, 1988. doi:10.1007/BF02186476
"""

import numpy as np

from matchmaker.matching.engine.kernel_paths import FAR, Bools, Columns, Floats, Ints

BIDS_PER_PLACE = 60
CHUNK = 32


def start_prices(
    begin: Ints,
    end: Ints,
    to: Columns,
    worth: Floats,
    chosen: Bools,
    places: Ints,
    room: Ints,
    steps: Floats,
    scores: Floats,
    allowed: Bools,
    units: float,
    least: float,
    unlisted: Floats,
    v: Floats,
    root: Ints,
    price: Floats,
    bidder: Ints,
    net: Floats,
) -> None:
    """Hold one auction per step; leave column prices, and the bids that hold as chosen pairs.

    A column holds as many bids as it has places, in a heap, the lowest first: its price.
    """
    for turn in range(len(steps)):
        _clear(chosen, root, price, bidder, v)
        left = BIDS_PER_PLACE * len(price)
        for first in range(len(places)):
            for _ in range(places[first]):
                row = first
                while row >= 0 and left > 0:
                    left -= 1
                    pair, best, second = _two_best(row, begin, end, to, worth, chosen, v)
                    if second < unlisted[row]:
                        unlisted[row] = _list_best(
                            row,
                            begin,
                            end,
                            to,
                            worth,
                            chosen,
                            scores,
                            allowed,
                            units,
                            least,
                            v,
                            net,
                        )
                        _follow(row, begin, end, to, chosen, root, bidder)
                        pair, best, second = _two_best(row, begin, end, to, worth, chosen, v)
                    if pair < 0:
                        break
                    chosen[pair] = True
                    column = to[pair]
                    bid = v[column] + best - second + steps[turn]
                    row = _place_bid(
                        bid, row, pair, root[column], root[column + 1], price, bidder, chosen
                    )
                    v[column] = price[root[column]]


def _clear(chosen: Bools, root: Ints, price: Floats, bidder: Ints, v: Floats) -> None:
    """Take back all bids; what a column cost is what the first new bid has to exceed."""
    for e in range(len(chosen)):
        chosen[e] = False
    for column in range(len(v)):
        for slot in range(root[column], root[column + 1]):
            price[slot], bidder[0, slot] = v[column], -1


def _two_best(
    row: int, begin: Ints, end: Ints, to: Columns, worth: Floats, chosen: Bools, v: Floats
) -> tuple[int, float, float]:
    """Return the pair worth most above the price of its column, and the two greatest values."""
    pair, best, second = -1, 0.0, 0.0
    for e in range(begin[row], end[row]):
        net = worth[e] - v[to[e]]
        if net > second and not chosen[e]:
            if net > best:
                pair, best, second = e, net, best
            else:
                second = net
    return pair, best, second


def _place_bid(
    bid: float, row: int, pair: int, root: int, end: int, price: Floats, bidder: Ints, chosen: Bools
) -> int:
    """Put a bid in the place of the column's lowest one; return the row that is outbid, or -1."""
    outbid = bidder[0, root]
    if outbid >= 0:
        chosen[bidder[1, root]] = False
    at, size = 0, end - root
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and price[root + below + 1] < price[root + below]:
            below += 1
        if price[root + below] >= bid:
            break
        price[root + at] = price[root + below]
        bidder[0, root + at] = bidder[0, root + below]
        bidder[1, root + at] = bidder[1, root + below]
        at = below
    price[root + at], bidder[0, root + at], bidder[1, root + at] = bid, row, pair
    return outbid


def _follow(
    row: int, begin: Ints, end: Ints, to: Columns, chosen: Bools, root: Ints, bidder: Ints
) -> None:
    """Tell the columns a row holds where its pairs stand by now."""
    for e in range(begin[row], end[row]):
        if not chosen[e]:
            return
        for slot in range(root[to[e]], root[to[e] + 1]):
            if bidder[0, slot] == row:
                bidder[1, slot] = e


def list_missing(
    begin: Ints,
    end: Ints,
    to: Columns,
    worth: Floats,
    chosen: Bools,
    scores: Floats,
    allowed: Bools,
    units: float,
    least: float,
    unlisted: Floats,
    u: Floats,
    v: Floats,
    net: Floats,
) -> int:
    """List rows anew whose prices do not prove the list complete; return how many lacked a pair."""
    found = 0
    for row in range(len(begin)):
        if unlisted[row] <= u[row]:
            continue
        unlisted[row] = _list_best(
            row, begin, end, to, worth, chosen, scores, allowed, units, least, v, net
        )
        lacking = False
        for e in range(begin[row], end[row]):
            lacking |= not chosen[e] and worth[e] - v[to[e]] > u[row]
        found += lacking
    return found


def _list_best(
    row: int,
    begin: Ints,
    end: Ints,
    to: Columns,
    worth: Floats,
    chosen: Bools,
    scores: Floats,
    allowed: Bools,
    units: float,
    least: float,
    v: Floats,
    net: Floats,
) -> float:
    """List the best pairs of a row anew at the present prices; return what the others are below.

    Chosen pairs stay listed. What the old list offers at these prices is a floor, so few pairs
    are looked at twice.
    """
    start = begin[row]
    full = start + len(to) // len(begin)
    kept, floor = _keep_chosen(start, end[row], to, worth, chosen, v)
    if end[row] < full:
        floor = 0.0
    stop = kept
    for at in range(0, len(v), CHUNK):
        size = min(CHUNK, len(v) - at)
        better = 0
        for j in range(size):
            value = np.rint(scores[row, at + j] * units)
            net[j] = value - v[at + j]
            better += (net[j] > floor) & (value >= least)
        if better == 0:
            continue
        for j in range(size):
            column = at + j
            value = net[j] + v[column]
            if net[j] <= floor or value < least:
                continue
            if len(allowed) > 0 and not allowed[row, column]:
                continue
            stop, floor = _enter(
                column, value, net[j], start, kept, stop, full, to, worth, v, floor
            )
    end[row] = stop
    return floor


def _keep_chosen(
    start: int, end: int, to: Columns, worth: Floats, chosen: Bools, v: Floats
) -> tuple[int, float]:
    """Move the chosen pairs of a list to its front; return their end and what all are above."""
    floor, kept = FAR, start
    for e in range(start, end):
        floor = min(floor, worth[e] - v[to[e]] - 0.5)
        if chosen[e]:
            to[kept], worth[kept], chosen[e], chosen[kept] = to[e], worth[e], False, True
            kept += 1
    return kept, max(floor, 0.0)


def _enter(
    column: int,
    value: float,
    net: float,
    start: int,
    kept: int,
    stop: int,
    full: int,
    to: Columns,
    worth: Floats,
    v: Floats,
    floor: float,
) -> tuple[int, float]:
    """Put a pair into the sorted part of its list; return the end of the list and the floor."""
    for e in range(start, kept):
        if to[e] == column:
            return stop, floor
    if kept == full:
        return stop, net
    at = min(stop, full - 1)
    stop = min(stop + 1, full)
    while at > kept and worth[at - 1] - v[to[at - 1]] < net:
        to[at], worth[at] = to[at - 1], worth[at - 1]
        at -= 1
    to[at], worth[at] = column, value
    if stop == full:
        floor = worth[full - 1] - v[to[full - 1]]
    return stop, floor
