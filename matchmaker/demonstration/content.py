"""What the demonstration holds, read from its data files; texts stand there, not in code.

Stories and unmatched needs are written by hand; the rest is drawn from listed templates with a
fixed seed, so that every installation shows the same needs and offers.
"""

import csv
import tomllib
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

SEED = 20090212
"""Fixed: the day the paper behind the platform was presented; any number would do."""
EVERY_NTH_SUBMITTED = 8
"""Every so many drawn needs and offers still wait for verification."""
EXPERIENCE: tuple[tuple[str, str], ...] = (
    ("UA", ""),
    ("UA", "Kharkiv"),
    ("UA", "Mykolaiv"),
    ("CO", ""),
    ("CO", "Cauca"),
    ("BA", "Federation of Bosnia and Herzegovina"),
    ("HR", ""),
    ("RS", ""),
    ("CD", ""),
    ("SY", "Aleppo"),
    ("IQ", ""),
    ("LB", ""),
)
"""Where a drawn offer may say that its city has worked before."""

Row = dict[str, Any]


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the demonstration."""
    return list(csv.DictReader(_text(f"{name}.csv").splitlines()))


def words() -> list[str]:
    """Return the words that passwords of the demonstration are made of."""
    return _text("words.txt").split()


def towns() -> dict[str, dict[str, str]]:
    """Return the municipalities by key."""
    return {row["key"]: row for row in table("towns")}


def needs() -> list[Row]:
    """Return every need: the stories, the unmatched, and those drawn from templates."""
    return [dict(row) for row in _needs()]


def offers() -> list[Row]:
    """Return every offer: those written by hand and those drawn from templates."""
    return [dict(row) for row in _offers()]


def listed(value: str) -> list[str]:
    """Return the parts of a field that holds several codes."""
    return [part for part in value.split("|") if part]


def document(name: str) -> dict[str, Any]:
    """Return a file with tables of its own kind."""
    return tomllib.loads(_text(f"{name}.toml"))


def _text(name: str) -> str:
    return files("matchmaker.demonstration").joinpath("data", name).read_text(encoding="utf-8")


def _toml(name: str) -> list[Row]:
    (rows,) = tomllib.loads(_text(f"{name}.toml")).values()
    return list(rows)


@cache
def _needs() -> tuple[Row, ...]:
    by_hand = _toml("needs_stories") + _toml("needs_unmatched")
    draw = Draw(by_hand)
    for template in _toml("need_templates"):
        for town in draw.askers(template):
            draw.add(_need_from(template, town, draw.random))
    return tuple(by_hand + draw.drawn)


@cache
def _offers() -> tuple[Row, ...]:
    by_hand = _toml("offers_stories")
    draw = Draw(by_hand)
    for template in _toml("offer_templates"):
        for town in draw.helpers(template):
            draw.add(_offer_from(template, town, draw.random))
    return tuple(by_hand + draw.drawn)


class Draw:
    """A drawing from templates: fair to the towns, the same at every start."""

    def __init__(self, by_hand: list[Row]) -> None:
        self.random = Random(SEED)  # noqa: S311 - no secret; the same draw everywhere
        self.drawn: list[Row] = []
        self.times = dict.fromkeys(towns(), 0)
        for row in by_hand:
            self.times[row["town"]] += 1

    def askers(self, template: Row) -> list[Row]:
        """Return towns that may ask for this: verified, of its countries, of its languages."""
        texts = set(template["text"])
        return self._least_used(
            template["count"],
            [
                town
                for town in towns().values()
                if town["part"] != "helps"
                and town["status"] == "verified"
                and town["country"] in template["countries"]
                and texts & {*listed(town["languages"]), "en"}
            ],
        )

    def helpers(self, template: Row) -> list[Row]:
        """Return cities that may offer this."""
        wanted = template.get("cities")
        return self._least_used(
            template["count"],
            [
                town
                for town in towns().values()
                if (town["key"] in wanted if wanted else town["part"] == "helps")
            ],
        )

    def add(self, row: Row) -> None:
        """Keep a drawn row; every so many still waits for verification."""
        self.drawn.append(row)
        self.times[row["town"]] += 1
        if len(self.drawn) % EVERY_NTH_SUBMITTED == 0:
            row["stage"] = "submitted"

    def _least_used(self, count: int, candidates: list[Row]) -> list[Row]:
        order = sorted(candidates, key=lambda town: (self.times[town["key"]], self.random.random()))
        return order[:count]


def _drawn(template: Row, town: Row, random: Random, lengths: list[int]) -> Row:
    """Return what drawn needs and offers have alike."""
    spoken = listed(town["languages"])
    language = next((code for code in spoken if code in template["text"]), "en")
    start = random.randrange(30, 80, 5)
    return {
        "key": f"{template['key']}-{town['key']}",
        "town": town["key"],
        "category": template["category"],
        "settings": template["settings"],
        "text_language": language,
        **template["text"][language],
        "languages": list(dict.fromkeys([*spoken, *(["en"] if random.random() < 0.75 else [])])),
        "window": [start, start + random.choice(lengths)],
        "source": template["source"],
    }


def _need_from(template: Row, town: Row, random: Random) -> Row:
    """Return a need of this town after the template."""
    row = _drawn(template, town, random, [180, 270, 365, 540])
    row |= {
        "activity": template["activity"],
        "topics": template["topics"],
        "interpretation": True if "en" not in row["languages"] else random.choice([True, None]),
        "commitment_months": random.randint(*template["commitment_months"]),
    }
    if "depth" in template:
        row["depth"] = template["depth"]
    if random.random() < 0.85:  # some do not say how much, so that pages show what is unknown
        row["effort_days"] = random.randint(*template["effort_days"])
    return row


def _offer_from(template: Row, town: Row, random: Random) -> Row:
    """Return an offer of this city after the template."""
    row = _drawn(template, town, random, [270, 365, 540, 720])
    row |= {
        "activities": [
            [code, random.choice([0, 1, 2, 3, 5, -1])] for code in template["activities"]
        ],
        "topics": [[code, _level(level, random)] for code, level in template["topics"]],
        "depths": template.get("depths", ["atmosphere", "heart"]),
        "interpretation": random.choice([True, True, None, False]),
        "effort_days": random.randint(*template["effort_days"]),
        "commitment_months": random.randint(*template["commitment_months"]),
        "places": random.choice([1, 1, 1, 2]),
        "mandate": "adopted",
    }
    if random.random() < 0.35:
        row |= {"mandate": "conditional", "mandate_lapses": random.randrange(45, 120, 5)}
        if random.random() < 0.7:
            row["mandate_chance"] = random.choice([0.5, 0.6, 0.7, 0.8, 0.9])
    return row | _knowledge(random)


def _level(level: int, random: Random) -> int:
    """Return a level near the template's; 0 = not stated."""
    return 0 if random.random() < 0.1 else min(5, level + random.choice([-1, 0, 0, 1]))


def _knowledge(random: Random) -> Row:
    """Return what a drawn offer says of the areas it knows; much is left unsaid, as in life."""
    knowledge: Row = {}
    if random.random() < 0.65:
        knowledge["areas"] = [
            [country, region, -random.randrange(9), random.randint(1, 12), random.random() < 0.5]
            for country, region in random.sample(EXPERIENCE, random.choice([0, 1, 1, 2]))
        ]
    if random.random() < 0.5:
        knowledge["context_languages"] = random.choice([[], ["uk"], ["es"], ["ar"], ["fr"], ["bs"]])
    if random.random() < 0.4:
        places = random.sample(EXPERIENCE, random.choice([0, 1]))
        knowledge["deliveries"] = [[country, region, []] for country, region in places]
    return knowledge
