"""An answer that need not be one value: what must hold of it, and what to say when it does not."""

from __future__ import annotations

import numpy as np

from lossedu.exercises.exercise import Exercise
from lossedu.exercises.types import Call
from lossedu.language import translate
from lossedu.sandboxed.codec import Arrays


def fault_of_claims(task: Exercise, call: Call, got: Arrays | None, example: Arrays) -> str:
    """Return the state of an answer to an exercise with claims, "" when all of them hold.

    Parameters
    ----------
    task : Exercise
    call : tuple
        The arguments.
    got : array or tuple of arrays
        The answer.
    example : array or tuple of arrays
        A right answer. Others have as many parts and dimensions as it has, and any length.
    """
    return fault_of_form(got, example) or ("WRONG VALUE" if unmet(task, call, got) else "")


def fault_of_form(got: Arrays | None, example: Arrays) -> str:
    """Return the first of type, shape and finiteness in which an answer cannot be what is asked for, or ""."""
    if isinstance(got, tuple) and isinstance(example, tuple):
        if len(got) != len(example):
            return "WRONG SHAPE"
        return next(filter(None, map(fault_of_form, got, example)), "")
    if not isinstance(got, np.ndarray) or not isinstance(example, np.ndarray):
        return "WRONG TYPE"
    if got.ndim != example.ndim or not got.size:
        return "WRONG SHAPE"
    return "" if np.isfinite(got).all() else "NOT FINITE"


@np.errstate(all="ignore")
def unmet(task: Exercise, call: Call, got: Arrays | None) -> tuple[str, dict[str, object]] | None:
    """Return the first claim that does not hold of an answer, and the numbers that fill its sentence, or None."""
    arguments = dict(zip(task.parameters, call, strict=True))
    for sentence, claim in task.claims:
        holds, numbers = claim(in_float64(got), *call)
        if not holds:
            return sentence, {**arguments, **numbers}
    return None


def in_float64(value: Arrays | None) -> object:
    """Return an answer's arrays in float64, so that no claim meets an integer that overflows; a number as a float."""
    if isinstance(value, tuple):
        return tuple(in_float64(part) for part in value)
    array = np.array(value, dtype=float)
    return array if array.ndim else float(array)


def form_in_words(example: Arrays) -> str:
    """Return what form an answer of any length must have."""
    if isinstance(example, tuple):
        parts = ", ".join(map(form_in_words, example))
        return translate("a tuple of {n} arrays", n=len(example)) + f" ({parts})"
    forms = (translate("one number"), translate("an array of one dimension, not empty"))
    return forms[example.ndim] if example.ndim < len(forms) else translate(
        "an array of {n} dimensions, not empty", n=example.ndim)
