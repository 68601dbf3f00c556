"""Canonical JSON of frozen records: the same content gives the same bytes, on any machine."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def plain(value: Any) -> Any:
    """Turn records into dicts, lists, strings and numbers that JSON can carry.

    Whole numbers in fields declared as float become floats, so that 5 and 5.0 give the same digest.
    """
    if is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        return {
            field.name: _plain_field(getattr(value, field.name), hints[field.name])
            for field in fields(value)
        }
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value


def dumps(value: Any) -> str:
    """Return the canonical JSON text: sorted keys, no spaces, dates as ISO, no NaN."""
    return json.dumps(
        plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(dumps(value).encode("utf-8", "surrogatepass")).hexdigest()


def parse(text: str, where: str) -> Any:
    """Parse JSON; raise ValueError where it is none."""
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{where}: not JSON: {error}") from None


def load(hint: Any, data: Any, where: str) -> Any:
    """Build the value that a type hint describes from parsed JSON or TOML.

    Parameters
    ----------
    hint : type
        A dataclass, a scalar, `date`, `tuple[X, ...]`, `tuple[A, B]`, `dict[str, X]` or a union
        with None.
    data : object
        What the parser gave.
    where : str
        Path of the value for messages, e.g. ``needs[3].topics[0].level``.

    Raises
    ------
    ValueError
        If a value has another type, a field is unknown or missing; names the place.
    """
    if hint is Any:
        return tuple(data) if isinstance(data, list) else data
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        if data is None:
            return None
        return load(next(arg for arg in get_args(hint) if arg is not NoneType), data, where)
    if is_dataclass(hint):
        return _load_record(hint, data, where)
    if origin is tuple:
        return _load_tuple(get_args(hint), data, where)
    if origin is dict:
        _expect(isinstance(data, dict), where, "a table", data)
        item = get_args(hint)[1]
        return {key: load(item, value, f"{where}.{key}") for key, value in data.items()}
    return _load_scalar(hint, data, where)


def _plain_field(value: Any, hint: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and _is_float(hint):
        return float(value)
    return plain(value)


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


@cache
def _is_float(hint: Any) -> bool:
    return hint is float or float in get_args(hint)


def _load_record(cls: Any, data: Any, where: str) -> Any:
    _expect(isinstance(data, dict), where, "a record", data)
    hints = _hints(cls)
    for name in data:
        if name not in hints:
            raise ValueError(f"{where}.{name}: no such field")
    values = {name: load(hints[name], item, f"{where}.{name}") for name, item in data.items()}
    try:
        return cls(**values)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from None


def _load_tuple(args: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    _expect(isinstance(data, list | tuple), where, "a list", data)
    if len(args) == 2 and args[1] is Ellipsis:
        return tuple(load(args[0], item, f"{where}[{i}]") for i, item in enumerate(data))
    _expect(len(data) == len(args), where, f"a list of {len(args)}", data)
    return tuple(
        load(arg, item, f"{where}[{i}]")
        for i, (arg, item) in enumerate(zip(args, data, strict=True))
    )


def _load_scalar(hint: Any, data: Any, where: str) -> Any:
    if hint is date:
        return _load_date(data, where)
    if hint is float:
        number = isinstance(data, int | float) and not isinstance(data, bool)
        _expect(number, where, "a number", data)
        return float(data)
    if hint is int:
        _expect(isinstance(data, int) and not isinstance(data, bool), where, "a whole number", data)
        return data
    names = {str: "text", bool: "true or false"}
    _expect(isinstance(data, hint), where, names.get(hint, hint.__name__), data)
    return data


def _load_date(data: Any, where: str) -> date:
    if isinstance(data, date):
        return data
    try:
        return date.fromisoformat(data)
    except (TypeError, ValueError):
        raise ValueError(f"{where}: expected a date like 2026-05-31, found {data!r}") from None


def _expect(holds: bool, where: str, what: str, data: Any) -> None:
    if not holds:
        shown = repr(data)
        raise ValueError(f"{where}: expected {what}, found {shown[:80]}")
