"""Our side of the channel to the sandbox: pack arguments, and read answers that anyone may have written, with care."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from lossedu.exercises.evidence import Outcome
from lossedu.exercises.exercise import Formula
from lossedu.exercises.judge import STATES
from lossedu.language import translate
from lossedu.sandboxed.codec import MOST_ELEMENTS, MOST_PARTS, Arrays, Message, Report, pack_array

if TYPE_CHECKING:
    from numpy.typing import NDArray


def pack(value: object) -> object:
    """An argument as JSON can carry it.

    Raises
    ------
    TypeError
        For a kind of argument that cannot be carried; a function must be a `Formula`.

    Examples
    --------
    >>> pack((1.5, Formula("lambda w: w ** 2")))
    {'tuple': [1.5, {'formula': 'lambda w: w ** 2'}]}
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Formula):
        return {"formula": value.source}
    if isinstance(value, tuple):
        return {"tuple": [pack(v) for v in value]}
    if isinstance(value, list):
        return [pack(v) for v in value]
    if isinstance(value, (np.ndarray, np.generic)) and np.asarray(value).dtype.kind in "biufU":
        return pack_array(np.asarray(value))
    raise TypeError(f"an argument of kind {type(value).__name__} cannot be carried to where answers are graded; "
                    "use arrays, numbers, text, tuples or lists of them, or a Formula.")


def unpack(message: object) -> Arrays:
    """An array, or a tuple of them, from a message that anyone may have written; ValueError where it is none."""
    if not isinstance(message, dict):
        raise ValueError("no object")
    if isinstance(message.get("tuple"), list) and len(message["tuple"]) <= MOST_PARTS:
        return tuple(unpack_array(part) if "array" in part else unpack(part) for part in map(checked, message["tuple"]))
    return unpack_array(message)


def checked(part: object) -> Message:
    """A part of a tuple, if it is an object."""
    if not isinstance(part, dict):
        raise ValueError("no object")
    return part


def unpack_array(message: Message) -> NDArray[Any]:
    """One array; its kind, its size and the length of its data must agree."""
    data, kind, shape = message.get("array"), message.get("dtype"), message.get("shape")
    if not (isinstance(data, str) and isinstance(kind, str) and re.fullmatch(r"[<>|=][biuf][1248]", kind)):
        raise ValueError("no array")
    if not (isinstance(shape, list) and len(shape) <= 32 and all(type(n) is int and n >= 0 for n in shape)):
        raise ValueError("no shape")
    try:
        array = np.frombuffer(base64.b64decode(data, validate=True), np.dtype(kind))
    except (binascii.Error, TypeError) as error:
        raise ValueError("no data") from error
    if array.size > MOST_ELEMENTS:
        raise ValueError("too much data")
    return array.reshape(shape)


def outcomes(report: Report, calls: int) -> list[Outcome]:
    """What the sandbox reported, as one outcome for each call; whatever cannot be read is a wrong type."""
    lines = [line for line in report["text"].split("\n")[: calls + 1] if line]
    read = [outcome(line) for line in lines if line != "."][:calls]
    if read and read[0].state in ("NOT ATTEMPTED", "MISSING", "UNREADABLE"):
        return [read[0]] * calls
    return read + [unanswered(report)] * (calls - len(read))


def unanswered(report: Report) -> Outcome:
    """Why there is no further answer."""
    if report["why"] == "FLOOD":
        return Outcome(state="WRONG TYPE", detail=translate("far too much"))
    if report["why"]:
        return Outcome(state=report["why"])
    how = report["how"]
    end = translate("signal {n}", n=-how) if how < 0 else translate("exit code {n}", n=how)
    return Outcome(state="CRASHED", detail=end)


def outcome(line: str) -> Outcome:
    """One line from the sandbox as an outcome."""
    try:
        message = json.loads(line)
        state = message.get("state", "")
        if state in STATES and state not in ("PASS", "WRONG VALUE", "NOT FINITE", "CHANGED INPUT"):
            return Outcome(state=state, detail=printable(message.get("detail", "")))
        return Outcome(unpack(message), changed_input=message.get("changed") is True)
    except (ValueError, AttributeError, RecursionError, TypeError):
        return Outcome(state="WRONG TYPE", detail=translate("no array"))


def printable(text: object) -> str:
    """Text from the sandbox, short and on one line."""
    return "".join(c if c.isprintable() else "?" for c in str(text)[:200])
