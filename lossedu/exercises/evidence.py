"""What there is to judge by: the arguments, what came back, what is right, and what another function would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lossedu.exercises.compare import compare, copied
from lossedu.exercises.exercise import Exercise
from lossedu.exercises.relations import Context
from lossedu.exercises.types import Call, Function
from lossedu.sandboxed.codec import Arrays, as_real_arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A known mistake, or a slip, gives the learner's numbers to nearly all their digits: an epsilon would already show.
SAME_RTOL = 1e-12


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a plain value (array, or tuple of arrays), or why there is none.

    `state` is "" for a value, else one of STATES; `detail` is the error's text, or what it was that was no answer;
    `where` is the learner's line that raised, `warning` the first that NumPy warned of.
    """

    value: Arrays | None = None
    state: str = ""
    detail: str = ""
    changed_input: bool = False
    where: str = ""
    warning: str = ""


@dataclass(frozen=True)
class Evidence:
    """All there is to judge by: the exercise, the arguments, what came back, and what is right.

    Attributes
    ----------
    task : Exercise
    calls, outcomes, expected : sequence
        One entry for each check.
    wrong : sequence of bool
        Which checks fail.
    kinks : sequence
        For each check, the entries for which more than one value is right, as `kinks_of` finds them.
    """

    task: Exercise
    calls: Sequence[Call]
    outcomes: Sequence[Outcome]
    expected: Sequence[Arrays]
    wrong: Sequence[bool]
    kinks: Sequence[NDArray[np.bool_] | None]

    def smooth(self, values: Sequence[Arrays]) -> list[Arrays]:
        """The values without the entries that may be chosen freely."""
        return [value[~free] if free is not None and isinstance(value, np.ndarray) and value.shape == free.shape
                else value for value, free in zip(values, self.kinks, strict=True)]

    @property
    def values(self) -> list[Arrays] | None:
        """What came back, if every call brought a value."""
        found = [outcome.value for outcome in self.outcomes if not outcome.state and outcome.value is not None]
        return found if len(found) == len(self.outcomes) else None

    def context(self, those: str, rtol: float | None = None) -> Context:
        """What a rule may look at."""
        return Context(self.task.parameters, self.calls, self.task.rtol if rtol is None else rtol, those)


def kinks_of(task: Exercise, call: Call, want: Arrays) -> NDArray[np.bool_] | None:
    """The entries of a right answer that may be changed a little, and stay right."""
    if task.accepts is None or not isinstance(want, np.ndarray):
        return None
    free = np.zeros(want.shape, bool)
    step = 1e-3 * max(float(np.abs(want).max(initial=0)), 1e-3)
    for place in np.ndindex(want.shape):
        for change in (step, -step):
            other = want.astype(float)
            other[place] += change
            free[place] |= bool(task.accepts(other, *copied(call)))
    return free if free.any() else None


def called(function: Function, call: Call) -> Arrays | Exception:
    """What a function of ours makes of a call, or the error that it raises."""
    try:
        return as_real_arrays(function(*copied(call)))
    except Exception as error:
        return error


def reproduces(evidence: Evidence, function: Function) -> bool:
    """Does the function do on every call what the learner's answer did?"""
    rtol = min(evidence.task.rtol, SAME_RTOL)
    for call, outcome, free in zip(evidence.calls, evidence.outcomes, evidence.kinks, strict=True):
        value = called(function, call)
        if isinstance(value, Exception):
            if outcome.state != "RAISED" or not same_error(value, outcome.detail):
                return False
        elif outcome.state or outcome.value is None:
            return False
        elif not same_value(outcome.value, value, free, rtol):
            return False
    return True


def same_value(got: Arrays, value: Arrays, free: NDArray[np.bool_] | None, rtol: float) -> bool:
    """Are they equal away from kinks?"""
    if free is not None and isinstance(got, np.ndarray) and isinstance(value, np.ndarray) and \
            got.shape == value.shape == free.shape:
        got, value = got[~free], value[~free]
    return not compare(got, value, rtol)


def same_error(error: Exception, told: str) -> bool:
    """Is the error that was told this one? Where a secret text was left out, its kind must do."""
    kinds = tuple(kind.__name__ for kind in type(error).__mro__ if kind not in (Exception, BaseException, object))
    kind, colon, text = told.partition(": ")
    return kind.startswith(kinds) and (not colon or text == str(error))
