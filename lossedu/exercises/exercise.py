"""An exercise is written once: prompt, reference, inputs, mistakes, hints. All else is derived from this object.

The reference is an ordinary function; its docstring is the prompt and its body is the solution:

    exercise, ask = on_page(__name__)

    @exercise(title="Average the squares", points=1, hints=["Square first, then average."])
    def mean_of_squares(y_true: Array, y_pred: Array) -> Number:
        '''Return the mean of the squared differences, one float. ...'''
        return np.mean((y_true - y_pred) ** 2)

    @mean_of_squares.inputs
    def draw(rng: np.random.Generator) -> Inputs:
        yield np.array([1.0]), np.array([3.0])           # edge cases first
        yield rng.normal(size=5), rng.normal(size=5)

    mean_of_squares.mistake("You summed; a mean also divides by n.", lambda y, p: np.sum((y - p) ** 2))

Its folded solution stands alone: it needs NumPy as `np` and nothing else, like the answer it asks for. Annotations
are for mypy, so learners do not see them.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np

from lossedu.exercises.types import Call, Claim, Draw, Function
from lossedu.language import translate

exercises: dict[str, Exercise] = {}

VISIBLE_SEED = 0

F = TypeVar("F", bound=Function)


class UnknownExercise(KeyError):
    """There is no exercise of that name; the message names the nearest."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would put it in quotes


class Formula:
    """A function that an exercise hands to the learner's function, written as one expression.

    It shows itself as its source, and its source can be carried to where answers are graded.

    Parameters
    ----------
    source : str
        A Python expression for a function; `np` is NumPy.

    Examples
    --------
    >>> slope = Formula("lambda w: 2 * (w - 3)")
    >>> slope(5.0)
    4.0
    >>> slope
    lambda w: 2 * (w - 3)
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._function = eval(source, {"np": np})  # the course's own text, not a learner's

    def __call__(self, *arguments: object) -> object:
        return self._function(*arguments)

    def __repr__(self) -> str:
        return self.source


class Exercise:
    """One exercise; `exercise` makes it from the reference function.

    Attributes
    ----------
    name : str
        The function's name: what a learner writes and what grading looks for, unique in the course.
    chapter, title : str
    points : int
    hints : tuple of str
        In the order to give them.
    mistakes : list of (str, callable)
        What the learner did wrong, in words, and a function that does it.
    alternatives : list of callable
        Other right answers, which must pass.
    accepts : callable or None
        ``accepts(answer, *arguments)`` is true for values that are right beside the reference's.
    claims : list of (str, callable)
        What must hold of an answer, where any value with these properties is right: the sentence to say when it does
        not hold, and a function that tells.
    draft : callable or None
        The body that learners start from, in place of the dots.
    given : list of callable
        Functions that stand above the starter, for learners to run.
    rtol : float
        Relative tolerance of a float64 answer.
    formerly : tuple of str
        Names the exercise had before; progress made under them counts.
    keeps_inputs : bool
        Whether the prompt forbids changing an argument in place.
    equivalents : dict of str to str
        Lines of mutants that are right as well, and why.
    """

    def __init__(self, reference: Function, chapter: str, title: str, points: int, hints: Iterable[str], rtol: float,
                 formerly: Iterable[str] = (), keeps_inputs: bool = False) -> None:
        self.reference = reference
        self.name = reference.__name__
        self.chapter, self.title, self.points = chapter, title, points
        self.hints = tuple(hints)
        self.rtol = rtol
        self.formerly = tuple(formerly)
        self.keeps_inputs = keeps_inputs
        self.equivalents: dict[str, str] = {}
        self.mistakes: list[tuple[str, Function]] = []
        self.alternatives: list[Function] = []
        self.accepts: Callable[..., bool] | None = None
        self.claims: list[tuple[str, Claim]] = []
        self.draft: Function | None = None
        self.given: list[Function] = []
        self._draw: Draw | None = None

    def inputs(self, draw: Draw) -> Draw:
        """Take `draw(rng)`, which yields tuples of arguments: edge cases first, then random ones."""
        self._draw = draw
        return draw

    def mistake(self, sentence: str, function: Function) -> None:
        """Add a typical wrong answer and the sentence that names it."""
        self.mistakes.append((sentence, function))

    def alternative(self, function: F) -> F:
        """Add another right answer."""
        self.alternatives.append(function)
        return function

    def equivalent(self, why: str, *lines: str) -> None:
        """Say why these mutants of the reference are right as well; `lines` are as `verify` names them."""
        self.equivalents |= dict.fromkeys(lines, why)

    def accept(self, predicate: Callable[..., bool]) -> Callable[..., bool]:
        """Take `predicate(answer, *arguments)`, true for other right values: any subgradient at a kink."""
        self.accepts = predicate
        return predicate

    def claim(self, sentence: str) -> Callable[[Claim], Claim]:
        """Take what must hold of any right answer, so that the reference's value is only one of them.

        The function is given the answer in float64 and the arguments, and returns whether it holds and the numbers that
        fill the sentence, beside the arguments' own names. A claim is asked when all claims before it hold.
        """
        def enter(function: Claim) -> Claim:
            self.claims.append((sentence, function))
            return function

        return enter

    def bug(self, sentence: str) -> Callable[[F], F]:
        """Hand out a mistake as the code that learners start from and repair."""
        def enter(function: F) -> F:
            self.draft = function
            self.mistake(sentence, function)
            return function

        return enter

    def gives(self, function: F) -> F:
        """Show a function above the starter, for learners to run; it needs NumPy as `np` and nothing else."""
        self.given.append(function)
        return function

    def calls(self, seed: int = VISIBLE_SEED) -> list[Call]:
        """Argument tuples of all checks for one seed: the visible ones by default, secret ones for another."""
        if not self.parameters:  # a prediction: the function has no arguments, and one call of it tells
            return [()]
        if self._draw is None:
            raise ValueError(f"exercise {self.name} has no inputs; give it some with @{self.name}.inputs.")
        return list(self._draw(np.random.default_rng(seed)))

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the arguments."""
        return tuple(inspect.signature(self.reference).parameters)

    @property
    def prompt(self) -> str:
        """The task in words: the reference's docstring."""
        return inspect.cleandoc(self.reference.__doc__ or "")

    @property
    def starter(self) -> str:
        """The code a learner starts from: signature, first line of the prompt, and the draft or a place to write."""
        first_line = self.prompt.partition("\n")[0]
        typed = inspect.signature(self.reference)
        plain = typed.replace(parameters=[one.replace(annotation=one.empty) for one in typed.parameters.values()],
                              return_annotation=typed.empty)
        return (f"def {self.name}{plain}:\n"
                f'    """{first_line}"""\n'
                + (body_of(self.draft) if self.draft else "    ...  # your answer here"))

    @property
    def cell(self) -> str:
        """The functions that are given, then the starter."""
        return "\n\n\n".join([*(source_of(function).rstrip() for function in self.given), self.starter])

    @property
    def solution(self) -> str:
        """The reference as a learner could have written it: without decorator, docstring and annotations."""
        head, docstring, body = parts_of(self.reference)
        return head + body

    @property
    def version(self) -> str:
        """Changes when the chapter's text changes; a grade belongs to one version."""
        return _version(self.reference.__module__)

    def __repr__(self) -> str:
        return f"<Exercise {self.name}: {self.title}, {self.points} points>"


def parts_of(function: Function) -> tuple[str, str, str]:
    """Return signature, docstring and body of a function as text, without decorator and annotations."""
    source = without_annotations(textwrap.dedent(inspect.getsource(function)))
    tree, lines = ast.parse(source).body[0], source.splitlines(keepends=True)
    assert isinstance(tree, ast.FunctionDef)
    first = tree.body[0]
    begin = first.lineno - 1
    end = (first.end_lineno or 0) if ast.get_docstring(tree) else begin
    return "".join(lines[tree.lineno - 1:begin]), "".join(lines[begin:end]), "".join(lines[end:])


def source_of(function: Function) -> str:
    """Return a function as learners see it: without decorator and annotations."""
    return "".join(parts_of(function))


def body_of(function: Function) -> str:
    """Return what a function does, below signature and docstring."""
    return parts_of(function)[2].rstrip()


def without_annotations(source: str) -> str:
    """Return the source of a function as somebody writes it who knows no annotations; all else stays to the letter.

    Parameters
    ----------
    source : str
        Python with annotations at parameters, at what a function returns, and at assignments.

    Returns
    -------
    str

    Examples
    --------
    >>> print(without_annotations('''def half(x: float = 1.0) -> float:
    ...     y: float = x / 2  # two: a half
    ...     return y'''))
    def half(x=1.0):
        y = x / 2  # two: a half
        return y
    """
    text = source.encode()  # because the columns of a syntax tree count bytes
    lines = list(accumulate(map(len, text.splitlines(keepends=True)), initial=0))

    def begin(node: ast.arg | ast.expr) -> int:
        return lines[node.lineno - 1] + node.col_offset

    def end(node: ast.expr) -> int:
        return lines[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

    cuts = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.arg(annotation=ast.expr() as kind):
                cuts.append((text.index(b":", begin(node)), end(kind), b""))
                if equals := re.compile(rb"\s*=\s*").match(text, end(kind)):  # x: float = 1.0, but x=1.0
                    cuts.append((*equals.span(), b"="))
            case ast.FunctionDef(returns=ast.expr() as kind):
                cuts.append((text.rindex(b")", 0, begin(kind)) + 1, end(kind), b""))
            case ast.AnnAssign(value=ast.expr()):
                cuts.append((end(node.target), end(node.annotation), b""))
    for first, last, kept in sorted(cuts, reverse=True):
        text = text[:first] + kept + text[last:]
    return text.decode()


@cache
def _version(module: str) -> str:
    file = Path(inspect.getfile(sys.modules[module]))
    # Line ends differ between platforms; a version must not.
    return hashlib.sha256(file.read_text(encoding="utf-8").encode()).hexdigest()[:12]


def exercise(chapter: str, *, title: str, points: int, hints: Iterable[str], rtol: float = 1e-7,
             formerly: Iterable[str] = (), keeps_inputs: bool = False) -> Callable[[Function], Exercise]:
    """Turn a reference function into an `Exercise` and enter it into the course.

    Parameters
    ----------
    chapter : str
        The page it belongs to.
    title : str
        A few words for lists and headings.
    points : int
        What a right answer earns.
    hints : list of str
        In the order to give them.
    rtol : float
        Relative tolerance of a float64 answer. The default tolerates any order of summation, while
        every wrong formula on the exercises' inputs is off by far more.
    formerly : list of str
        Names the exercise had before it was renamed.
    keeps_inputs : bool
        True where the prompt forbids changing an argument in place; an answer that does so then earns nothing.

    Returns
    -------
    callable
        The decorator for the reference function.

    Raises
    ------
    ValueError
        By the decorator, when another exercise has that name.
    """
    def enter(reference: Function) -> Exercise:
        if reference.__name__ in exercises:
            raise ValueError(f"two exercises are named {reference.__name__}; names must be unique in the course.")
        made = exercises[reference.__name__] = Exercise(reference, chapter, title, points, hints, rtol, formerly,
                                                             keeps_inputs)
        return made

    return enter


def every_exercise() -> dict[str, Exercise]:
    """The exercises of the course, by name.

    The pages that hold them build on this module, so they are read when somebody asks for them.
    """
    import_module("lossedu.course")
    return exercises


def find_exercise(name: str | Function | Exercise) -> Exercise:
    """The exercise of that name (a string, or a function called like it).

    Raises
    ------
    UnknownExercise
        When there is none; the message names the nearest.

    Examples
    --------
    >>> find_exercise("squared_error_mean")
    <Exercise squared_error_mean: Average the squares, 1 points>
    """
    if isinstance(name, Exercise):
        return name
    name = getattr(name, "__name__", name)
    known = every_exercise()
    if name in known:
        return known[name]
    renamed = next((task for task in known.values() if name in task.formerly), None)
    if renamed:
        return renamed
    near = get_close_matches(str(name), known, n=3, cutoff=0.4)
    advice = (translate("Did you mean {names}?", names=", ".join(near)) if near else
              translate("`lossedu list` names them all."))
    raise UnknownExercise(translate("There is no exercise named {name}. {advice}", name=repr(name), advice=advice))


def points_text(points: int, language: str | None = None) -> str:
    """Points and what they say of the difficulty.

    Examples
    --------
    >>> points_text(1), points_text(2), points_text(4)
    ('1 point, easy', '2 points, medium', '4 points, a stretch')
    """
    if points == 1:
        return translate("1 point, easy", language)
    return translate("2 points, medium" if points == 2 else "{n} points, a stretch", language, n=points)


def starter(name: str) -> str:
    """The code cell a learner starts from, with its check."""
    task = find_exercise(name)
    return f"{task.cell}\n\n\ncheck({task.name})"


def markdown_solution(name: str, language: str = "en") -> str:
    """The folded solution, for a page."""
    task = find_exercise(name)
    return (f'<details class="le-solution">\n<summary>{translate("Solution", language)}</summary>\n\n'
            f"```python\n{task.solution.rstrip()}\n```\n\n</details>")
