"""From what an answer returned to a verdict in words. Pure: nothing of the learner's runs here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from lossedu.exercises.exercise import Exercise
from lossedu.exercises.types import Call, Function
from lossedu.language import translate
from lossedu.sandboxed.codec import Arrays, as_real_arrays

STATES = ("NOT ATTEMPTED", "PASS", "WRONG VALUE", "WRONG SHAPE", "WRONG TYPE", "NOT FINITE", "RAISED",
          "TIMEOUT", "MEMORY", "CRASHED", "MISSING", "UNREADABLE")

# float32 keeps about seven digits and a sum of a few hundred terms loses two of them.
FLOAT32_RTOL = 1e-4


Copied = TypeVar("Copied")


class Printer(Protocol):
    """What IPython hands to an object that prints itself."""

    def text(self, text: str) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """What came of one call: a plain value (array, or tuple of arrays), or why there is none.

    `state` is "" for a value, else one of STATES; `detail` is the error's text, or what it was that was no answer.
    """

    value: Arrays | None = None
    state: str = ""
    detail: str = ""
    changed_input: bool = False


@dataclass(frozen=True)
class Verdict:
    """The judgement of one answer.

    Attributes
    ----------
    name : str
        The exercise.
    state : str
        One of STATES.
    sentences : tuple of str
        What to tell the learner, most important first.
    points, max_points : int
        Earned, and possible.
    mistake : str
        The sentence of the known mistake the answer reproduces, untranslated, or "".
    """

    name: str
    state: str
    sentences: tuple[str, ...] = ()
    points: int = 0
    max_points: int = 0
    mistake: str = ""

    @property
    def passed(self) -> bool:
        """True for PASS."""
        return self.state == "PASS"

    def __str__(self) -> str:
        head = f"{self.name}: {translate(self.state)} ({self.points}/{self.max_points})"
        return "\n".join([head, *("  " + line for s in self.sentences for line in s.splitlines())])

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:
        printer.text(str(self))


@np.errstate(all="ignore")  # values are judged, never warnings, and a reference may be infinite where it should
def judge(task: Exercise, calls: Sequence[Call], outcomes: Sequence[Outcome], secret: bool = False) -> Verdict:
    """The verdict on an answer to `task` from its `outcomes` on `calls`.

    Parameters
    ----------
    task : Exercise
    calls : sequence of tuples
        The arguments of each check.
    outcomes : sequence of Outcome
        What the answer made of each.
    secret : bool
        When true, no sentence gives an input or an expected value away.

    Returns
    -------
    Verdict
    """
    expected = [as_real_arrays(task.reference(*copied(call))) for call in calls]
    faults = [fault(task, *each) for each in zip(calls, outcomes, expected, strict=True)]
    wrong = [(size(call), i) for i, call in enumerate(calls) if faults[i]]
    if not wrong:
        return passed(task, outcomes)
    _, i = min(wrong)
    mistake = diagnose(task, calls, outcomes)
    sentences = [translate(mistake), explain(faults[i], outcomes[i], expected[i], known=bool(mistake))]
    if not secret and faults[i] not in ("NOT ATTEMPTED", "MISSING", "UNREADABLE"):
        sentences += [show(task, calls[i], outcomes[i], expected[i])]
    return Verdict(task.name, faults[i], tuple(s for s in sentences if s), 0, task.points, mistake)


def passed(task: Exercise, outcomes: Sequence[Outcome]) -> Verdict:
    """PASS, with a word about inputs that were changed on the way."""
    if any(outcome.changed_input for outcome in outcomes):
        sentence = translate("Right, but it changes its input in place; a caller would not expect that. "
                             "Work on a copy.")
    else:
        sentence = translate("Right on all {n} checks.", n=len(outcomes))
    return Verdict(task.name, "PASS", (sentence,), task.points, task.points)


def copied(call: Copied) -> Copied:
    """The arguments, safe from in-place changes."""
    if isinstance(call, np.ndarray):
        return call.copy()
    return type(call)(copied(a) for a in call) if isinstance(call, (tuple, list)) else call


def size(call: Any) -> int:
    """How much there is to read in a call."""
    return sum(size(a) for a in call) if isinstance(call, (tuple, list)) else int(np.size(call))


def fault(task: Exercise, call: Call, outcome: Outcome, want: Arrays) -> str:
    """What is wrong with one outcome: a state, or "" when it is right."""
    state = outcome.state or compare(outcome.value, want, task.rtol)
    if state == "WRONG VALUE" and task.accepts and task.accepts(outcome.value, *copied(call)):
        return ""
    return state


def compare(got: Arrays | None, want: Arrays | None, rtol: float) -> str:
    """The first of type, shape, finiteness and value in which `got` differs from `want`, or ""."""
    got = in_the_form_of(want, got)
    if isinstance(got, tuple) and isinstance(want, tuple):
        if len(got) != len(want):
            return "WRONG SHAPE"
        return next((state for g, w in zip(got, want, strict=True) if (state := compare(g, w, rtol))), "")
    if not isinstance(got, np.ndarray) or not isinstance(want, np.ndarray):
        return "WRONG TYPE"
    if got.shape != want.shape:
        return "WRONG SHAPE"
    if not np.isfinite(got[np.isfinite(want)]).all():
        return "NOT FINITE"
    if got.dtype.kind == "f" and got.dtype.itemsize < 8:
        rtol = max(rtol, FLOAT32_RTOL)
    scale = np.abs(want[np.isfinite(want)].astype(float)).max(initial=0.0)
    return "" if np.allclose(got, want, rtol=rtol, atol=rtol * scale, equal_nan=True) else "WRONG VALUE"


def in_the_form_of(want: Arrays | None, got: Arrays | None) -> Arrays | None:
    """A tuple of rows where an array is wanted, or the other way round, says the same and is taken for it."""
    if isinstance(want, tuple) and isinstance(got, np.ndarray) and got.ndim:
        return tuple(np.asarray(row) for row in got)
    same_shape = isinstance(got, tuple) and len({np.shape(row) for row in got}) == 1
    if isinstance(want, np.ndarray) and want.ndim and same_shape:
        return np.array(got)
    return got


def diagnose(task: Exercise, calls: Sequence[Call], outcomes: Sequence[Outcome]) -> str:
    """The sentence of the first known mistake that gives the learner's answer on every input, or ""."""
    for sentence, function in task.mistakes:
        if all(reproduces(task, function, call, outcome) for call, outcome in zip(calls, outcomes, strict=True)):
            return sentence
    return ""


def reproduces(task: Exercise, function: Function, call: Call, outcome: Outcome) -> bool:
    """Does the mistake do on this call what the learner's answer did?"""
    try:
        value = as_real_arrays(function(*copied(call)))
    except Exception as error:
        kinds = tuple(kind.__name__ for kind in type(error).__mro__ if kind not in (Exception, BaseException, object))
        return outcome.state == "RAISED" and outcome.detail.startswith(kinds)
    return not outcome.state and not compare(outcome.value, value, task.rtol)


def explain(state: str, outcome: Outcome, want: Arrays, known: bool) -> str:
    """One sentence on what kind of wrong this is and the likely cause."""
    match state:
        case "NOT ATTEMPTED":
            return translate("Write your answer in place of the dots, then run the cell again.")
        case "WRONG VALUE":
            return "" if known else translate("The numbers are not right, and this is no mistake I know. "
                                              "Work the smallest input out by hand.")
        case "WRONG TYPE" if outcome.detail == "NoneType":
            return translate("Your function returned None. Did you forget return?")
        case "WRONG TYPE":
            return translate("Your function returned {kind}, but {shape} was expected.",
                             kind=outcome.detail or describe(outcome.value), shape=describe(want))
        case "WRONG SHAPE":
            got = (translate("an array of shape {shape}", shape=outcome.detail) if outcome.detail else
                   describe(outcome.value))
            return translate("Your function returned {kind}, but {shape} was expected.", kind=got, shape=describe(want))
        case "NOT FINITE":
            return translate("Your answer holds NaN or infinity where a finite number was expected.")
        case "RAISED":
            return translate("Your function raised {error}", error=outcome.detail)
        case "TIMEOUT":
            return translate("Your function did not come back in time. Is there a loop that never ends?")
        case "MEMORY":
            return translate("Your function asked for more memory than there is. "
                             "Is an array much larger than it should be? (n,) against (n, 1) makes (n, n).")
        case "CRASHED":
            return translate("Your function ended Python itself ({how}).", how=outcome.detail)
        case "MISSING":
            return translate("There is no function of that name. Did you rename or delete it?")
        case _:
            return translate("Your answer could not be read: {why}", why=outcome.detail)


def describe(value: Arrays | None) -> str:
    """The form of an answer in words: one number, an array of shape (3,), a tuple of 2."""
    if isinstance(value, tuple):
        return translate("a tuple of {n} arrays", n=len(value))
    shape = () if value is None else value.shape
    return translate("an array of shape {shape}", shape=shape) if shape else translate("one number")


def show(task: Exercise, call: Call, outcome: Outcome, want: Arrays) -> str:
    """The smallest failing input, what came back and what was expected."""
    lines = [translate("On this input:")]
    lines += [f"    {name} = {short(value)}" for name, value in zip(task.parameters, call, strict=True)]
    # Six digits read well; where they show no difference, all are shown.
    digits = 6 if outcome.state or short(outcome.value) != short(want) else 17
    if not outcome.state:
        lines += ["  " + translate("returned {value}", value=short(outcome.value, digits))]
    return "\n".join([*lines, "  " + translate("expected {value}", value=short(want, digits))])


def short(value: Any, digits: int = 6) -> str:
    """A value in one readable line or few."""
    if isinstance(value, (tuple, list)):
        inside = ", ".join(short(v, digits) for v in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if isinstance(value, np.ndarray) and value.ndim:
        text = np.array2string(value, precision=digits, threshold=12, separator=", ")
        return text.replace("\n", "\n" + " " * 6)
    if isinstance(value, (np.ndarray, np.generic)):
        value = value.item()
    return f"{value:.{digits}g}" if isinstance(value, float) else repr(value)
