"""What `check` looks at, what it says of an answer and of a file, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lossedu.cli import app, chosen
from lossedu.exercises import exercises
from lossedu.exercises.check import verdict_on
from lossedu.exercises.judge import Verdict
from lossedu.exercises.page import course_order
from lossedu.exercises.progress import entry
from lossedu.grading.channel import pack
from lossedu.grading.local import asked_of, check_file, places
from lossedu.terminal.answers import begin, places_of, starter_file

MSE = ["squared_error_mean", "squared_error_gradient", "squared_error_best_constant"]
PAGE = [name for name, task in exercises.items() if task.chapter == "mse"]
TASK = exercises[MSE[0]]


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.mark.parametrize("source", [
    "def f(): pass", "async def f(): pass", "class f: 0", "f = lambda: 1", "f: object = len", "a, (b, f) = 1, (2, 3)",
    "if True:\n    def f(): pass", "for f in []: pass", "try:\n    f = 1\nexcept ValueError:\n    pass", "import f",
    "from g import h as f", "with open('x') as f: pass", "(f := 1)", "x = (\ndef f(): pass", "%time\ndef f(): pass",
])
def test_every_way_to_bind_a_name_is_seen(source):
    assert "f" in places([["a.py", source]])


@pytest.mark.parametrize("source", ["f()", "x.f = 1", "def g():\n    f = 1", "# def f():", "'''\n  def f(): '''", ""])
def test_a_name_that_is_only_used_is_not_bound(source):
    assert "f" not in places([["a.py", source]])


def test_a_file_is_asked_for_what_it_was_begun_with(here):
    def asked(name, source):
        return asked_of(here / name, [[name, source]])

    assert asked("mse.py", "") == asked("mse.ipynb", "x = 1") == PAGE
    assert asked("mse.py", starter_file([TASK]).replace("def squared_error_mean", "def renamed")) == MSE[:1]
    assert asked("other.py", starter_file([TASK]).replace("def squared_error_mean", "def renamed")) == MSE[:1]
    assert asked("mse.ipynb", f"def renamed(): pass\n\n\ncheck({MSE[1]})") == MSE[1:2]
    assert asked("other.py", "def squared_error_mean(a, b): pass") == MSE[:1]
    assert asked("mse.py", "def squared_error_mean(a, b): pass") == MSE[:1]
    assert asked("mse.py", f"def {MSE[1]}(a, b): pass\ndef renamed(): pass") == [MSE[1], MSE[0], *PAGE[2:]]
    assert asked("other.py", "# note: nothing\ncheck(mine)") == []


def test_the_error_is_shown_with_its_line_and_so_is_what_is_printed(save):
    file = save(f"""import numpyy as np
print("loading")
def {MSE[0]}(y_true, y_pred):
    print("called with", len(y_true))
    return np.mean(y_true)
def helper(y):
    raise ValueError("odd \\N{{SNOWMAN}}")
{MSE[1]} = lambda y_true, y_pred: helper(
    y_true)
def {MSE[2]}(y_true:
    return 3
""")
    found = {checked.verdict.name: checked for checked in check_file(file)}
    mean, gradient, best = map(found.get, MSE)
    assert mean.verdict.state == gradient.verdict.state == "RAISED" and best.verdict.state == "UNREADABLE"
    assert f'File "{file}", line 1, in <module>\n    import numpyy as np' in mean.error
    assert "No module named 'numpyy'" in mean.error and f'File "{file}", line 5, in {MSE[0]}' in mean.error
    assert mean.error.endswith("NameError: name 'np' is not defined")
    assert mean.printed.startswith("loading\ncalled with ") and "called" not in gradient.printed
    assert f'line 8, in <lambda>\n    {MSE[1]} = lambda' in gradient.error
    assert gradient.error.endswith("ValueError: odd \N{SNOWMAN}") and "numpyy" not in gradient.error
    assert "in line 5: return np.mean(y_true)" in str(mean.verdict) and "in line 7: raise" in str(gradient.verdict)
    assert f'File "{file}", line 10' in best.error and "SyntaxError" in best.error
    assert "<" not in mean.error.replace("<module>", "")


def test_the_failing_input_can_be_run_as_in_a_notebook(save):
    names = ["squared_error_mean", "centred_gradient", "train_logistic", "tied_weight_gradient"]
    kinds = {type(value).__name__ for name in names for value in exercises[name].calls()[0]}
    assert kinds == {"ndarray", "Formula", "int", "float"}, "name exercises with arguments of every kind"
    file = save("\n".join(f"def {name}(*given):\n    return 7.25\n" for name in names), "a.py")
    found = check_file(file)
    assert [checked.verdict.name for checked in found] == names
    for checked in found:
        here = verdict_on(lambda *given: 7.25, exercises[checked.verdict.name])
        assert checked.verdict == Verdict(**vars(here)) and here.case is not None
        assert json.dumps(pack(checked.verdict.case)) == json.dumps(pack(here.case))


def test_where_no_input_is_to_blame_none_is_named(save, right):
    for source in (right, "def squared_error_mean(y_true, y_pred):\n    ...  # your answer here\n",
                   "def squared_error_mean(a, b):\n    import os\n    os._exit(3)\n"):
        [checked] = check_file(save(source, "a.py"))
        assert checked.verdict.case is None


@pytest.mark.parametrize(("body", "state", "says"), [
    ("return squared_error_mean(y_true, y_pred)", "RAISED", "RecursionError"),
    ("raise SystemExit(3)", "CRASHED", "SystemExit: 3"),
    ("import os; os.write(1, b'\\xff\\xfe\\n'); return 1", "WRONG VALUE", ""),
    ("return np.linalg.inv(np.zeros((2, 2)))", "RAISED", "Singular matrix"),
])
def test_whatever_an_answer_does_it_is_told_in_few_lines(save, body, state, says):
    file = save(f"import numpy as np\ndef {MSE[0]}(y_true, y_pred):\n    {body}\n", "a.py")
    [checked] = check_file(file)
    assert checked.verdict.state == state and says in checked.error and checked.error.count("\n") < 60


def test_in_a_notebook_the_cell_is_named(save):
    cells = [{"cell_type": "code", "source": text, "metadata": {}, "outputs": []}
             for text in ("import numpy as np", f"\ndef {MSE[0]}(y_true, y_pred):\n    return nope")]
    file = save(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}), "a.ipynb")
    [checked] = check_file(file)
    assert f'File "{file}", cell 2, line 3, in {MSE[0]}' in checked.error
    assert str(places_of(TASK, Path("exercises"))[0]) == str(Path("exercises", "a.ipynb")) + ", cell 2"


def test_an_exercise_is_checked_by_its_name(save, right):
    save(right)
    save(right.replace("squared_error_mean", "absolute_error_mean"), "other.py")
    done = run("check", MSE[0])
    assert done.exit_code == 0 and f"{MSE[0]}: PASS" in done.stdout and "absolute_error_mean" not in done.stdout
    assert "1 of 1 exercises passed, 1 of 1 points." in done.stdout and f"Next: {MSE[1]}" in done.stdout


@pytest.mark.parametrize(("name", "page"), [
    ("mse", "mse"), ("regression/mse", "mse"), ("gradient_descent", "gradient-descent")])
def test_a_page_has_its_name_with_and_without_its_part(name, page):
    assert chosen([name]) == [task for task in course_order() if task.chapter == page] != []
    assert {"mse", "mae"} <= {task.chapter for task in chosen(["regression"])}


def test_a_page_is_checked_by_its_name_and_what_is_not_there_is_missing(save, right):
    save(right.replace("squared_error_mean", "my_mean"))
    done = run("check", "mse", "--json")
    assert done.exit_code == 1
    assert {v["name"]: v["state"] for v in json.loads(done.stdout)} == dict.fromkeys(PAGE, "MISSING")
    assert entry(TASK).state == "NOT ATTEMPTED"


def test_a_renamed_function_does_not_vanish(here, save):
    [file] = begin([TASK], here / "exercises")
    file.write_text(file.read_text().replace("def squared", "def my_squared"))
    for done in (run("check"), run("check", MSE[0])):
        assert done.exit_code == 1 and f"{MSE[0]}: MISSING" in done.stdout and "rename" in done.stdout


def test_one_bad_file_costs_only_itself(save, right):
    save(right, "other.py")
    for name, content in {"__init__.py": b"", "latin.py": b"# caf\xe9", "cut.ipynb": b'{"cells": ['}.items():
        save(content, name)
    (save(b"", "folder.py/x").parent / "x").unlink()
    done = run("check")
    assert done.exit_code == 2 and f"{MSE[0]}: PASS" in done.stdout
    assert all(name in done.stderr for name in ("__init__.py", "latin.py", "cut.ipynb")) and "folder" not in done.stderr


@pytest.mark.parametrize(("arguments", "says"), [
    (["check", "squared_eror_mean"], "Did you mean squared_error_mean"),
    (["check", "none.ipynb"], "no file none.ipynb"),
    (["check", "a" * 300 + ".py"], "cannot be read"), (["check", "a\0.py"], "cannot be read"),
    (["check", "mse"], "Begin with: lossedu start")])
def test_bad_names_are_told(arguments, says):
    done = run(*arguments)
    assert done.exit_code == 2 and says in done.output and "Traceback" not in done.output


def test_a_check_that_judges_nothing_is_no_success(save):
    assert run("check", save("x = 1", "other.py")).exit_code == 1


def test_the_sum_and_what_is_next(save, right):
    file = save(starter_file([exercises[name] for name in MSE]) + "\n\n" + right)
    line = file.read_text().splitlines().index(exercises[MSE[1]].starter.splitlines()[0]) + 1
    done = run("check")
    assert done.exit_code == 1 and "1 of 3 exercises passed, 1 of 4 points." in done.stdout
    where = f"{Path('exercises', 'mse.py')}:{line}"
    assert f"Next: {MSE[1]}, The gradient of the mean squared error ({where})" in done.stdout
    assert "Write your answer" not in done.stdout
    elsewhere = file.rename("elsewhere.py")
    assert f"({elsewhere}:{line})" in run("check", elsewhere).stdout


@pytest.mark.parametrize("command", ["progress", "list", "--help"])
def test_a_console_that_lacks_characters_gets_others(command):
    done = subprocess.run([sys.executable, "-m", "lossedu.cli", command], capture_output=True, encoding="cp1252",
                          env=os.environ | {"PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0 and "Traceback" not in done.stderr and len(done.stdout.splitlines()) > 20
    assert command != "progress" or "* passed  o tried" in done.stdout
