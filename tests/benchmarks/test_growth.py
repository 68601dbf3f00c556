"""The fit of the growth, and the plot."""

from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.chart import Line, chart
from benchmarks.growth import exponent


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_exponent_of_a_pure_power_is_found(power):
    points = [{"n": n, "seconds": 3e-6 * (n * np.log(n)) ** power} for n in (2000, 8000, 32000)]
    assert exponent(points) == pytest.approx([power, 0.0], abs=1e-6)


def test_small_sizes_do_not_count():
    points = [{"n": n, "seconds": n * np.log(n)} for n in (2000, 8000, 32000)]
    assert exponent([{"n": 500, "seconds": 1e9}, *points])[0] == pytest.approx(1.0)


def test_two_sizes_are_too_few():
    assert exponent([{"n": n, "seconds": 1.0} for n in (2000, 4000)]) is None


def test_chart_is_a_whole_document_with_a_mark_for_each_point():
    lines = [Line("a & b", [(10, 0.1), (1000, 2.0)]), Line("compared", [(10, 1)], marked=False)]
    root = ElementTree.fromstring(chart("Title <1>", "across", "up", lines))
    name = "{http://www.w3.org/2000/svg}"
    assert root.attrib["aria-label"] == "Title <1>"
    assert len(root.findall(f"{name}circle")) == 2
    assert {"a & b", "compared", "across", "up"} <= {text.text for text in root.iter(f"{name}text")}


def test_line_that_rises_goes_up_the_page():
    root = ElementTree.fromstring(chart("t", "x", "y", [Line("a", [(10, 0.1), (1000, 2.0)])]))
    first, second = root.iter("{http://www.w3.org/2000/svg}circle")
    assert float(first.attrib["cx"]) < float(second.attrib["cx"])
    assert float(first.attrib["cy"]) > float(second.attrib["cy"])
