"""Input files for the tests of the file job: the template rows, and what a test changes in them."""

import csv
from datetime import date

from matchmaker.exchange.columns import NEED_COLUMNS, OFFER_COLUMNS
from matchmaker.exchange.propose import propose

TODAY = date(2026, 11, 22)
NEED = {column.name: column.examples[0] for column in NEED_COLUMNS}
TALK = {column.name: column.examples[1] for column in NEED_COLUMNS}
OFFER = {column.name: column.examples[0] for column in OFFER_COLUMNS}
TALKS = {column.name: column.examples[1] for column in OFFER_COLUMNS}


def write(path, rows, **options):
    """Write rows as CSV; returns the path."""
    with path.open("w", encoding=options.pop("encoding", "utf-8"), newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), **options)
        writer.writeheader()
        writer.writerows(rows)
    return path


def run(folder, needs=(NEED,), offers=(OFFER,), **options):
    """Run the job in a folder; returns exit code, what was said, and the rows of the output."""
    said = []
    paths = [
        records if hasattr(records, "read_bytes") else write(folder / name, list(records))
        for name, records in (("needs.csv", needs), ("offers.csv", offers))
    ]
    out = folder / "proposals.csv"
    code = propose(*paths, out, today=TODAY, say=said.append, **options)
    return code, said, rows_of(out) if out.exists() else None


def rows_of(path):
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
