"""The file a backup is: the database and a manifest in one archive, written whole or not at all."""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
CHUNK = 1024 * 1024
LEFT = ".tandem-work-"
"""Begins the names of folders of unfinished work; those of ended processes are cleared away."""


class BadArchive(RuntimeError):
    """The file is no backup, or it was changed, or it does not fit here; nothing was done."""


@contextlib.contextmanager
def work_folder(beside: Path) -> Iterator[Path]:
    """Give a folder for this user only, on the same disk as the file that is to be made."""
    beside.mkdir(parents=True, exist_ok=True)
    _clear_what_was_left(beside)
    folder = beside / f"{LEFT}{os.getpid()}-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear_what_was_left(beside: Path) -> None:
    """Remove the folders of processes that were ended in the middle."""
    for folder in beside.glob(f"{LEFT}*"):
        pid = folder.name.removeprefix(LEFT).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def write_archive(path: Path, database: Path, manifest: dict[str, Any], secret: str) -> None:
    """Write the archive beside its place, to the disk, and only then under its name."""
    manifest["parts"] = {
        DATABASE: {"sha256": digest_of(database), "bytes": database.stat().st_size}
    }
    manifest["signature"] = _signature(manifest, secret)
    unfinished = database.parent / "archive"
    descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
            archive.write(database, DATABASE)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk know the new name."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of an archive.

    Raises
    ------
    BadArchive
        If the file is no archive of ours.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            if archive.namelist() != [MANIFEST, DATABASE]:
                raise BadArchive("The file is no backup of this platform.")
    except FileNotFoundError:
        raise BadArchive("There is no such file.") from None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        raise BadArchive("The file is no backup of this platform.") from None
    if manifest.get("format") != FORMAT:
        raise BadArchive("The backup was made by another version that writes another format.")
    return dict(manifest)


def check_signature(manifest: dict[str, Any], secret: str) -> None:
    """Refuse a manifest that somebody without the key has written."""
    unsigned = {name: value for name, value in manifest.items() if name != "signature"}
    given = str(manifest.get("signature", ""))
    if not hmac.compare_digest(given, _signature(unsigned, secret)):
        raise BadArchive("The backup was changed after it was made.")


def unpack(path: Path, manifest: dict[str, Any], target: Path) -> None:
    """Write the database part to a file and compare it with the manifest, byte for byte."""
    part = manifest["parts"][DATABASE]
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as file,
            zipfile.ZipFile(path) as archive,
            archive.open(DATABASE) as source,
        ):
            _copy(source, file, part["bytes"])
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError):
        raise BadArchive("The backup is damaged.") from None
    if not hmac.compare_digest(digest_of(target), part["sha256"]):
        raise BadArchive("The backup is damaged.")


def _copy(source: Any, target: BinaryIO, most: int) -> None:
    """Copy no more bytes than the manifest tells, whatever the archive holds."""
    left = most + 1
    while left > 0 and (chunk := source.read(min(CHUNK, left))):
        target.write(chunk)
        left -= len(chunk)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _signature(manifest: dict[str, Any], secret: str) -> str:
    text = json.dumps(manifest, sort_keys=True)
    return hmac.new(f"backup:{secret}".encode(), text.encode(), hashlib.sha256).hexdigest()
