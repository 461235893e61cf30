"""Slips of the pen: every kind is made, and what becomes of each is told rightly."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from lossedu.exercises import Exercise
from lossedu.exercises.mutants import changed_sources, mutants, varied
from lossedu.exercises.verify import fates_of_mutants, verify


@pytest.mark.parametrize(("line", "slips"), [
    ("a + b", ["a - b", "a", "b"]),
    ("a - b", ["a + b", "b - a"]),
    ("a / b", ["a * b", "b / a"]),
    ("a ** 2", ["a ** 3", "a ** 1", "a * 2"]),
    ("a @ b", ["b @ a", "a * b"]),
    ("a < b", ["a <= b", "a > b"]),
    ("a >= b", ["a > b", "a <= b"]),
    ("-a", ["a"]),
    ("np.abs(a)", ["a"]),
    ("a.copy()", ["a"]),
    ("a.T", ["a"]),
    ("a[1:-1]", ["a[:-1]", "a[1:]", "a[2:-1]", "a[0:-1]", "a"]),
    ("len(a)", ["len(a) - 1", "a.size"]),
    ("a.max(axis=1, keepdims=True)", ["a.max(axis=2, keepdims=True)", "a.max(axis=0, keepdims=True)", "a.max(axis=1)",
                                      "a.max(keepdims=True)", "a.min(axis=1, keepdims=True)",
                                      "a.mean(axis=1, keepdims=True)", "a.max(axis=1, keepdims=False)"]),
    ("np.where(a, b, 1)", ["np.where(b, a, 1)", "np.where(a, 1, b)"]),
    ("(a, b)", ["(b, a)"]),
    ("a if b else 1", ["a", "1", "1 if b else a"]),
    ("[x for x in a]", ["[x for x in list(a)[1:]]", "[x for x in list(a)[:-1]]"]),
])
def test_every_kind_of_slip_is_made(line, slips):
    assert set(changed_sources(ast.parse(line))) >= set(slips)


def test_statements_are_left_out_moved_and_shortened(made):
    def running(r):
        """Return the running sums."""
        total = np.zeros(len(r))
        for i in range(len(r)):
            if i > 0:
                total[i] = total[i - 1]
            total[i] += r[i]
        return total

    lines = {mutant.line for mutant in mutants(made(running))}
    assert lines >= {"without total[i] += r[i]", "total[i] = r[i]", "if True:", "earlier: total[i] += r[i]",
                     "for i in list(range(len(r)))[:-1]:", "if i >= 0:", "if i > 1:", "total[i] = total[i - 2]"}


def test_a_while_loop_is_refused(made):
    def forever(r):
        """Return nothing."""
        while True:
            pass

    with pytest.raises(ValueError, match="has a while loop.*write it with for"):
        mutants(made(forever))


def test_an_argument_is_changed_where_the_prompt_forbids_it(made):
    task, free = made(keeps_inputs=True), made()
    changed = {mutant for mutant in mutants(task) if "r[...] = 0" in mutant.line}
    assert len(mutants(task)) == len(mutants(free)) + 1 and len(changed) == 1
    r = np.array([1.0, 2.0])
    assert changed.pop().function(r) == 5 and not r.any()
    assert set(fates_of_mutants(task, (0, 1)).values()) == {"fails"}


def clipped(r):
    """Return the sum of the positive entries of `r`."""
    return np.sum(np.maximum(r, 0))


def fate_of(task: Exercise, line: str, seeds=(0, 1, 2)) -> set[str]:
    return {fate for mutant, fate in fates_of_mutants(task, seeds).items() if mutant.line == line}


def test_the_fate_of_a_mutant(made):
    positive = made(clipped, draw=lambda rng: iter([(rng.uniform(1, 2, size=4),)]))
    assert fate_of(positive, "return np.sum(np.maximum(r, 0))") == set(), "the reference is no mutant"
    assert fate_of(positive, "return np.sum(np.maximum(0, r))") == {"equal"}
    assert fate_of(positive, "return np.sum(r)") == {"passes"}, "negative entries were never drawn"
    assert fate_of(positive, "return np.sum(0)") == {"fails"}
    positive.equivalent("No entry is negative.", "return np.sum(r)")
    assert fate_of(positive, "return np.sum(r)") == {"explained"}
    both = made(clipped, draw=lambda rng: iter([(rng.normal(size=9),)]))
    assert fate_of(both, "return np.sum(r)") == {"fails"}


def test_a_mutant_that_passes_with_one_seed_passes(made):
    task = made(clipped, draw=lambda rng: iter([(rng.normal(size=1),)]))
    signs = [np.sign(task.calls(seed)[0][0][0]) for seed in (2, 3, 4)]
    assert signs == [1, 1, -1]
    assert fate_of(task, "return np.sum(r)", (4,)) == {"fails"}
    assert fate_of(task, "return np.sum(r)", (4, 3)) == {"passes"}


def test_an_explanation_of_no_mutant_is_seen(made):
    task = made()
    task.equivalent("It is right.", "return np.sum(r ** 3)", "return 0")
    assert [fault for fault in verify(task) if "no mutant of that line passes" in fault][1:]


def test_variations_keep_shapes_and_kinds():
    call = (np.arange(6.0).reshape(2, 3), np.array([0, 2, 1, 2]), 3, 0.5, "a", np.array([], int))
    rng = np.random.default_rng(0)
    tried = [varied(call, rng) for _ in range(60)]
    for one in tried:
        assert [np.shape(a) for a in one] == [np.shape(a) for a in call]
        assert [type(a) for a in one] == [type(a) for a in call] and one[2] == 3 and one[4] == "a"
        assert set(one[1]) <= {0, 1, 2} and 0 < one[3] < 1
    floats = np.concatenate([one[0].ravel() for one in tried])
    assert (floats < 0).any() and (floats > 500).any() and (floats % 1 != 0).any()
    assert any(len(set(one[1])) < 3 for one in tried), "no class is ever missing"
