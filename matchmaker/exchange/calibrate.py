"""Weights of the context score, fitted to a file of partnerships; no server, no database."""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from matchmaker.exchange.backtest import past_of, provenance_of, weight_lines
from matchmaker.exchange.partnerships import read_partnerships, unread_sentences
from matchmaker.exchange.problems import BadFiles, Problem
from matchmaker.exchange.propose import BAD_INPUT, DONE, Say
from matchmaker.exchange.writing import check_outputs, write_files
from matchmaker.matching.learned.backtest import ship

LEAST_PAIRS = 100
"""From fewer pairs no weight can be told from luck: there are some 27."""
_COMMAND = "matchmaker calibrate --pairs FILE --out weights.json"


def calibrate(
    pairs_path: Path,
    out_path: Path | None,
    seed: int,
    say: Say | None = None,
    tell: Callable[[str], None] = print,
) -> int:
    """Read, fit, print; write the weights where asked; return an exit code."""
    complain = say or (lambda text: print(text, file=sys.stderr))
    unread: list[Problem] = []
    try:
        check_outputs({"--out": out_path}, {"--pairs": pairs_path})
        past, _ = past_of(read_partnerships(pairs_path, ("n_conflict_sides",), unread))
        if len(past.asked) < LEAST_PAIRS:
            raise ValueError(
                f"{pairs_path.name}: {len(past.asked)} pairs with n_conflict_sides = 1 are too few "
                f"to say anything; at least {LEAST_PAIRS} are needed"
            )
        weights = ship(past, seed, provenance_of(pairs_path, past, seed, _COMMAND))
        if out_path is not None:
            write_files({out_path: weights.to_json()})
    except BadFiles as error:
        for problem in error.problems:
            complain(problem.sentence())
        return BAD_INPUT
    except ValueError as error:
        complain(str(error))
        return BAD_INPUT
    for line in unread_sentences(unread):
        complain(line)
    tell(
        f"{len(past.asked)} partnerships of {len(np.unique(past.asked))} asking towns, each against"
        f" up to 99 others, seed {seed}; weights per standard deviation of the term."
    )
    for line in weight_lines(weights.weight, weights.error):
        tell(line)
    return DONE
