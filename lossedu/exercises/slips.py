"""What a learner may have computed instead: the reference with other arguments, or with one change in its text.

Each slip is a sentence and a function. If an answer equals the function on every check, the sentence is true, because
it only says what reproduces the learner's numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from typing import Any, TypeAlias

import numpy as np

from lossedu.exercises.changes import CHANGES, function_name, guards, numpy_function
from lossedu.exercises.exercise import Exercise
from lossedu.exercises.types import Function
from lossedu.language import translate
from lossedu.sandboxed.load import parses

Slip: TypeAlias = tuple[str, Function]

EPSILONS = [10.0**-k for k in range(1, 17)]
CONSTANTS = (0.5, 2.0, 0.1, 0.01, 0.001, 0.9, 0.99, 0.999, *EPSILONS[4:])
LIMITS = (10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 500.0, 700.0)


def slips(task: Exercise) -> Iterator[Slip]:
    """Every slip that can be made of an exercise's reference, the plain ones first."""
    yield from exchanged_arguments(task)
    yield from changed_texts(task)
    yield from changed_arguments(task, replaced_argument)
    yield from doubled_arguments(task)
    yield from changed_arguments(task, guarded_argument)


def changed_arguments(task: Exercise, changes: Callable[[str], Iterator[tuple[str, Function]]]) -> Iterator[Slip]:
    """The reference with one argument changed before it is used."""
    for i, name in enumerate(task.parameters):
        for sentence, change in changes(name):
            yield sentence, with_argument(task.reference, i, change)


def exchanged_arguments(task: Exercise) -> Iterator[Slip]:
    """The reference with two of its arguments exchanged."""
    names = task.parameters

    def exchanged(i: int, j: int) -> Function:
        def function(*call: Any) -> Any:
            other = list(call)
            other[i], other[j] = call[j], call[i]
            return task.reference(*other)

        return function

    for i, j in combinations(range(len(names)), 2):
        yield translate("Your numbers come out when `{a}` and `{b}` are exchanged.", a=names[i], b=names[j]), \
            exchanged(i, j)


def doubled_arguments(task: Exercise) -> Iterator[Slip]:
    """The reference with one of its arguments used for two."""
    names = task.parameters

    def doubled(i: int, j: int) -> Function:
        def function(*call: Any) -> Any:
            return task.reference(*call[:i], call[j], *call[i + 1:])

        return function

    for i, j in permutations(range(len(names)), 2):
        yield translate("Your numbers come out when `{b}` is used in place of `{a}`.", a=names[i], b=names[j]), \
            doubled(i, j)


def with_argument(reference: Function, i: int, change: Callable[[Any], Any]) -> Function:
    """The reference, called with argument number `i` changed."""
    def function(*call: Any) -> Any:
        if not isinstance(call[i], (np.ndarray, int, float)) or isinstance(call[i], bool):
            raise TypeError("no number")
        return reference(*call[:i], change(call[i]), *call[i + 1:])

    return function


def replaced_argument(name: str) -> Iterator[tuple[str, Function]]:
    """What may stand in place of an argument."""
    yield translate("Your numbers come out when `{name}` is left out, as if it were 0.", name=name), lambda a: a * 0
    yield translate("Your numbers come out when `{name}` is left out, as if it were 1.", name=name), \
        lambda a: a * 0 + 1
    yield translate("Your numbers come out when the sign of `{name}` is turned.", name=name), lambda a: -a
    yield translate("Your numbers come out when 1 - `{name}` stands in place of `{name}`.", name=name), lambda a: 1 - a
    yield translate("Your numbers come out when 1/`{name}` stands in place of `{name}`.", name=name), lambda a: 1 / a
    yield translate("Your numbers come out when the size of `{name}` is used without its sign.", name=name), np.abs
    yield translate("Your numbers come out when `{name}` is squared first.", name=name), lambda a: a**2
    yield translate("Your numbers come out when the root of `{name}` is used in its place.", name=name), np.sqrt
    yield translate("Your numbers come out when `{name}` is rounded to whole numbers first.", name=name), np.round
    yield translate("Your numbers come out when `{name}` is replaced by its mean.", name=name), \
        lambda a: a * 0 + np.mean(a)
    yield translate("Your numbers come out when `{name}` is replaced by its sum.", name=name), \
        lambda a: a * 0 + np.sum(a)
    yield translate("Your numbers come out when `{name}` is replaced by 0, 1, 2 and so on.", name=name), \
        lambda a: np.arange(len(a))
    yield translate("Your numbers come out when `{name}` is centred first.", name=name), lambda a: a - np.mean(a)
    yield translate("Your numbers come out when `{name}` is sorted first.", name=name), lambda a: np.sort(a, axis=0)
    yield translate("Your numbers come out when `{name}` is read from its end to its start.", name=name), \
        lambda a: a[::-1]
    yield translate("Your numbers come out when `{name}` is transposed.", name=name), transposed
    yield translate("Your numbers come out when `{name}` is a column of shape (n, 1): (n, 1) against (n,) makes "
                    "(n, n).", name=name), column
    yield translate("Your numbers come out when `{name}` is read as 0 and 1 and turned into -1 and 1.",
                    name=name), lambda a: 2 * only_labels(a) - 1
    yield translate("Your numbers come out when `{name}` is read as -1 and 1 and turned into 0 and 1.",
                    name=name), lambda a: (only_labels(a) + 1) / 2
    for shift in (-1, 1):
        yield translate("Your numbers come out when {shift} is added to `{name}`.", shift=shift, name=name), \
            lambda a, shift=shift: a + shift


def guarded_argument(name: str) -> Iterator[tuple[str, Function]]:
    """An argument that is kept away from dangerous values, or replaced by a constant."""
    for constant in CONSTANTS:
        yield translate("Your numbers come out when `{name}` is always {constant}.", name=name,
                        constant=f"{constant:g}"), lambda a, constant=constant: only_number(a) * 0 + constant
    for scale in (2, 0.5, 10, 0.1, 100, 0.01):  # of one number, a multiple may be as good as no limit at all
        yield translate("Your numbers come out when `{name}` is multiplied by {number} first.", name=name,
                        number=f"{scale:g}"), lambda a, scale=scale: only_array(a) * scale
    for epsilon in EPSILONS:
        yield translate("Your numbers come out when {epsilon} is added to `{name}`.", epsilon=f"{epsilon:g}",
                        name=name), lambda a, epsilon=epsilon: a + epsilon
        yield translate("Your numbers come out when `{name}` is kept {epsilon} away from 0 and from 1.",
                        epsilon=f"{epsilon:g}", name=name), \
            lambda a, epsilon=epsilon: np.clip(only_shares(a), epsilon, 1 - epsilon)
    for limit in LIMITS:
        yield translate("Your numbers come out when `{name}` is limited to ±{limit}.", name=name,
                        limit=f"{limit:g}"), lambda a, limit=limit: np.clip(a, -limit, limit)


def only_number(a: Any) -> Any:
    """A number; an array is not replaced by a constant."""
    if np.ndim(a):
        raise TypeError("no number")
    return a


def only_array(a: Any) -> Any:
    """An array; one number is no array."""
    if not np.ndim(a):
        raise TypeError("no array")
    return a


def only_shares(a: Any) -> Any:
    """Probabilities; other numbers have no place between 0 and 1."""
    if not np.all((a >= 0) & (a <= 1)):
        raise TypeError("no probabilities")
    return a


def only_labels(a: Any) -> Any:
    """Labels; other numbers are not taken for them."""
    if not np.isin(a, (-1, 0, 1)).all():
        raise TypeError("no labels")
    return a


def transposed(a: Any) -> Any:
    """A table on its side; anything else has no other side."""
    if np.ndim(a) != 2:
        raise TypeError("no table")
    return a.T


def column(a: Any) -> Any:
    """A vector as a column."""
    if np.ndim(a) != 1:
        raise TypeError("no vector")
    return a[:, None]


def changed_texts(task: Exercise) -> Iterator[Slip]:
    """The reference with one change in its text."""
    text = text_of(task)
    tree = ast.parse(text)
    known = {*task.parameters, "np", "len"}
    for change in CHANGES:
        for place, node in enumerate(ast.walk(tree)):
            for sentence, new in change(node, lambda part: shown(part, known)):
                yield sentence, compiled(text, task.name, place, new)
    for other in without_brackets(text, tree):
        yield translate("Your numbers come out when a pair of brackets is missing: products and quotients are formed "
                        "before sums."), compiled(other, task.name)
    for sentence, place, new in other_names(task, tree):
        yield sentence, compiled(text, task.name, place, new)
    every_log = ast.unparse(GuardedLogarithms().visit(ast.parse(text)))
    guarded: list[tuple[Callable[[str], str], Function]] = [(logarithm_plus, compiled(every_log, task.name))]
    guarded += [(words, compiled(text, task.name, place, new)) for place, node in enumerate(ast.walk(tree))
                for words, new in guards(node)]
    for words, function in guarded:
        for epsilon in (1.0, *EPSILONS):
            yield words(f"{epsilon:g}"), with_epsilon(function, epsilon)


def with_epsilon(function: Function, epsilon: float) -> Function:
    """The function with this number for EPSILON in its text."""
    return lambda *call: function(*call, epsilon=epsilon)


def text_of(task: Exercise) -> str:
    """The reference's text; "" where it was not written as a function in a file."""
    try:
        return task.solution
    except (OSError, TypeError, SyntaxError, AssertionError):
        return ""


def shown(part: ast.AST, known: set[str]) -> str:
    """A short part of the text that a learner can read without knowing the reference, or ""."""
    names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    text = ast.unparse(part)
    return f"`{text}`" if names <= known and len(text) <= 24 else ""


def compiled(text: str, name: str, place: int = 0, new: ast.AST | None = None) -> Function:
    """The function of a text, with its node at `place` replaced; it is compiled when it is called first."""
    made: list[Function] = []
    space: dict[str, Any] = {"np": np}

    def function(*call: Any, epsilon: float = 0.0) -> Any:
        if not made:
            tree = ast.parse(text)  # faster than a copy
            if new is not None:
                Replaced(list(ast.walk(tree))[place], new).visit(tree)
            exec(compile(ast.fix_missing_locations(tree), "<slip>", "exec"), space)  # the course's own text
            made.append(space[name])
        space["EPSILON"] = epsilon
        return made[0](*call)

    return function


def without_brackets(text: str, tree: ast.Module) -> Iterator[str]:
    """The text with one pair of brackets left out, so that a product is formed before a sum."""
    lines = text.splitlines()
    for node in ast.walk(tree):
        if not isinstance(node, ast.BinOp) or node.end_lineno != node.lineno or node.end_col_offset is None:
            continue
        line, start, end = lines[node.lineno - 1], node.col_offset, node.end_col_offset
        if line[start - 1:start] + line[end:end + 1] != "()" or line[:start - 1].rstrip()[-1:].isidentifier():
            continue
        other = [*lines]
        other[node.lineno - 1] = line[:start - 1] + line[start:end] + line[end + 1:]
        if parses("\n".join(other)):
            yield "\n".join(other)


def other_names(task: Exercise, tree: ast.Module) -> Iterator[tuple[str, int, ast.AST]]:
    """One place at which another argument is used, or 1 minus the right one."""
    for place, node in enumerate(ast.walk(tree)):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or node.id == "np":
            continue
        for other in task.parameters:
            if other == node.id:
                continue
            if node.id in task.parameters:
                yield translate("Your numbers come out when `{other}` is used at a place where `{name}` is meant.",
                                other=other, name=node.id), place, ast.Name(other, ast.Load())
            else:
                yield translate("Your numbers come out when `{other}` is used where something else is meant.",
                                other=other), place, ast.Name(other, ast.Load())
        if node.id in task.parameters:
            yield translate("Your numbers come out when 1 - `{name}` is used at a place where `{name}` is meant.",
                            name=node.id), place, ast.BinOp(ast.Constant(1), ast.Sub(), node)
            yield translate("Your numbers come out when the mean of `{name}` is used where `{name}` is meant.",
                            name=node.id), place, ast.Call(numpy_function("mean"), [node], [])


class GuardedLogarithms(ast.NodeTransformer):
    """Adds EPSILON inside every logarithm."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if function_name(node) in ("log", "log2") and len(node.args) == 1:
            return ast.Call(node.func, [ast.BinOp(node.args[0], ast.Add(), ast.Name("EPSILON", ast.Load()))], [])
        return node


def logarithm_plus(epsilon: str) -> str:
    """The sentence on a small number inside each logarithm."""
    return translate("Your numbers come out when {epsilon} is added inside the logarithm.", epsilon=epsilon)


class Replaced(ast.NodeTransformer):
    """Puts one node in place of another."""

    def __init__(self, target: ast.AST, new: ast.AST) -> None:
        self.target, self.new = target, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.target else self.generic_visit(node)
