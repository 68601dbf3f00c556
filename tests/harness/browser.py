"""Start the machine's Chromium, quietly and without a word to another host."""

import os

import pytest

from tests.harness import machine

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Tell pytest-playwright which browser to start and how; root cannot use the sandbox."""
    flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    return {**browser_type_launch_args, "executable_path": machine.chromium(), "args": flags}
