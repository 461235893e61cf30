"""Judge an answer where it was written: in the notebook, in this process, at once."""

from __future__ import annotations

import numpy as np

from lossedu.exercises import progress
from lossedu.exercises.card import verdict_html
from lossedu.exercises.exercise import Exercise, find_exercise
from lossedu.exercises.judge import Outcome, Verdict, copied, judge
from lossedu.exercises.types import Call, Function
from lossedu.language import translate
from lossedu.sandboxed.codec import as_real_arrays, same
from lossedu.sandboxed.load import is_starter


class CheckedVerdict(Verdict):
    """A verdict that shows itself as a card in a notebook."""

    def _repr_html_(self) -> str:
        return verdict_html(self)


def check(answer: Function, name: str | None = None) -> Verdict:
    """Judge a function that answers an exercise, and explain what is wrong with it.

    Parameters
    ----------
    answer : callable
        Your function.
    name : str, optional
        The exercise, when your function has another name.

    Returns
    -------
    Verdict
        It shows itself as a card in a notebook and as text elsewhere.

    Raises
    ------
    TypeError
        When `answer` is not a function: pass ``f``, not ``f(x)``.
    KeyError
        When there is no such exercise.

    Examples
    --------
    >>> import numpy as np
    >>> def squared_error_mean(y_true, y_pred):
    ...     return np.sum((y_true - y_pred) ** 2)
    >>> check(squared_error_mean).state
    'WRONG VALUE'
    """
    if not callable(answer):
        raise TypeError(translate("check takes your function itself, but was given {kind}; "
                                  "write check(f), not check(f(...)).", kind=type(answer).__name__))
    verdict = verdict_on(answer, find_exercise(name or answer))
    progress.remember(verdict)
    return verdict


def verdict_on(answer: Function, task: Exercise, seed: int = 0) -> CheckedVerdict:
    """Judge without keeping a record."""
    calls = task.calls(seed)
    if is_starter(answer):
        outcomes = [Outcome(state="NOT ATTEMPTED")] * len(calls)
    else:
        outcomes = [attempt(answer, call) for call in calls]
    return CheckedVerdict(**vars(judge(task, calls, outcomes)))


def attempt(answer: Function, call: Call) -> Outcome:
    """Call the answer once and return the outcome."""
    given = copied(call)
    try:
        with np.errstate(all="ignore"):
            value = answer(*given)
    except MemoryError:
        return Outcome(state="MEMORY")
    except SystemExit as end:
        return Outcome(state="CRASHED", detail=f"SystemExit: {end}")
    except Exception as error:
        return Outcome(state="RAISED", detail=f"{type(error).__name__}: {error}")
    changed = not same(given, call)
    try:
        return Outcome(as_real_arrays(value), changed_input=changed)
    except (TypeError, ValueError):
        return Outcome(state="WRONG TYPE", detail=type(value).__name__, changed_input=changed)
