"""How long does a search among accounts take, whose addresses are ciphertext? Medians.

python benchmarks/search_accounts.py [--accounts 2000]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from matchmaker.admin.queries import ids_of_users
from matchmaker.extensions import db
from tests.factories import make_requester, make_user
from tests.harness.apps import make_app
from tests.harness.databases import create_schema

ASKED = {"a whole address": "person7@search.example", "a part": "son7@", "a town": "town 7"}
REPEATS = 7


def main() -> None:
    """Make accounts, search, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=2000)
    n_accounts = parser.parse_args().accounts
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/search.db"
        create_schema(url)
        with make_app(url, Path(folder)).app_context():
            session = db.session()
            for number in range(n_accounts):
                make_requester(
                    session, user=make_user(session, email=f"person{number}@search.example")
                )
            session.commit()
            for name, asked in ASKED.items():
                print(f"{name}: {1000 * median(_times(session, asked)):.0f} ms")
            db.session.remove()
            db.engine.dispose()


def _times(session: object, asked: str) -> list[float]:
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        ids_of_users(session, asked)  # type: ignore[arg-type]
        times.append(time.perf_counter() - began)
    return times


if __name__ == "__main__":
    main()
