"""Compile loops to machine code; nothing here is imported before an instance is worth it."""

from collections.abc import Callable
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any

from numba import njit

from matchmaker.matching.engine.machine_code import SourceCache

NO_NAN = {"nnan", "nsz"}
"""Licence to take the greater of two doubles in one step: there is no NaN, and -0 is 0."""

INNER: dict[str, Any] = {
    "nogil": True,
    "fastmath": NO_NAN,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
    "_nrt": False,
}
"""Options of functions that only compiled ones call: no wrapper, no count of references."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function when it is first called, and keep the machine code on disk.

    The code is kept beside the module or, where that folder cannot be written, in the cache
    folder of the user (`NUMBA_CACHE_DIR` names another one). Where there is none at all, every
    process compiles for itself. Code of other sources is never used (`machine_code`).
    """
    return kept(njit(nogil=True, fastmath=NO_NAN)(function))


def kept(dispatcher: Any) -> Any:
    """Keep the machine code of a function on disk, where there is a folder for it."""
    with suppress(RuntimeError):
        dispatcher._cache = SourceCache(dispatcher.py_func)
    return dispatcher


EXACT: dict[str, Any] = INNER | {"fastmath": False, "error_model": "numpy"}
"""Options of inner functions that meet NaN."""


def compile_exactly(*modules: ModuleType, called: frozenset[str] = frozenset()) -> None:
    """Do as `compile_module` for modules that import from each other and compute with NaN.

    Inner functions become part of those that call them but for the `called` ones: those are large
    and take few arguments.
    """
    found: dict[str, Any] = {}
    for module in modules:
        for name, function in vars(module).items():
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                inner = name.startswith("_")
                options = EXACT | {"forceinline": name not in called}
                options = options if inner else {"nogil": True, "error_model": "numpy"}
                found[name] = njit(**options)(function)
                found[name] = found[name] if inner else kept(found[name])
    for module in modules:
        vars(module).update({name: one for name, one in found.items() if name in vars(module)})


def compile_module(module: ModuleType) -> None:
    """Put compiled functions in the place of a module's plain ones, which do the same, slowly.

    Only those named without an underscore may be called from outside afterwards. The others get
    no wrapper and count no references, and so must not make arrays: that halves the time to
    compile.
    """
    for name, function in list(vars(module).items()):
        if not isinstance(function, FunctionType) or function.__module__ != module.__name__:
            continue
        if name.startswith("_"):
            setattr(module, name, njit(**INNER)(function))
        else:
            setattr(module, name, compiled(function))
