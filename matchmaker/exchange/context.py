"""Context scores of a file of pairs, from a file of recorded ties; no server, no database."""

import csv
import io
import sys
from pathlib import Path

from matchmaker.exchange.partnerships import Partnership, read_partnerships, unread_sentences
from matchmaker.exchange.problems import BadFiles, Problem
from matchmaker.exchange.propose import BAD_INPUT, DONE, Say
from matchmaker.exchange.sites import Sites, country_codes, country_facts
from matchmaker.exchange.writing import check_outputs, write_files
from matchmaker.matching import canonical
from matchmaker.matching.learned.index import make_index
from matchmaker.matching.learned.scores import context_scores
from matchmaker.matching.learned.towns import Floats
from matchmaker.matching.learned.weights import Weights, shipped

COLUMNS = ("a_geonameid", "b_geonameid", "context_score")
_DIGITS = 9


def context(
    ties_path: Path, pairs_path: Path, out_path: Path, weights_path: Path | None, say: Say | None
) -> int:
    """Read, score, write; return an exit code and say on the way what is wrong."""
    tell = say or (lambda text: print(text, file=sys.stderr))
    try:
        inputs = {"--ties": ties_path, "--pairs": pairs_path, "--weights": weights_path}
        check_outputs({"--out": out_path}, inputs)
        unread: list[Problem] = []
        ties, pairs = read_both(ties_path, pairs_path, unread)
        weights = shipped() if weights_path is None else _weights(weights_path)
        scores = score(ties, pairs, weights)
        write_files({out_path: _csv(pairs, scores)})
    except BadFiles as error:
        for problem in error.problems:
            tell(problem.sentence())
        tell(f"{len(error.problems)} problem(s) found; nothing was written.")
        return BAD_INPUT
    except ValueError as error:
        tell(f"{error}\nNothing was written.")
        return BAD_INPUT
    for line in unread_sentences(unread):
        tell(line)
    tell(f"{len(pairs)} pairs scored against {len(ties)} ties.")
    return DONE


def read_both(
    ties: Path, pairs: Path, unread: list[Problem]
) -> tuple[list[Partnership], list[Partnership]]:
    """Read both files; the problems of both are told together."""
    found, problems = [], []
    for path in (ties, pairs):
        try:
            found.append(read_partnerships(path, unread=unread))
        except BadFiles as error:
            problems += error.problems
    if problems:
        raise BadFiles(problems)
    return found[0], found[1]


def score(ties: list[Partnership], pairs: list[Partnership], weights: Weights) -> Floats:
    """Score the pairs, in their order."""
    sites = Sites()
    tie_a, tie_b = sites.add(ties)
    pair_a, pair_b = sites.add(pairs)
    codes = country_codes(sites.records)
    countries = country_facts(codes, weights.conflict_countries)
    index = make_index(sites.towns(codes), len(codes), tie_a, tie_b)
    return context_scores(index, countries, weights, pair_a, pair_b)


def _weights(path: Path) -> Weights:
    try:
        return Weights.from_json(path.read_text(encoding="utf-8"))
    except RecursionError:
        reason = canonical.TOO_DEEP
    except OverflowError:
        reason = canonical.TOO_LONG
    except (OSError, KeyError, TypeError, ValueError) as error:
        reason = str(error)
    raise ValueError(f"{path.name}: weights written by 'backtest --fit' expected: {reason}")


def _csv(pairs: list[Partnership], scores: Floats) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for pair, value in zip(pairs, scores.tolist(), strict=True):
        writer.writerow((*pair.written, f"{value:.{_DIGITS}f}"))
    return out.getvalue()
