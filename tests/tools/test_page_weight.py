"""What a first page loads besides its own text, compressed, against the budget of the pages."""

import gzip
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"
FIRST_PAGE = (
    "vendor/govuk-frontend/tandem-govuk.css",
    "css/tandem.css",
    "js/start.js",
    "vendor/govuk-frontend/tandem-govuk.js",
    "img/favicon.svg",
)


def test_static_files_of_the_first_page_leave_room_for_the_page_itself():
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in FIRST_PAGE}
    assert sum(sizes.values()) <= 30 * 1024, sizes


def test_own_style_sheet_loads_nothing_from_elsewhere():
    text = (STATIC / "css/tandem.css").read_text()
    assert "url(" not in text
    assert "@import" not in text
