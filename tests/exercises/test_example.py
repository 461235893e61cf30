"""Every prompt shows an example, and what it says is so."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lossedu.exercises import exercises, find_exercise
from lossedu.exercises.compare import compare
from lossedu.exercises.example import example, example_call, is_round, markdown_prompt, text, whole_prompt
from lossedu.exercises.exercise import Formula, points_text
from lossedu.exercises.judge import Outcome, judge
from lossedu.sandboxed.codec import as_real_arrays

SAID = re.compile(r"^Example: for (?P<given>.+) the answer (?:is (?P<about>about )?`(?P<value>.+)`\.|"
                  r"`(?P<wrong>.+)` would be wrong\. .+)$", re.S)


def read(text: str, like):
    """A value as a reader takes it from the page: a list of the example is an array where the function takes one."""
    if isinstance(like, Formula):
        assert text == like.source
        return like
    value = eval(text, {"np": np, "nan": np.nan, "inf": np.inf})
    return np.array(value, dtype=like.dtype) if isinstance(like, np.ndarray) else value


@pytest.mark.parametrize("name", sorted(name for name, task in exercises.items() if task.parameters))
def test_the_example_of_an_exercise_is_so(name):
    task = exercises[name]
    call = example_call(task)
    assert call is not None, "give it a visible input of few and round numbers"
    said = SAID.match(example(task))
    assert said, example(task)
    given = dict(re.findall(r"`(\w+) = ([^`]+)`", said["given"]))
    assert tuple(given) == task.parameters
    arguments = [read(part, like) for part, like in zip(given.values(), call, strict=True)]
    if said["wrong"]:
        value = as_real_arrays(read(said["wrong"], None))
        assert judge(task, [call], [Outcome(value)]).state not in ("PASS", "WRONG TYPE")
    else:
        value, right = as_real_arrays(read(said["value"], None)), as_real_arrays(task.reference(*arguments))
        assert not compare(value, right, 1e-3 if said["about"] else 1e-12)
        assert bool(said["about"]) != is_round(right)


def test_an_example_is_part_of_every_prompt():
    task = find_exercise("absolute_error_mean")
    assert whole_prompt(task).startswith(task.prompt + "\n\nExample: for `y_true = [1, 2, 4]`")
    assert markdown_prompt(task.name).endswith(whole_prompt(task))
    assert "示例" in whole_prompt(task, "zh") or "例" in whole_prompt(task, "zh")


def test_an_example_is_small_and_round_and_tells_something(made):
    def draw(rng):
        yield (np.array([3.0]),)
        yield (np.zeros(4),)
        yield (np.array([1.23456, 2.0]),)
        yield (np.arange(20.0),)
        yield (np.array([-1.5, 2.0]),)
        yield (rng.normal(size=4),)

    assert example(made(draw=draw)) == "Example: for `r = [-1.5, 2]` the answer is `6.25`."
    assert example(made()) == "Example: for `r = [3]` the answer is `9`."
    assert example(made(draw=lambda rng: iter([(rng.normal(size=4),)]))) == ""


@pytest.mark.parametrize(("value", "whole"), [
    (0.1 + 0.2, True), (1 - 0.62, True), ((np.array([3.0, 0.3000001]),), False), (1 / 3, False), (3 - 1e-15, True),
    (np.nan, False), (np.inf, False), (123456.0, True), (12345.5, False), (np.True_, True)])
def test_a_last_bit_that_differs_between_processors_does_not_change_the_words(value, whole):
    assert is_round(value) is whole


@pytest.mark.parametrize(("value", "shown"), [
    (np.array([[1.0, -0.0]]), "[[1, 0]]"), (1 / 3, "0.3333"), (18178.0, "18178"), (1e7, "1e+07"), (np.True_, "True"),
    ((np.array(2.0),), "(2,)"), ("ab", "'ab'"), ([0, 1], "[0, 1]"), (np.nan, "nan"), (-np.inf, "-inf")])
def test_values_are_shown_in_one_line(value, shown):
    assert text(value) == shown


def test_points_say_how_difficult_an_exercise_is():
    assert [points_text(n, "zh") for n in (1, 2, 3)] == ["1 分，容易", "2 分，中等", "3 分，挑战"]
