"""Every exercise of the course is proved, and the proof sees each kind of fault."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap

import numpy as np
import pytest

from lossedu.exercises import check, exercises, find_exercise, verify
from lossedu.exercises.exercise import Exercise, UnknownExercise, exercise, without_annotations
from lossedu.exercises.judge import judge


@pytest.mark.parametrize("name", sorted(exercises))
def test_the_exercise_keeps_its_promises(name):
    assert verify(exercises[name]) == []


@pytest.mark.parametrize("name", sorted(exercises))
def test_it_teaches_enough(name):
    task = exercises[name]
    assert len(task.mistakes) >= 3 and len(task.prompt) > 20 and task.points >= 1
    assert not task.title.endswith("."), "a title is no sentence"


def test_a_sound_exercise_has_no_faults(made):
    assert verify(made()) == []


def squares(r):
    """Return the sum of the squares."""
    return np.sum(r**2)


def in_place(r):
    """Return the sum of the squares."""
    r **= 2
    return np.sum(r)


def leaning(r):
    """Return the sum of the squares."""
    return helper(r)


def helper(r):
    return np.sum(r**2)


@pytest.mark.parametrize(("changes", "fault"), [
    ({"hints": ()}, "no hints"),
    ({"hints": ("a", " ")}, "no hints, or an empty one"),
    ({"draw": lambda rng: iter([(np.array([3.0]),)])}, "do not depend on the seed"),
    ({"draw": lambda rng: iter([(np.random.default_rng().normal(size=3),)])}, "not the same for the same seed"),
    ({"mistakes": [("Sum.", lambda r: np.sum(r**2))]}, "is judged PASS"),
    ({"mistakes": [("First.", lambda r: np.sum(r)), ("Second.", lambda r: np.sum(r))]}, "told as 'First.'"),
    ({"mistakes": [("Close.", lambda r: np.sum(r**2) * (1 + 1e-12))]}, "is judged PASS"),
    ({"reference": in_place}, "changes its input"),
    ({"formerly": ["squared_error_mean"]}, "belongs to another"),
    ({"keeps_inputs": True}, "must say that the arguments stay unchanged"),
    ({"draw": lambda rng: iter([(rng.choice([2.0, 2.0], size=1),), (2 + 0 * rng.normal(size=2),)])},
     "the mutant 'return np.sum(r * 2)' passes"),
    ({"mistakes": [("Lucky.", lambda r: np.sum(r**2) + (r[0] < 2))]}, "the mistake 'Lucky.' passes with seed 3"),
])
def test_each_fault_is_seen(made, changes, fault):
    assert any(fault in each for each in verify(made(**changes)))


def test_a_solution_that_leans_on_a_helper_is_seen(made):
    assert any("printed solution does not pass" in each for each in verify(made(reference=leaning)))


def test_an_alternative_that_is_wrong_is_seen(made):
    task = made()
    task.alternative(lambda r: np.sum(np.abs(r)))
    assert any("a right answer fails" in each for each in verify(task))


def test_a_right_answer_that_fails_on_a_secret_seed_is_seen(made):
    task = made()
    task.alternative(lambda r: np.sum(r**2) + (2 < r[0] < 3))
    assert "a right answer fails with seed 3" in verify(task)


def test_a_verdict_that_tells_a_secret_is_seen(made, monkeypatch):
    module = sys.modules["lossedu.exercises.verify"]
    monkeypatch.setattr(module, "judge", lambda task, calls, outcomes, secret=False: judge(task, calls, outcomes))
    task = made(draw=lambda rng: iter([(rng.normal(size=4),)]))
    assert any("its secret verdict tells" in each for each in verify(task))


def test_two_exercises_cannot_share_a_name():
    with pytest.raises(ValueError, match="must be unique"):
        exercise("x", title="t", points=1, hints=["h"])(find_exercise("squared_error_mean").reference)


def test_an_unknown_exercise_names_the_nearest():
    with pytest.raises(UnknownExercise, match="Did you mean squared_error_mean"):
        find_exercise("squared_eror_mean")
    with pytest.raises(KeyError, match="lossedu list"):
        check(lambda x: x, name="zzz")


def test_a_renamed_exercise_is_found_by_its_former_name(made, monkeypatch):
    task = made(formerly=["sum_of_squares"])
    monkeypatch.setitem(exercises, task.name, task)
    assert find_exercise("sum_of_squares") is task


def test_inputs_are_needed():
    with pytest.raises(ValueError, match="has no inputs"):
        Exercise(squares, "x", "t", 1, ["h"], 1e-7).calls()


def test_the_solution_is_the_body_without_docstring_and_decorator():
    assert find_exercise("squared_error_mean").solution == (
        "def squared_error_mean(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)\n")


def test_the_starter_is_the_signature_and_a_place_to_write():
    assert find_exercise("squared_error_mean").starter.splitlines()[0] == "def squared_error_mean(y_true, y_pred):"
    assert "return" not in find_exercise("squared_error_mean").starter.splitlines()[-1]


class Untyped(ast.NodeTransformer):
    """Take the annotations out of a syntax tree, as the text must lose them."""

    def visit_arg(self, node):
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node):
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node):
        return ast.Assign([node.target], node.value) if node.value else node


def tree_of(source: str) -> str:
    return ast.dump(ast.parse(source))


def untyped_tree_of(source: str) -> str:
    return ast.dump(Untyped().visit(ast.parse(source)))


def test_learners_see_the_reference_without_its_annotations():
    typed = 0
    for name, task in exercises.items():
        for shown in (task.cell, task.solution):
            assert tree_of(shown) == untyped_tree_of(shown), f"{name} shows an annotation"
        reference, = ast.parse(textwrap.dedent(inspect.getsource(task.reference))).body
        typed += reference.returns is not None
        del reference.decorator_list[:], reference.body[0]
        assert tree_of(task.solution) == untyped_tree_of(ast.unparse(reference)), name
        assert task.solution.splitlines()[0] == task.starter.splitlines()[0], name
    assert typed == len(exercises)


@pytest.mark.parametrize(("written", "shown"), [
    ("def f(x: int) -> int:\n    return x\n", "def f(x):\n    return x\n"),
    ("def f(x, y):\n    return {x: y}\n", "def f(x, y):\n    return {x: y}\n"),
    ("def f(x: int = 1, y: int=2, z = 3) -> int: return x", "def f(x=1, y=2, z = 3): return x"),
    ("def f(x: 'a, b' = ':', *, y: str = \") -> 'c':\") -> 'd -> e':\n    return x[1:2]",
     "def f(x=':', *, y=\") -> 'c':\"):\n    return x[1:2]"),
    ("def f(a: int, /, *b: int, c: int = (1), **d: int): return a", "def f(a, /, *b, c=(1), **d): return a"),
    ("def f(\n    x: int,  # one: a -> b\n    y: list[int] = {1: 2},\n) -> tuple[int,\n  str]:  # two: so\n    pass",
     "def f(\n    x,  # one: a -> b\n    y={1: 2},\n):  # two: so\n    pass"),
    ("def f(ŷ: int, é: 'Ä' = 'ß: ü') -> 'ŷ':  # ŷ: ŷ\n    δ: float = ŷ  # ½\n    return δ, 'ŷ: ŷ'",
     "def f(ŷ, é='ß: ü'):  # ŷ: ŷ\n    δ = ŷ  # ½\n    return δ, 'ŷ: ŷ'"),
    ("def f(x: int):\n    def g(y: int) -> int:\n        z: int  =  [y]\n        return z\n    return lambda a, b=1: g",
     "def f(x):\n    def g(y):\n        z  =  [y]\n        return z\n    return lambda a, b=1: g"),
    ("@d(lambda x: x, k={1: 2})\ndef f(x: int) -> None:\n    \"\"\"x: int -> y: int = 1\"\"\"\n    x[0]: int = 1",
     "@d(lambda x: x, k={1: 2})\ndef f(x):\n    \"\"\"x: int -> y: int = 1\"\"\"\n    x[0] = 1"),
    ("def f(x: str = 'a\fb\u2028c') -> str:\r\n    ŷ: str = x\r\n    return ŷ\r\n",
     "def f(x='a\fb\u2028c'):\r\n    ŷ = x\r\n    return ŷ\r\n"),
])
def test_annotations_are_taken_out_to_the_letter(written, shown):
    assert without_annotations(written) == shown
    assert tree_of(shown) == untyped_tree_of(written)
    assert without_annotations(shown) == shown


def expressions(source: str) -> set[str]:
    """What a solution computes: each value that it returns or gives a name, without spaces."""
    found = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.Return, ast.Assign)))
    return {ast.unparse(value).replace(" ", "") for value in found
            if isinstance(value, (ast.BinOp, ast.Call, ast.Subscript, ast.Compare)) and len(ast.unparse(value)) > 8}


def gives_away(hint: str, source: str) -> set[str]:
    """The expressions of a solution that a hint holds."""
    said = re.sub(r"[\s`]", "", hint).replace("²", "**2")
    return {one for one in expressions(source) if one in said}


@pytest.mark.parametrize("name", sorted(exercises))
def test_its_hints_lead_in_three_steps_and_leave_the_formula_to_the_learner(name):
    task = exercises[name]
    assert len(task.hints) == 3
    given = gives_away(task.prompt, task.solution)
    assert {one for hint in task.hints for one in gives_away(hint, task.solution)} <= given


@pytest.mark.parametrize(("hint", "away"), [
    ("Take `np.mean((y - p)**2)`.", True), ("Average (y - p)² over all: np.mean((y - p)²).", True),
    ("Square each difference, then average.", False)])
def test_a_hint_that_is_the_formula_is_seen(hint, away):
    assert bool(gives_away(hint, "def f(y, p):\n    return np.mean((y - p)**2)")) is away
