"""Does the time of an answer tell whether an address has an account? Medians and Mann-Whitney p.

    python benchmarks/sign_in.py [--pairs 300]

Known and unknown addresses take turns in one process, so that what else the machine does falls on
both. Exit 1 where p <= 0.01 and the medians differ by 5 % or more.
"""

import argparse
import logging
import secrets
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask_security import hash_password
from scipy.stats import mannwhitneyu

from tests.factories import PASSWORD, make_user
from tests.harness.apps import Client, make_app
from tests.harness.databases import create_schema

WRONG = "wrong words entirely"
PAGES = {
    "/login": {"password": WRONG},
    "/register": {"password": WRONG, "password_confirm": WRONG},
    "/reset": {},
    "/confirm": {},
}


def seconds(client: Client, page: str, email: str, fields: dict[str, str]) -> float:
    """Return how long the answer to one form takes."""
    form = {"csrf_token": client.token(), "email": email, **fields}
    began = time.perf_counter()
    client.http.post(page, data=form)
    return time.perf_counter() - began


def measure(app, email: str, page: str, n_pairs: int) -> tuple[list[float], list[float]]:
    """Return the times for the known address and for unknown ones, taken in turn."""
    known, unknown = [], []
    for turn in range(n_pairs + 5):
        nobody = f"nobody{secrets.token_hex(4)}@example.test"
        pair = [(known, email), (unknown, nobody)]
        for times, address in pair if turn % 2 else reversed(pair):
            times.append(seconds(Client(app), page, address, PAGES[page]))
    return known[5:], unknown[5:]  # the first ones compile templates


def main() -> int:
    """Measure each page and print its line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pairs", type=int, default=300)
    n_pairs = arguments.parse_args().pairs
    logging.disable(logging.CRITICAL)
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/site.db"
        create_schema(url)
        app = make_app(url, Path(folder), MAIL_IN_BACKGROUND=True)
        with app.app_context():
            from matchmaker.extensions import db

            email = make_user(db.session(), password=hash_password(PASSWORD)).email
            db.session.commit()
            db.session.remove()
        print("| page | known, median ms | unknown, median ms | difference | Mann-Whitney p | |")
        print("|---|---|---|---|---|---|")
        for page in PAGES:
            known, unknown = measure(app, email, page, n_pairs)
            p = mannwhitneyu(known, unknown).pvalue
            difference = median(known) / median(unknown) - 1
            tells = p <= 0.01 and abs(difference) >= 0.05
            worst |= tells
            print(
                f"| {page} | {median(known) * 1e3:.1f} | {median(unknown) * 1e3:.1f}"
                f" | {difference:+.1%} | {p:.2g} | {'tells' if tells else 'kept'} |",
                flush=True,
            )
    return int(worst)


if __name__ == "__main__":
    raise SystemExit(main())
