"""Output files: refused before the work where they cannot be, and written all or none."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from matchmaker.exchange.problems import BadFiles, Problem
from matchmaker.vocabulary import N_

Paths = Mapping[str, Path | str | None]
"""Option -> path; None where the option is not given."""


def check_outputs(outputs: Paths, inputs: Paths) -> None:
    """Raise BadFiles where an output is no file, or the same file as another one or an input."""
    seen = {
        os.path.realpath(path): f"the file of {option}"
        for option, path in inputs.items()
        if path is not None
    }
    problems = []
    for option, path in outputs.items():
        if path is None:
            continue
        name, real = Path(path).name or str(path), os.path.realpath(path)
        if os.path.exists(real) and not os.path.isfile(real):
            message = f"{option} names no file; the name of a file to write is expected."
            problems.append(Problem(name, 0, "", "", message))
        elif real in seen:
            message = f"{option} names {seen[real]} as well; another file is expected."
            problems.append(Problem(name, 0, "", "", message))
        seen.setdefault(real, f"the file of {option}")
    if problems:
        raise BadFiles(problems)


def write_files(texts: dict[Path, str]) -> None:
    """Write all files beside their places first, then put them there.

    Where one cannot be put in its place, those put before it are taken away again and the files
    that were there are put back.

    Raises
    ------
    BadFiles
        If a file cannot be written; then all is as it was.
    """
    made: list[str] = []
    path = Path()
    try:
        ready = []
        for path, text in texts.items():
            made.append(_written(path, text))
            ready.append((made[-1], path))
        _put_in_place(ready, made)
    except OSError as error:
        where = path if error.filename2 is None else Path(error.filename2)
        message = N_("The file cannot be written: %(reason)s.")
        problem = Problem(where.name, 0, "", "", message, (("reason", str(error.strerror)),))
        raise BadFiles([problem]) from None
    finally:
        for name in made:
            Path(name).unlink(missing_ok=True)


def _written(path: Path, text: str) -> str:
    """Write a file beside its place; return its name."""
    handle, name = _beside(path)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    os.chmod(name, 0o600)
    return name


def _put_in_place(ready: list[tuple[str, Path]], made: list[str]) -> None:
    """Put files in their places, or all back as it was; names of earlier files join `made`."""
    done: list[tuple[Path, str | None]] = []
    try:
        for position, (name, path) in enumerate(ready):
            earlier = None
            # one that fails leaves what is there, so that the last needs no way back
            if position + 1 < len(ready) and path.is_file():
                earlier = _put_aside(path)
                done.append((path, earlier))
            elif position + 1 < len(ready) and not path.exists():
                done.append((path, None))
            os.replace(name, path)
    except BaseException:
        for path, earlier in reversed(done):
            with suppress(OSError):
                if earlier is not None:
                    os.replace(earlier, path)
                else:
                    path.unlink(missing_ok=True)
        raise
    made += [earlier for _, earlier in done if earlier is not None]


def _put_aside(path: Path) -> str:
    """Rename a file within its folder; return its name there."""
    handle, name = _beside(path)
    os.close(handle)
    try:
        os.replace(path, name)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return name


def _beside(path: Path) -> tuple[int, str]:
    return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
