"""The thread through the course: a learner's own functions are kept when they pass, and train a net at the end."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path

import numpy as np
import pytest

from lossedu.exercises import check, exercises, find_exercise, thread
from lossedu.exercises.example import whole_prompt
from lossedu.exercises.thread import LAST, PARTS, names_outside
from lossedu.grading.local import check_file
from lossedu.terminal import checking
from lossedu.terminal.checking import check_all, source_in_cells
from lossedu.terminal.reset import reset

store = sys.modules["lossedu.exercises.progress"]

# The thread as a learner may write it; one answer leans on another part.
ANSWERS = {
    "softmax_rows": "def softmax_rows(z):\n    e = np.exp(z)  # my own\n    return (e.T / e.sum(axis=1)).T\n",
    "label_surprise_mean": "def label_surprise_mean(labels, p):\n"
                           "    return np.mean([-np.log(row[y]) for row, y in zip(p, labels)])\n",
    "softmax_gradient": "def softmax_gradient(labels, logits):\n    G = softmax_rows(logits)\n"
                        "    G[np.arange(len(labels)), labels] -= 1\n    return G / len(labels)\n",
    "momentum_step": "def momentum_step(w, v, g, rate, mu):\n    v = g + mu * v\n    return w - v * rate, v\n",
    "relu_backward": "def relu_backward(Z, H_bar):\n    return np.where(Z > 0, H_bar, 0)\n",
    "affine_backward": "def affine_backward(X, W, Z_bar):\n    return Z_bar.dot(W.T), X.T.dot(Z_bar), sum(Z_bar)\n",
}

TRAIN = """
def your_own_network(X, labels, W, b, V, c, new_X):
    knobs, losses = [W, b, V, c], []
    speeds = [np.zeros_like(k) for k in knobs]
    for _ in range(150):
        W, b, V, c = knobs
        A = X @ W + b
        H = np.maximum(A, 0)
        Z = H @ V + c
        losses.append(label_surprise_mean(labels, softmax_rows(Z)))
        H_bar, V_bar, c_bar = affine_backward(H, V, softmax_gradient(labels, Z))
        X_bar, W_bar, b_bar = affine_backward(X, W, relu_backward(A, H_bar))
        slopes = [W_bar, b_bar, V_bar, c_bar]
        walked = [momentum_step(k, v, g, 0.1, 0.9) for k, v, g in zip(knobs, speeds, slopes)]
        knobs, speeds = [k for k, v in walked], [v for k, v in walked]
    W, b, V, c = knobs
    return np.maximum(new_X @ W + b, 0) @ V + c, np.array(losses)
"""


def run_cell(source: str, number: int = 1, space: dict | None = None) -> dict:
    """Run a cell as a notebook does, which keeps its lines."""
    space = {"np": np} if space is None else space
    file = f"<cell {number}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), space)
    return space


def answer(name: str, source: str, space: dict | None = None):
    """Write an answer into a cell, run it, and check it."""
    return check(run_cell(source, abs(hash(source)), space)[name], name)


def test_the_whole_thread_in_a_notebook():
    space = {"np": np}
    assert all(answer(name, source, space).passed for name, source in ANSWERS.items())
    shown = thread()
    assert str(shown).startswith(f"The parts of your network: {len(PARTS)} of {len(PARTS)} are your own")
    assert "# my own" in shown.code and "orrow" not in str(shown)
    verdict = answer(LAST, shown.code + TRAIN, {})
    assert verdict.passed and verdict.points == 4, verdict


def test_the_whole_thread_in_a_file(tmp_path):
    file = tmp_path / "answers.py"
    file.write_text("import numpy as np\n\n\n" + ANSWERS["relu_backward"], "utf8")
    assert [checked.verdict.passed for checked in check_all([file]).checked] == [True]
    file.write_text((code := thread(borrow=True).code) + TRAIN, "utf8")
    assert ANSWERS["relu_backward"] in code
    assert [checked.verdict.passed for checked in check_all([file], [LAST]).checked] == [True]


def write_something_else(file):
    file.write_text("def relu_backward(Z, H_bar):\n    return Z\n", "utf8")


@pytest.mark.parametrize("happens", [Path.unlink, write_something_else])
def test_what_is_kept_is_what_was_judged_whatever_is_saved_meanwhile(happens, tmp_path, monkeypatch):
    file = tmp_path / "answers.py"
    file.write_text("import numpy as np\n\n\n" + ANSWERS["relu_backward"], "utf8")

    def judged_slowly(*given):
        found = check_file(*given)
        happens(file)
        return found

    monkeypatch.setattr(checking, "check_file", judged_slowly)
    assert [checked.verdict.passed for checked in check_all([file]).checked] == [True]
    assert store.kept_answer(exercises["relu_backward"]) == ANSWERS["relu_backward"]


@pytest.mark.parametrize(("part", "right", "wrong"), [
    ("relu_backward", "np.where(Z > 0, H_bar, 0)", "0 * H_bar"),
    ("momentum_step", "w - v * rate", "w + v * rate"),
    ("momentum_step", "w - v * rate", "w"),
    ("label_surprise_mean", "np.mean(", "np.sum("),
])
def test_one_wrong_part_fails_the_whole(part, right, wrong):
    assert right in ANSWERS[part]
    sources = {**ANSWERS, part: ANSWERS[part].replace(right, wrong)}
    with np.errstate(all="ignore"):
        assert not answer(LAST, "\n".join(sources.values()) + TRAIN).passed


def test_what_is_missing_is_named_and_may_be_borrowed():
    answer("softmax_rows", ANSWERS["softmax_rows"])
    shown, borrowed = thread(), thread(borrow=True)
    assert "softmax_rows: your own" in str(shown)
    assert "affine_backward: not passed yet (backprop, 2 points, medium)." in str(shown) and "borrow=True" in str(shown)
    assert "def affine_backward" not in shown.code and "def softmax_rows(z)" in shown.code
    assert borrowed.code.count("# Borrowed from the solution.") == len(PARTS) - 1
    assert "The solution stands in its place." in str(borrowed)
    assert answer(LAST, borrowed.code + TRAIN, {}).passed


def test_only_a_part_that_passes_is_kept(own_home):
    answer("relu_backward", "def relu_backward(Z, H_bar):\n    return H_bar\n")
    answer("tanh_backward", "def tanh_backward(H, H_bar):\n    return H_bar * (1 - H * H)\n")
    assert not (own_home / "answers").exists()
    answer("relu_backward", ANSWERS["relu_backward"])
    answer("relu_backward", "def relu_backward(Z, H_bar):\n    return Z\n")
    assert [file.name for file in (own_home / "answers").iterdir()] == ["relu_backward.py"]
    assert store.kept_answer(exercises["relu_backward"]) == ANSWERS["relu_backward"]


def test_only_a_part_that_passes_is_kept_from_a_file(own_home, tmp_path):
    write_something_else(tmp_path / "answers.py")
    assert [checked.verdict.passed for checked in check_all([tmp_path / "answers.py"]).checked] == [False]
    assert not (own_home / "answers").exists()


def test_a_part_without_a_source_is_left_out():
    lambda_of = run_cell("relu_backward = lambda Z, H_bar: H_bar * (Z > 0)\n")
    assert check(lambda_of["relu_backward"], "relu_backward").passed
    bare = {"np": np}
    exec(ANSWERS["momentum_step"], bare)
    assert check(bare["momentum_step"]).passed
    shown = thread()
    assert "relu_backward: passed, but its source is not kept." in str(shown) and "def relu" not in shown.code
    assert "momentum_step: passed, but its source is not kept." in str(shown)


def test_a_part_that_leans_on_another_name_is_left_out():
    assert answer("relu_backward", "def relu_backward(Z, H_bar):\n    return H_bar * step(Z)\n",
                  {"step": lambda Z: Z > 0}).passed
    shown = thread()
    assert "it uses names from outside of itself, step, so" in str(shown) and "def relu" not in shown.code


def test_a_function_of_another_name_is_carried_under_both():
    space = run_cell("def mine(Z, H_bar):\n    return H_bar * (Z > 0)\n")
    assert check(space["mine"], "relu_backward").passed
    assert callable(run_cell(thread().code)["relu_backward"])


@pytest.mark.parametrize("after", ["relu_backward = print if False else relu_backward",
                                   "if True:\n    def relu_backward(Z, H_bar):\n        return H_bar * (Z > 0)"])
def test_a_file_that_binds_the_name_once_more_is_not_misread(after):
    task, source = exercises["relu_backward"], ANSWERS["relu_backward"]
    assert source_in_cells(task, [["a", source], ["b", f"%matplotlib inline\n{task.starter}"]]) == source
    assert source_in_cells(task, [["a", f"{source}\n{after}"]]) == ""


@pytest.mark.parametrize(("source", "names"), [
    ("def f(x):\n    import math\n    return math.pi * np.sum(x)", set()),
    ("def f(x):\n    g = lambda y: y + x\n    return [g(y) for y in range(3)]", set()),
    ("def f(x):\n    return f(x - 1) if x else 0", set()),
    ("def f(x):\n    return [math.exp(y) for y in x]", {"math"}),
    ("@fast\ndef f(x: Array = START):\n    return x", {"fast", "Array", "START"}),
    ("def f(x):\n    global k\n    k = x\n    return k", {"k"}),
    ("def f(x):\n    def g(y):\n        return y * scale\n    return g(x)", {"scale"}),
])
def test_names_from_outside_are_noticed(source, names):
    assert names_outside(source) == names


def test_what_is_kept_is_never_run(own_home):
    store.keep_answer(exercises["relu_backward"], "raise SystemExit\n\ndef relu_backward(Z, H_bar):\n    return Z\n")
    assert "raise SystemExit" in thread(borrow=True).code


def test_a_former_name_is_found_and_a_reset_forgets(made, own_home, tmp_path):
    task = made(formerly=["sum_of_squares"])
    store.put_in_place(store.answer_file("sum_of_squares"), "x\n")
    assert store.kept_answer(task) == "x\n"
    store.forget(task)
    assert store.kept_answer(task) == ""
    answer("relu_backward", ANSWERS["relu_backward"])
    reset([exercises["relu_backward"]], tmp_path)
    assert not list((own_home / "answers").iterdir())


def test_each_part_is_paid_by_itself_and_says_that_it_is_used_again():
    assert all("You will use this function again" in whole_prompt(find_exercise(name)) for name in PARTS)
    assert "again" not in whole_prompt(find_exercise("tanh_backward"))
    assert f"`{LAST}`" in whole_prompt(find_exercise(PARTS[0])) and find_exercise(LAST).points == 4
