"""The command line: what each command does, prints and returns, and what it says of bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lossedu.cli import app
from lossedu.exercises import exercises

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def run(*arguments, answer=""):
    return CliRunner().invoke(app, [str(a) for a in arguments], input=answer)


def write_answers(here, text):
    (here / "exercises").mkdir(exist_ok=True)
    (here / "exercises" / "mse.py").write_text(text)


def test_list_start_check_progress(here, right):
    assert run("start", "mse").exit_code == 0
    text = (here / "exercises" / "mse.py").read_text()
    tasks = [task for task in exercises.values() if task.chapter == "mse"]
    assert all(f"def {task.name}(" in text for task in tasks)
    right += "\n".join(task.solution for task in tasks if f"def {task.name}(" not in right)
    first = run("check")
    assert first.exit_code == 1 and first.stdout.count("NOT ATTEMPTED") == len(tasks)
    write_answers(here, right.replace("np.mean((y", "np.sum((y"))
    second = run("check", "--json")
    verdicts = {v["name"]: v for v in json.loads(second.stdout)}
    assert second.exit_code == 1
    assert verdicts["squared_error_mean"]["mistake"].startswith("You summed")
    assert verdicts["squared_error_gradient"]["state"] == "PASS"
    assert all(v["points"] <= v["of"] == exercises[name].points for name, v in verdicts.items())
    write_answers(here, right)
    assert run("check", here / "exercises" / "mse.py").exit_code == 0
    assert run("progress").stdout.startswith(f"{sum(task.points for task in tasks)} of ")
    states = json.loads(run("progress", "--json").stdout)["exercises"]
    assert [name for name, state in states.items() if state == "PASS"] == [n for n in exercises if n in verdicts]
    assert {row["state"] for row in json.loads(run("list", "mse", "--json").stdout)} == {"PASS"}


def test_start_leaves_what_is_there(here):
    write_answers(here, "# mine\n")
    assert "left alone" in run("start", "mse").stdout
    assert (here / "exercises" / "mse.py").read_text() == "# mine\n"


def test_start_writes_notebooks_that_check_reads(here):
    assert run("start", "squared_error_mean", "--notebook").exit_code == 0
    path = here / "exercises" / "mse.ipynb"
    assert json.loads(path.read_text())["nbformat"] == 4
    path.write_text(path.read_text().replace("...  # your answer here", "return np.mean((y_true - y_pred) ** 2)"))
    result = run("check")
    assert result.exit_code == 0 and "PASS" in result.stdout, result.stdout


def test_a_loop_without_end_does_not_stop_the_terminal(here, right, monkeypatch):
    monkeypatch.setattr("lossedu.grading.local.SECONDS", 8)  # enough for a busy machine
    write_answers(here, right.replace("return np.mean(y_true)", "while True: pass"))
    result = run("check", "--json")
    states = {v["name"]: v["state"] for v in json.loads(result.stdout)}
    assert states["squared_error_best_constant"] == "TIMEOUT" and states["squared_error_mean"] == "PASS"


def test_an_answer_that_ends_python(here, right):
    write_answers(here, right.replace("return np.mean(y_true)", "import os; os._exit(5)"))
    states = {v["name"]: v["state"] for v in json.loads(run("check", "--json").stdout)}
    assert states["squared_error_best_constant"] == "CRASHED" and states["squared_error_mean"] == "PASS"


def test_hints_one_by_one():
    first, second = run("hint", "squared_error_mean"), run("hint", "squared_error_mean")
    assert "Hint 1 of 3" in first.stdout and "Hint 2 of 3" in second.stdout


def test_the_solution_asks_first():
    assert "np.mean" not in run("solution", "squared_error_mean", answer="n\n").stdout
    assert run("solution", "squared_error_mean", answer="n\n").exit_code == 1
    assert "np.mean" in run("solution", "squared_error_mean", answer="y\n").stdout
    assert "np.mean" in run("solution", "squared_error_mean", "--yes").stdout


def test_reset_asks_and_takes_back_one_answer(here, right):
    write_answers(here, right)
    run("check")
    assert run("reset", "squared_error_mean", answer="n\n").exit_code == 1
    assert (here / "exercises" / "mse.py").read_text() == right
    assert run("reset", "squared_error_mean", answer="y\n").exit_code == 0
    text = (here / "exercises" / "mse.py").read_text()
    assert text.count("...  # your answer here") == 1 and "return 2 * (y_pred - y_true)" in text
    states = {v["name"]: v["state"] for v in json.loads(run("check", "--json").stdout)}
    assert states["squared_error_mean"] == "NOT ATTEMPTED" and states["squared_error_gradient"] == "PASS"


def test_verify(monkeypatch):
    monkeypatch.setattr("lossedu.cli.SECRET_SEEDS", (9,))  # a hundred take seconds
    assert run("verify", "mse").exit_code == 0
    monkeypatch.setattr(exercises["squared_error_mean"], "hints", ())
    result = run("verify", "squared_error_mean")
    assert result.exit_code == 1 and "no hints" in result.stdout
    assert json.loads(run("verify", "mse", "--json").stdout)["squared_error_mean"]


def test_watch_checks_again_on_save(here, right):
    write_answers(here, right.replace("np.mean((y", "np.sum((y"))
    process = subprocess.Popen([sys.executable, "-u", "-m", "lossedu.cli", "watch"], stdout=subprocess.PIPE, text=True)
    try:
        lines = iter(process.stdout.readline, "")
        assert any("Waiting for changes" in line for line in lines)
        # What cannot be read, or is only half saved, costs itself and ends nothing.
        for broken in (b"", b"\xff\xfe", right.encode()[:-60] + b"(", None):
            file = here / "exercises" / "mse.py"
            file.unlink() if broken is None else file.write_bytes(broken)
            time.sleep(0.5)
        write_answers(here, right)
        assert any("squared_error_mean: PASS" in line for line in lines)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_grade_from_the_command_line(isolation, class_of, here, right):
    folder = class_of({"ann.py": right, "bob.py": "x = 1"})
    result = run("grade", folder, "-e", "mse", "--out", "grades", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["points"] == [0, 4]
    assert (here / "grades" / "gradebook.csv").exists() and (here / "grades" / "report.html").exists()


def test_export(here, names):
    assert run("export", "gradescope", "-e", "mse", "--out", here / "a.zip").exit_code == 0
    assert (here / "a.zip").stat().st_size > 10_000


@pytest.mark.parametrize(("arguments", "says"), [
    (["hint", "squared_eror_mean"], "Did you mean squared_error_mean"),
    (["check", "none.py"], "no file none.py"),
    (["check"], "Begin with: lossedu start"),
    (["grade", "none"], "no folder none"),
    (["grade", ".", "-e", "nothing"], "no exercise named 'nothing'"),
    (["export", "canvas"], "there is: gradescope"),
    (["start", "--folder", "/dev/null/x"], "cannot be written"),
])
def test_bad_input_is_told_and_ends_with_2(arguments, says):
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.output and "Traceback" not in result.output


@pytest.mark.parametrize("command", ["list", "start", "check", "watch", "hint", "solution", "reset", "progress",
                                     "verify", "grade", "export"])
def test_every_command_has_help_with_an_example(command):
    result = run(command, "--help")
    assert result.exit_code == 0 and f"lossedu {command}" in result.stdout and "Examples:" in result.stdout


def test_the_shell_can_complete_names():
    environment = os.environ | {"_LOSSEDU_COMPLETE": "complete_bash", "COMP_WORDS": "lossedu hint squared_error_m",
                                "COMP_CWORD": "2"}
    script = "import sys; sys.argv[0] = 'lossedu'; from lossedu.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", script],
                          env=environment, capture_output=True, text=True)
    assert "squared_error_mean" in done.stdout


def test_chinese(monkeypatch):
    done = subprocess.run([sys.executable, "-X", "utf8", "-m", "lossedu.cli", "hint", "squared_error_mean"],
                          env=os.environ | {"LOSSEDU_LANG": "zh"}, capture_output=True, encoding="utf-8")
    assert "提示 1/3" in done.stdout
