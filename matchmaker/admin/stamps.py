"""When the operator's commands last ran and how they ended: notes in the site's own folder.

The pages show them to the administrator. They prove nothing: what is proved is in the database and
in the backups themselves.
"""

import contextlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from matchmaker.models import now

CHECK, BACKUP = "last-check.json", "last-backup.json"


@dataclass(frozen=True)
class Stamp:
    """That something ran: when, and how many things were wrong."""

    at: datetime
    wrong: int


def note(folder: Path, name: str, wrong: int = 0) -> None:
    """Note that something ran just now; a folder that cannot be written stops nothing."""
    with contextlib.suppress(OSError):
        text = json.dumps({"at": now().isoformat(), "wrong": wrong})
        (folder / name).write_text(text, encoding="utf-8")


def last(folder: Path, name: str) -> Stamp | None:
    """Return the last note, or None where there is none that can be read."""
    try:
        kept = json.loads((folder / name).read_text(encoding="utf-8"))
        return Stamp(datetime.fromisoformat(kept["at"]), int(kept["wrong"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
