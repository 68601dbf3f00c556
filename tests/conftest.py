"""What every test gets: databases, a browser, guards, and a count of what did not run."""

import pytest

pytest_plugins = [
    "tests.harness.absent",
    "tests.harness.apps",
    "tests.harness.at_once",
    "tests.harness.browser",
    "tests.harness.databases",
    "tests.harness.examples",
    "tests.harness.guards",
    "tests.harness.mail_server",
    "tests.harness.memory",
]


@pytest.fixture(scope="session")
def base_url():
    """Give no common address: each journey starts its own server.

    Stands here and not beside the other browser settings, because pytest-playwright brings one of
    its own that pytest warns about, and only a conftest's fixture goes before a plugin's.
    """
    return None
