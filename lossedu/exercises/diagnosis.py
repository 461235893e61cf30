"""Why an answer is wrong: the known mistakes, general rules, and what the failing checks share, in this order.

What is said must explain every check, and each sentence can be checked by the learner: it says what reproduces the
numbers, not what somebody may have thought. Nothing of the learner's runs here.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu.exercises.antiderivatives import of_the_loss
from lossedu.exercises.compare import compare, in_the_form_of, size
from lossedu.exercises.evidence import SAME_RTOL, Evidence, called, reproduces, same_value
from lossedu.exercises.exercise import exercises
from lossedu.exercises.meanings import ERRORS, NOT_FINITE, SHAPES, Meaning
from lossedu.exercises.relations import (
    CAUSES,
    PLAIN,
    SIGNS,
    Rule,
    as_float,
    constant_answer,
    different,
    factor,
    factor_by_row,
    factor_in_words,
    is_simple,
    ratio,
    relation,
    transformed,
)
from lossedu.exercises.shared import shared_by_checks, shared_by_entries
from lossedu.exercises.slips import EPSILONS, LIMITS, changed_texts, slips, text_of
from lossedu.exercises.types import Function
from lossedu.language import translate
from lossedu.sandboxed.codec import MOST_ELEMENTS, Arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray


def known_mistake(evidence: Evidence) -> str:
    """The sentence of the first known mistake that gives the learner's answer on every input, or "".

    It is compared away from kinks, where any slope is right, and with its small and large constants left free.
    """
    if any(free is not None for free in evidence.kinks) and right_away_from_kinks(evidence):
        # There every mistake at the kink would look alike, so the kink itself must tell.
        evidence = replace(evidence, kinks=[None] * len(evidence.calls))
    for variants in (as_written, with_other_constants):
        for sentence, function in evidence.task.mistakes:
            if any(reproduces(evidence, variant) for variant in variants(function)):
                return sentence
    return ""


def right_away_from_kinks(evidence: Evidence) -> bool:
    """Are all entries right for which only one value is?"""
    return (values := evidence.values) is not None and all(
        same_value(got, want, free, evidence.task.rtol)
        for got, want, free in zip(values, evidence.expected, evidence.kinks, strict=True))


def as_written(function: Function) -> Iterator[Function]:
    """The function itself."""
    yield function


def with_other_constants(function: Function) -> Iterator[Function]:
    """The function with another epsilon or another limit in place of the one that it holds."""
    for others, among in ((EPSILONS, is_epsilon), (LIMITS, is_limit)):
        if isinstance(function, types.FunctionType) and holds(function, among):
            yield from (with_constant(function, other, among) for other in others)


def is_epsilon(constant: object) -> bool:
    """A small positive number; one that is smaller still stands for none."""
    return isinstance(constant, (int, float)) and 1e-20 < constant < 1e-3


def is_limit(constant: object) -> bool:
    """A number at which an exponent may be cut off."""
    return isinstance(constant, (int, float)) and 15 <= constant < 1e4


def holds(function: types.FunctionType, among: Callable[[object], bool]) -> bool:
    """Does a function, or one that it has as a default or from around it, hold such a number?"""
    around = [cell.cell_contents for cell in function.__closure__ or ()]
    return any(among(c) or (isinstance(c, types.FunctionType) and holds(c, among))
               for c in (*function.__code__.co_consts, *(function.__defaults__ or ()), *around))


def with_constant(function: types.FunctionType, other: float, among: Callable[[object], bool]) -> types.FunctionType:
    """The function with one number in place of all that are among those."""
    def replaced(c: Any) -> Any:
        if isinstance(c, types.FunctionType):
            return with_constant(c, other, among)
        return other if among(c) else c

    code = function.__code__.replace(co_consts=tuple(map(replaced, function.__code__.co_consts)))
    defaults = tuple(map(replaced, function.__defaults__ or ())) or None
    around = tuple(types.CellType(replaced(cell.cell_contents)) for cell in function.__closure__ or ()) or None
    return types.FunctionType(code, function.__globals__, function.__name__, defaults, around)


def diagnose(evidence: Evidence) -> str:
    """The cause of a wrong answer that is no known mistake, in one or two sentences; "" where none is sure."""
    if any(outcome.state not in ("", "RAISED", "WRONG TYPE") for outcome in evidence.outcomes):
        return ""
    if any(outcome.value is not None and size(outcome.value) > MOST_ELEMENTS for outcome in evidence.outcomes):
        return ""  # a broadcast array may hold more numbers than the memory, and its shape is wrong anyway
    return next((sentence for look in LOOKS if (sentence := safely(look, evidence))), "")


def safely(look: Callable[[Evidence], str], evidence: Evidence) -> str:
    """What a look finds; one that breaks on numbers that nobody thought of finds nothing, and ends no check."""
    try:
        return look(evidence)
    except (ArithmeticError, ValueError, TypeError, LookupError):
        return ""


def of_the_kink(evidence: Evidence) -> str:
    """Right but for the entries for which more than one value is."""
    if any(free is not None for free in evidence.kinks) and right_away_from_kinks(evidence):
        return translate("Your numbers are right except at the kink, where a value between those of both sides is "
                         "asked.")
    return ""


def of_the_right_answer(evidence: Evidence) -> str:
    """How the numbers are related to the right ones."""
    # The order of the numbers of a tuple is that of its parts, which are looked at by themselves.
    rules = PLAIN if isinstance(evidence.expected[0], tuple) else CAUSES
    return related(evidence, evidence.expected, translate("the right ones"), rules)


def of_signs(evidence: Evidence) -> str:
    """What the numbers look like beside the right ones."""
    return related(evidence, evidence.expected, translate("the right ones"), SIGNS)


def related(evidence: Evidence, expected: Sequence[Arrays], those: str, rules: Sequence[Rule],
            rtol: float | None = None) -> str:
    """How the learner's numbers, taken together, are related to these."""
    if (values := evidence.values) is None:
        return ""
    wanted, got = evidence.smooth(expected), evidence.smooth(values)
    got = [formed(w, g) for w, g in zip(wanted, got, strict=True)]
    if all(isinstance(w, tuple) and isinstance(g, tuple) and [p.shape for p in flat(w)] == [p.shape for p in flat(g)]
           for w, g in zip(wanted, got, strict=True)):
        wanted, got = [joined(w) for w in wanted], [joined(g) for g in got]
    if any(isinstance(each, tuple) for each in (*wanted, *got)):
        return ""
    return relation([joined(w).reshape(np.shape(w)) for w in wanted], [joined(g).reshape(np.shape(g)) for g in got],
                    evidence.context(those, rtol), rules)


def formed(want: Arrays, got: Arrays) -> Arrays:
    """The answer in the form of what is wanted."""
    other = in_the_form_of(want, got)
    return got if other is None else other


def flat(value: Arrays) -> list[NDArray[Any]]:
    """The arrays of a tuple, in order."""
    return [part for inner in value for part in flat(inner)] if isinstance(value, tuple) else [value]


def joined(value: Arrays) -> NDArray[Any]:
    """All numbers of a tuple in one array."""
    return np.concatenate([part.ravel() for part in flat(value)])


# An answer of several parts.


def of_explained_parts(evidence: Evidence) -> str:
    """Which parts of a tuple are right, exchanged, missing or too many, and what was done to the others."""
    return of_tuple(evidence, explained=True)


def of_parts(evidence: Evidence) -> str:
    """Which parts of a tuple are right, where it is not known what was done to the others."""
    return of_tuple(evidence, explained=False)


def of_tuple(evidence: Evidence, explained: bool) -> str:
    """A sentence on each wrong part; where it must be `explained`, only if there is one for each."""
    if (values := evidence.values) is None:
        return ""
    wanted = evidence.expected
    if not all(isinstance(w, tuple) for w in wanted):
        return of_one_among_many(evidence, wanted, values)
    n = len(wanted[0])
    for i in range(n):
        if right_part(evidence, [w[i] for w in wanted], values):
            return only_parts([i], n)
    got = [formed(w, g) for w, g in zip(wanted, values, strict=True)]
    parts = [list(part) for part in zip(*(g if isinstance(g, tuple) else (g,) for g in got), strict=False)]
    if len({len(g) if isinstance(g, tuple) else 1 for g in got}) > 1:
        return ""
    right_parts = [[w[i] for w in wanted] for i in range(n)]
    if len(parts) != n:
        return of_other_many_parts(evidence, right_parts, parts)
    return of_as_many_parts(evidence, right_parts, parts, explained)


def of_one_among_many(evidence: Evidence, wanted: Sequence[Arrays], values: Sequence[Arrays]) -> str:
    """A tuple, one part of which is the answer."""
    if all(isinstance(g, tuple) and 0 < len(g) == len(values[0]) for g in values):
        for i in range(len(values[0])):
            if right_part(evidence, wanted, [g[i] for g in values]):
                return translate("Part {i} of your tuple is the right answer; return it alone.", i=i + 1)
    return ""


def right_part(evidence: Evidence, wanted: Sequence[Arrays], got: Sequence[Arrays]) -> bool:
    """Is a part right on every check?"""
    return all(not compare(g, w, evidence.task.rtol) for w, g in zip(wanted, got, strict=True))


def of_as_many_parts(evidence: Evidence, wanted: list[list[Arrays]], got: list[list[Arrays]], explained: bool) -> str:
    """As many parts as there should be."""
    n = len(wanted)
    right = [right_part(evidence, wanted[i], got[i]) for i in range(n)]
    if order := other_order(evidence, wanted, got):
        return translate("The parts of your tuple are right, but their order is not: what you return as part {i} "
                         "should come first.", i=order.index(0) + 1)
    causes = {i: of_one_part(evidence, wanted[i], got[i]) for i in range(n) if not right[i]}
    known = different([joined(p) for i in range(n) if right[i] for p in wanted[i]]) >= 2
    if not (all(causes.values()) if explained else known):
        return ""
    told = [translate("Part {i} of {n} is wrong.", i=i + 1, n=n) + (" " + cause if cause else "")
            for i, cause in causes.items()]
    if len(causes) == n and len(set(causes.values())) == 1:
        told = [translate("All parts are wrong in the same way.") + " " + causes[0]]
    if known:
        told.append(translate("What is right in your tuple: part {parts}.",
                              parts=", ".join(str(i + 1) for i in range(n) if right[i])))
    return " ".join(told)


def other_order(evidence: Evidence, wanted: list[list[Arrays]], got: list[list[Arrays]]) -> tuple[int, ...]:
    """For each part that came back the right part that it is, where all are there in another order; else ()."""
    n = len(wanted)
    is_part = [[right_part(evidence, wanted[j], got[i]) for j in range(n)] for i in range(n)]
    orders = permutations(range(n)) if n <= 6 and all(map(any, is_part)) else iter(())
    return next((order for order in orders if order != tuple(range(n)) and
                 all(is_part[i][j] for i, j in enumerate(order))), ())


def of_one_part(evidence: Evidence, wanted: Sequence[Arrays], got: Sequence[Arrays]) -> str:
    """How one part is related to the right one."""
    if not all(isinstance(p, np.ndarray) for p in (*wanted, *got)):
        return ""
    return relation([p for p in wanted if isinstance(p, np.ndarray)], [p for p in got if isinstance(p, np.ndarray)],
                    evidence.context(translate("the right ones")), [*CAUSES, *SIGNS])


def of_other_many_parts(evidence: Evidence, wanted: list[list[Arrays]], got: list[list[Arrays]]) -> str:
    """Too few parts, or too many."""
    places = [next((j for j in range(len(wanted)) if right_part(evidence, wanted[j], part)), None) for part in got]
    found = [j for j in places if j is not None]
    if len(got) < len(wanted) and len(found) == len(got) and len(set(found)) == len(found):
        return only_parts(found, len(wanted))
    if len(got) > len(wanted) and set(found) == set(range(len(wanted))):
        extra = ", ".join(str(i + 1) for i, j in enumerate(places) if j is None)
        return translate("All that is wanted is in your tuple, but part {parts} is too many.", parts=extra)
    return ""


def only_parts(found: Sequence[int], n: int) -> str:
    """The sentence on parts that stand alone."""
    return translate("What you return is right, but it is only part {parts} of {n}; return all of them as a tuple.",
                     parts=", ".join(str(j + 1) for j in found), n=n)


# Something else was computed.


def of_arguments(evidence: Evidence) -> str:
    """The answer is an argument, or a number that sums one up."""
    values = evidence.values
    if values is None or not enough(evidence):
        return ""
    for i, name in enumerate(evidence.task.parameters):
        arguments = [call[i] for call in evidence.calls]
        if not all(isinstance(a, np.ndarray) and a.dtype.kind in "iuf" and a.size for a in arguments):
            continue
        for words, function in SUMMARIES:
            if all(not compare(value, np.asarray(function(a)), evidence.task.rtol)
                   for value, a in zip(values, arguments, strict=True)):
                return words(f"`{name}`")
        told = related(evidence, arguments, f"`{name}`", (factor, transformed), SAME_RTOL)
        if told:
            return told
    return ""


SUMMARIES: Sequence[tuple[Callable[[str], str], Function]] = (
    (lambda name: translate("You returned {name} as it was.", name=name), lambda a: a),
    (lambda name: translate("You returned the mean of {name}.", name=name), np.mean),
    (lambda name: translate("You returned the median of {name}.", name=name), np.median),
    (lambda name: translate("You returned the sum of {name}.", name=name), np.sum),
    (lambda name: translate("You returned the largest entry of {name}.", name=name), np.max),
    (lambda name: translate("You returned the smallest entry of {name}.", name=name), np.min),
    (lambda name: translate("You returned the first entry of {name}.", name=name), lambda a: a.flat[0]),
    (lambda name: translate("You returned the last entry of {name}.", name=name), lambda a: a.flat[-1]),
    (lambda name: translate("You returned the middle between the largest and the smallest entry of {name}.", name=name),
     lambda a: (np.max(a) + np.min(a)) / 2),
    (lambda name: translate("You returned the standard deviation of {name}.", name=name), np.std),
    (lambda name: translate("You returned the variance of {name}.", name=name), np.var),
    (lambda name: translate("You returned the length of {name}.", name=name), len),
)


def of_slips(evidence: Evidence) -> str:
    """The reference with other arguments, or with one change, gives these numbers."""
    if not enough(evidence) or is_selection(evidence):
        return ""
    # An error has less to tell than numbers have, so only a change of the text that makes it is believed.
    raised = any(outcome.state for outcome in evidence.outcomes)
    among = changed_texts(evidence.task) if raised else slips(evidence.task)
    nearest = ""
    for sentence, function in among:
        if (c := multiple(evidence, function)) == 1:
            return sentence
        if c is not None and not nearest:
            nearest = sentence + " " + factor_in_words(c, translate("those"))
    return nearest


def multiple(evidence: Evidence, function: Function) -> float | None:
    """The simple number c, such as 1, -1 or 2, with which the learner's numbers are c times the function's."""
    if evidence.values is None:
        return 1.0 if reproduces(evidence, function) else None
    rtol, c = min(evidence.task.rtol, SAME_RTOL), None
    for call, got, free in zip(evidence.calls, evidence.values, evidence.kinks, strict=True):
        value = called(function, call)
        if isinstance(value, Exception):
            return None
        if same_value(got, value, free, rtol):
            if not joined(value).any():
                continue
            own: float | None = 1.0
        else:
            own = own_multiple(got, value, free, rtol)
        if own is None or (c is not None and abs(own - c) > 1e-9 * abs(c)):
            return None
        c = own
    return c


def own_multiple(got: Arrays, value: Arrays, free: NDArray[np.bool_] | None, rtol: float) -> float | None:
    """The simple number for one check."""
    if free is not None or isinstance(got, tuple) != isinstance(value, tuple):
        return None
    a, b = flat(value), flat(got)
    if [x.shape for x in a] != [x.shape for x in b]:
        return None
    found = ratio(as_float(joined(value)), as_float(joined(got)), rtol)
    return found if found is not None and found and is_simple(found) else None


def is_selection(evidence: Evidence) -> bool:
    """Is the answer always one entry of an argument? Many rules pick the same one, so it tells little."""
    values = evidence.values
    return values is not None and any(
        all(isinstance(v, np.ndarray) and v.ndim == 0 and isinstance(call[i], np.ndarray) and v in call[i]
            for v, call in zip(values, evidence.calls, strict=True))
        for i in range(len(evidence.task.parameters)))


def enough(evidence: Evidence) -> bool:
    """Are there numbers enough in the answer to tell a slip from chance? Errors are compared word by word."""
    values = [joined(o.value) for o in evidence.outcomes if o.value is not None]
    if not values:
        return all(o.state == "RAISED" and ": " in o.detail for o in evidence.outcomes)
    whole = np.concatenate([v.astype(float) for v in values])
    return different(values) >= 3 or (len(whole) >= 24 and sum(np.ptp(v) > 0 for v in values if v.size) >= 3)


def of_mistakes(evidence: Evidence) -> str:
    """A known mistake, and something plain beside it."""
    if evidence.values is None:
        return ""
    for sentence, function in evidence.task.mistakes:
        values = [called(function, call) for call in evidence.calls]
        arrays = [value for value in values if not isinstance(value, Exception)]
        if len(arrays) < len(values):
            continue
        told = related(evidence, arrays, translate("those that this mistake alone gives"), PLAIN, SAME_RTOL)
        if told:
            return translate("Two things are wrong. {first} {second}", first=translate(sentence), second=told)
    return ""


def of_other_exercises(evidence: Evidence) -> str:
    """The answer to another exercise that takes the same arguments."""
    if not enough(evidence):
        return ""
    for other in exercises.values():
        if other is not evidence.task and other.parameters == evidence.task.parameters and \
                reproduces(evidence, other.reference):
            return translate("Your numbers are the answer to another exercise, `{name}`: {title}.", name=other.name,
                             title=translate(other.title))
    return ""


# What the failing checks share.


def of_entries(evidence: Evidence) -> str:
    """Which entries are wrong."""
    values = evidence.values
    if values is None or not all(isinstance(w, np.ndarray) and isinstance(g, np.ndarray) and w.shape == g.shape
                                 for w, g in zip(evidence.expected, values, strict=True)):
        return ""
    marks = [wrong_entries(w, g, evidence.task.rtol) for w, g in zip(evidence.expected, values, strict=True)
             if isinstance(w, np.ndarray) and isinstance(g, np.ndarray)]
    return shared_by_entries(evidence.task.parameters, evidence.calls, marks)


def wrong_entries(want: NDArray[Any], got: NDArray[Any], rtol: float) -> NDArray[np.bool_]:
    """The entries that differ."""
    scale = float(np.abs(want[np.isfinite(want)].astype(float)).max(initial=0.0))
    return np.asarray(~np.isclose(got, want, rtol=rtol, atol=rtol * scale, equal_nan=True))


def of_checks(evidence: Evidence) -> str:
    """What the failing checks share; large numbers count where there is something that they overflow."""
    overflows = bool(re.search("exp|log|cosh", evidence.task.prompt + text_of(evidence.task)))
    return shared_by_checks(evidence.task.parameters, evidence.calls, evidence.wrong, overflows)


def of_changed_input(evidence: Evidence) -> str:
    """An argument that was changed while it was still needed."""
    failing = [outcome for outcome, wrong in zip(evidence.outcomes, evidence.wrong, strict=True) if wrong]
    if all(outcome.changed_input for outcome in failing):
        return translate("Your function changes an argument in place, so later lines see other numbers. Work on a "
                         "copy.")
    return ""


def of_directions(evidence: Evidence) -> str:
    """An argument, up to a factor in each check."""
    for i, name in enumerate(evidence.task.parameters):
        arguments = [call[i] for call in evidence.calls]
        if all(isinstance(a, np.ndarray) and a.dtype.kind in "iuf" and a.size for a in arguments) and \
                (told := related(evidence, arguments, f"`{name}`", (factor_by_row,), SAME_RTOL)):
            return told
    return ""


def of_a_constant(evidence: Evidence) -> str:
    """The same number whatever the arguments are."""
    return related(evidence, evidence.expected, "", (constant_answer,))


def of_not_finite(evidence: Evidence) -> str:
    """Where NaN or infinity came from, if nothing else is wrong; NumPy has warned of it."""
    failing = [outcome for outcome, wrong in zip(evidence.outcomes, evidence.wrong, strict=True) if wrong]
    if any(outcome.value is None or np.isfinite(joined(outcome.value).astype(float)).all() for outcome in failing):
        return ""
    for pattern, words in NOT_FINITE:
        if all(re.search(pattern, outcome.warning) for outcome in failing):
            return words(evidence.task)
    return of_checks(evidence)


def of_nothing(evidence: Evidence) -> str:
    """What came back is no number at all."""
    kinds = {outcome.detail for outcome in evidence.outcomes if outcome.state == "WRONG TYPE"}
    failing = [outcome for outcome, wrong in zip(evidence.outcomes, evidence.wrong, strict=True) if wrong]
    if len(kinds) != 1 or any(outcome.state != "WRONG TYPE" for outcome in failing):
        return ""
    match kinds.pop():
        case "NoneType":
            return translate("Your function returned None. Did you forget return?")
        case "generator":
            return translate("Your function returned a generator, which has not computed anything yet. Return a list "
                             "or an array: square brackets in place of the round ones.")
        case "dict":
            return translate("Your function returned a dict. Return the values alone, in the order that is asked.")
    return ""


# Errors whose text says more to who has met them before.


def of_errors(evidence: Evidence) -> str:
    """What an error message means."""
    return told_of(evidence, ERRORS)


def of_shapes(evidence: Evidence) -> str:
    """What an error message about shapes means."""
    return told_of(evidence, SHAPES)


def told_of(evidence: Evidence, meanings: Sequence[Meaning]) -> str:
    """The meaning of the messages of all errors, if they have one in common."""
    details = {outcome.detail for outcome in evidence.outcomes if outcome.state == "RAISED"}
    for pattern, words in meanings:
        if details and all(re.search(pattern, detail) for detail in details):
            return words(evidence.task)
    return ""


# In this order: what was done comes before what the numbers look like.
LOOKS: Sequence[Callable[[Evidence], str]] = (
    of_nothing, of_errors, of_the_kink, of_the_right_answer, of_explained_parts, of_arguments, of_not_finite, of_slips,
    of_mistakes, of_other_exercises, of_the_loss, of_signs, of_parts, of_entries,
    of_shapes, of_checks, of_changed_input, of_directions, of_a_constant)
