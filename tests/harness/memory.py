"""Look for unused memory seldom: thousands of tests are kept, and a look costs a tenth of a run."""

import gc


def pytest_collection_finish(session):
    """Set what was collected aside for good, and look again only after much has been made."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
