"""Time what a process pays once: import, and the first call with and without compiled code."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import json, sys, time
began = time.perf_counter()
import numpy as np
from scipy import sparse
libraries = time.perf_counter()
from matchmaker.matching import assign
imported = time.perf_counter()
rng = np.random.default_rng(1)
seconds = {"numpy, scipy": libraries - began, "matching": imported - libraries}
small, large = rng.random((100, 100)), rng.random((2000, 2000))
thin = sparse.random_array((20000, 20000), density=1e-3, format="csr", rng=rng)
for name, value, places in (
    ("100 x 100", small, 1), ("2,000 x 2,000", large, 1), ("20,000 sparse", thin, 3)
):
    for turn in ("first", "second"):
        began = time.perf_counter()
        found = assign(value, offer_places=places)
        found.pairs, found.total, found.gap
        seconds[f"{name} {turn}"] = time.perf_counter() - began
json.dump(seconds, sys.stdout)
"""


def startup_figures() -> dict[str, dict[str, float]]:
    """Return the seconds of a process that compiles, and of the next one."""
    with tempfile.TemporaryDirectory(prefix="compiled-") as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": folder, "PYTHONPATH": str(ROOT)}
        return {name: _run(environment) for name in ("nothing compiled yet", "compiled before")}


def _run(environment: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    seconds: dict[str, float] = json.loads(done.stdout)
    return seconds
