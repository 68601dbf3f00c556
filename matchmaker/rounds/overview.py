"""What the pages show of a result, worked out once when it is recorded.

Reading the whole stored input for each page would take seconds in a large round. So figures and
bins are kept with the round, the cells of the heat map in tiles, and with each need and offer its
position in the map.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.matching.heat import Blocks, Picture, Sums, tiles_of
from matchmaker.matching.overview import overview_of
from matchmaker.matching.result import Result
from matchmaker.matching.solving import Problem
from matchmaker.models import Need, Offer, Round, RoundNeed, RoundOffer, RoundTile

Array = NDArray[Any]


def record_overview(
    session: Session,
    round_: Round,
    problem: Problem,
    pairs: Array,
    unmatched: Mapping[str, str],
    unused: Mapping[str, str],
) -> None:
    """Keep what the pages show of some pairs of a round; what was kept before is replaced.

    Parameters
    ----------
    session : Session
    round_ : Round
    problem : Problem
        The scored round.
    pairs : int array, shape (n_pairs, 2)
        The chosen pairs, as rows and columns of the problem.
    unmatched, unused : mapping
        Key of each need left, and of each offer not used -> code of the reason.
    """
    picture = Picture(problem, pairs)
    axes = picture.axes()
    sums, blocks = Sums(*picture.shape), Blocks(axes)
    session.execute(delete(RoundTile).where(RoundTile.round_id == round_.id))
    for start, strip in picture.strips():
        sums.add(start, strip)
        blocks.add(start, strip)
        tiles = [
            {"round_id": round_.id, "row": row, "column": column, "cells": cells}
            for row, column, cells in tiles_of(start, strip)
        ]
        if tiles:
            session.execute(insert(RoundTile), tiles)
    round_.overview = {
        "figures": overview_of(problem, pairs, unmatched),
        "axes": axes,
        "bins": sums.told(),
        "blocks": blocks.told(),
    }
    _place_needs(session, round_, picture, unmatched)
    _place_offers(session, round_, picture, problem, pairs, unused)
    session.flush()


def record_overview_of(session: Session, round_: Round, problem: Problem, result: Result) -> None:
    """Keep what the pages show of a result."""
    pairs = [problem.pair((pair.need, pair.offer)) for pair in result.pairs]
    record_overview(
        session,
        round_,
        problem,
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        {one.need: one.reason for one in result.unmatched},
        {one.offer: one.reason for one in result.unused},
    )


def sides_in_scope(figures: Mapping[str, Any], actor: Actor) -> list[dict[str, Any]]:
    """Return the balance of the sides, those that the reader works for now."""
    mine = {side.lower() for side in actor.sides}
    return [
        row
        for row in figures.get("sides", ())
        if (not actor.scope or row["country"] in actor.scope)
        and (not mine or row["side"].lower() in mine)
    ]


def _place_needs(
    session: Session, round_: Round, picture: Picture, unmatched: Mapping[str, str]
) -> None:
    query = select(RoundNeed.need_id, Need.public_id).join(RoundNeed.need)
    ids = session.execute(query.where(RoundNeed.round_id == round_.id))
    position = {key: at for at, key in enumerate(picture.needs)}
    values = [
        {"id_": need_id, "position": position.get(key), "reason_code": unmatched.get(key)}
        for need_id, key in ids
    ]
    one = (RoundNeed.round_id == round_.id) & (RoundNeed.need_id == bindparam("id_"))
    _write(session, update(RoundNeed).where(one), values)


def _place_offers(
    session: Session,
    round_: Round,
    picture: Picture,
    problem: Problem,
    pairs: Array,
    unused: Mapping[str, str],
) -> None:
    query = select(RoundOffer.offer_id, Offer.public_id).join(RoundOffer.offer)
    ids = session.execute(query.where(RoundOffer.round_id == round_.id))
    position = {key: at for at, key in enumerate(picture.offers)}
    used = Counter(problem.arrays.offers.keys[column] for column in pairs[:, 1].tolist())
    values = [
        {
            "id_": offer_id,
            "position": position.get(key),
            "n_pairs": used[key],
            "reason_code": unused.get(key),
        }
        for offer_id, key in ids
    ]
    one = (RoundOffer.round_id == round_.id) & (RoundOffer.offer_id == bindparam("id_"))
    _write(session, update(RoundOffer).where(one), values)


def _write(session: Session, statement: Any, values: list[dict[str, Any]]) -> None:
    """Set the values row by row, in one call."""
    if values:
        names = [name for name in values[0] if name != "id_"]
        statement = statement.values({name: bindparam(name) for name in names})
        session.connection().execute(statement, values)
