"""Small slips of the pen in a reference: each gives a wrong answer that the inputs of the exercise must find out."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossedu.exercises.exercise import Exercise
from lossedu.exercises.types import Call, Function

OTHER_OPERATORS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Div,), ast.MatMult: (ast.Mult,), ast.BitAnd: (ast.BitOr,),
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,)}

OTHER_FUNCTIONS = {
    "mean": ("sum",), "sum": ("mean",), "average": ("mean",), "median": ("mean",), "max": ("min", "mean"),
    "min": ("max", "mean"), "maximum": ("minimum",), "minimum": ("maximum",), "argmax": ("argmin",),
    "argmin": ("argmax",), "all": ("any",), "log": ("log2",), "log2": ("log",), "log1p": ("log",), "exp": ("expm1",),
    "sqrt": ("square",), "ceil": ("floor",), "zeros": ("ones",), "var": ("std",), "std": ("var",), "tanh": ("sin",),
    "sign": ("abs",), "diff": ("gradient",)}


@dataclass(frozen=True)
class Mutant:
    """The reference with one small change.

    Attributes
    ----------
    line : str
        What differs from the solution that learners see: the new line, or what is left out.
    function : callable
        The changed reference.
    """

    line: str
    function: Function


def mutants(task: Exercise) -> list[Mutant]:
    """Return the reference of an exercise with every small change that we know, one at a time.

    Operators, comparisons and functions are exchanged, operands, calls and statements left out, numbers moved by one,
    arguments and neighbouring statements swapped. Where the prompt forbids changing an argument, one mutant for each
    argument sets it to 0 at the end.

    Parameters
    ----------
    task : Exercise

    Returns
    -------
    list of Mutant

    Raises
    ------
    ValueError
        If the reference has a ``while`` loop, because a mutant of it might never end.

    Examples
    --------
    >>> from lossedu.exercises import find_exercise
    >>> [mutant.line for mutant in mutants(find_exercise("squared_error_mean"))][-3:]
    ['return np.mean((y_true - y_pred) ** 3)', 'return np.mean((y_true - y_pred) ** 1)',
     'return np.mean((y_true + y_pred) ** 2)']
    """
    tree = ast.parse(task.solution)
    if any(isinstance(node, ast.While) for node in ast.walk(tree)):
        raise ValueError(f"the reference of {task.name} has a while loop, and a mutant of it might never end; "
                         "write it with for.")
    original = ast.unparse(tree)
    sources = dict.fromkeys(changed_sources(tree))
    if task.keeps_inputs:
        sources |= dict.fromkeys(with_changed_input(original, name) for name in task.parameters)
    sources.pop(original, None)
    return [Mutant(difference(original, source), compiled(task.name, source)) for source in sources]


def compiled(name: str, source: str) -> Function:
    """Return the function of that name; the source is the course's own text, not a learner's."""
    space: dict[str, Any] = {"np": np}
    exec(source, space)
    function: Function = space[name]
    return function


def difference(original: str, source: str) -> str:
    """Return the lines that are new in `source`, or else those that it lacks, or else the first that has moved up."""
    old, new = ([line.strip() for line in text.splitlines()] for text in (original, source))
    added, lost = Counter(new) - Counter(old), Counter(old) - Counter(new)
    moved = next((line for line, before in zip(new, old) if line != before), "")
    return "; ".join(added) or " ".join(["without", *lost] if lost else ["earlier:", moved])


def with_changed_input(source: str, name: str) -> str:
    """Return the function with an argument that is 0 once it has answered."""
    head, *body = source.splitlines()
    return "\n".join([head, "    try:", *("    " + line for line in body), "    finally:", f"        {name}[...] = 0"])


def changed_sources(tree: ast.Module) -> Iterator[str]:
    """Yield the source of the tree with one node, or one list of statements, replaced."""
    for parent in list(ast.walk(tree)):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, ast.AST):
                for other in replacements(value):
                    setattr(parent, field, other)
                    yield ast.unparse(tree)
                setattr(parent, field, value)
            if isinstance(value, list):
                for changed in changed_lists(value):
                    setattr(parent, field, changed)
                    yield ast.unparse(tree)
                setattr(parent, field, value)


def changed_lists(nodes: list[Any]) -> Iterator[list[Any]]:
    """Yield a list of nodes with one replaced, one statement or keyword left out, or two neighbours swapped."""
    for i, node in enumerate(nodes):
        before, after = nodes[:i], nodes[i + 1:]
        yield from ([*before, other, *after] for other in replacements(node))
        removable = isinstance(node, ast.keyword) or (isinstance(node, ast.stmt) and len(nodes) > 1)
        if removable and not isinstance(node, ast.Return):
            yield [*before, *after]
        if after and isinstance(node, (ast.stmt, ast.expr, ast.arg)):
            yield [*before, after[0], node, *after[1:]]


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node by mistake."""
    yield from (other() for other in OTHER_OPERATORS.get(type(node), ()))
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            yield from (left, right)
            if not isinstance(op, (ast.Add, ast.Mult)):
                yield ast.BinOp(right, op, left)
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Call(func=ast.Name(id="len"), args=[counted]):
            yield ast.BinOp(node, ast.Sub(), ast.Constant(1))
            yield ast.Attribute(counted, "size", ast.Load())
        case ast.Call(func=function, args=arguments):
            yield from arguments
            if isinstance(function, ast.Attribute) and not is_numpy(function.value):
                yield function.value
        case ast.Attribute(value=whole, attr="T"):
            yield whole
        case ast.Attribute(value=whole, attr=name) if name in OTHER_FUNCTIONS:
            yield from (ast.Attribute(whole, other, ast.Load()) for other in OTHER_FUNCTIONS[name])
        case ast.Subscript(value=whole, ctx=ast.Load()):
            yield whole
        case ast.Slice(lower=lower, upper=upper, step=step):
            yield from (ast.Slice(None, upper, step), ast.Slice(lower, None, step), ast.Slice(lower, upper, None))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield from (body, orelse, ast.IfExp(test, orelse, body))
        case ast.AugAssign(target=target, value=value):
            yield ast.Assign([target], value, lineno=0)
        case ast.If(test=test, body=body):
            yield ast.If(ast.Constant(True), body, [])
        case ast.For(target=target, iter=items, body=body):
            yield from (ast.For(target, other, body, [], lineno=0) for other in shortened(items))
        case ast.comprehension(target=target, iter=items):
            yield from (ast.comprehension(target, other, [], 0) for other in shortened(items))
    return


def shortened(items: ast.expr) -> Iterator[ast.expr]:
    """Yield what a loop runs over without the first, without the last, and backwards."""
    whole = ast.Call(ast.Name("list", ast.Load()), [items], [])
    for part in ("[1:]", "[:-1]", "[::-1]"):
        yield ast.parse(f"({ast.unparse(whole)}){part}", mode="eval").body


def is_numpy(node: ast.expr) -> bool:
    """Return whether a node is `np`, or a part of it such as `np.linalg`."""
    return isinstance(node, ast.Name) and node.id == "np" or isinstance(node, ast.Attribute) and is_numpy(node.value)


def varied(call: Call, rng: np.random.Generator) -> Call:
    """Return the arguments of a call with other numbers of the same shapes and kinds.

    Floats become whole (so there are ties and zeros), large, small, turned round or mixed; whole numbers, such as
    labels, are drawn anew from those that are there, so that some are missing.

    Parameters
    ----------
    call : tuple
    rng : numpy.random.Generator

    Returns
    -------
    tuple
    """
    return tuple(varied_argument(argument, rng) for argument in call)


def varied_argument(argument: Any, rng: np.random.Generator) -> Any:
    """Return one argument with other numbers."""
    if isinstance(argument, float):
        return argument * float(rng.uniform(0.5, 1.5))
    if not isinstance(argument, np.ndarray) or not argument.size:
        return argument
    if argument.dtype.kind != "f":
        return rng.choice(argument.ravel(), size=argument.shape)
    match rng.integers(6):
        case 0:
            return np.round(argument)
        case 1:
            return argument * rng.choice([-1, 1], size=argument.shape)
        case 2:
            return argument * rng.choice([0.0, 1.0, 300.0], size=argument.shape)
        case 3:
            return rng.choice(argument.ravel(), size=argument.shape)
        case 4:
            return argument * rng.uniform(0.5, 1.5, size=argument.shape)
    return argument
