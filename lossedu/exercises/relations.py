"""How the numbers of an answer are related to other numbers: small rules, each of which speaks only if it is sure.

A rule is a function ``(expected, got, context) -> str``. `expected` and `got` hold one array for each check, and the
sentence must explain all of them. What it says can be checked: it holds for every number of every check. The numbers
in `expected` are the right ones, or those that a known mistake would give; `context.those` names them. To add a rule,
write the function and enter it in `CAUSES` or `SIGNS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from lossedu.exercises.compare import FLOAT32_RTOL
from lossedu.exercises.types import Call
from lossedu.language import translate

if TYPE_CHECKING:
    from numpy.typing import NDArray

Numbers: TypeAlias = "Sequence[NDArray[Any]]"  # one array for each check

# Fewer different numbers could be related by chance.
ENOUGH = 3


@dataclass(frozen=True)
class Context:
    """What a rule may know beside the numbers: the arguments, their names, and what to call `expected`."""

    parameters: tuple[str, ...]
    calls: Sequence[Call]
    rtol: float
    those: str


Rule: TypeAlias = Callable[[Numbers, Numbers, Context], str]


def relation(expected: Numbers, got: Numbers, context: Context, rules: Sequence[Rule]) -> str:
    """The sentence of the first rule that explains every check, or ""."""
    if all_alike([as_float(e) for e in expected], [as_float(g) for g in got], context):
        return ""  # nothing to explain: what is wrong lies elsewhere
    if any(is_low(g) for g in got) and all(roughly(e, g) for e, g in zip(expected, got, strict=True)):
        rules = [rule for rule in rules if rule is nearly]  # few digits could be related to anything that is near
    return next((sentence for rule in rules if (sentence := rule(expected, got, context))), "")


def is_low(array: NDArray[Any]) -> bool:
    """Is it kept in float16 or float32?"""
    return array.dtype.kind == "f" and array.dtype.itemsize < 8


def roughly(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """The same up to one part in a hundred of the largest number."""
    return a.shape == b.shape and np.allclose(a, b, rtol=0, atol=1e-2 * float(np.abs(a).max(initial=0)))


def as_float(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers that can be divided; float32 stays what it is, so that its rounding is forgiven."""
    return array if array.dtype.kind == "f" else array.astype(float)


def alike(a: NDArray[Any], b: NDArray[Any], rtol: float) -> bool:
    """The same shape and the same numbers up to rounding, measured against the largest of each array."""
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    low = is_low(a) or is_low(b)
    rtol = max(rtol, FLOAT32_RTOL if low else 0.0)
    scale = max(float(np.abs(x[np.isfinite(x)].astype(float)).max(initial=0.0)) for x in (a, b))
    return np.allclose(a, b, rtol=rtol, atol=rtol * scale, equal_nan=True)


def all_alike(a: Numbers, b: Numbers, context: Context) -> bool:
    """Alike on every check."""
    return all(alike(as_float(x), as_float(y), context.rtol) for x, y in zip(a, b, strict=True))


def different(numbers: Numbers) -> int:
    """How many different numbers other than 0 there are: what is related by chance is soon found out."""
    found = np.concatenate([n.astype(float).ravel() for n in numbers]) if numbers else np.array([])
    found = found[np.isfinite(found) & (found != 0)]
    return len({f"{x:.6g}" for x in found.tolist()[:1000]})


def telling(expected: Numbers, got: Numbers) -> bool:
    """Is there enough to tell a rule from chance?"""
    return different(expected) >= ENOUGH and different(got) >= ENOUGH


# A factor, and what may stand behind it.


def factor(expected: Numbers, got: Numbers, context: Context) -> str:
    """A constant times the numbers: 2, 1/2, -1, log 2; or n, 1/n, a size or an argument, times a constant."""
    if not telling(expected, got):
        return ""
    ratios = [ratio(e, g, context.rtol) for e, g in zip(expected, got, strict=True)]
    if any(r is None for r in ratios):
        return divided_by_less(expected, got, context)
    known = [(r, call) for r, call in zip(ratios, context.calls, strict=True) if r is not None and np.isfinite(r)]
    values = np.array([r for r, _ in known])
    if len(values) == 0 or (values == 0).any():
        return ""
    if spread(values) <= looseness(got, context):
        if any(is_low(g) for g in got) and not is_simple(values[0]):
            return ""
        return factor_in_words(float(np.median(values)), context.those)
    return factor_of_size(values, [call for _, call in known], got, context)


def divided_by_less(expected: Numbers, got: Numbers, context: Context) -> str:
    """n - 1 in place of n, where a single value has brought 0/0 or infinity."""
    one = [not np.isfinite(g).any() for g in got]
    kept = [i for i, broken in enumerate(one) if not broken]
    calls = [context.calls[i] for i in kept]
    ratios = [ratio(expected[i], got[i], context.rtol) for i in kept]
    known = [(r, call) for r, call in zip(ratios, calls, strict=True) if r is not None and np.isfinite(r)]
    if not any(one) or None in ratios or len(known) < 2:
        return ""
    for (name, sizes), (_, all_sizes) in zip(quantities(context.parameters, [call for _, call in known]),
                                             quantities(context.parameters, context.calls), strict=False):
        if list(all_sizes == 1) == one and (sentence := bessel(np.array([r for r, _ in known]), name, sizes,
                                                               looseness(got, context))):
            return sentence
    return ""


def bessel(ratios: NDArray[Any], name: str, sizes: NDArray[Any], tolerance: float) -> str:
    """The sentence on n - 1 in place of n, also below a root."""
    if (sizes < 2).any() or len(set(sizes.tolist())) < 2:
        return ""
    for power in (1.0, 0.5):
        c = ratios * ((sizes - 1) / sizes)**power
        if spread(c) <= tolerance and is_simple(c[0]):
            return translate("You divided by n - 1, where n is {name}; divide by n.", name=f"`{name}`")
    return ""


def looseness(got: Numbers, context: Context) -> float:
    """How far two ratios of equal numbers may be apart."""
    low = any(is_low(g) for g in got)
    return 10 * max(context.rtol, FLOAT32_RTOL if low else 0.0)


def spread(values: NDArray[Any]) -> float:
    """The largest difference, measured against the largest value."""
    return float((values.max() - values.min()) / np.abs(values).max())


def ratio(want: NDArray[Any], got: NDArray[Any], rtol: float) -> float | None:
    """The one number c with got = c * want; NaN where both are 0 and every c fits; None where there is none."""
    if want.shape != got.shape or not np.isfinite(want).all() or not np.isfinite(got).all():
        return None
    length = float((want * want).sum())
    if length == 0:
        return np.nan if not got.any() else None
    c = float((got * want).sum()) / length
    return c if alike(got, c * want, rtol) else None


def factor_in_words(c: float, those: str) -> str:
    """The sentence on a constant factor."""
    if abs(c - 1) < 1e-2:
        return ""  # nearly right is another matter
    if abs(c + 1) < 1e-6:
        return translate("The sign is turned round: your numbers are {those}, times -1.", those=those)
    return translate("Your numbers are {factor} times {those}, on every check.", factor=number_in_words(c), those=those)


NAMED = {"log(2π)/2": np.log(2 * np.pi) / 2, "1/e": 1 / np.e, "e": np.e, "log 2": np.log(2), "1/log 2": 1 / np.log(2),
         "log 10": np.log(10), "1/log 10": 1 / np.log(10), "π": np.pi,
         "2π": 2 * np.pi, "π/2": np.pi / 2, "1/π": 1 / np.pi, "√2": np.sqrt(2), "1/√2": 1 / np.sqrt(2),
         "√(2π)": np.sqrt(2 * np.pi), "log2(10)": np.log2(10), "log10(2)": np.log10(2)}


def number_in_words(c: float) -> str:
    """A number as a person would name it: 2, 1/3, log 2, else with six digits."""
    for name, value in NAMED.items():
        if abs(abs(c) - value) < 1e-6 * value:
            return name if c > 0 else f"-{name}"
    simple = Fraction(c).limit_denominator(12)
    if simple and abs(c - simple) < 1e-6 * abs(c):
        return str(simple)
    return f"{c:.6g}"


def is_simple(c: float) -> bool:
    """Is this a factor that somebody writes?"""
    simple = Fraction(c).limit_denominator(4)
    return bool(simple) and abs(c - simple) < 1e-6 * abs(c) and abs(simple.numerator) <= 4


def factor_of_size(ratios: NDArray[Any], calls: Sequence[Call], got: Numbers, context: Context) -> str:
    """The sentence on a factor that is a power of a length or of an argument, times a simple number."""
    for name, sizes in quantities(context.parameters, calls):
        if len(ratios) < ENOUGH or len(set(sizes.tolist())) < 2 or (sizes <= 0).any():
            continue
        tolerance = looseness(got, context)
        if sentence := bessel(ratios, name, sizes, tolerance):
            return sentence
        for power, template in POWERS.items():
            constant = ratios / sizes**power
            if spread(constant) <= tolerance and is_simple(constant[0]):
                c = float(constant[0])
                before = {"1": "", "-1": "-"}.get(number_in_words(c), number_in_words(c) + " ")
                text = template.format(c=before, d=number_in_words(c), n=name)
                text = text.replace("  ", " ")
                sentence = translate("Your numbers are {factor} times {those}, on every check.", factor=f"`{text}`",
                                     those=context.those)
                if "len" in name and power in (1, -1):
                    sentence += " " + (translate("The 1/n of a mean is missing.") if power == 1 else
                                       translate("They were divided by n once too often."))
                return sentence
    return factor_of_two_sizes(ratios, calls, got, context)


def factor_of_two_sizes(ratios: NDArray[Any], calls: Sequence[Call], got: Numbers, context: Context) -> str:
    """The sentence on a product or a quotient of two lengths or arguments."""
    if len(ratios) <= ENOUGH:
        return ""
    for (a, x), (b, y) in combinations(quantities(context.parameters, calls), 2):
        if (x <= 0).any() or (y <= 0).any() or spread(x) == 0 or spread(y) == 0:
            continue
        for sizes, text in ((x * y, f"{a} * {b}"), (1 / (x * y), f"1/({a} * {b})"), (x / y, f"{a}/{b}"),
                            (y / x, f"{b}/{a}")):
            constant = ratios / sizes
            if spread(sizes) > 0 and spread(constant) <= looseness(got, context) and is_simple(constant[0]):
                c = number_in_words(float(constant[0]))
                return translate("Your numbers are {factor} times {those}, on every check.",
                                 factor=f"`{text}`" if c == "1" else f"{c} · `{text}`", those=context.those)
    return ""


POWERS = {1: "{c}{n}", -1: "{d}/{n}", 2: "{c}{n}**2", -2: "{d}/{n}**2", 0.5: "{c}sqrt({n})", -0.5: "{d}/sqrt({n})"}


def quantities(parameters: Sequence[str], calls: Sequence[Call]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Lengths and numbers that every call has, by the name a learner would write."""
    for i, name in enumerate(parameters):
        values = [call[i] for call in calls]
        if all(isinstance(v, (int, float)) for v in values):
            yield name, np.array(values, float)
        elif all(isinstance(v, np.ndarray) and v.ndim for v in values):
            yield f"len({name})", np.array([len(v) for v in values], float)
            if all(v.ndim > 1 for v in values):
                yield f"{name}.shape[1]", np.array([v.shape[1] for v in values], float)
                yield f"{name}.size", np.array([v.size for v in values], float)


def factor_by_entry(expected: Numbers, got: Numbers, context: Context) -> str:
    """Each number is the right one times something that is made of an argument, entry by entry."""
    if not telling(expected, got) or any(e.shape != g.shape for e, g in zip(expected, got, strict=True)):
        return ""
    for i, name in enumerate(context.parameters):
        arguments = [call[i] for call in context.calls]
        if not all(isinstance(a, np.ndarray) and a.dtype.kind == "f" and a.shape == e.shape
                   for a, e in zip(arguments, expected, strict=True)) or different(arguments) < ENOUGH:
            continue
        for text, function in FACTORS:
            for power in (1, -1, 2, -2):
                made = [e * function(a)**power for e, a in zip(expected, arguments, strict=True)]
                if not all_alike(made, expected, context) and all_alike(made, got, context):
                    factor = text.replace("a", name) if power > 0 else "1/(" + text.replace("a", name) + ")"
                    factor = f"({factor})**2" if abs(power) == 2 else factor
                    return translate("Each of your numbers is the right one times {factor}, entry by entry.",
                                     factor=f"`{factor}`")
    return ""


FACTORS: Sequence[tuple[str, Callable[[NDArray[Any]], NDArray[Any]]]] = (
    ("a", lambda a: a), ("1 - a", lambda a: 1 - a), ("a * (1 - a)", lambda a: a * (1 - a)))


def factor_by_row(expected: Numbers, got: Numbers, context: Context) -> str:
    """Each row, each column or each check is right up to a factor of its own."""
    if not telling(expected, got) or any(e.shape != g.shape for e, g in zip(expected, got, strict=True)):
        return ""
    pairs = list(zip(expected, got, strict=True))
    if sum(e.size >= 2 and different([e]) >= 2 for e in expected) >= ENOUGH and \
            own_factors([ratio(e, g, context.rtol) for e, g in pairs]):
        return translate("On each check your numbers are {those} up to one common factor, which differs from check to "
                         "check: look at what you multiply or divide all of them by.", those=context.those)
    if not all(e.ndim == 2 for e in expected):
        return ""
    if sum(min(e.shape) >= 2 for e in expected) < 2:
        return ""
    if own_factors([ratio(a, b, context.rtol) for e, g in pairs for a, b in zip(e, g, strict=True)]):
        return translate("Each row is right up to one common factor: look at what you divide or multiply each row by.")
    if own_factors([ratio(a, b, context.rtol) for e, g in pairs for a, b in zip(e.T, g.T, strict=True)]):
        return translate("Each column is right up to one common factor: look at what you divide or multiply each "
                         "column by.")
    return ""


def own_factors(ratios: Sequence[float | None]) -> bool:
    """Has each a factor, and are there enough that are not 0 or 1, as if some were merely left out?"""
    known = [r for r in ratios if r is not None]
    return len(known) == len(ratios) and len({f"{r:.6g}" for r in known if np.isfinite(r)} - {"0", "1"}) >= 2


def whole_numbers(expected: Numbers, got: Numbers, context: Context) -> str:
    """An array of integers where fractions are asked."""
    if all(g.dtype.kind in "iu" and g.ndim and g.shape == e.shape for e, g in zip(expected, got, strict=True)) and \
            sum(bool((e != np.round(e)).any()) for e in expected) >= 2:
        return translate("Your numbers are all whole, and the right ones are not: an array of integers drops what "
                         "comes after the point. Begin with floats.")
    return ""


def sign_by_entry(expected: Numbers, got: Numbers, context: Context) -> str:
    """The right sizes, with the wrong sign in some entries."""
    sizes = [np.abs(e) for e in expected]
    if different(sizes) < ENOUGH or not all_alike(sizes, [np.abs(g) for g in got], context):
        return ""
    if all((g >= 0).all() for g in got):
        return translate("Your numbers have the right sizes, but none is negative: a sign was lost, in an absolute "
                         "value or a square.")
    return translate("Your numbers have the right sizes, but some have the wrong sign.")


# A function of the numbers.


def transformed(expected: Numbers, got: Numbers, context: Context) -> str:
    """The square, the root, the logarithm and so on of the numbers."""
    if different(expected) < ENOUGH or different(got) < 2:
        return ""
    for function, words in FUNCTIONS:
        made = [function(e) for e in expected]
        if not all_alike(made, expected, context) and all_alike(made, got, context):
            return words(context.those)
    return ""


FUNCTIONS: Sequence[tuple[Callable[[NDArray[Any]], NDArray[Any]], Callable[[str], str]]] = (
    (np.square, lambda those: translate("Your numbers are the squares of {those}.", those=those)),
    (np.sqrt, lambda those: translate("Your numbers are the roots of {those}.", those=those)),
    (np.log, lambda those: translate("Your numbers are the logarithms of {those}.", those=those)),
    (lambda e: -np.log(e), lambda those: translate("Your numbers are minus the logarithms of {those}.", those=those)),
    (np.exp, lambda those: translate("Your numbers are the exponentials of {those}.", those=those)),
    (np.exp2, lambda those: translate("Your numbers are 2 to the power of {those}.", those=those)),
    (lambda e: np.exp(-e), lambda those: translate("Your numbers are exp(-x) of {those}.", those=those)),
    (lambda e: 1 - np.exp(-e), lambda those: translate("Your numbers are 1 - exp(-x) of {those}.", those=those)),
    (lambda e: 1 / e, lambda those: translate("Your numbers are 1 divided by {those}.", those=those)),
    (lambda e: 1 - e, lambda those: translate("Your numbers are 1 minus {those}.", those=those)),
    (np.trunc, lambda those: translate("Your numbers are {those}, cut to whole numbers; an integer array or int() "
                                       "drops what comes after the point.", those=those)),
    (np.round, lambda those: translate("Your numbers are {those}, rounded to whole numbers.", those=those)),
    (np.floor, lambda those: translate("Your numbers are {those}, rounded down to whole numbers, as // does.",
                                       those=those)),
    (lambda e: np.maximum(e, 0), lambda those: translate("Your numbers are {those}, but negative ones became 0.",
                                                         those=those)))


def constant_answer(expected: Numbers, got: Numbers, context: Context) -> str:
    """The same number on every check."""
    if different(expected) < ENOUGH or not all(g.size for g in got) or len(got) < ENOUGH:
        return ""
    numbers = np.concatenate([g.astype(float).ravel() for g in got])
    if not np.isfinite(numbers).all() or np.ptp(numbers) > 0:
        return ""
    return translate("Your answer is {number} on every check, whatever the arguments are.",
                     number=f"{numbers[0]:.6g}")


def constant_added(expected: Numbers, got: Numbers, context: Context) -> str:
    """The same number added everywhere."""
    if not telling(expected, got) or any(e.shape != g.shape for e, g in zip(expected, got, strict=True)):
        return ""
    added = np.concatenate([(g - e).ravel() for e, g in zip(expected, got, strict=True)])
    scale = max(float(np.abs(e).max(initial=0)) for e in expected)
    if not np.isfinite(added).all() or np.ptp(added) > 10 * context.rtol * scale or \
            abs(added[0]) < 1e3 * context.rtol * scale:
        return ""
    return translate("Your numbers are {those} plus {number}, on every check.", those=context.those,
                     number=number_in_words(float(np.median(added))))


# The right numbers in another shape or order.


def rearranged(expected: Numbers, got: Numbers, context: Context) -> str:
    """Transposed, flattened, reversed, shifted or in another order."""
    if not telling(expected, got):
        return ""
    if all_alike([e.T for e in expected], got, context) and any(e.ndim > 1 for e in expected):
        return translate("Your table is transposed: its rows should be the columns.")
    if all(e.size == g.size for e, g in zip(expected, got, strict=True)):
        same = [g.reshape(e.shape) for e, g in zip(expected, got, strict=True)]
        if not all(e.shape == g.shape for e, g in zip(expected, got, strict=True)) and \
                all_alike(expected, same, context):
            if all(e.ndim == 0 for e in expected):
                return translate("The number is right, but it stands in an array of one entry; return the number "
                                 "itself, without keepdims.")
            if all(g.ndim == 1 < e.ndim for e, g in zip(expected, got, strict=True)):
                return translate("The numbers are right, but they stand in one long row; a table is asked.")
            return translate("The numbers are right, but not their shape. keepdims, or a column (n, 1) in place of "
                             "(n,), is the usual reason.")
    for axis in (0, 1):
        if all(e.ndim > axis for e in expected) and \
                all_alike([np.flip(e, axis) for e in expected], got, context):
            return translate("The numbers are right, but their order is turned round along axis {axis}.", axis=axis)
    for shift in (1, -1):
        for axis in (0, -1):
            if all(e.ndim for e in expected) and all_alike([np.roll(e, shift, axis) for e in expected], got, context):
                return translate("The numbers are right, but stand one place off: look at where you start to count.")
    if all(x.ndim == 1 for x in (*expected, *got)) and \
            all_alike([np.sort(e) for e in expected], [np.sort(g) for g in got], context):
        return translate("The numbers are right, but their order is not.")
    return ""


def not_reduced(expected: Numbers, got: Numbers, context: Context) -> str:
    """The entries are there, but they were not summed or averaged; or the other way round."""
    if different(expected) < 2 or different(got) < 2 or \
            all(e.shape == g.shape for e, g in zip(expected, got, strict=True)):
        return ""
    for axis in (0, 1, None):
        if axis is not None and not all(g.ndim > axis for g in got):
            continue
        for name, reduce in REDUCTIONS:
            if different(expected) >= 2 and all(g.size for g in got) and \
                    all_alike(expected, [reduce(g, axis) for g in got], context):
                if all(g.size == 0 or np.ptp(g, axis=axis).max(initial=0) == 0 for g in got) and name == "mean":
                    return translate("Every entry of your array is the right number; return it once.")
                return reduction_missing(name, axis)
    for axis in (0, 1, None):
        if axis is not None and not all(e.ndim > axis for e in expected):
            continue
        for name, reduce in REDUCTIONS:
            for keep in (False, True):
                made = [np.asarray(reduce(e, axis, keep)) for e in expected]
                if different(made) >= 2 and all_alike(made, got, context):
                    return reduction_too_many(name, axis)
    return ""


REDUCTIONS: Sequence[tuple[str, Callable[..., Any]]] = (
    ("mean", lambda a, axis, keep=False: a.mean(axis=axis, keepdims=keep)),
    ("sum", lambda a, axis, keep=False: a.sum(axis=axis, keepdims=keep)))


def reduction_missing(name: str, axis: int | None) -> str:
    """The sentence on entries that still have to be put together."""
    match name, axis:
        case "mean", None:
            return translate("Your entries are right, but one number is asked: their mean.")
        case "sum", None:
            return translate("Your entries are right, but one number is asked: their sum.")
        case "mean", _:
            return translate("Your entries are right, but they still have to be averaged over axis {axis}.", axis=axis)
        case _:
            return translate("Your entries are right, but they still have to be summed over axis {axis}.", axis=axis)


def reduction_too_many(name: str, axis: int | None) -> str:
    """The sentence on entries that should have been kept apart."""
    match name, axis:
        case "mean", None:
            return translate("You averaged the right numbers to one; return them all.")
        case "sum", None:
            return translate("You summed the right numbers to one; return them all.")
        case "mean", _:
            return translate("You averaged the right numbers over axis {axis}; return them all.", axis=axis)
        case _:
            return translate("You summed the right numbers over axis {axis}; return them all.", axis=axis)


# Nearly right.


def nearly(expected: Numbers, got: Numbers, context: Context) -> str:
    """Right but for a small error, as rounding, an epsilon or a finite difference leaves it."""
    if different(expected) < ENOUGH or any(e.shape != g.shape for e, g in zip(expected, got, strict=True)):
        return ""
    worst, largest = 0.0, max(float(np.abs(e[np.isfinite(e)]).max(initial=0)) for e in expected)
    for e, g in zip(expected, got, strict=True):
        if not np.isfinite(g).all() or not np.isfinite(e).all():
            return ""
        scale = float(np.abs(e).max(initial=0))
        error = float(np.abs(g.astype(float) - e).max(initial=0))
        if error > max(1e-3 * scale, 1e-6 * largest):
            return ""
        worst = max(worst, error / scale if scale else 0.0)
    if all(np.array_equal(e.astype(np.float16), g) for e, g in zip(expected, got, strict=True)):
        return translate("Your numbers are rounded to float16, which keeps three digits; compute in float64.")
    if worst > 1e-4:
        return translate("Nearly right: the largest error is {error} of the largest number. Something small is off, "
                         "such as a small constant that was added, a value that was kept away from 0, few digits "
                         "(float16) or a coarse step; the exact formula is wanted.", error=f"{worst:.1g}")
    return translate("Nearly right: the largest error is {error} of the largest number. An epsilon that was added, a "
                     "finite difference in place of the formula, or float32 leaves such an error; the exact formula is "
                     "wanted.", error=f"{worst:.1g}")


def step_from_argument(expected: Numbers, got: Numbers, context: Context) -> str:
    """An argument as it was, or its change in place of its new value."""
    for i, name in enumerate(context.parameters):
        start = [call[i] for call in context.calls]
        if all(isinstance(s, np.ndarray) and s.dtype.kind == "f" and s.shape == e.shape == g.shape
               for s, e, g in zip(start, expected, got, strict=True)):
            right = [e - s for s, e in zip(start, expected, strict=True)]
            yours = [g - s for s, g in zip(start, got, strict=True)]
            if all_alike(yours, [0 * s for s in start], context):
                return translate("You returned `{name}` as it was.", name=name)
            change = Context(context.parameters, context.calls, max(context.rtol, 1e-6),
                             translate("the right change of `{name}`", name=name))
            if all_alike(list(got), right, change):
                return translate("You returned the change of `{name}`; add it to `{name}`.", name=name)
            if sentence := factor(right, got, change):
                return translate("You returned a change of `{name}`, not its new value.", name=name) + " " + sentence
    return ""


def step_of_other_length(expected: Numbers, got: Numbers, context: Context) -> str:
    """The change of an argument is a multiple of the right one; 1 + h² for 1 - h² looks like that too, by chance."""
    for i, name in enumerate(context.parameters):
        start = [call[i] for call in context.calls]
        if all(isinstance(s, np.ndarray) and s.dtype.kind == "f" and s.shape == e.shape == g.shape
               for s, e, g in zip(start, expected, got, strict=True)):
            these = translate("the right steps from `{name}`", name=name)
            told = Context(context.parameters, context.calls, max(context.rtol, 1e-6), these)
            if sentence := factor([e - s for s, e in zip(start, expected, strict=True)],
                                  [g - s for s, g in zip(start, got, strict=True)], told):
                return translate("Look at how far you move `{name}`.", name=name) + " " + sentence
    return ""


# These say what was done. What may be said about a known mistake is the plainest of them only.
CAUSES: Sequence[Rule] = (factor, rearranged, not_reduced, transformed, step_from_argument, factor_by_entry)
PLAIN: Sequence[Rule] = (factor,)
# These describe the numbers; a cause that is found elsewhere says more.
SIGNS: Sequence[Rule] = (step_of_other_length, nearly, constant_added, sign_by_entry, whole_numbers, factor_by_row)
