"""What experiments share: seeds, splits, and how a share is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np


def seeds(count: int) -> Iterator[np.random.Generator]:
    """Yield a fresh source of random numbers for each seed from 0 on."""
    return map(np.random.default_rng, range(count))


def splits(n: int, held_out: float, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows to fit and the rows held out of `count` random splits of `n` rows."""
    first = n - round(n * held_out)
    for rng in seeds(count):
        rows = rng.permutation(n)
        yield rows[:first], rows[first:]


def percent(outcomes: Iterable[bool]) -> str:
    """Return the share of outcomes that are true, as pages print it: ``"83 %"``."""
    return f"{np.mean(list(outcomes)):.0%}".replace("%", " %")
