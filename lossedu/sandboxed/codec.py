"""Values as JSON: the arguments that go into the sandbox, and the answers that come out of it.

Both sides import this file, so they agree on what an answer may be and on how an array is written.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

import numpy as np

# These names are bound before a submission runs, so a submission that replaces functions of NumPy does not change them.
from numpy import asarray, float64, frombuffer, ndarray, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

Arrays: TypeAlias = "NDArray[Any] | tuple[Arrays, ...]"
Message: TypeAlias = dict[str, object]

MOST_ELEMENTS = 100_000
MOST_PARTS = 100
MOST_DEPTH = 3
EXACT = (int, float, Fraction, Decimal, number)


class Report(TypedDict):
    """What the worker reports of one exercise.

    `text` is what the child wrote, one message a line; `why` is "TIMEOUT" or "FLOOD" where the worker stopped it, else
    ""; `how` is the child's exit code, or minus the signal that ended it.
    """

    text: str
    why: str
    how: int


def pack_array(array: NDArray[Any]) -> Message:
    """Return an array as JSON can carry it."""
    data = base64.b64encode(array.tobytes()).decode()
    return {"array": data, "dtype": array.dtype.str, "shape": list(array.shape)}


def unpack_argument(value: Any) -> Any:
    """Return an argument from the JSON that the grader sent; answers go the other way and are not trusted so."""
    if isinstance(value, list):
        return [unpack_argument(v) for v in value]
    if not isinstance(value, dict):
        return value
    if "tuple" in value:
        return tuple(unpack_argument(v) for v in value["tuple"])
    if "formula" in value:
        return eval(value["formula"], {"np": np})
    return frombuffer(base64.b64decode(value["array"]), value["dtype"]).reshape(value["shape"]).copy()


def as_real_arrays(value: object) -> Arrays:
    """Return an answer as an array of real numbers or as a tuple of such arrays.

    Raises
    ------
    TypeError, ValueError
        When the answer is anything else.
    """
    parts = parts_of(value)
    return real_array(value) if parts is None else tuple(as_real_arrays(part) for part in parts)


def parts_of(value: object) -> Sequence[object] | None:
    """Return the parts of a tuple or of a list of rows, or None for a value that makes one array."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, list) and (any(isinstance(row, ndarray) and row.ndim for row in value) or is_ragged(value)):
        return value
    return None


def is_ragged(value: list[object]) -> bool:
    """Return whether a list of lists and numbers makes no array, because its rows differ in length."""
    if not any(type(row) is list for row in value):
        return False
    try:
        asarray(value)
    except ValueError:
        return True
    return False


def real_array(value: object) -> NDArray[Any]:
    """Return a value as an array of real numbers; raise TypeError where it holds anything else.

    Fractions, decimal numbers and complex numbers without an imaginary part are real numbers, too.
    """
    array = asarray(value)
    if array.dtype.kind == "O" and all(issubclass(type(entry), EXACT) for entry in array.ravel()):
        array = array.astype(float64)
    if array.dtype.kind == "c" and not array.imag.any():
        array = array.real
    if array.dtype.kind not in "biuf":
        raise TypeError(type(value).__name__)
    return array


def pack_answer(value: object, depth: int = 0) -> Message:
    """Return an answer as JSON: an array, a tuple of arrays, or the state that says why it is neither."""
    wrong_type: Message = {"state": "WRONG TYPE", "detail": type(value).__name__}
    parts = parts_of(value)
    if parts is not None:
        if depth > MOST_DEPTH or len(parts) > MOST_PARTS:
            return wrong_type
        packed = [pack_answer(part, depth + 1) for part in parts]
        return next((part for part in packed if "state" in part), {"tuple": packed})
    try:
        array = real_array(value)
    except (TypeError, OverflowError):
        return wrong_type
    if array.size > MOST_ELEMENTS:
        return {"state": "WRONG SHAPE", "detail": str(array.shape)}
    return pack_array(array.astype(float64) if array.dtype.itemsize > 8 else array)


def same(a: object, b: object) -> bool:
    """Return whether two lists of arguments hold the same arrays, bit for bit.

    Numbers, text and formulas cannot be changed in place, so they are not compared.
    """
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, ndarray) and isinstance(b, ndarray):
        return a.shape == b.shape and a.tobytes() == b.tobytes()
    return True
