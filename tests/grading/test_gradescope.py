"""The autograder's zip, unpacked and run as Gradescope runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile

import pytest

from lossedu.grading import gradescope


@pytest.fixture
def autograder(tmp_path, names, isolation):
    """The unpacked autograder beside an empty submission folder, and a function that runs it."""
    gradescope.export(tmp_path / "autograder.zip", names)
    source = tmp_path / "source"
    with zipfile.ZipFile(tmp_path / "autograder.zip") as archive:
        archive.extractall(source)
        for member in archive.infolist():
            os.chmod(source / member.filename, (member.external_attr >> 16) or 0o644)
    (tmp_path / "submission").mkdir()

    def run():
        environment = {"PATH": os.environ["PATH"], "AUTOGRADER": str(tmp_path), "PYTHON": sys.executable,
                       "LOSSEDU_LANG": "en"}
        return subprocess.run([source / "run_autograder"], env=environment, capture_output=True, text=True, cwd="/")

    return tmp_path, run


def test_the_autograder_grades_from_its_own_folder(autograder, right):
    folder, run = autograder
    (folder / "submission" / "work.py").write_text(right.replace("2 * (y_pred", "(y_pred"))
    done = run()
    assert done.returncode == 0, done.stderr
    found = json.loads((folder / "results" / "results.json").read_text("utf-8"))
    assert found["score"] == 2
    assert [(test["score"], test["max_score"], test["status"]) for test in found["tests"]] == [
        (1, 1, "passed"), (0, 2, "failed"), (1, 1, "passed")]
    assert "½ convention" in found["tests"][1]["output"]


def test_an_unreadable_submission_is_told(autograder):
    folder, run = autograder
    assert run().returncode == 0
    found = json.loads((folder / "results" / "results.json").read_text("utf-8"))
    assert found["score"] == 0 and "no notebook" in found["output"]


def test_a_failing_grader_gives_no_score(autograder, right):
    folder, run = autograder
    (folder / "submission" / "work.py").write_text(right)
    worker = folder / "source" / "lossedu" / "grading" / "grade.py"
    worker.write_text(worker.read_text().replace("return judge(", "return judge(1 / 0, "))
    done = run()
    assert done.returncode != 0 and "the grader failed" in done.stderr
    assert not (folder / "results" / "results.json").exists()


def test_answers_and_seed_are_closed_to_others(autograder, right):
    folder, run = autograder
    (folder / "submission" / "work.py").write_text(right)
    run()
    assert (folder / "source").stat().st_mode & 0o077 == 0
    assert not any("__pycache__" in name for name in zipfile.ZipFile(folder / "autograder.zip").namelist())


def test_the_scripts_are_sound_shell():
    for script in (gradescope.SETUP, gradescope.RUN):
        subprocess.run(["sh", "-n"], input=script, text=True, check=True)


def test_every_export_has_a_seed_of_its_own(tmp_path, names):
    seeds = set()
    for name in ("a.zip", "b.zip"):
        gradescope.export(tmp_path / name, names)
        with zipfile.ZipFile(tmp_path / name) as archive:
            seeds.add(json.loads(archive.read("assignment.json"))["seed"])
    assert len(seeds) == 2


def test_the_zip_holds_the_package(tmp_path, names):
    gradescope.export(tmp_path / "a.zip", names)
    held = set(zipfile.ZipFile(tmp_path / "a.zip").namelist())
    assert {"setup.sh", "run_autograder", "lossedu/__init__.py", "lossedu/sandboxed/worker.py"} <= held
