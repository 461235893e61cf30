"""A whole class: gradebook, record, resuming, what the grader's own failures become, and bad input."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lossedu.exercises import exercises
from lossedu.grading import command, gradebook, report, sandbox
from lossedu.grading import grade as grading
from lossedu.grading.classroom import Row, grade_class
from lossedu.grading.record import OtherRecord, Record

ROOT = Path(__file__).resolve().parents[2]


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def counted(monkeypatch):
    """Sandboxes opened from here on."""
    opened = []
    whole = sandbox.Sandbox.open
    monkeypatch.setattr(sandbox.Sandbox, "open", lambda box: (opened.append(box), whole(box))[1])
    return opened


def test_every_printed_solution_of_the_course_passes_in_the_sandbox(isolation, class_of, tmp_path):
    solutions = "import numpy as np\n\n" + "\n\n".join(task.solution for task in exercises.values())
    record = Record(tmp_path / "out", "a seed")
    row, = grade_class(class_of({"all.py": solutions}), record, list(exercises), isolation)
    assert {name: r["state"] for name, r in row.results.items()} == dict.fromkeys(exercises, "PASS")
    assert row.points == sum(task.points for task in exercises.values())


def test_known_mistakes_are_named_without_the_numbers(isolation, class_of, tmp_path, names, right, limits):
    wrong = right.replace("np.mean((y_true - y_pred) ** 2)", "np.sum((y_true - y_pred) ** 2)")
    row, = grade_class(class_of({"ann.py": wrong}), Record(tmp_path / "out"), names, isolation, limits)
    found = row.results["squared_error_mean"]
    assert found["mistake"] == "You summed the squares; a mean also divides by n."
    told, count = found["sentences"]
    assert told == found["mistake"] and re.fullmatch(r"Right on \d of \d checks\.", count)


def test_the_gradebook(isolation, class_of, tmp_path, names, right):
    folder = class_of({"ann.py": right, "=cmd().py": right, "bob,\n\"ü 张\".py": "x = 1", "cem.ipynb": "{",
                       "dan.py": right, "dan.ipynb": "{}"})
    numbers = command.grade_folder(folder, names, tmp_path / "out", jobs=2, tell=lambda text: None)
    rows = {row["student"]: row for row in read_csv(tmp_path / "out" / "gradebook.csv")}
    assert rows["ann"]["points"] == "4" and rows["'=cmd()"]["points"] == "4"
    assert rows['bob,\n"ü 张"']["squared_error_mean: state"] == "MISSING"
    assert rows["cem"]["points"] == "0" and "damaged" in rows["cem"]["note"]
    assert rows["dan"]["points"] == "" and "two submissions" in rows["dan"]["note"]
    assert numbers["students"] == 5 and numbers["complete"] == 4
    assert "<svg" in (tmp_path / "out" / "report.html").read_text("utf-8")
    texts = {path.read_text("utf-8") for path in (tmp_path / "out" / "feedback").iterdir()}
    assert len(list((tmp_path / "out" / "feedback").iterdir())) == 5 and any("PASS" in text for text in texts)


def test_nothing_is_graded_twice(isolation, class_of, tmp_path, names, right, limits, counted):
    folder = class_of({"ann.py": right, "bob.py": right + "# bob\n"})
    first = Record(tmp_path / "out")
    before = grade_class(folder, first, names, isolation, limits)
    assert len(counted) == 2
    (folder / "bob.py").write_text(right + "# bob again\n")
    second = Record(tmp_path / "out")
    after = grade_class(folder, second, names, isolation, limits)
    assert len(counted) == 3
    assert second.seed == first.seed
    assert [row.points for row in after] == [row.points for row in before] == [4, 4]


def test_a_changed_exercise_is_graded_again(isolation, class_of, tmp_path, names, right, monkeypatch, counted):
    folder, told = class_of({"ann.py": right}), []
    command.grade_folder(folder, names, tmp_path / "out", tell=told.append)
    opened = len(counted)
    command.grade_folder(folder, names, tmp_path / "out", tell=told.append)
    assert len(counted) == opened and not any("Changed" in line for line in told)
    monkeypatch.setattr("lossedu.exercises.exercise._version", lambda module: "other")
    command.grade_folder(folder, names, tmp_path / "out", tell=told.append)
    assert len(counted) > opened and any("Changed" in line for line in told)


def test_a_line_cut_off_by_a_crash_is_graded_again(isolation, class_of, tmp_path, names, right, limits):
    folder = class_of({"ann.py": right})
    record = Record(tmp_path / "out")
    whole = grade_class(folder, record, names, isolation, limits)
    path = tmp_path / "out" / "record.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    record = Record(tmp_path / "out")
    assert len(record.results) == 2
    again = grade_class(folder, record, names, isolation, limits)
    assert [row.points for row in again] == [row.points for row in whole]
    assert len(Record(tmp_path / "out").results) == 3


def test_records_that_cannot_be_continued(tmp_path):
    Record(tmp_path / "a", "seed one")
    with pytest.raises(OtherRecord, match="another seed"):
        Record(tmp_path / "a", "seed two")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "record.jsonl").write_text('{"lossedu record": 99, "seed": "x"}\n')
    with pytest.raises(OtherRecord, match="no record of this version"):
        Record(tmp_path / "b")


def test_only_the_teacher_can_read_the_seed(tmp_path):
    Record(tmp_path / "out")
    assert (tmp_path / "out" / "record.jsonl").stat().st_mode & 0o077 == 0


def test_killed_in_mid_class_and_run_again(isolation, class_of, tmp_path, names, right):
    folder = class_of({f"s{i}.py": right + f"# {i}\n" + "import time; time.sleep(0.1)\n" for i in range(8)})
    program = [sys.executable, "-m", "lossedu.cli", "grade", str(folder), "--jobs", "1", "-e", "mse"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*program, "--out", str(tmp_path / "out"), "--seed", "s"], env=environment,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    record = tmp_path / "out" / "record.jsonl"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (record.exists() and record.read_bytes().count(b"\n") > 3):
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    half = record.read_bytes()
    assert 3 < half.count(b"\n") < 25, "killed too early or too late to show anything"
    done = subprocess.run([*program, "--out", str(tmp_path / "out")], env=environment, capture_output=True)
    assert done.returncode == 0
    assert record.read_bytes().startswith(half), "the record is append-only"
    subprocess.run([*program, "--out", str(tmp_path / "whole"), "--seed", "s"], env=environment, capture_output=True)
    assert (tmp_path / "out" / "gradebook.csv").read_bytes() == (tmp_path / "whole" / "gradebook.csv").read_bytes()


def test_a_failure_of_the_grader_is_blank(isolation, class_of, tmp_path, names, right, monkeypatch):
    def broken(box):
        raise sandbox.SandboxFailure("no sandbox")

    folder = class_of({"ann.py": right})
    sandbox.find_isolation()
    monkeypatch.setattr(sandbox.Sandbox, "open", broken)
    numbers = command.grade_folder(folder, names, tmp_path / "out", tell=lambda text: None)
    row, = read_csv(tmp_path / "out" / "gradebook.csv")
    assert row["points"] == row["squared_error_mean"] == ""
    assert numbers["complete"] == 0
    monkeypatch.undo()
    command.grade_folder(folder, names, tmp_path / "out", tell=lambda text: None)
    row, = read_csv(tmp_path / "out" / "gradebook.csv")
    assert row["points"] == "4"


def test_a_failure_of_judging_is_blank(isolation, class_of, tmp_path, names, right, monkeypatch, limits):
    def broken(*_, **__):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(grading, "judge", broken)
    row, = grade_class(class_of({"ann.py": right}), Record(tmp_path / "out"), names, isolation, limits)
    assert {r["state"] for r in row.results.values()} == {""} and not row.complete


def test_no_walls_no_grading(class_of, tmp_path, names, right, monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda program: None)
    monkeypatch.setattr(command, "find_isolation", sandbox.find_isolation.__wrapped__)
    with pytest.raises(command.Refused, match="bubblewrap is not installed.*--trust"):
        command.grade_folder(class_of({"ann.py": right}), names, tmp_path / "out", tell=lambda text: None)
    assert not (tmp_path / "out").exists()


def test_walls_that_leak_are_no_walls(isolation, monkeypatch):
    if isolation != "bubblewrap":
        pytest.skip("there are no walls to break")
    whole = sandbox.bubblewrap()
    at = whole.index("--unshare-net")
    monkeypatch.setattr(sandbox, "bubblewrap", lambda: [*whole[:at], *whole[at + 1:], "--tmpfs", "/"])
    with pytest.raises(sandbox.NoIsolation):
        sandbox.find_isolation.__wrapped__()


@pytest.mark.parametrize("make", ["none", "empty", "file"])
def test_bad_folders(tmp_path, names, make, isolation):
    folder = tmp_path / "submissions"
    if make == "empty":
        folder.mkdir()
    if make == "file":
        folder.write_text("x")
    with pytest.raises(command.Refused, match="submissions"):
        command.grade_folder(folder, names, tmp_path / "out", tell=lambda text: None)


def test_an_output_folder_that_cannot_be_written(isolation, class_of, tmp_path, names, right):
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises(command.Refused, match="out"):
        command.grade_folder(class_of({"ann.py": right}), names, tmp_path / "out", tell=lambda text: None)


def test_statistics_and_report():
    name = "squared_error_mean"
    results = [{"exercise": name, "state": s, "points": p, "of": 1, "mistake": m, "sentences": []}
               for s, p, m in (("PASS", 1, ""), ("WRONG VALUE", 0, "You <summed>."),
                               ("WRONG VALUE", 0, "You <summed>."), ("", 0, ""))]
    rows = [Row(f"s{i}", {name: r}) for i, r in enumerate(results)]
    numbers = report.statistics(rows, [name])
    assert numbers["points"] == [0, 0, 1] and numbers["complete"] == 3
    assert numbers["exercises"][name] == {"passed": 1, "judged": 3, "states": {"WRONG VALUE": 2, "PASS": 1},
                                          "mistakes": {"You <summed>.": 2}}
    results[1] |= {"mistake": "", "diagnosis": "Your numbers are 2 times the right ones."}
    assert report.statistics(rows, [name])["exercises"][name]["mistakes"] == {
        "Your numbers are 2 times the right ones.": 1, "You <summed>.": 1}
    page = report.report_html(numbers, "course")
    assert "2 of 3" in page and "You &lt;summed&gt;." in page and "1 / 3" in page


def test_the_same_student_has_the_same_file_and_two_students_have_two(tmp_path):
    result = {"exercise": "squared_error_mean", "state": "PASS", "points": 1, "of": 1, "sentences": ["ok"]}
    rows = [Row(student, {"x": result}) for student in ("a/b", "a:b", "../a", "x" * 300, "x" * 301)]
    gradebook.write_feedback(tmp_path / "feedback", rows)
    assert len(list((tmp_path / "feedback").iterdir())) == 5


def test_the_record_holds_lines_of_json(isolation, class_of, tmp_path, names, right, limits):
    grade_class(class_of({"ann.py": right}), Record(tmp_path / "out"), names, isolation, limits)
    head, *lines = [json.loads(line) for line in (tmp_path / "out" / "record.jsonl").read_text("utf-8").splitlines()]
    assert head["lossedu record"] == 1
    assert [line["exercise"] for line in lines] == [*names]
