"""Which numbers a loss takes: the domain of its targets, of its predictions and of its parameters, as data.

Checks, error messages, pictures, the guide and the tests read these objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from lossedu.losses.types import Array


def nan_message(name: str, values: Array) -> str:
    """Say where the first NaN is."""
    where = np.argwhere(np.isnan(values))
    place = "" if values.ndim == 0 else f" at index {tuple(int(i) for i in where[0])}"
    return f"{name} holds NaN{place} ({len(where)} in all); remove or fill missing values before computing a loss."


def shown(number: Any) -> str:
    """A number in as few digits as tell it from its neighbours, so that 1.0000000000000002 is not shown as 1."""
    short = f"{float(number):g}"
    return short if float(short) == number else str(number)


@dataclass(frozen=True)
class Interval:
    """Real numbers between two ends.

    Attributes
    ----------
    what : str
        The numbers in words that complete the sentence "y_true must be ...".
    low, high : float
        The ends.
    low_inclusive, high_inclusive : bool
        Whether the ends belong to the interval.
    excluded : tuple of float
        Single numbers inside that don't belong to it.
    """

    what: str
    low: float = -inf
    high: float = inf
    low_inclusive: bool = True
    high_inclusive: bool = True
    excluded: tuple[float, ...] = ()

    @property
    def bounded(self) -> bool:
        """Whether both ends are finite."""
        return -inf < self.low and self.high < inf

    def includes(self, number: float) -> bool:
        """Whether this number belongs to the interval; NaN never does."""
        above = self.low <= number if self.low_inclusive else self.low < number
        below = number <= self.high if self.high_inclusive else number < self.high
        return above and below and number not in self.excluded

    def check(self, name: str, values: Array) -> None:
        """Raise unless every value belongs to the interval; NaN is reported as such."""
        if self.low == -inf and self.high == inf and self.low_inclusive and self.high_inclusive:
            return  # every real number belongs to it, and each loss finds NaN in its own sum
        # Finding the places of the extremes is faster than min and max.
        places = values.argmin(), values.argmax()
        smallest, largest = map(values.item, places)
        if isnan(smallest) or isnan(largest):
            raise ValueError(nan_message(name, values))
        if not (self.includes(smallest) and self.includes(largest)):
            wrong = values.flat[places[1] if self.includes(smallest) else places[0]]
            raise ValueError(f"{name} must be {self.what}, but holds {shown(wrong)}.")


class Signs(Interval):
    """The labels -1 and +1."""

    def check(self, name: str, values: Array) -> None:
        if not (np.abs(values) == 1).all():
            wrong = values.reshape(-1)[np.argmax((np.abs(values) != 1).reshape(-1))]
            raise ValueError(f"{name} must hold the labels -1 and +1, but holds {shown(wrong)}; "
                             f"labels 0 and 1 become these with 2 * {name} - 1.")


class Divisors(Interval):
    """Real numbers that an error may be divided by."""

    def check(self, name: str, values: Array) -> None:
        if (values == 0).any():
            raise ValueError(f"{name} must not hold 0, because no error is a percentage of nothing, but holds "
                             f"{np.count_nonzero(values == 0)} of them; use mae, or predict a sum that is never 0.")


class Times(Interval):
    """Waiting times, with a minus where the end was not seen."""

    def check(self, name: str, values: Array) -> None:
        if np.isnan(values).any():  # a comparison with NaN is false, so a loss that compares times would not see it
            raise ValueError(nan_message(name, values))
        if (values == 0).any():
            raise ValueError(f"{name} must not hold 0, because a waiting time is positive and has a minus where its "
                             f"end was not seen, but holds {np.count_nonzero(values == 0)} of them; see waiting_times.")


class Directions(Interval):
    """Rows that are vectors other than zero."""

    def check(self, name: str, values: Array) -> None:
        if not values.any(axis=-1).all():
            raise ValueError(f"{name} must not hold a zero vector, because it has no direction; "
                             "remove it or give it weight elsewhere.")


class Sets(Interval):
    """Rows of memberships, with at least one member in each row."""

    def check(self, name: str, values: Array) -> None:
        super().check(name, values)
        if not values.any(axis=-1).all():
            raise ValueError(f"a row of {name} is an empty set, for which the overlap is 0/0 or 0; "
                             "leave such rows out, or use bce for them.")


class Relevances(Interval):
    """Rows of relevances that are not all equal."""

    def check(self, name: str, values: Array) -> None:
        super().check(name, values)
        if (values == values[..., :1]).all(axis=-1).any():
            raise ValueError(f"a row of {name} holds equal relevances, so every order of it is equally good; "
                             "leave such rows out.")


class Simplex(Interval):
    """Rows of probabilities, each with the sum 1."""

    def check(self, name: str, values: Array) -> None:
        # The sum of k rounded probabilities is off by at most about k roundings, and a probability that is nearly the
        # whole sum may be, too: a softmax can give 1.0000001.
        tolerance = 8 * values.shape[-1] * np.finfo(values.dtype if values.dtype.kind == "f" else float).eps
        Interval(self.what, self.low, self.high + float(tolerance)).check(name, values)
        sums = values.sum(axis=-1, dtype=float)
        if np.abs(sums - 1).max() > tolerance:
            wrong = sums.flat[np.abs(sums - 1).argmax()]
            raise ValueError(f"each row of {name} must sum to 1, but one sums to {shown(wrong)}; "
                             "are these logits? Then use the loss whose name ends in _logits.")


class OneHot(Simplex):
    """Rows with a single 1, at the right class."""

    def check(self, name: str, values: Array) -> None:
        super().check(name, values)
        if not ((values == 0) | (values == 1)).all():
            raise ValueError(f"rows of {name} must be one-hot: this loss has one right class a row; "
                             "pass integer labels, or use cross_entropy_logits for class probabilities.")


class Increasing(Interval):
    """Rows of real numbers that do not fall from one number to the next."""

    def check(self, name: str, values: Array) -> None:
        falls = values[..., 1:] < values[..., :-1]
        if falls.any():
            place = tuple(np.argwhere(falls)[0])
            left, right = values[..., :-1][place], values[..., 1:][place]
            raise ValueError(f"each row of {name} must not fall, but one holds {shown(left)} before {shown(right)}; "
                             "a first number and a cumulative sum of positive steps, such as exp of any numbers, "
                             "never falls.")


REAL = Interval("any real number")
FINITE = Interval("a finite number", low_inclusive=False, high_inclusive=False)
SIGNS = Signs("the label -1 or +1", -1.0, 1.0)
CHANCES = Interval("labels 0 and 1 (or probabilities between them)", 0.0, 1.0)
PROBABILITIES = Interval("probabilities between 0 and 1 (of logits, take the sigmoid)", 0, 1)
POSITIVE_NUMBER = Interval("a positive, finite number", 0, low_inclusive=False, high_inclusive=False)
NOT_NEGATIVE = Interval("a finite number that is not negative", 0, high_inclusive=False)
LEVEL = Interval("a level between 0 and 1, both excluded", 0, 1, low_inclusive=False, high_inclusive=False)
POSITIVE = Interval("positive", 0, low_inclusive=False)
ABOVE_MINUS_ONE = Interval("greater than -1 for its logarithm", -1, low_inclusive=False)
DIVISORS = Divisors("any real number other than 0", excluded=(0,))
TIMES = Times("any real number other than 0", excluded=(0,))
DIRECTIONS = Directions("vectors other than zero")
SETS = Sets("memberships 0 and 1 (or probabilities between them)", 0.0, 1.0)
RELEVANCES = Relevances("relevances, finite and not negative", 0, high_inclusive=False)
SIMPLEX = Simplex("rows of probabilities between 0 and 1", 0, 1)
INCREASING = Increasing("rows that do not fall")
ONE_HOT = OneHot("rows of probabilities between 0 and 1", 0, 1)
WEIGHTS = Interval("finite and not negative", 0, high_inclusive=False)
