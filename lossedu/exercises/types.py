"""The types that exercises are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from lossedu.losses.types import Array

__all__ = ["Array", "Call", "Claim", "Draw", "Function", "Held", "Inputs", "Number"]

Function: TypeAlias = Callable[..., Any]
Call: TypeAlias = tuple[Any, ...]  # the arguments of one check: arrays, numbers, text, formulas, and lists of these
Inputs: TypeAlias = Iterator[Call]
Draw: TypeAlias = Callable[[np.random.Generator], Inputs]
Number: TypeAlias = "float | np.floating[Any]"  # one number: what np.mean returns is a float to us, not to mypy
# Whether something holds of an answer, and the numbers that say how far it does.
Held: TypeAlias = "tuple[bool | np.bool_, dict[str, Any]]"
Claim: TypeAlias = Callable[..., Held]
