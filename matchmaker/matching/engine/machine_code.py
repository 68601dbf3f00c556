"""Machine code kept on disk, for exactly the sources it was made from.

Numba keeps the code of a function for as long as the function's own file stays the same. A function
that calls one of another file would go on with the old one, and two processes that compile at the
same time may write different code under one name. Here the code counts for the sources of the whole
package, and every piece has a name of its own.
"""

import contextlib
import hashlib
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile

PACKAGE = Path(__file__).resolve().parent.parent


@cache
def digest_of_sources(folder: Path = PACKAGE) -> str:
    """Return the SHA-256 of all Python sources of a folder, names and contents."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        source = path.read_bytes()
        found.update(f"{path.relative_to(folder).as_posix()} {len(source)}\n".encode())
        found.update(source)
    return found.hexdigest()


class Shelf(IndexDataCacheFile):
    """The files of one function: pieces under names used once, and an index replaced at once.

    Processes that write at the same time can lose each other's entry, never mix them: what is
    lost is compiled again.
    """

    def _data_name(self, number: int) -> str:
        stem = self._index_name.removesuffix(".nbi")
        return f"{stem}.{number}-{uuid.uuid4().hex}.nbc"

    def save(self, key: Any, data: Any) -> None:
        """Keep a piece, and drop those of other sources."""
        # a full disk, or a spoilt index; the next process compiles again
        with contextlib.suppress(Exception):
            super().save(key, data)
            self._drop_others()

    def load(self, key: Any) -> Any:
        """Return a piece; None where there is none, or it cannot be read."""
        # half a file may raise anything when it is read; the code is compiled again
        with contextlib.suppress(Exception):
            return super().load(key)
        return None

    def _drop_others(self) -> None:
        named = set(self._load_index().values())
        for path in self._pieces():
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _pieces(self) -> Iterator[Path]:
        stem = self._index_name.removesuffix(".nbi")
        return Path(self._cache_path).glob(f"{stem}.*.nbc")


class SourceCache(FunctionCache):
    """The machine code of one function, valid for the sources of the whole package."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp(), digest_of_sources()
        self._cache_file = Shelf(self._cache_path, self._impl.filename_base, stamp)
