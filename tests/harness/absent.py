"""Leave out the tests whose means are missing here, and close the run with their number."""

import os

import pytest

from tests import shared_data
from tests.harness import machine

# marker -> (is it there?, what the closing line says)
MEANS = {
    "postgresql": (
        lambda: bool(os.environ.get("TEST_POSTGRES_URL")),
        "{n} PostgreSQL tests NOT run",
    ),
    "browser": (
        lambda: machine.chromium() is not None,
        "{n} browser tests NOT run",
    ),
    "paper": (
        machine.pango,
        "{n} tests of papers (PDF) NOT run",
    ),
    "shared_data": (
        shared_data.is_present,
        "shared data absent: {n} tests NOT run",
    ),
}
COUNTS = pytest.StashKey[dict[str, int]]()


def pytest_configure(config):
    """Start with nothing left out."""
    config.stash[COUNTS] = {}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Group the browser tests in one process and leave out what cannot run here."""
    present = {name: is_there() for name, (is_there, _) in MEANS.items()}
    kept, left_out = [], []
    for item in items:
        lacking = [name for name in MEANS if not present[name] and item.get_closest_marker(name)]
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        (left_out if lacking else kept).append(item)
        for name in lacking:
            config.stash[COUNTS][name] = config.stash[COUNTS].get(name, 0) + 1
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def pytest_sessionfinish(session):
    """Hand the numbers from a process of a parallel run to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["not_run"] = session.config.stash[COUNTS]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Take over the numbers of a process; each one collects all tests, so they agree."""
    node.config.stash[COUNTS].update(getattr(node, "workeroutput", {}).get("not_run", {}))


def pytest_unconfigure(config):
    """Print the closing lines, after everything else."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or hasattr(config, "workeroutput"):
        return
    for name, number in config.stash.get(COUNTS, {}).items():
        terminal.write_line(MEANS[name][1].format(n=number), red=True)
