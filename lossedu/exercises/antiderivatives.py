"""Is an answer the loss, where its gradient was asked? The integral of the right gradient tells it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from lossedu.exercises.evidence import Evidence, called
from lossedu.exercises.relations import different
from lossedu.exercises.types import Call
from lossedu.language import translate

if TYPE_CHECKING:
    from numpy.typing import NDArray

PANELS = 25
# The integral is not exact where the gradient has a kink.
RTOL = 1e-4


def of_the_loss(evidence: Evidence) -> str:
    """The loss in place of its gradient: on every check it is the integral of the gradient, up to one constant."""
    values = evidence.values
    if values is None or len(values) < 3:
        return ""
    if not re.search("gradient|slope|derivative", evidence.task.prompt):
        return ""
    got = [value.astype(float) for value in values if isinstance(value, np.ndarray)]
    if len(got) < len(values) or different(got) < 3 or not all(np.isfinite(g).all() for g in got):
        return ""
    names = evidence.task.parameters
    for i, name in enumerate(names):
        # What it is multiplied by may itself be a gradient. And where the gradient does not depend on an argument, its
        # integral is a mere multiple of the argument, which other slips give as well.
        if re.search("^g$|gradient|_bar$|upstream", name):
            continue
        if not any(depends(evidence, call, i) for call in evidence.calls):
            continue
        # Most losses are the same on every check where the argument is 0, or where it is equal to another.
        for start in (None, *(j for j in range(len(names)) if j != i)):
            if is_integral(evidence, got, i, start):
                return translate("Your numbers are those of the function that is to be differentiated; its gradient "
                                 "with respect to `{name}` is asked.", name=name)
    return ""


def is_integral(evidence: Evidence, got: list[NDArray[np.float64]], i: int, start: int | None) -> bool:
    """Does each answer differ from the integral of the right gradient over argument `i` by the same number?"""
    gaps: list[float] = []
    scale = max(float(np.abs(g).max(initial=0)) for g in got)
    for call, value in zip(evidence.calls, got, strict=True):
        made = integral(evidence, call, i, start)
        if made is None or value.shape not in ((), made.shape):
            return False
        gaps += (value - (made.sum() if value.ndim == 0 else made)).ravel().tolist()
        if not np.isfinite(gaps).all() or np.ptp(gaps) > RTOL * scale:
            return False
    return True


def depends(evidence: Evidence, call: Call, i: int) -> bool:
    """Does the right gradient change when argument `i` changes its sign?"""
    if not isinstance(call[i], (np.ndarray, float)) or np.asarray(call[i]).dtype.kind != "f":
        return False
    here, there = (called(evidence.task.reference, (*call[:i], value, *call[i + 1:])) for value in (call[i], -call[i]))
    return isinstance(here, np.ndarray) and isinstance(there, np.ndarray) and not np.array_equal(here, there)


def integral(evidence: Evidence, call: Call, i: int, start: int | None) -> NDArray[np.float64] | None:
    """The right gradient, integrated from 0 or from another argument to argument `i`, entry by entry; None if none."""
    end = call[i]
    if not isinstance(end, (np.ndarray, float)) or np.asarray(end).dtype.kind != "f":
        return None
    begin = call[start] if start is not None else np.zeros_like(end)
    if not isinstance(begin, (np.ndarray, float, int)) or np.shape(begin) != np.shape(end):
        return None
    nodes, weights = np.polynomial.legendre.leggauss(8)
    total = np.zeros(np.shape(end))
    for panel in range(PANELS):
        for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
            there = begin + (panel + node) / PANELS * (end - begin)
            gradient = called(evidence.task.reference, (*call[:i], there, *call[i + 1:]))
            if not isinstance(gradient, np.ndarray) or gradient.shape != total.shape:
                return None
            total += weight / PANELS * gradient * (end - begin)
    return total
