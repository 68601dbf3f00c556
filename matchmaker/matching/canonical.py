"""Canonical JSON of frozen records: the same content gives the same bytes, on any machine."""

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from json.encoder import encode_basestring
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

LATER = {"later": True}
"""Metadata of a field added after records of its kind were stored: while it holds its default it is
left out, so that older records keep their digest."""
TOO_DEEP = "lists or tables stand too deep in each other"
TOO_LONG = "a number has too many digits"
_PIECES_IN_ONE = 4096


def plain(value: Any) -> Any:
    """Turn records into dicts, lists, strings and numbers that JSON can carry.

    Whole numbers in fields declared as float become floats, so that 5 and 5.0 give the same digest.
    Fields marked `LATER` are left out while they hold their default.
    """
    if is_dataclass(value) and not isinstance(value, type):
        hints = _hints(type(value))
        return {
            field.name: _plain_field(getattr(value, field.name), hints[field.name])
            for field in fields(value)
            if not _is_left_out(field, getattr(value, field.name))
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
    """Return the canonical JSON text: sorted keys, no spaces, dates as ISO, no NaN.

    The same text as ``json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",",
    ":"), allow_nan=False)``, written without the tree in between.
    """
    return _WRITERS[type(value)](value)


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    whole = hashlib.sha256()
    for piece in _pieces(value):
        whole.update(piece.encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def parse(text: str, where: str) -> Any:
    """Parse JSON; raise ValueError where it is none."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{where}: not JSON: {error}") from None
    except RecursionError:
        raise ValueError(f"{where}: not JSON that can be read: {TOO_DEEP}") from None
    except ValueError:
        raise ValueError(f"{where}: not JSON that can be read: {TOO_LONG}") from None


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


def _is_left_out(field: "Field[Any]", value: Any) -> bool:
    """Tell whether a field added later still holds its default."""
    if not field.metadata.get("later"):
        return False
    default = field.default if field.default_factory is MISSING else field.default_factory()
    return bool(value == default)


def _pieces(value: Any) -> Iterator[str]:
    """Give the text in pieces, so that a large record never stands in memory as one text."""
    if not is_dataclass(value) or isinstance(value, type):
        yield dumps(value)
        return
    hints = _hints(type(value))
    mark = "{"
    for field in sorted(fields(value), key=lambda field: field.name):
        name, item = field.name, getattr(value, field.name)
        if _is_left_out(field, item):
            continue
        yield f"{mark}{encode_basestring(name)}:"
        mark = ","
        if isinstance(item, tuple) and len(item) > _PIECES_IN_ONE:
            for start in range(0, len(item), _PIECES_IN_ONE):
                text = _list(item[start : start + _PIECES_IN_ONE])
                yield ("," if start else "[") + text[1:-1]
            yield "]"
        else:
            yield dumps(float(item) if type(item) is int and _is_float(hints[name]) else item)
    yield "{}" if mark == "{" else "}"


class _Writers(dict[type, Callable[[Any], str]]):
    """The function that writes values of each type; those of records are made at first sight."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        self[kind] = _record_writer(kind) if is_dataclass(kind) else _any
        return self[kind]


def _record_writer(kind: Any) -> Callable[[Any], str]:
    """Return a function that fills the values of a record, sorted by name, into a template."""
    later = [field for field in fields(kind) if field.metadata.get("later")]
    whole = _template_writer(kind, ())
    if not later:
        return whole

    def write(record: Any) -> str:
        left_out = tuple(f.name for f in later if _is_left_out(f, getattr(record, f.name)))
        return _template_writer(kind, left_out)(record)

    return write


@cache
def _template_writer(kind: Any, left_out: tuple[str, ...]) -> Callable[[Any], str]:
    names = sorted({field.name for field in fields(kind)} - {*left_out})
    hints = _hints(kind)
    # a whole number in a field declared as float counts as one
    numbers = {k for k, name in enumerate(names) if _is_float(hints[name])}
    template = "{" + ",".join(f"{encode_basestring(name)}:%s" for name in names) + "}"
    values_of = attrgetter(*names) if len(names) > 1 else _one_by_one(names)

    def write(record: Any) -> str:
        values = values_of(record)
        if numbers:
            values = [
                float(value) if k in numbers and type(value) is int else value
                for k, value in enumerate(values)
            ]
        return template % tuple([_WRITERS[type(value)](value) for value in values])

    return write


def _one_by_one(names: list[str]) -> Callable[[Any], Any]:
    return lambda record: tuple(getattr(record, name) for name in names)


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"no number that JSON can carry: {value!r}")
    return float.__repr__(value)


def _list(items: Any) -> str:
    return "[" + ",".join([_WRITERS[type(item)](item) for item in items]) + "]"


def _any(value: Any) -> str:
    """Write a value of a rare type."""
    return json.dumps(
        plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


_WRITERS = _Writers(
    {
        str: encode_basestring,
        int: int.__repr__,
        float: _float,
        bool: lambda value: "true" if value else "false",
        NoneType: lambda value: "null",
        tuple: _list,
        list: _list,
        date: lambda value: f'"{value.isoformat()}"',
    }
)


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
    missing = [field.name for field in fields(cls) if _is_required(field, data)]
    if missing:
        names = (
            f"field {missing[0]} is" if len(missing) == 1 else f"fields {', '.join(missing)} are"
        )
        raise ValueError(f"{where}: the {names} missing")
    return cls(**{name: load(hints[name], item, f"{where}.{name}") for name, item in data.items()})


def _is_required(field: "Field[Any]", data: dict[str, Any]) -> bool:
    """Tell whether a field is missing that has no default."""
    default = field.default is not MISSING or field.default_factory is not MISSING
    return field.name not in data and not default


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
        try:
            return float(data)
        except OverflowError:
            raise ValueError(f"{where}: expected a number that is not so large") from None
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
        try:
            shown = repr(data)
        except RecursionError:
            shown = TOO_DEEP
        raise ValueError(f"{where}: expected {what}, found {shown[:80]}")
