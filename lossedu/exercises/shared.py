"""What the checks that fail have in common, and those that pass have not: ties, zeros, one class, large numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu.exercises.types import Call
from lossedu.language import translate

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shared_by_checks(parameters: Sequence[str], calls: Sequence[Call], wrong: Sequence[bool],
                     overflows: bool) -> str:
    """A sentence on what exactly the failing checks share, or "" where nothing does or several things do."""
    if all(wrong) or sum(wrong) == 0:
        return ""
    for i, name in enumerate(parameters):
        if overflows and all(is_number(call[i]) for call in calls) and \
                [has_large(call[i]) for call in calls] == list(wrong):
            return translate("All checks that fail, and no others, have a number of 100 or more, or of -100 or less, "
                             "in `{name}`.", name=name)
    # Few checks may share anything by chance.
    if comb(len(wrong), sum(wrong)) < 15:
        return ""
    found = [sentence for sentence, holds in features(parameters, calls) if list(holds) == list(wrong)]
    return found[0] if len(found) == 1 else ""


def is_number(value: Any) -> bool:
    """A number, or an array of numbers."""
    return isinstance(value, (np.ndarray, int, float)) and np.asarray(value).dtype.kind in "iuf"


def has_large(value: Any) -> bool:
    """Does it hold a number for which exp overflows or leaves nothing?"""
    return bool((np.abs(value) >= 100).any())


def features(parameters: Sequence[str], calls: Sequence[Call]) -> Iterator[tuple[str, list[bool]]]:
    """Each thing that a call may have, and which calls have it."""
    for i, name in enumerate(parameters):
        values = [call[i] for call in calls]
        if all(map(is_number, values)):
            arrays = [np.asarray(v) for v in values]
            for sentence, feature in properties(name):
                yield sentence, [bool(feature(a)) for a in arrays]
    for i, j in combinations(range(len(parameters)), 2):
        pairs = [(call[i], call[j]) for call in calls]
        if all(isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape and a.size
               for a, b in pairs):
            yield translate("All checks that fail, and no others, have an entry in which `{a}` equals `{b}`.",
                            a=parameters[i], b=parameters[j]), [bool((a == b).any()) for a, b in pairs]


def properties(name: str) -> Iterator[tuple[str, Callable[[NDArray[Any]], Any]]]:
    """What one argument may have."""
    yield translate("All checks that fail, and no others, have a 0 in `{name}`.", name=name), lambda a: (a == 0).any()
    yield translate("All checks that fail, and no others, have a negative number in `{name}`.", name=name), \
        lambda a: (a < 0).any()
    yield translate("All checks that fail, and no others, have only one row or entry in `{name}`.", name=name), \
        lambda a: a.ndim > 0 and len(a) == 1
    yield translate("All checks that fail, and no others, have the same value in all of `{name}`.", name=name), \
        lambda a: a.size > 1 and np.ptp(a) == 0
    yield translate("All checks that fail, and no others, have a value that occurs twice in `{name}`.", name=name), \
        lambda a: a.ndim == 1 and 2 < np.unique(a).size < a.size and a.dtype.kind == "f"
    yield translate("All checks that fail, and no others, have only one column in `{name}`.", name=name), \
        lambda a: a.ndim == 2 and a.shape[1] == 1
    yield translate("All checks that fail, and no others, have an even number of entries in `{name}`.", name=name), \
        lambda a: a.ndim == 1 and a.size % 2 == 0


def shared_by_entries(parameters: Sequence[str], calls: Sequence[Call], wrong: Sequence[NDArray[Any]]) -> str:
    """A sentence on where exactly the wrong entries stand, for answers of the shape of an argument."""
    marks = np.concatenate([w.ravel() for w in wrong])
    if marks.sum() < 2 or (~marks).sum() < 2:
        return ""
    found = [sentence for sentence, places in entries(parameters, calls, wrong)
             if np.array_equal(np.concatenate([p.ravel() for p in places]), marks)]
    return found[0] if found else ""


def entries(parameters: Sequence[str], calls: Sequence[Call],
            wrong: Sequence[NDArray[Any]]) -> Iterator[tuple[str, list[NDArray[Any]]]]:
    """Places that an argument marks."""
    fitting = [i for i in range(len(parameters))
               if all(isinstance(call[i], np.ndarray) and call[i].shape == w.shape and call[i].dtype.kind in "iuf"
                      for call, w in zip(calls, wrong, strict=True))]
    for i in fitting:
        name, arrays = parameters[i], [call[i] for call in calls]
        yield translate("Your entries are right except where `{name}` is 0.", name=name), [a == 0 for a in arrays]
        yield translate("Your entries are right except where `{name}` is 1.", name=name), [a == 1 for a in arrays]
        yield translate("Your entries are right except where `{name}` is negative.", name=name), [a < 0 for a in arrays]
        yield translate("Your entries are right except where `{name}` is positive.", name=name), [a > 0 for a in arrays]
    for i, j in combinations(fitting, 2):
        a, b = parameters[i], parameters[j]
        pairs = [(call[i], call[j]) for call in calls]
        yield translate("Your entries are right except where `{a}` equals `{b}`.", a=a, b=b), [x == y for x, y in pairs]
        yield translate("Your entries are right except where `{a}` is larger than `{b}`.", a=a, b=b), \
            [x > y for x, y in pairs]
        yield translate("Your entries are right except where `{a}` is smaller than `{b}`.", a=a, b=b), \
            [x < y for x, y in pairs]
    if all(w.ndim == 2 and w.shape[0] == w.shape[1] for w in wrong):
        yield translate("Your entries are right except on the diagonal."), [np.eye(len(w), dtype=bool) for w in wrong]
    if all(w.ndim == 1 for w in wrong):
        yield translate("Your entries are right except the first."), [np.arange(len(w)) == 0 for w in wrong]
        yield translate("Your entries are right except the last."), [np.arange(len(w)) == len(w) - 1 for w in wrong]
