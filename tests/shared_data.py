"""The data folder beside the repository. Tests that read it carry the marker shared_data."""

from pathlib import Path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def is_present() -> bool:
    """Tell whether the folder and its data are there."""
    return (SHARED / "data").is_dir()


def path(*parts: str) -> Path:
    """Return a path inside the folder."""
    return SHARED.joinpath(*parts)
