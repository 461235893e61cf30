"""An answer is taken back in every form it may have, and nothing of the file is lost."""

from __future__ import annotations

import json

import pytest

from lossedu.exercises import exercises
from lossedu.exercises.progress import Entry, entry, write
from lossedu.grading.local import places
from lossedu.terminal.answers import starter_notebook
from lossedu.terminal.reset import NotReset, reset

TASK = exercises["squared_error_mean"]
BEFORE, AFTER = "import numpy as np\n\nkept = 1\n", "\n\ndef helper():\n    return 3\n"
ANSWER = "def squared_error_mean(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)\n"
FORMS = {
    "a function": ANSWER,
    "decorated": "@staticmethod\n" + ANSWER,
    "a lambda": "squared_error_mean = lambda a, b: ((a - b) ** 2).mean()\n",
    "over several lines": "squared_error_mean = (\n    lambda a, b:\n    0.0)\n",
    "twice": ANSWER + "\n\n" + ANSWER,
    "a form feed in it": ANSWER.replace("    return", "    x = 'a\x0cb'\n    return"),
    "no lambda": "squared_error_mean = lambda y_true, y_pred: (\n    0\n",
    "no Python": "def squared_error_mean(y_true, y_pred:\n    return (\n",
}


def copies(file):
    return sorted(path.name for path in file.parent.iterdir() if path.suffix == ".bak")


@pytest.fixture(autouse=True)
def passed(here):
    write(TASK, Entry("PASS", 1))


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("form", FORMS)
def test_the_starter_takes_the_place_of_the_answer_and_of_nothing_else(save, form, end):
    text = (BEFORE + FORMS[form] + AFTER).replace("\n", end)
    file = save(text)
    reset([TASK], file.parent)
    new = file.read_bytes().decode()
    starter = (TASK.starter + "\n").replace("\n", end)
    assert new.startswith(BEFORE.replace("\n", end)) and new.endswith(AFTER.replace("\n", end))
    assert new.count(starter) == new.count("squared_error_mean") == 1
    assert (file.parent / "mse.py.1.bak").read_bytes().decode() == text
    assert entry(TASK) == Entry()


def test_a_second_reset_keeps_a_second_copy(save):
    file = save(BEFORE + ANSWER)
    reset([TASK], file.parent)
    save(BEFORE + ANSWER + "# again\n")
    said = reset([TASK], file.parent)
    assert copies(file) == ["mse.py.1.bak", "mse.py.2.bak"] and any("mse.py.2.bak" in sentence for sentence in said)


def test_several_at_once_need_one_copy(save):
    file = save(BEFORE + ANSWER)
    tasks = [task for task in exercises.values() if task.chapter == "mse"]
    reset(tasks, file.parent)
    assert all(file.read_text().count(task.starter) == 1 for task in tasks) and copies(file) == ["mse.py.1.bak"]


def test_a_function_that_was_renamed_comes_back_at_the_end(save):
    file = save(BEFORE + ANSWER.replace("squared_error_mean", "my_mean"))
    reset([TASK], file.parent)
    assert file.read_text().startswith(BEFORE + "def my_mean") and file.read_text().endswith(TASK.starter + "\n")


def test_an_empty_file_is_begun_anew_and_the_mark_of_an_editor_stays(save):
    file = save(b"  \n")
    reset([TASK], file.parent)
    assert TASK.starter in file.read_text()
    file = save(("\ufeff" + BEFORE + ANSWER).encode())
    reset([TASK], file.parent)
    assert file.read_bytes().startswith("\ufeffimport".encode()) and TASK.starter in file.read_text("utf-8")


@pytest.mark.parametrize(("content", "why"), [
    ("# caf\u00e9\n".encode("latin-1") + ANSWER.encode(), "UTF-8"),
    (("if True:\n    " + ANSWER.replace("\n    ", "\n        ")).encode(), "inside another statement, at line 1"),
])
def test_what_cannot_be_taken_back_is_told_and_nothing_changes(save, content, why):
    file = save(content)
    with pytest.raises(NotReset, match=why):
        reset([TASK], file.parent)
    assert file.read_bytes() == content and copies(file) == [] and entry(TASK) == Entry("PASS", 1)


def test_one_that_cannot_be_changed_leaves_all_others_too(save):
    file, other = save(BEFORE + ANSWER), save(b"\xff", "mae.py")
    with pytest.raises(NotReset, match="mae.py"):
        reset([TASK, *(task for task in exercises.values() if task.chapter == "mae")], file.parent)
    assert file.read_text() == BEFORE + ANSWER and copies(file) == [] and other.read_bytes() == b"\xff"


def notebook(*sources, minor=5):
    cells = [{"cell_type": "code", **({"id": str(n)} if minor > 4 else {}), "metadata": {"mine": n},
              "execution_count": 3, "source": source,
              "outputs": [{"output_type": "stream", "name": "stdout", "text": "old"}]}
             for n, source in enumerate(sources)]
    return json.dumps({"nbformat": 4, "nbformat_minor": minor, "metadata": {"kept": "é"}, "cells": cells})


@pytest.mark.parametrize("as_list", [True, False], ids=["lines", "text"])
def test_in_a_notebook_one_cell_changes(save, as_list):
    source = f"%%time\n{ANSWER}\n\ncheck(squared_error_mean)"
    file = save(notebook("1 + 1", source.splitlines(keepends=True) if as_list else source), "mse.ipynb")
    before = json.loads(file.read_text())
    reset([TASK], file.parent)
    new = json.loads(file.read_text("utf-8"))
    changed = new["cells"].pop(1)
    assert "".join(changed["source"]) == f"%%time\n{TASK.starter}\n\n\ncheck(squared_error_mean)"
    assert type(changed["source"]) is (list if as_list else str) and changed["outputs"] == []
    assert changed["metadata"] == {"mine": 1}
    before["cells"].pop(1)
    assert new == before and copies(file) == ["mse.ipynb.1.bak"]


@pytest.mark.parametrize("minor", [4, 5])
def test_a_notebook_without_the_function_gets_a_cell(save, minor):
    import nbformat

    file = save(notebook("1 + 1", "check(squared_error_mean)", minor=minor), "mse.ipynb")
    reset([TASK], file.parent)
    new = nbformat.read(file, as_version=4)
    nbformat.validate(new)
    assert new.cells[-1].source.startswith(TASK.starter)


def test_a_fresh_starter_notebook_comes_back_as_it_was(save):
    fresh = starter_notebook([TASK])
    file = save(fresh.replace("...  # your answer here", "return 1"), "mse.ipynb")
    reset([TASK], file.parent)
    assert [cell["source"] for cell in json.loads(file.read_text())["cells"]] == [
        cell["source"] for cell in json.loads(fresh)["cells"]]


def test_where_there_is_no_file_the_progress_alone_is_forgotten(here):
    assert reset([TASK], here / "exercises") == ["Back to the start: squared_error_mean"]
    assert entry(TASK) == Entry() and not (here / "exercises").exists()


def test_the_place_of_a_function_is_its_last_line_also_in_a_cell():
    found = places([["a.py", f"\n{ANSWER}"], ["cell 2", "try:\n    import numpy as np\nexcept ImportError:\n    pass"]])
    assert found == {"squared_error_mean": ("a.py", 2), "np": ("cell 2", 1)}
