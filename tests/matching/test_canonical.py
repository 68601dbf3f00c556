"""Canonical JSON: the text that the standard library writes of the plain tree, in less time."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date

import pytest

from matchmaker.matching import canonical
from matchmaker.matching.pipeline import match
from matchmaker.vocabulary import Category
from tests.matching.random_rounds import random_round, random_settings


@dataclass(frozen=True)
class Empty:
    pass


@dataclass(frozen=True)
class One:
    share: float


@dataclass(frozen=True)
class Two:
    share: float | None
    count: int
    shares: tuple[float, ...] = ()
    table: object = None


@dataclass(frozen=True)
class Grown:
    name: str
    added: tuple[int, ...] = field(default=(), metadata=canonical.LATER)
    again: float = field(default=0.0, metadata=canonical.LATER)


def written_plainly(value):
    """Return the text by way of the plain tree."""
    return json.dumps(
        canonical.plain(value),
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )


@pytest.mark.parametrize("seed", range(4))
def test_round_settings_and_result_are_written_as_by_the_standard_library(seed):
    snapshot = random_round(seed, 20, 20)
    settings = random_settings(seed, snapshot)
    for value in (snapshot, settings, match(snapshot, settings)):
        assert canonical.dumps(value) == written_plainly(value)


@pytest.mark.parametrize(
    "value",
    [
        Empty(),
        One(1),
        One(True),
        Two(None, 3, (1, 2.5)),
        (Grown("a"), Grown("b", (1,)), Grown("c", again=2), Grown("d", (1,), 3)),
        Two(0.1, -1, (), {"b": 1, "a": [None, '\u20ac "\\ \n \x07']}),
        (date(2026, 11, 22), Category.LOBBY, 1e-7, 12345678901234567890),
        {2: "two", "1": Empty()},
        [],
    ],
)
def test_value_of_any_kind_is_written_as_by_the_standard_library(value):
    assert canonical.dumps(value) == written_plainly(value)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_number_that_json_cannot_carry_is_refused(number):
    with pytest.raises(ValueError, match="JSON"):
        canonical.dumps(One(number))


@pytest.mark.parametrize("seed", [1, 4, 5])
def test_digest_in_pieces_is_that_of_the_whole_text(monkeypatch, seed):
    monkeypatch.setattr(canonical, "_PIECES_IN_ONE", 3)
    for value in (
        random_round(seed, 7 * (seed % 4), 10),
        Empty(),
        One(2),
        Grown("a", again=1),
        "text",
    ):
        whole = hashlib.sha256(canonical.dumps(value).encode("utf-8", "surrogatepass"))
        assert canonical.digest(value) == whole.hexdigest()
