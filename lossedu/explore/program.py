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
from lossedu.plot.lines import operations

Program: TypeAlias = Callable[..., Mapping[str, Tensor] | Tensor]

MOST = 25  # lines; a reader steps through each of them twice


class Line(NamedTuple):
    """One line of a program."""

    text: str  # as it is written, such as "b = exp(-a)"
    name: str  # what it gives, such as "b"
    inputs: list[str]  # the names that it uses
    results: list[Node]  # how its value is computed from them, and its slope in each of them

    def entry(self) -> dict[str, Any]:
        """The line in the table of a page, with a function of JavaScript: (inputs) => [value, slope in each input]."""
        return {"text": self.text, "name": self.name, "inputs": self.inputs,
                "code": function_of(self.inputs, self.results)}


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
    ValueError
        If it has more than 25 lines.

    Examples
    --------
    >>> lines = program_lines(lambda x: {"a = x²": x * x, "y = 3a": 3 * (x * x)}, ["x"])
    >>> [line.entry()["code"] for line in lines]
    ['(x)=>{return[x*x,x+x]}', '(a)=>{return[a*3,3]}']
    """
    with recording() as variable:
        variables = {name: variable(name) for name in inputs}
        result = program(*variables.values())
    if not isinstance(result, Tensor | Mapping):
        raise TypeError(f"the program returns {result!r}; return a tensor, or a dict of what each line says and its "
                        "tensor")
    names = {tensor: name for name, tensor in variables.items()}
    lines = operations(result, names) if isinstance(result, Tensor) else result
    if len(lines) > MOST:
        raise ValueError(f"the program has more than {MOST} operations, too many to read; "
                         "return a dict of its most important lines")
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
        written.append(Line(text, name, used, [rewritten(one, shorter) for one in results]))
        known[node_of(tensor)] = known[tensor] = name
        made[name] = node_of(tensor)
    return written


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


def walked(lines: Sequence[Line], inputs: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    """The value of each input and line, and the slope of the last line in each that it depends on.

    Examples
    --------
    >>> walked(program_lines(lambda x: {"a = x²": x * x, "y = 3a": 3 * (x * x)}, ["x"]), {"x": 2.0})
    ({'x': 2.0, 'a': 4.0, 'y': 12.0}, {'y': 1.0, 'a': 3.0, 'x': 12.0})
    """
    values, own = {**inputs}, {}
    for line in lines:
        values[line.name], *own[line.name] = (computed(one, values) for one in line.results)
    slopes = {lines[-1].name: 1.0}
    for line in reversed(lines):
        for name, slope in zip(line.inputs, own[line.name], strict=True):
            slopes[name] = slopes.get(name, 0.0) + slopes.get(line.name, 0.0) * slope
    return values, slopes


def computed(one: Node, given: Mapping[str, float]) -> float:
    """What NumPy computes as the value of a node."""
    if one.function == "symbol":
        return given[one.arguments[0]]
    if one.value is not None:
        return one.value
    return float(getattr(np, one.function)(*(computed(argument, given) for argument in one.arguments)))
