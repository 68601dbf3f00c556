"""Template files: the columns with example rows to write over."""

from pathlib import Path

from matchmaker.exchange.cells import csv_text
from matchmaker.exchange.columns import NEED_COLUMNS, OFFER_COLUMNS, Column


def template_text(columns: tuple[Column, ...]) -> str:
    """Return a file with its columns and two example rows."""
    rows = [[column.examples[k] for column in columns] for k in range(2)]
    return csv_text([column.name for column in columns], rows)


def write_templates(folder: Path) -> list[Path]:
    """Write needs.csv and offers.csv; raise FileExistsError rather than write over one."""
    files = {folder / "needs.csv": NEED_COLUMNS, folder / "offers.csv": OFFER_COLUMNS}
    for path in files:
        if path.exists():
            raise FileExistsError(path)
    folder.mkdir(parents=True, exist_ok=True)
    for path, columns in files.items():
        path.write_text(template_text(columns), encoding="utf-8", newline="")
    return list(files)
