"""A solved round in a database of its own, with scenarios, and the address of every page of it."""

import contextlib
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import round_rows
import sqlalchemy as sa
from flask_security import hash_password
from sqlalchemy.orm import Session

from matchmaker.access import Actor
from matchmaker.extensions import db
from matchmaker.models import Membership, Need, Offer, Proposal, Round, RoundNeed, Scenario
from matchmaker.rounds import service, wanted
from matchmaker.rounds.floor_steps import add_floor
from matchmaker.rounds.floors import Bound, Counted, Floor
from matchmaker.vocabulary import OverrideReason
from matchmaker.workbench import scenario_service
from matchmaker.workbench.scenario_work import Asked
from matchmaker.workbench.solved import Solved, solved_round
from tests.factories import PASSWORD, actor_of, make_coordinator, make_round
from tests.harness.apps import make_app
from tests.harness.databases import create_schema

N_WISHES = 30
LARGEST_WITH_FLOORS = 1000
"""Prices of demands are not worked out above 250,000 candidate pairs (decision 0030)."""
FLOORS = (
    Floor(Bound.EVEN, Counted.NEEDS, "need_side:north", 2, other="need_side:south"),
    Floor(Bound.AT_MOST, Counted.PAIRS, "offer_category:lobby", 40),
)


@contextlib.contextmanager
def database(name: str | None) -> Iterator[tuple[str, bool]]:
    """Give the address of a database with the schema, and whether it was there already.

    One without a name is dropped afterwards; one with a name is kept for the next time.
    """
    address = os.environ["TEST_POSTGRES_URL"].replace("postgres://", "postgresql://", 1)
    server = sa.make_url(address).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    own = name or f"tandem_bench_{uuid.uuid4().hex[:12]}"
    url = server.set(database=own).render_as_string(hide_password=False)
    with engine.connect() as connection:
        one = sa.text("SELECT 1 FROM pg_database WHERE datname = :name")
        there = connection.execute(one, {"name": own}).scalar() is not None
        if not there:
            connection.exec_driver_sql(f'CREATE DATABASE "{own}" TEMPLATE template0')
    if not there:
        create_schema(url)
    try:
        yield url, there
    finally:
        if name is None:
            with engine.connect() as connection:
                connection.exec_driver_sql(f'DROP DATABASE "{own}" WITH (FORCE)')


def lay(url: str, folder: Path, n_needs: int, n_offers: int) -> None:
    """Lay and solve a round, and save two scenarios of it."""
    app = make_app(url, folder)
    with app.app_context():
        session = db.session()
        coordinator = make_coordinator(session)
        coordinator.user.password = hash_password(PASSWORD)
        began = time.perf_counter()
        round_rows.lay(session, n_needs, n_offers)
        _name_each_other(session)
        session.commit()
        began = _say("laid", began)
        round_ = make_round(session, coordinator)
        actor = actor_of(coordinator)
        if n_needs <= LARGEST_WITH_FLOORS:
            for floor in FLOORS:
                add_floor(session, actor, round_, floor, None)
        service.run_round(session, actor, round_)
        session.commit()
        began = _say("solved and recorded", began)
        solved = solved_round(session, round_)
        pair, other = _pair_chosen(solved), _pair_lost(solved)
        for name, asked in (("First", Asked("bar", *pair)), ("Second", Asked("lock", *other))):
            scenario_service.adjust(
                session,
                actor,
                round_,
                None,
                asked,
                OverrideReason.OTHER,
                "To try it out.",
                name=name,
            )
        session.commit()
        began = _say("two scenarios", began)
        _tell_wanted(session, round_, solved)
        _say("offers wanted", began)
        # A database in service does so by itself (autovacuum).
        session.execute(sa.text("ANALYZE"))
        session.commit()
        db.session.remove()
        db.engine.dispose()


def _name_each_other(session: Session) -> None:
    """Let some municipalities say that they know each other."""
    needs = session.scalars(sa.select(Need).order_by(Need.id).limit(N_WISHES))
    offers = session.scalars(sa.select(Offer).order_by(Offer.id).limit(N_WISHES))
    for need, offer in zip(needs, offers, strict=False):
        need.wish_names = [offer.municipality.name]
        offer.wish_names = [need.municipality.name]
    session.flush()


def _tell_wanted(session: Session, round_: Round, solved: Solved) -> None:
    """Keep what is wanted with the round, as the job that solves it does afterwards."""
    kinds = wanted.kinds_wanted(solved.problem, solved.solution)
    session.refresh(round_)
    round_.overview = {**(round_.overview or {}), "wanted": kinds and [list(k) for k in kinds]}
    session.commit()


def _say(what: str, began: float) -> float:
    moment = time.perf_counter()
    print(f"{what}: {moment - began:.1f} s", flush=True)
    return moment


def addresses(session: Session) -> tuple[str, dict[str, str]]:
    """Return who signs in, and what is asked for by name: every page of the round."""
    round_ = session.scalars(sa.select(Round)).one()
    coordinator = session.scalars(
        sa.select(Membership).where(Membership.role == "coordinator")
    ).first()
    assert coordinator is not None
    solved = solved_round(session, round_)
    first = sa.select(Proposal.public_id).where(Proposal.round_id == round_.id)
    proposal = f"/proposals/{session.scalars(first.order_by(Proposal.id)).first()}"
    a, b = session.scalars(
        sa.select(Scenario.public_id).where(Scenario.round_id == round_.id).order_by(Scenario.id)
    ).all()
    base = f"/rounds/{round_.public_id}"
    (need, offer), (lost, best) = _pair_chosen(solved, 1), _pair_lost(solved, 1)
    left = _left_need(session, round_)
    scenarios = f"{base}/scenarios"
    adjust = f"{scenarios}/adjust"
    return coordinator.user.email, {
        "rounds": "/rounds",
        "round": base,
        "round, weakest first": f"{base}?sort=weakest",
        "settings": f"{base}/settings",
        "floors and caps": f"{base}/settings/floors",
        "prices of demands": f"{base}/settings/prices?work=yes",
        "municipalities that know each other": f"{base}/wishes",
        "proposals": f"{base}/proposals",
        "proposals, filtered": f"{base}/proposals?signatures=none&sort=weakest&page=2",
        "without help": f"{base}/unmatched",
        "offers not used": f"{base}/unused",
        "helping municipalities": f"{base}/helpers",
        "heat map": f"{base}/pairs",
        "window 25 x 25": f"{base}/window?need=26&offer=26",
        "window of 200 x 200": f"{base}/window?need=1&offer=1&needs=200&offers=200",
        "map": f"{base}/map",
        "proposal": proposal,
        "dossier": f"{proposal}/dossier",
        "how sure": f"{proposal}/sure",
        "one need without help": f"{base}/unmatched/{left}",
        "why not: offers for a need": f"{base}/why-not/need/{lost}",
        "why not: needs for an offer": f"{base}/why-not/offer/{offer}",
        "why not: the answer": f"{base}/why-not/need/{lost}/{best}",
        "offers wanted": f"{base}/offers-wanted",
        "scenarios": scenarios,
        "scenario": f"{scenarios}/{a}",
        "compare two scenarios": f"{scenarios}/compare?a={a}&b={b}",
        "change by hand: kinds": adjust,
        "change by hand: choose": f"{adjust}?kind=lock",
        "price: lock": f"{adjust}?kind=lock&need={lost}&offer={best}",
        "price: bar": f"{adjust}?kind=bar&need={need}&offer={offer}",
        "price: gets someone": f"{adjust}?kind=serve&need={lost}",
        "price: pause": f"{adjust}?kind=pause&offer={offer}",
        "price: change places": _places_address(adjust, solved),
        "price in a scenario": f"{adjust}?kind=bar&need={need}&offer={offer}&scenario={b}",
        "sign the plain ones": f"{base}/approve-plain",
        "publish": f"{base}/publish",
        "report": f"{base}/report",
        "files": f"{base}/files",
        "repeat": f"{base}/repeat",
    }


def _places_address(adjust: str, solved: Solved) -> str:
    """Return the address that takes one place from the fullest offer used."""
    arrays = solved.problem.arrays
    used = np.unique(solved.solution.pairs[:, 1])
    most = used[np.argmax(arrays.offers.places[used])]
    places, key = int(arrays.offers.places[most]), arrays.offers.keys[most]
    if places > 1:
        return f"{adjust}?kind=offer_places&offer={key}&places={places - 1}"
    return f"{adjust}?kind=pause&offer={key}"


def _pair_chosen(solved: Solved, at: int = 0) -> tuple[str, str]:
    """Return a pair of the result."""
    arrays = solved.problem.arrays
    row, column = solved.solution.pairs[at].tolist()
    return arrays.needs.keys[row], arrays.offers.keys[column]


def _pair_lost(solved: Solved, at: int = 0) -> tuple[str, str]:
    """Return a need without help, and of the offers it might have had the best."""
    problem: Any = solved.problem
    served = set(solved.solution.pairs[:, 0].tolist())
    scores, found = problem.scores, []
    for row in range(scores.shape[0]):
        own = slice(scores.indptr[row], scores.indptr[row + 1])
        if row not in served and scores.data[own].size:
            found.append((row, int(scores.indices[own][np.argmax(scores.data[own])])))
        if len(found) > at:
            break
    row, column = found[-1]
    return problem.arrays.needs.keys[row], problem.arrays.offers.keys[column]


def _left_need(session: Session, round_: Round) -> str:
    left = sa.select(RoundNeed).where(RoundNeed.round_id == round_.id, RoundNeed.matched.is_(False))
    row = session.scalars(left.order_by(RoundNeed.need_id)).first()
    assert row is not None
    return row.need.public_id


def coordinator_of(session: Session) -> Actor:
    """Return who laid the round."""
    member = session.scalars(sa.select(Membership).where(Membership.role == "coordinator")).first()
    return actor_of(member)
