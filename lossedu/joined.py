"""All parameters that an optimiser updates, as parts of one array, so that a step is one computation and not many."""

from __future__ import annotations

from collections import deque
from itertools import chain, pairwise, repeat
from operator import attrgetter, is_
from sys import getrefcount
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lossedu import optim

Array: TypeAlias = NDArray[Any]

# The count of an array that only a list like `Joined.earlier` holds; Python counts the loop over the list, too.
UNHELD = next(getrefcount(array) for array in deque([np.empty(0)]))
BLOCK = 16_384  # so many parameters are updated at a time, because all that a rule computes then stays in the cache


class Joined:
    """All parameters of an optimiser in one array, all gradients in another, and likewise what the rule remembers.

    The tensors and the optimiser hold parts of these arrays. A step writes its results to other arrays, as
    `Optimiser.step` does: to those of an earlier step, once nobody holds them or a part of them, or else to new ones.
    """

    def __init__(self, optimiser: optim.Optimiser) -> None:
        self.optimiser, self.parameters = optimiser, list(optimiser.parameters)
        ends = np.cumsum([0, *(parameter.data.size for parameter in self.parameters)]).tolist()
        self.places = [(slice(*place), parameter.shape) for place, parameter in zip(pairwise(ends), self.parameters)]
        self.gradient = np.empty(ends[-1], self.parameters[0].data.dtype)
        self.gradients = dict(zip(self.parameters, self.parts(self.gradient)))
        self.seen: list[object] = []
        self.earlier: deque[Array] = deque(maxlen=8)

    def room(self, dtype: Any) -> Array:
        """An array that nobody holds: Python counts who does, and each view of an array counts as one, too."""
        array = next((old for old in self.earlier if getrefcount(old) == UNHELD and old.dtype == dtype), None)
        if array is None:
            array = np.empty_like(self.gradient, dtype)
            self.earlier.append(array)
        array.setflags(write=True)
        return array

    def parts(self, whole: Any) -> list[Any]:
        """What belongs to each parameter; a number belongs to all of them."""
        return [taken(whole, place, shape) for place, shape in self.places]

    def contents(self) -> list[object]:
        memories = self.optimiser.memory
        return [*map(attrgetter("_array"), self.parameters), *(kept for memory in memories for kept in memory.values())]

    def gather(self) -> str:
        """Read parameters and memories, unless they are as the last step left them; return why that is impossible."""
        now, memories = self.contents(), self.optimiser.memory
        if same(now, self.seen):
            return ""
        kinds = [{"": parameter.data.dtype, **{name: getattr(kept, "dtype", kept) for name, kept in memory.items()}}
                 for parameter, memory in zip(self.parameters, memories)]
        if any(kind != kinds[0] for kind in kinds) or kinds[0][""] != self.gradient.dtype:
            return "The parameters differ in dtype, or in the steps that the optimiser has made with them."
        self.data = np.concatenate([parameter.data.reshape(-1) for parameter in self.parameters])
        self.memory = {name: np.concatenate([memory[name].reshape(-1) for memory in memories])
                       if isinstance(kept, np.ndarray) else kept for name, kept in memories[0].items()}
        self.seen = now
        return ""

    def update(self) -> None:
        """Do what `Optimiser.step` does, for all parameters at once; nothing is changed before everything is known.

        If the gradient or the result is not finite, the optimiser is given the gradients and raises its own error.
        """
        optimiser, new, memory = self.optimiser, self.room(self.gradient.dtype), dict[str, Any]()
        rate = optimiser.rate()
        with np.errstate(all="ignore"):
            for start in range(0, len(new), BLOCK):
                part = slice(start, start + BLOCK)
                data, kept = self.data[part], {name: taken(value, part) for name, value in self.memory.items()}
                np.add(optimiser.change(data, self.gradient[part], kept, rate), data, out=new[part])
                for name, value in kept.items():
                    if name not in memory:
                        memory[name] = self.room(value.dtype) if isinstance(value, np.ndarray) else value
                    if isinstance(value, np.ndarray):
                        memory[name][part] = value
        if not optim._all_finite(new):  # with a gradient that is not finite no rule ends at finite numbers
            for parameter, gradient in self.gradients.items():
                parameter.grad = gradient.copy()
            return optimiser.step()
        new.setflags(write=False)
        parts, columns = self.parts(new), list(zip(*map(self.parts, memory.values())))
        any(map(dict.update, optimiser.memory, [dict(zip(memory, column)) for column in columns]))
        # One call of a built-in function changes all parameters, so Ctrl-C comes before or after it, never between.
        any(map(setattr, self.parameters, repeat("_array"), parts))
        any(map(setattr, self.parameters, repeat("grad"), repeat(None)))
        optimiser.steps += 1
        self.data, self.memory, self.seen = new, memory, [*parts, *chain.from_iterable(columns)]


def taken(whole: Any, place: slice, shape: tuple[int, ...] = (-1,)) -> Any:
    """A part of an array, in a shape; a number is the same in every part."""
    return whole[place].reshape(shape) if isinstance(whole, np.ndarray) else whole


def same(some: list[object], others: list[object]) -> bool:
    """Whether two lists hold the same objects; that they are equal is not enough."""
    return len(some) == len(others) and all(map(is_, some, others))
