"""A mixed-integer program in integers: variables, rows, and what a solver says of it."""

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from matchmaker.matching.engine.instance import Ints

UNLIMITED = 2**62


@dataclass(frozen=True)
class Terms:
    """A sum of whole multiples of variables; a variable that is named twice counts twice."""

    column: Ints
    value: Ints

    @classmethod
    def of(cls, columns: Ints, value: int | Ints = 1) -> "Terms":
        """Return the sum of some variables, each times a value."""
        columns = np.asarray(columns, dtype=np.int64)
        return cls(columns, np.broadcast_to(np.asarray(value, dtype=np.int64), columns.shape))

    @classmethod
    def nothing(cls) -> "Terms":
        """Return the empty sum."""
        return cls.of(np.zeros(0, dtype=np.int64))

    def __add__(self, other: "Terms") -> "Terms":
        return Terms(
            np.concatenate([self.column, other.column]), np.concatenate([self.value, other.value])
        )

    def times(self, factor: int) -> "Terms":
        """Return every multiple times a factor."""
        return Terms(self.column, self.value * factor)

    def dense(self, count: int) -> Ints:
        """Return the multiple of each of so many variables."""
        total = np.zeros(count, dtype=np.int64)
        np.add.at(total, self.column, self.value)
        return total


@dataclass(frozen=True)
class Stage:
    """A solution with the value of the stage and a proven upper bound of it."""

    x: Ints
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Tell whether nothing greater exists."""
        return self.bound <= self.value


@dataclass
class Model:
    """Integer variables with bounds and rows low <= sum(coefficient x variable) <= high."""

    low: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    high: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    _row: list[Ints] = field(default_factory=list)
    _column: list[Ints] = field(default_factory=list)
    _value: list[Ints] = field(default_factory=list)
    _row_low: list[Ints] = field(default_factory=list)
    _row_high: list[Ints] = field(default_factory=list)
    n_rows: int = 0
    sifted: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Variables of which a solution uses few: a large program may begin with the likely ones."""
    liking: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """How likely each of them is, the greater the likelier."""

    def copy(self) -> "Model":
        """Return a model with the same variables and rows, to be added to by itself."""
        return Model(
            self.low.copy(),
            self.high.copy(),
            list(self._row),
            list(self._column),
            list(self._value),
            list(self._row_low),
            list(self._row_high),
            self.n_rows,
            self.sifted,
            self.liking,
        )

    def variables(self, count: int, low: int = 0, high: int = 1) -> Ints:
        """Add variables and return their numbers."""
        start = len(self.low)
        self.low = np.concatenate([self.low, np.full(count, low, dtype=np.int64)])
        self.high = np.concatenate([self.high, np.full(count, high, dtype=np.int64)])
        return np.arange(start, start + count)

    def rows(self, row: Ints, terms: Terms, low: Ints | int, high: Ints | int, count: int) -> None:
        """Add so many rows at once; `row` says which one each term belongs to, from 0."""
        self._row.append(np.asarray(row, dtype=np.int64) + self.n_rows)
        self._column.append(terms.column)
        self._value.append(terms.value)
        self._row_low.append(np.broadcast_to(np.asarray(low, dtype=np.int64), (count,)))
        self._row_high.append(np.broadcast_to(np.asarray(high, dtype=np.int64), (count,)))
        self.n_rows += count

    def row(self, terms: Terms, low: int = -UNLIMITED, high: int = UNLIMITED) -> None:
        """Add one row."""
        self.rows(np.zeros(len(terms.column), dtype=np.int64), terms, low, high, 1)

    def matrix(self) -> sp.csr_array:
        """Return the rows as an integer matrix."""
        if not self.n_rows:
            return sp.csr_array((0, len(self.low)), dtype=np.int64)
        parts = (np.concatenate(part) for part in (self._row, self._column, self._value))
        row, column, value = parts
        return sp.csr_array((value, (row, column)), shape=(self.n_rows, len(self.low)))

    def limits(self) -> tuple[Ints, Ints]:
        """Return the lower and upper bounds of the rows."""
        nothing = [np.zeros(0, dtype=np.int64)]
        return np.concatenate(self._row_low + nothing), np.concatenate(self._row_high + nothing)

    def span(self, terms: Terms) -> tuple[int, int]:
        """Return the least and greatest value of a sum within the bounds of its variables."""
        value = terms.dense(len(self.low))
        ends = np.stack([value * self.low, value * self.high])
        return int(ends.min(axis=0).sum()), int(ends.max(axis=0).sum())
