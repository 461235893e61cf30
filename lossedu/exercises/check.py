"""Judge an answer where it was written: in the notebook, in this process, at once."""

from __future__ import annotations

import traceback
import warnings
from dataclasses import replace

import numpy as np

from lossedu.exercises import progress
from lossedu.exercises.card import verdict_html
from lossedu.exercises.compare import copied
from lossedu.exercises.evidence import Outcome
from lossedu.exercises.exercise import Exercise, find_exercise
from lossedu.exercises.judge import Verdict, judge
from lossedu.exercises.thread import keep, source_of_answer
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

    An answer is judged by its values alone: about seven digits must agree with the right ones (four if you compute in
    float32), however you reach them. So a gradient by centred differences passes as well, where it is that accurate.

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
    task = find_exercise(name or answer)
    verdict = progress.remember(verdict_on(answer, task))
    if verdict.passed:
        keep(task, source_of_answer(task, answer))
    return verdict


def verdict_on(answer: Function, task: Exercise, seed: int = 0) -> CheckedVerdict:
    """Judge without keeping a record."""
    calls = task.calls(seed)
    if is_starter(answer, task.starter):
        outcomes = [Outcome(state="NOT ATTEMPTED")] * len(calls)
    else:
        outcomes = [attempt(answer, call) for call in calls]
    return CheckedVerdict(**vars(judge(task, calls, outcomes)))


def attempt(answer: Function, call: Call) -> Outcome:
    """Call the answer once and return the outcome."""
    given = copied(call)
    # Values are judged, never warnings; but the first one tells where NaN or infinity came from.
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("default")
        outcome = outcome_of(answer, given)
    first = str(caught[0].message) if caught else ""
    return replace(outcome, changed_input=not same(given, call), warning=first)


def outcome_of(answer: Function, given: Call) -> Outcome:
    """Call the answer and turn what it returns into plain arrays, or into the state that says why there are none."""
    try:
        value = answer(*given)
    except MemoryError:
        return Outcome(state="MEMORY")
    except SystemExit as end:
        return Outcome(state="CRASHED", detail=f"SystemExit: {end}")
    except KeyboardInterrupt:
        raise  # the learner stops the check
    except BaseException as error:
        return Outcome(state="RAISED", detail=error_in_words(error), where=place_in_words(error, answer))
    try:
        return Outcome(as_real_arrays(value))
    except (TypeError, ValueError, OverflowError):
        return Outcome(state="WRONG TYPE", detail=kind_in_words(value))
    except MemoryError:
        return Outcome(state="MEMORY")
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # an object of another library that does not turn itself into an array
        detail = translate("an object of type {kind}, which NumPy cannot read ({error})", kind=kind_in_words(value),
                           error=error_in_words(error))
        return Outcome(state="WRONG TYPE", detail=detail)


def kind_in_words(value: object) -> str:
    """The name of a value's type, even where the type refuses to tell it."""
    try:
        return str(type(value).__name__)
    except Exception:
        return object.__name__


def error_in_words(error: BaseException) -> str:
    """Kind and text of an error, even where its own text cannot be had."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def place_in_words(error: BaseException, answer: Function) -> str:
    """The last line of the learner's own file or cell that led to the error, or ""."""
    written = getattr(answer, "__wrapped__", answer)  # a check of a file wraps it, to keep the whole error
    file = getattr(getattr(written, "__code__", None), "co_filename", None)
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not lines:
        return ""
    if not lines[-1].line:
        return translate("line {number}", number=lines[-1].lineno)
    return translate("line {number}: {code}", number=lines[-1].lineno, code=lines[-1].line)
