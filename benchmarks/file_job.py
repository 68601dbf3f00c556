"""Measure `matchmaker propose` on made-up files of n needs and n offers.

    python benchmarks/file_job.py --rows 5000 [--folder DIR] [--seed 1] [--towns 800]

Towns are drawn from the list of places, contents at random from the vocabulary, by a seed: the same
arguments give the same files. Prints seconds and the greatest memory of the run.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from matchmaker.exchange.cells import csv_text
from matchmaker.exchange.columns import NEED_COLUMNS, OFFER_COLUMNS, names_of
from matchmaker.places import Place
from matchmaker.places.store import gazetteer
from matchmaker.vocabulary import ACTIVITIES, TOPICS

ASKING = ("UA", "CO", "BA", "RS", "HR", "PS", "LB", "IQ", "ET", "GE")
HELPING = ("NL", "DE", "FR", "SE", "NO", "ES", "IT", "DK", "BE", "AT")
LANGUAGES = ("en", "uk", "es", "ar", "fr", "de", "nl")
START = date(2027, 1, 1)
DAY = date(2026, 11, 22)
_DEEPEST_RANK = 40_000


def main() -> int:
    """Write the files, run the job, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--towns", type=int, default=800, help="towns on each side")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="file-job-"))
    folder.mkdir(parents=True, exist_ok=True)
    write_files(folder, options.rows, options.towns, options.seed)
    program = "from matchmaker.cli import main; main()"
    arguments = ["propose", "--date", str(DAY)]
    for name in ("needs.csv", "offers.csv"):
        arguments += [f"--{name.removesuffix('.csv')}", str(folder / name)]
    arguments += ["--out", str(folder / "proposals.csv"), "--report", str(folder / "report.html")]
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=False)
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{options.rows} x {options.rows} rows: exit {done.returncode}, {seconds:.1f} s,")
    print(f"greatest memory {memory:.0f} MB, report {size_mb(folder / 'report.html'):.2f} MB,")
    print(f"proposals {size_mb(folder / 'proposals.csv'):.2f} MB; files in {folder}")
    return done.returncode


def size_mb(path: Path) -> float:
    """Return the size of a file; 0 where there is none."""
    return path.stat().st_size / 1e6 if path.exists() else 0.0


def write_files(folder: Path, n_rows: int, n_towns: int, seed: int) -> None:
    """Write needs.csv and offers.csv."""
    draw = random.Random(seed)  # noqa: S311
    for name, columns, countries, row in (
        ("needs.csv", NEED_COLUMNS, ASKING, need),
        ("offers.csv", OFFER_COLUMNS, HELPING, offer),
    ):
        header = names_of(columns)
        towns = draw.sample(towns_of(countries), n_towns)
        rows = [row(draw, k, draw.choice(towns)) for k in range(n_rows)]
        text = csv_text(header, [[cells.get(column, "") for column in header] for cells in rows])
        (folder / name).write_text(text, encoding="utf-8", newline="")


def towns_of(countries: tuple[str, ...]) -> list[Place]:
    """Return the larger towns of some countries whose name is theirs alone there."""
    store = gazetteer()
    ranks = [k for k in range(_DEEPEST_RANK) if store.country_at[k] in countries]
    found = [store.place(rank) for rank in ranks]
    names = [(place.country, place.name) for place in found]
    return [
        place
        for place, name in zip(found, names, strict=True)
        if names.count(name) == 1 and place.region
    ]


def need(draw: random.Random, k: int, town: Place) -> dict[str, str]:
    """Make up the cells of a need."""
    activity = draw.choice(list(ACTIVITIES))
    category = ACTIVITIES[activity].category.value
    topics = draw.sample(list(TOPICS), draw.randint(1, 4))
    return {
        **alike(draw, f"n{k:05}", town, category),
        "activity": activity,
        "depth": draw.choice(["atmosphere", "heart"]) if category == "dialogue" else "",
        "settings": "in_area|remote|international",
        "presence": draw.choice(["possible", "restricted", "none"]),
        "topics": "|".join(f"{t}:{draw.randint(1, 3)}:{draw.randint(1, 5)}" for t in topics),
        "low_profile": draw.choice(["yes", "no", "no", "no"]),
        "consent": draw.choice(["yes", "yes", ""]),
    }


def offer(draw: random.Random, k: int, town: Place) -> dict[str, str]:
    """Make up the cells of an offer."""
    category = draw.choice(["lobby", "project", "dialogue"])
    activities = [code for code in ACTIVITIES if code.startswith(category)]
    topics = draw.sample(list(TOPICS), draw.randint(1, 6))
    areas = [
        f"{draw.choice(ASKING)}:{draw.randint(2000, 2026)}:{draw.randint(1, 10)}"
        for _ in range(draw.randint(1, 3))
    ]
    return {
        **alike(draw, f"o{k:05}", town, category),
        "activities": "|".join(draw.sample(activities, draw.randint(1, 4))),
        "settings": draw.choice(["in_area|remote", "international|remote", "remote"]),
        "topics": "|".join(f"{t}:{draw.randint(1, 5)}" for t in topics),
        "experience": f"{activities[0]}:{draw.randint(0, 5)}",
        "context_languages": draw.choice(["", "none", "uk|es", "ar"]),
        "areas": draw.choice(["", "none", "|".join(areas)]),
        "delivery": draw.choice(["", "none", draw.choice(ASKING)]),
    }


def alike(draw: random.Random, key: str, town: Place, category: str) -> dict[str, str]:
    """Make up the cells that needs and offers have alike."""
    start = START + timedelta(draw.randrange(200))
    return {
        "id": key,
        "municipality": town.name,
        "region": town.region,
        "country": town.country,
        "category": category,
        "languages": "|".join(draw.sample(LANGUAGES, 2)),
        "interpretation": draw.choice(["yes", "no", "no"]),
        "window_start": start.isoformat(),
        "window_end": (start + timedelta(draw.randint(60, 400))).isoformat(),
        "effort_days": str(draw.randint(5, 60)),
        "commitment_months": str(draw.randint(3, 24)),
        "places": draw.choice(["1", "1", "2"]),
    }


if __name__ == "__main__":
    sys.exit(main())
