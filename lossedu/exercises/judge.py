"""From what an answer returned to a verdict in words. Pure: nothing of the learner's runs here."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from lossedu.exercises.claims import fault_of_claims, form_in_words, unmet
from lossedu.exercises.compare import compare, copied, in_the_form_of, size
from lossedu.exercises.diagnosis import diagnose, known_mistake
from lossedu.exercises.evidence import Evidence, Outcome, kinks_of
from lossedu.exercises.exercise import Exercise
from lossedu.exercises.types import Call
from lossedu.language import translate
from lossedu.sandboxed.codec import Arrays, as_real_arrays

STATES = ("NOT ATTEMPTED", "PASS", "WRONG VALUE", "WRONG SHAPE", "WRONG TYPE", "NOT FINITE", "CHANGED INPUT", "RAISED",
          "TIMEOUT", "MEMORY", "CRASHED", "MISSING", "UNREADABLE")
NOT_RUN = ("NOT ATTEMPTED", "MISSING", "UNREADABLE")


class Printer(Protocol):
    """What IPython hands to an object that prints itself."""

    def text(self, text: str) -> None: ...


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
    diagnosis : str
        The cause in the reader's language, of a known mistake or as general rules find it, or "".
    case : tuple or None
        The arguments of the smallest check that fails, ready to be run: ``answer(*verdict.case)``. None when all
        pass, when the answer was not run, and when the inputs are secret.
    prediction : float or None
        The number that was stated, where the exercise asks to predict what a run will give.
    """

    name: str
    state: str
    sentences: tuple[str, ...] = ()
    points: int = 0
    max_points: int = 0
    mistake: str = ""
    diagnosis: str = ""
    case: Call | None = field(default=None, compare=False, repr=False)
    prediction: float | None = None

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
    return replace(verdict_of(task, calls, outcomes, secret), prediction=prediction(task, outcomes))


def prediction(task: Exercise, outcomes: Sequence[Outcome]) -> float | None:
    """The number that was stated in answer to an exercise that asks for a prediction; it has no arguments."""
    value = None if task.parameters else outcomes[0].value
    return float(value) if isinstance(value, np.ndarray) and value.size == 1 and np.isfinite(value).all() else None


def verdict_of(task: Exercise, calls: Sequence[Call], outcomes: Sequence[Outcome], secret: bool) -> Verdict:
    """The verdict without the prediction."""
    expected = [as_real_arrays(task.reference(*copied(call))) for call in calls]
    faults = [fault(task, *each) for each in zip(calls, outcomes, expected, strict=True)]
    wrong = [(size(call), i) for i, call in enumerate(calls) if faults[i]]
    if not wrong:
        return passed(task, outcomes)
    _, i = min(wrong)
    if faults[i] in NOT_RUN:
        said = (translate("This is the code as it was handed out. Find its bug and repair it, then run the cell again.")
                if task.draft and faults[i] == "NOT ATTEMPTED" else explain(faults[i], outcomes[i], expected[i]))
        return Verdict(task.name, faults[i], (said,), 0, task.points)
    kinks = [kinks_of(task, call, want) for call, want in zip(calls, expected, strict=True)]
    evidence = Evidence(task, calls, outcomes, expected, [bool(state) for state in faults], kinks)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mistake may well divide by 0
        mistake = known_mistake(evidence)
        diagnosis = translate(mistake) if mistake or task.claims else diagnose(evidence)
    told_by_claims = bool(task.claims) and outcomes[i].value is not None
    cause = (explain_claims(task, faults[i], calls[i], outcomes[i], expected[i], secret) if told_by_claims else
             explain(faults[i], outcomes[i], expected[i]))
    right = count(faults, bool(diagnosis) or told_by_claims, secret) if task.parameters else ""  # it has one check
    sentences = [diagnosis, cause, right]
    if not secret:
        sentences += [show(task, calls[i], outcomes[i], expected[i])]
    case = None if secret else copied(calls[i])
    told = tuple(s for s in dict.fromkeys(sentences) if s)
    return Verdict(task.name, faults[i], told, 0, task.points, mistake, diagnosis, case)


def count(faults: Sequence[str], known: bool, secret: bool) -> str:
    """How many checks are right, and what to do where no cause is known."""
    sentence = translate("Right on {right} of {n} checks.", right=sum(not state for state in faults), n=len(faults))
    if known or set(faults) - {"", "WRONG VALUE"}:
        return sentence
    advice = (translate("This is no mistake I know. Work a small input out by hand.") if secret else
              translate("This is no mistake I know. Work the input below out by hand."))
    return f"{sentence} {advice}"


def passed(task: Exercise, outcomes: Sequence[Outcome]) -> Verdict:
    """PASS where every value is right, unless an input was changed on the way though the prompt forbids it."""
    changed = any(outcome.changed_input for outcome in outcomes)
    if changed and task.keeps_inputs:
        sentence = translate("The values are right, but your function changes its input in place, "
                             "and the task says to leave it unchanged. Work on a copy.")
        return Verdict(task.name, "CHANGED INPUT", (sentence,), 0, task.points)
    if changed:
        sentence = translate("Right, but it changes its input in place; a caller would not expect that. "
                             "Work on a copy.")
    elif not task.parameters:
        sentence = translate("Right.")
    else:
        sentence = translate("Right on all {n} checks.", n=len(outcomes))
    return Verdict(task.name, "PASS", (sentence,), task.points, task.points)


def fault(task: Exercise, call: Call, outcome: Outcome, want: Arrays) -> str:
    """What is wrong with one outcome: a state, or "" when it is right."""
    if task.claims and not outcome.state:
        return fault_of_claims(task, copied(call), in_the_form_of(want, outcome.value), want)
    state = outcome.state or compare(outcome.value, want, task.rtol)
    if state == "WRONG VALUE" and task.accepts and task.accepts(outcome.value, *copied(call)):
        return ""
    return state


def explain(state: str, outcome: Outcome, want: Arrays) -> str:
    """One sentence on what kind of wrong this is."""
    match state:
        case "NOT ATTEMPTED":
            return translate("Write your answer in place of the dots, then run the cell again.")
        case "WRONG VALUE":
            return ""
        case "WRONG TYPE" if outcome.detail == "NoneType":
            return translate("Your function returned None. Did you forget return?")
        case "WRONG TYPE" | "WRONG SHAPE":
            return form(outcome, want)
        case "NOT FINITE" if outcome.warning:
            return translate("Your answer holds NaN or infinity where a finite number was expected. NumPy warned: "
                             "{warning}.", warning=outcome.warning.strip("."))
        case "NOT FINITE":
            return translate("Your answer holds NaN or infinity where a finite number was expected.")
        case "RAISED" if outcome.where:
            return translate("Your function raised {error}, in {where}", error=outcome.detail, where=outcome.where)
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


def form(outcome: Outcome, want: Arrays) -> str:
    """What came back against what was expected; of a tuple, the first part whose form is wrong."""
    got = outcome.value if outcome.value is None else in_the_form_of(want, outcome.value)
    if isinstance(got, tuple) and isinstance(want, tuple) and len(got) == len(want):
        i = next(i for i, pair in enumerate(zip(got, want, strict=True))
                 if compare(*pair, rtol=1e300) in ("WRONG TYPE", "WRONG SHAPE"))
        return translate("Part {i} of your tuple is {kind}, but {shape} was expected.", i=i + 1, kind=describe(got[i]),
                         shape=describe(want[i]))
    if outcome.state == "WRONG SHAPE":
        kind = translate("an array of shape {shape}", shape=outcome.detail)
    else:
        kind = outcome.detail or describe(outcome.value)
    return translate("Your function returned {kind}, but {shape} was expected.", kind=kind, shape=describe(want))


def explain_claims(task: Exercise, state: str, call: Call, outcome: Outcome, example: Arrays, secret: bool) -> str:
    """One sentence on what was reached and what was wanted; of secret numbers it shows the places."""
    if state == "NOT FINITE":
        return explain(state, outcome, example)
    value = in_the_form_of(example, outcome.value)
    if state != "WRONG VALUE" or not (found := unmet(task, copied(call), value)):
        return translate("Your function returned {kind}, but {shape} was expected.",
                         kind=describe(outcome.value), shape=form_in_words(example))
    sentence, numbers = found
    return translate(sentence).format(**{name: "…" if secret else short(number) for name, number in numbers.items()})


def describe(value: Arrays | None) -> str:
    """The form of an answer in words: one number, an array of shape (3,), a tuple of 2."""
    if isinstance(value, tuple):
        return translate("a tuple of {n} arrays", n=len(value))
    shape = () if value is None else value.shape
    return translate("an array of shape {shape}", shape=shape) if shape else translate("one number")


def show(task: Exercise, call: Call, outcome: Outcome, want: Arrays) -> str:
    """The smallest failing input, what came back and what was expected."""
    if not task.parameters:
        return ""
    lines = [translate("On this input:")]
    lines += [f"    {name} = {short(value)}" for name, value in zip(task.parameters, call, strict=True)]
    # Six digits read well; where they show no difference, all are shown.
    digits = 6 if outcome.state or short(outcome.value) != short(want) else 17
    if not outcome.state:
        lines += ["  " + translate("returned {value}", value=short(outcome.value, digits))]
    if task.claims:  # any value with the properties is right, so none is expected
        return "\n".join(lines)
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
