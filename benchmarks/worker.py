"""Run one route on one instance in a process of its own, call by call, as the parent asks.

A process each keeps the routes apart: memory is measured above the start (instance and the peer's
form of it already laid out), a route that takes too long is ended alone, and no library disturbs
another. Only one process works at a time.
"""

import ctypes
import gc
import os
import pickle
import resource
import time
import traceback
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.routes import OURS, ROUTES, GivesUp, grid_total

START_SECONDS = 300
"""Reading the instance and laying it out for the peer; outside of every clock."""


@dataclass(frozen=True)
class Call:
    """What one call took."""

    seconds: float
    gap_seconds: float | None
    """Reading the certificate afterwards, ours only."""
    peak_mb: float
    """Greatest memory of the call above the start."""
    total: int
    solver: str


class Ended(Exception):
    """The route is over for this instance: too slow, or it gave up; says why."""


class Worker:
    """The parent's end."""

    def __init__(self, route: str, file: Path) -> None:
        # A server that has loaded numpy and scipy makes the children: each starts clean, at once.
        context = get_context("forkserver")
        context.set_forkserver_preload(["benchmarks.worker"])
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, route, str(file)), daemon=True)
        self._process.start()
        theirs.close()
        try:
            self._answer(START_SECONDS)
        except Ended:
            self.end()
            raise

    def run(self, seconds: float, often: int = 1) -> Call:
        """Ask for a call, or the mean of several; `Ended` where it is not finished in time."""
        self._pipe.send(often)
        call: Call = self._answer(seconds)
        return call

    def end(self) -> None:
        """Stop the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _answer(self, seconds: float) -> Any:
        if not self._pipe.poll(seconds):
            raise Ended(f"not finished in {seconds:.0f} s")
        try:
            state, value = self._pipe.recv()
        except EOFError:
            raise Ended("the process died") from None
        if state == "ended":
            raise Ended(value)
        return value


def serve(pipe: Connection, route: str, file: str) -> None:
    """Prepare the route and answer the parent until it goes."""
    try:
        with open(file, "rb") as stored:
            instance = pickle.load(stored)  # noqa: S301
        prepared = ROUTES[route][1](instance)
        pipe.send(("ready", None))
        start = trimmed_mb()
        while often := pipe.recv():
            pipe.send(("done", _timed(prepared, instance, route, start, often)))
    except EOFError:
        return
    except GivesUp as reason:
        pipe.send(("ended", str(reason)))
    except MemoryError:
        pipe.send(("ended", "out of memory"))
    except Exception:
        pipe.send(("ended", traceback.format_exc(limit=3).strip().splitlines()[-1]))


def _timed(prepared: Any, instance: Any, route: str, start_mb: float, often: int) -> Call:
    gc.collect()
    forget_peak()
    began = time.perf_counter()
    for _ in range(often):
        found = prepared.call()
    seconds = (time.perf_counter() - began) / often
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    gap_seconds, solver = None, ""
    if route == OURS:
        began = time.perf_counter()
        gap = found.gap
        gap_seconds, solver = time.perf_counter() - began, found.solver
        if gap != 0.0:
            raise ValueError(f"the gap is {gap}")
    total = grid_total(instance, prepared.pairs(found))
    return Call(seconds, gap_seconds, max(peak - start_mb, 0.0), total, solver)


def trimmed_mb() -> float:
    """Return freed memory to the system and say how much is in use."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def forget_peak() -> None:
    """Let ru_maxrss begin anew at what is in use (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
