"""Cells that no spreadsheet runs as a formula, and that read back as they were."""

import csv
import unicodedata
from collections.abc import Iterable
from io import StringIO

_STARTS_FORMULA = "=+-@\t\r\0"
_GUARD = "'"


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take the text as a formula.

    The first character counts, as written, after trimming, and after compatibility folding (NFKC),
    for some programs fold full-width signs.
    """
    candidates = (text, text.lstrip(), unicodedata.normalize("NFKC", text).lstrip())
    return any(candidate[:1] in _STARTS_FORMULA for candidate in candidates if candidate)


def safe_cell(value: object) -> object:
    """Return numbers as they are, texts guarded where they could be taken as a formula."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value)
    return _GUARD + text if is_formula(text) or text.startswith(_GUARD) else text


def restore_cell(text: str) -> str:
    """Return what `safe_cell` was given."""
    rest = text[1:]
    if text.startswith(_GUARD) and (is_formula(rest) or rest.startswith(_GUARD)):
        return rest
    return text


def csv_text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return CSV with every text quoted and guarded, numbers bare, lines ended by CR LF."""
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(list(header))
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
    return out.getvalue()
