"""The thread through the course: the functions of earlier pages that a learner's own network is made of."""

from __future__ import annotations

import ast
import builtins
import inspect
import symtable
import textwrap
from collections.abc import Iterator, Sequence

from lossedu.exercises.exercise import Exercise, find_exercise
from lossedu.exercises.progress import keep_answer
from lossedu.exercises.types import Function
from lossedu.language import translate

PARTS = ("softmax_rows", "label_surprise_mean", "softmax_gradient", "momentum_step", "relu_backward", "affine_backward")
LAST = "your_own_network"


def parts() -> list[Exercise]:
    """The exercises whose functions are used again, in the order of the book."""
    return [find_exercise(name) for name in PARTS]


def said_of(task: Exercise, language: str | None = None) -> str:
    """The sentence at the end of a part's prompt; "" for any other exercise."""
    if task.name not in PARTS:
        return ""
    return translate("You will use this function again: it is a part of the network that you train in `{last}`.",
                     language, last=LAST)


def keep(task: Exercise, source: str) -> None:
    """Keep the source of an answer that passed, if it is a part and its source could be had."""
    if source and task.name in PARTS:
        keep_answer(task, source)


def source_of_answer(task: Exercise, answer: Function) -> str:
    """The source of a function in a notebook or a file; "" where it cannot be had, as for a lambda.

    A function of another name also gets the name of its exercise.
    """
    try:
        source = textwrap.dedent(inspect.getsource(answer)).rstrip() + "\n"
        body = ast.parse(source).body
    except (OSError, TypeError, SyntaxError):
        return ""
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef):
        return ""
    return source if body[0].name == task.name else f"{source}\n\n{task.name} = {body[0].name}\n"


def names_outside(source: str) -> set[str]:
    """The names that a source uses and does not bind itself, beside Python's own and `np`.

    Parameters
    ----------
    source : str
        One function, perhaps with a second name for it.

    Returns
    -------
    set of str

    Examples
    --------
    >>> sorted(names_outside("def f(x):\\n    return np.exp(x) * scale + helper(abs(x))"))
    ['helper', 'scale']
    """
    whole = symtable.symtable(source, "answer", "exec")
    own = {symbol.get_name() for symbol in whole.get_symbols() if symbol.is_assigned()}
    return set(looked_up(whole)) - own - set(dir(builtins)) - {"np"}


def looked_up(table: symtable.SymbolTable) -> Iterator[str]:
    """The names that a scope and those inside it look for outside of all functions."""
    at_the_top = table.get_type() == "module"
    yield from (symbol.get_name() for symbol in table.get_symbols()
                if symbol.is_referenced() and (at_the_top or symbol.is_global()))
    for inner in table.get_children():
        yield from looked_up(inner)


def cell_of(sources: Sequence[str]) -> str:
    """The code of one cell that holds these sources."""
    return "\n\n\n".join(["import numpy as np", *(source.strip() for source in sources)]) + "\n"
