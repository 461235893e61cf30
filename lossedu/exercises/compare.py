"""Is an answer the right one? Form, finiteness and value are compared here, and nothing of the learner's runs."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

# Bound before an answer runs, so an answer that replaces this function of NumPy is not judged by its own.
from numpy import allclose

from lossedu.sandboxed.codec import Arrays

# float32 keeps about seven digits and a sum of a few hundred terms loses two of them.
FLOAT32_RTOL = 1e-4
# Where 0 is right, large numbers have cancelled, and another order of computation leaves a little of their rounding.
LEFT_OF_ZERO = 1e-13

Copied = TypeVar("Copied")


def copied(call: Copied) -> Copied:
    """The arguments, safe from in-place changes."""
    if isinstance(call, np.ndarray):
        return call.copy()
    return type(call)(copied(a) for a in call) if isinstance(call, (tuple, list)) else call


def size(call: Any) -> int:
    """How much there is to read in a call."""
    return sum(size(a) for a in call) if isinstance(call, (tuple, list)) else int(np.size(call))


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
    atol = rtol * scale if scale else LEFT_OF_ZERO
    return "" if allclose(got, want, rtol=rtol, atol=atol, equal_nan=True) else "WRONG VALUE"


def in_the_form_of(want: Arrays | None, got: Arrays | None) -> Arrays | None:
    """A tuple of rows where an array is wanted, or the other way round, says the same and is taken for it."""
    if isinstance(want, tuple) and isinstance(got, np.ndarray) and got.ndim:
        return tuple(np.asarray(row) for row in got)
    same_shape = isinstance(got, tuple) and len({np.shape(row) for row in got}) == 1
    if isinstance(want, np.ndarray) and want.ndim and same_shape:
        return np.array(got)
    return got
