"""Measure on scored data whether real score graphs fall into components.

    python benchmarks/components.py [--write]

The demonstration, and rounds drawn over the whole vocabulary: the graph of all candidate pairs,
and of the 50 best of each need.
"""

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import page  # noqa: E402
from benchmarks.rounds import round_of  # noqa: E402
from matchmaker.matching.pipeline import prepare  # noqa: E402
from matchmaker.matching.settings import Settings  # noqa: E402
from matchmaker.matching.snapshot import Snapshot  # noqa: E402

BEST = 50
SIZES = (250, 1000, 5000)


def main() -> int:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rounds = {"demonstration, all its needs and offers": demonstration()}
    rounds |= {f"drawn over the vocabulary, {n:,} x {n:,}": round_of(n) for n in SIZES}
    rows = [row for name, snapshot in rounds.items() for row in described(name, snapshot)]
    print("\n".join(page.component_lines(rows)))
    if options.write:
        page.keep(components=rows)
    return 0


def demonstration() -> Snapshot:
    """Return the snapshot of the demonstration, in a database of its own."""
    from sqlalchemy import select

    from matchmaker.app import create_app
    from matchmaker.config import from_environment
    from matchmaker.demonstration.serve import prepare as fill
    from matchmaker.extensions import db
    from matchmaker.models import Need, Offer
    from matchmaker.rounds.snapshot import take_snapshot

    with tempfile.TemporaryDirectory(prefix="components-") as name:
        folder = Path(name)
        environment = {"MATCHMAKER_INSTANCE": name, "MATCHMAKER_DEMONSTRATION": "1"}
        app = create_app(from_environment(environment))
        fill(app, folder)
        with app.app_context():
            needs, offers = db.session.scalars(select(Need)), db.session.scalars(select(Offer))
            snapshot = take_snapshot(db.session(), list(needs), list(offers), date.today())
            db.session.remove()
            db.engine.dispose()
    return snapshot


def described(name: str, snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return number and sizes of the components of both graphs of a round."""
    problem = prepare(snapshot, Settings())
    scores = problem.scores
    found = []
    for graph, what in ((scores, "all candidates"), (best_of(scores), f"best {BEST} of each need")):
        sizes = components_of(graph)
        needs = np.array([n for n, _ in sizes])
        found.append(
            {
                "round": name,
                "graph": what,
                "pairs": int(graph.nnz),
                "needs": int((np.diff(graph.indptr) > 0).sum()),
                "alone": int((np.diff(graph.indptr) == 0).sum()),
                "components": len(sizes),
                "largest": list(sizes[0]) if sizes else [0, 0],
                "median_needs": float(np.median(needs)) if sizes else 0.0,
                "sizes": [list(size) for size in sizes[:6]],
            }
        )
    return found


def best_of(scores: sparse.csr_array) -> sparse.csr_array:
    """Keep the best pairs of each need."""
    kept = np.zeros(scores.nnz, dtype=bool)
    for start, end in zip(scores.indptr[:-1], scores.indptr[1:], strict=True):
        order = np.argsort(-scores.data[start:end], kind="stable")[:BEST]
        kept[start + order] = True
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    where = (rows[kept], scores.indices[kept])
    return sparse.csr_array((scores.data[kept], where), shape=scores.shape)


def components_of(graph: sparse.csr_array) -> list[tuple[int, int]]:
    """Return (needs, offers) of each component that has a pair, largest first."""
    n_needs, n_offers = graph.shape
    rows = np.repeat(np.arange(n_needs), np.diff(graph.indptr))
    edges = sparse.coo_array(
        (np.ones(graph.nnz, dtype=np.int8), (rows, graph.indices + n_needs)),
        shape=(n_needs + n_offers,) * 2,
    )
    count, label = connected_components(edges, directed=False)
    needs = np.bincount(label[:n_needs], minlength=count)
    offers = np.bincount(label[n_needs:], minlength=count)
    real = (needs > 0) & (offers > 0)
    return sorted(zip(needs[real].tolist(), offers[real].tolist(), strict=True), reverse=True)


if __name__ == "__main__":
    raise SystemExit(main())
