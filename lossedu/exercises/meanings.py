"""What messages of Python and NumPy mean, for who has not met them before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from lossedu.exercises.exercise import Exercise
from lossedu.language import translate

Meaning: TypeAlias = tuple[str, Callable[[Exercise], str]]  # a pattern of an error message, and what it means

ERRORS: Sequence[Meaning] = (
    (r"truth value of an array", lambda task: translate(
        "An `if`, an `and`, a `max(a, b)` or a chained comparison asks for one yes or no, but an array has one for "
        "each entry. Use np.where, &, np.maximum, or two comparisons in brackets.")),
    (r"^TypeError: \w*\(\) (missing|takes)", lambda task: translate(
        "The check calls your function with these arguments: {arguments}. Keep the first line of the starter.",
        arguments=", ".join(f"`{name}`" for name in task.parameters))),
    (r"indices must be integers|must be of integer|'.*float.*' object cannot be interpreted as an integer|only integer",
     lambda task: translate("An index or a length must be a whole number: divide with //, or convert with int() or "
                            "astype(int).")),
    (r"Cannot cast ufunc|same_kind", lambda task: translate(
        "You changed an array of whole numbers or truth values in place, and it cannot hold fractions: make a new "
        "array of floats.")),
    (r"unsupported operand type.*'list'|multiply sequence", lambda task: translate(
        "A list is no array: + joins lists, and - does not exist for them. Convert with np.array.")),
    (r"unsupported operand type.*NoneType|'NoneType' object", lambda task: translate(
        "Something is None: a function without return, or a method that works in place, such as sort.")),
    (r"^(NameError|UnboundLocalError)", lambda task: translate(
        "A name is used that has no value there: a slip of the pen, a line that did not run, or an import that is "
        "missing or failed.")),
    (r"^(ModuleNotFoundError|ImportError)", lambda task: translate(
        "Something could not be imported. The exercises need nothing but NumPy.")),
    (r"bitwise_(and|or)|ufunc '(and|or)'", lambda task: translate(
        "& and | bind more strongly than comparisons: put each comparison in brackets, (a <= b) & (b <= c).")),
    (r"converted to Python scalars|only length-1 arrays|only size-1 arrays", lambda task: translate(
        "A function of `math`, int() or float() takes one number, not an array. Use NumPy's function of that name.")),
    (r"cannot reshape", lambda task: translate(
        "reshape keeps all the numbers and only writes them in another shape, so both shapes must hold equally many.")),
    (r"out of bounds", lambda task: translate(
        "An index runs past the end of an array. Counting starts at 0, and ends one before the length.")),
    (r"^RecursionError", lambda task: translate("Your function calls itself without end.")),
)

SHAPES: Sequence[Meaning] = (
    (r"broadcast|mismatch|not aligned", lambda task: translate(
        "Two arrays were combined whose shapes do not fit. Print both shapes before that line; keepdims=True, [:, "
        "None] or .T usually mends it.")),
)

NOT_FINITE: Sequence[Meaning] = (
    (r"overflow encountered in (exp|cosh|sinh|power|square|reduce)", lambda task: translate(
        "Too large a number came out of exp or of a power, and became infinite. Write the formula so that exp sees no "
        "large positive number, for example by subtracting the largest one first.")),
    (r"divide by zero encountered in log", lambda task: translate(
        "The logarithm of 0 is minus infinity, and 0 times infinity is NaN. Leave out the terms that are 0, or write "
        "the formula without forming the 0.")),
    (r"invalid value encountered in (log|sqrt|power)", lambda task: translate(
        "The logarithm, root or power of a negative number is NaN.")),
    (r"empty slice|Degrees of freedom", lambda task: translate(
        "You averaged a selection that is empty: a mean of nothing is 0/0.")),
    (r"(invalid value|divide by zero) encountered in (scalar_)?divide", lambda task: translate(
        "You divided by 0. The case in which the divisor is 0 has to be treated by itself.")),
    (r"invalid value encountered in (scalar_)?multiply", lambda task: translate("0 times infinity is NaN.")),
)
