"""Check, hint, solution and progress as a learner meets them, and the file they leave behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lossedu.exercises import check, exercises, hint, progress, solution

store = sys.modules["lossedu.exercises.progress"]


def squared_error_mean(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


def wrong(y_true, y_pred):
    return np.sum((y_true - y_pred) ** 2)


def test_what_is_reached_is_kept_in_plain_text(own_home):
    check(wrong, "squared_error_mean")
    check(squared_error_mean)
    check(wrong, "squared_error_mean")
    text = (own_home / "progress.txt").read_text("utf-8")
    assert text.splitlines()[1:] == ["squared_error_mean\tPASS\t0"]
    assert [path.name for path in own_home.iterdir()] == ["progress.txt"]


def test_hints_come_one_at_a_time_and_begin_again():
    texts = [str(hint(squared_error_mean)) for _ in range(4)]
    assert all(f"Hint {i} of 3" in text for i, text in enumerate(texts[:3], 1)) and texts[3] == texts[0]
    check(squared_error_mean)
    assert store.entry(exercises["squared_error_mean"]) == store.Entry("PASS", 1)


def test_the_solution_stays_folded():
    shown = solution("squared_error_mean")
    assert "np.mean" not in str(shown) and "not passed" in str(shown)
    assert shown.html.startswith("<details") and "open" not in shown.html.split(">")[0]
    assert "np.mean" in shown.code
    check(squared_error_mean)
    assert "not passed" not in str(solution("squared_error_mean"))


def test_progress_counts_points_and_draws_every_exercise():
    check(squared_error_mean)
    shown = progress()
    total = sum(task.points for task in exercises.values())
    assert str(shown).startswith(f"1 of {total} points")
    assert shown.html.count("<rect") == len(exercises) and "squared_error_mean: PASS" in shown.html


def test_a_renamed_exercise_keeps_its_progress(own_home, made):
    own_home.mkdir()
    (own_home / "progress.txt").write_text("old_name\tPASS\t2\n", "utf-8")
    task = made(formerly=["old_name"])
    assert store.entry(task) == store.Entry("PASS", 2)
    store.write(task, store.entry(task))
    assert (own_home / "progress.txt").read_text("utf-8").splitlines()[1:] == [f"{task.name}\tPASS\t2"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"nonsense\n", b"a\tPASS\n", b"a\tGOOD\t1\n", b"a\tPASS\tmany\n"])
def test_a_damaged_file_is_no_progress(own_home, content):
    own_home.mkdir()
    (own_home / "progress.txt").write_bytes(content)
    assert store.read() == {}
    assert check(squared_error_mean).passed
    assert set(store.read()) == {"squared_error_mean"}


def test_a_disk_that_cannot_be_written_costs_the_memory_alone(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("LOSSEDU_HOME", str(tmp_path / "file"))
    assert check(squared_error_mean).passed
    assert "Hint 1" in str(hint("squared_error_mean"))


@pytest.mark.parametrize(("platform", "variables", "end"), [
    ("linux", {"XDG_DATA_HOME": "/data"}, "/data/lossedu"), ("linux", {}, ".local/share/lossedu"),
    ("win32", {"APPDATA": "/roaming"}, "/roaming/lossedu"), ("darwin", {}, "Library/Application Support/lossedu")])
def test_where_progress_is_kept(monkeypatch, platform, variables, end):
    for name in ("LOSSEDU_HOME", "XDG_DATA_HOME", "APPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(store.sys, "platform", platform)
    assert store.home().as_posix().endswith(end)


def test_the_card_escapes_and_names_the_state():
    def squared_error_mean(y_true, y_pred):
        raise ValueError("<script>alert(1)</script>")

    html = check(squared_error_mean)._repr_html_()
    assert "<script>" not in html and "&lt;script&gt;" in html and "le-wrong" in html and "RAISED" in html


def test_the_same_check_prints_the_same(own_home):
    first, second = check(wrong, "squared_error_mean"), check(wrong, "squared_error_mean")
    assert str(first) == str(second) and first._repr_html_() == second._repr_html_()


def test_checking_needs_numpy_alone_and_no_process():
    script = ("import sys; sys.modules['subprocess'] = sys.modules['matplotlib'] = sys.modules['typer'] = None\n"
              "import json, lossedu.exercises as e\n"
              "print(json.dumps([e.check(lambda y: None, 'squared_error_best_constant').state]))")
    done = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert json.loads(done.stdout) == ["NOT ATTEMPTED"], done.stderr
