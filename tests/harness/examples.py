"""Settings for Hypothesis: no time limit for one example, so that a busy machine fails no test."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "tandem",
    deadline=None,
    # The same examples at each run in CI: a submission fails for what it changed.
    derandomize=os.environ.get("CI", "").lower() not in ("", "0", "false"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tandem")
