"""What is not proven is named, with how much is at stake."""

import pytest

from matchmaker.matching.certificate import Certificate, certificate_of


@pytest.mark.parametrize(
    ("policy", "objective", "bound", "gap", "expected"),
    [
        ("total", (1.5,), (1.5,), 0.0, ("proven", 0.0)),
        ("total", (1.5,), (1.75,), 0.25, ("total", 0.25)),
        ("coverage", (3, 1.5), (4, 2.0), 1.0, ("served", 1.0)),
        ("coverage", (3, 1.5), (3, 2.0), 0.5, ("total", 0.5)),
        ("fairest", (2, (0.25, 0.5), 0.75), (2, (0.5, 0.5), 0.75), 0.25, ("worst_off", 0.25)),
    ],
)
def test_first_component_that_is_not_proven_is_named(policy, objective, bound, gap, expected):
    found = certificate_of(policy, objective, bound, gap, stopped=False)
    assert (found.code, found.at_most) == expected


def test_run_stopped_by_time_says_so_even_where_all_is_proven():
    assert certificate_of("total", (1.0,), (1.0,), 0.0, True) == Certificate("proven", 0.0, True)
