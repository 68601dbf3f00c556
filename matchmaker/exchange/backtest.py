"""Backtest of the context part on a file of partnerships, told as text."""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.exchange.partnerships import Partnership, read_partnerships, unread_sentences
from matchmaker.exchange.problems import BadFiles, Problem
from matchmaker.exchange.propose import BAD_INPUT, DONE, Say
from matchmaker.exchange.sites import Sites, country_codes, country_facts
from matchmaker.exchange.writing import check_outputs, write_files
from matchmaker.matching.learned.backtest import (
    FIRST,
    Backtest,
    Interval,
    Progress,
    Ranks,
    run,
    share_found,
    ship,
)
from matchmaker.matching.learned.folds import Past
from matchmaker.matching.learned.parts import TERMS
from matchmaker.matching.learned.towns import Floats, Ints

PART_LABELS = {
    "countries": "how often the two countries are tied",
    "towns_near_asking": "towns near the asking one tied with the helper's country",
    "towns_near_both": "towns near the one tied with towns near the other",
    "towns_near_helping": "ties of towns near the helper, with countries in conflict and at all",
    "own_partners": "partners of the asking town in, near or beside the helper's country",
    "shared_partners": "towns tied with both",
    "size": "size, and standing within the country",
    "distance": "distance",
    "language": "an official language in common",
    "border": "neighbouring countries",
}
_FEW = 20
"""Countries with fewer tested pairs are told together."""


def backtest(
    pairs_path: Path,
    seed: int,
    fit_path: Path | None,
    ablation: bool,
    progress: Progress | None,
    say: Say | None = None,
    tell: Callable[[str], None] = print,
) -> int:
    """Read, judge, print; write fitted weights where asked; return an exit code."""
    complain = say or (lambda text: print(text, file=sys.stderr))
    try:
        check_outputs({"--fit": fit_path}, {"--pairs": pairs_path})
        unread: list[Problem] = []
        rows = read_partnerships(pairs_path, ("n_conflict_sides",), unread)
        for line in unread_sentences(unread):
            complain(line)
        past, codes = past_of(rows)
        found = run(past, seed, ablation, progress)
        if fit_path is not None:
            command = "matchmaker backtest --pairs FILE --fit weights.json"
            weights = ship(past, seed, provenance_of(pairs_path, past, seed, command))
            write_files({fit_path: weights.to_json()})
    except BadFiles as error:
        for problem in error.problems:
            complain(problem.sentence())
        return BAD_INPUT
    except ValueError as error:
        complain(str(error))
        return BAD_INPUT
    for line in report(found, past, codes):
        tell(line)
    return DONE


def past_of(rows: list[Partnership]) -> tuple[Past, tuple[str, ...]]:
    """Put a file into arrays; return it with the codes of its countries.

    Raises
    ------
    ValueError
        If fewer than five towns in countries of conflict have a partner elsewhere.
    """
    sites = Sites()
    a, b = sites.add(rows)
    one_side = np.array([row.n_conflict_sides in ("1", "1.0") for row in rows], dtype=bool)
    # One tie told twice is one to learn from
    both = np.stack([a[one_side], b[one_side]], axis=1)
    learned = np.unique(both[both[:, 0] != both[:, 1]], axis=0)
    if len(np.unique(learned[:, 0])) < 5:
        raise ValueError("at least five towns with n_conflict_sides = 1 are expected")
    codes = country_codes(sites.records)
    towns = sites.towns(codes)
    conflict = {codes[k] for k in np.unique(towns.country[learned[:, 0]])} - {""}
    countries = country_facts(codes, conflict)
    return Past(towns, countries, a, b, learned[:, 0], learned[:, 1]), codes


def provenance_of(pairs: Path, past: Past, seed: int, command: str) -> dict[str, Any]:
    """Tell what weights are learned from, and by which command."""
    return {
        "pairs_sha256": hashlib.sha256(pairs.read_bytes()).hexdigest(),
        "ties": len(past.a),
        "learned_from": len(past.asked),
        "seed": seed,
        "command": command,
    }


def report(found: Backtest, past: Past, codes: tuple[str, ...]) -> list[str]:
    """Return the lines to print; the last two are the results."""
    lines = [
        f"{len(found.asked)} pairs of {len(np.unique(found.asked))} towns, seed {found.seed}; "
        f"found = among the first {FIRST} of the candidates.",
        "",
        *_countries(found, past, codes),
        "",
        *_weights(found),
    ]
    if found.without:
        lines += ["", *_ablation(found)]
    alone = _shares(found.ranks, found)[2]
    return [
        *lines,
        "",
        f"known, each candidate leaving out its own tie only: {_shown(alone)}",
        f"mean reciprocal rank: cold {_reciprocal(found.ranks.cold):.3f}, "
        f"known {_reciprocal(found.ranks.known):.3f}",
        f"cold hit@{FIRST} {_shown(_shares(found.ranks, found)[0])}",
        f"known hit@{FIRST} {_shown(_shares(found.ranks, found)[1])}",
    ]


def _shares(ranks: Ranks, found: Backtest) -> tuple[Interval, ...]:
    return tuple(share_found(part, found.asked, found.seed) for part in ranks)


def _countries(found: Backtest, past: Past, codes: tuple[str, ...]) -> list[str]:
    """Tell the result of each country; those of few pairs together."""
    land = past.towns.country[found.asked]
    counts = np.bincount(land, minlength=len(codes))
    large = [k for k in np.argsort(-counts, kind="stable") if counts[k] >= _FEW]
    groups = [(codes[k] or "--", land == k) for k in large]
    rest = ~np.isin(land, large)
    if rest.any():
        groups.append(("others", rest))
    lines = ["country   pairs  cold                 known"]
    for name, chosen in groups:
        cold, known = (
            share_found(part[chosen], found.asked[chosen], found.seed)
            for part in (found.ranks.cold, found.ranks.known)
        )
        lines.append(f"{name:8} {chosen.sum():6d}  {_shown(cold)}  {_shown(known)}")
    return lines


def _weights(found: Backtest) -> list[str]:
    """Tell the mean weight of each term over the folds, in standard deviations of the term."""
    weight = np.mean([fold.weight for fold in found.weights], axis=0)
    error = np.mean([fold.error for fold in found.weights], axis=0)
    return weight_lines(weight, error)


def weight_lines(weight: Floats, error: Floats) -> list[str]:
    """Return a table of weights with their standard errors."""
    lines = ["part                 term                          weight  error"]
    lines += [
        f"{term.part:20} {term.name:28} {weight[k]:7.3f} {error[k]:6.3f}"
        for k, term in enumerate(TERMS)
    ]
    return lines


def _ablation(found: Backtest) -> list[str]:
    lines = ["without               cold    known   what it is"]
    cold, known = (_hit(part) for part in found.ranks[:2])
    for part, ranks in found.without.items():
        lost = [_hit(ranks.cold) - cold, _hit(ranks.known) - known]
        lines.append(f"{part:20} {lost[0]:+.3f}  {lost[1]:+.3f}   {PART_LABELS[part]}")
    return lines


def _hit(ranks: Ints) -> float:
    return float((ranks <= FIRST).mean())


def _reciprocal(ranks: Ints) -> float:
    return float((1.0 / ranks).mean())


def _shown(share: Interval) -> str:
    return f"{share.value:.3f} ({share.low:.3f}-{share.high:.3f})"
