"""Record a program of tensors: for each of its lines the value, and the slope in each of the lines that it uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from lossedu import autodiff
from lossedu.autodiff import Tensor
from lossedu.explore.javascript import function_of
from lossedu.explore.record import Node, Recorded, node, nodes_of, number, symbol

Program: TypeAlias = Callable[..., Mapping[str, Tensor] | Tensor]

BETWEEN = {"+": "+", "−": "−", "×": "·", "÷": "/", "@": "@"}  # how an operation of two is written between them
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Line(NamedTuple):
    """One line of a program."""

    text: str  # as it is written, such as "b = exp(-a)"
    name: str  # what it gives, such as "b"
    inputs: list[str]  # the names that it uses
    code: str  # JavaScript: (inputs) => [value, slope in each input]


@contextmanager
def recording() -> Iterator[Callable[[str], Tensor]]:
    """Let the engine's operations keep what is recorded, where they keep arrays otherwise; yields a maker of inputs."""
    kept, order = autodiff._node, iter(range(1, 1_000_000))

    def tensor(name: str, value: Any, parents: tuple[Tensor, ...] = (), pulls: tuple[Any, ...] = ()) -> Tensor:
        if not isinstance(value, Recorded):
            return kept(name, value, parents, pulls)
        made = Tensor.__new__(Tensor)
        made._array = value  # type: ignore[assignment]
        made.name, made.grad, made.needs_grad = name, None, True
        made.parents, made.pulls, made.order = parents, pulls, next(order)
        return made

    autodiff._node = tensor
    try:
        yield lambda name: tensor(name, symbol(name))
    finally:
        autodiff._node = kept


def program_lines(program: Program, inputs: Sequence[str]) -> list[Line]:
    """Return the lines of a program of single numbers.

    Parameters
    ----------
    program : callable
        Takes a tensor for each input, and returns its lines in order: what each says, such as "a = x²", and its tensor.
        Or it returns its result alone; each operation of the engine is then a line.
    inputs : sequence of str
        What the inputs are called.

    Returns
    -------
    list of Line

    Raises
    ------
    TypeError
        If the program does what cannot be recorded.

    Examples
    --------
    >>> [line.code for line in program_lines(lambda x: {"a = x²": x * x, "y = 3a": 3 * (x * x)}, ["x"])]
    ['(x)=>{return[x*x,x+x]}', '(a)=>{return[a*3,3]}']
    """
    with recording() as variable:
        variables = {name: variable(name) for name in inputs}
        result = program(*variables.values())
    if not isinstance(result, Tensor | Mapping):
        raise TypeError(f"the program returns {result!r}; return a tensor, or a dict of what each line says and its "
                        "tensor")
    lines = operations(result, variables) if isinstance(result, Tensor) else result
    # A line that is computed anew is known by how it is computed; of two lines computed alike, each is known by itself.
    known: dict[Node | Tensor, str] = {node_of(tensor): name for name, tensor in variables.items()}
    written: list[Line] = []
    made: dict[str, Node] = {}
    for text, tensor in lines.items():
        name = text.split(" = ")[0]
        slopes = own_slopes(tensor, known)
        used = [one for one in (*inputs, *made) if one in slopes]
        results = [node_of(tensor), *(slopes[one] for one in used)]
        shorter = {other: node("symbol", called) for called, other in made.items() if called in used}
        written.append(Line(text, name, used, function_of(used, [rewritten(one, shorter) for one in results])))
        known[node_of(tensor)] = known[tensor] = name
        made[name] = node_of(tensor)
    return written


def operations(result: Tensor, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return each operation that a result was computed by, with a letter for what it gives.

    Examples
    --------
    >>> from lossedu import autodiff
    >>> x = Tensor(0.5)
    >>> list(operations(autodiff.tanh(2 * x) ** 2, {"x": x}))
    ['a = x · 2', 'b = tanh(a)', 'c = b²']
    """
    names = {tensor: name for name, tensor in inputs.items()}
    free = (letter for letter in LETTERS if letter not in inputs)
    lines: dict[str, Tensor] = {}
    for tensor in sorted(behind(result), key=lambda one: one.order):
        if tensor in names:
            continue
        if not (letter := next(free, "")):
            raise ValueError(f"the program has more than {len(lines)} operations, too many to read; "
                             "return a dict of its most important lines")
        lines[f"{letter} = {written_as(tensor, names)}"] = tensor
        names[tensor] = letter
    return lines


def behind(result: Tensor) -> set[Tensor]:
    """The result and everything that it was computed from, except for constants."""
    found, waiting = {result}, [result]
    while waiting:
        new = {parent for parent in waiting.pop().parents if parent.needs_grad} - found
        found |= new
        waiting += new
    return found


def written_as(tensor: Tensor, names: Mapping[Tensor, str]) -> str:
    """An operation as one writes it, such as "w · x" or "exp(a)"."""
    used = [names.get(parent) or f"{parent.data:g}".replace("-", "−") for parent in tensor.parents]
    if tensor.name in BETWEEN:
        return f" {BETWEEN[tensor.name]} ".join(used) if len(used) == 2 else f"−{used[0]}"
    if tensor.name.startswith("^"):
        power = tensor.name[1:]
        return used[0] + ({"2": "²", "3": "³"}.get(power) or f"^{power}".replace("-", "−"))
    return f"{tensor.name}({', '.join(used)})"


def node_of(tensor: Tensor) -> Node:
    """How the number of a tensor is computed."""
    made: Node = nodes_of(tensor._array).item()
    return made


def own_slopes(tensor: Tensor, known: Mapping[Node | Tensor, str]) -> dict[str, Node]:
    """Walk back from a line to the lines and inputs that it uses, and no farther."""
    sent: dict[int, Any] = {id(tensor): Recorded(np.array(number(1.0), object))}
    waiting = {id(tensor): tensor}
    found: dict[str, Node] = {}
    while waiting:
        latest = max(waiting.values(), key=lambda one: one.order)
        del waiting[id(latest)]
        name = known.get(latest) or known.get(node_of(latest))
        if latest is not tensor and name:
            share = nodes_of(sent[id(latest)]).item()
            found[name] = node("add", found[name], share) if name in found else share
            continue
        for parent, pull in zip(latest.parents, latest.pulls or (), strict=True):
            if parent.needs_grad:
                share = pull(sent[id(latest)])
                sent[id(parent)] = sent[id(parent)] + share if id(parent) in sent else share
                waiting[id(parent)] = parent
    return found


def rewritten(one: Node, shorter: Mapping[Node, Node]) -> Node:
    """Put the name of an earlier line wherever its value stands."""
    if one in shorter:
        return shorter[one]
    if one.function in ("symbol", "number"):
        return one
    return node(one.function, *(rewritten(argument, shorter) for argument in one.arguments))
