"""What is kept of a quiz in the progress file, beside all that others keep there, and how the lists show it."""

from __future__ import annotations

import sys

import pytest

from lossedu.exercises import exercises, progress, questions
from lossedu.exercises.first_tries import Count, count, first_choice, forget_choices, keep_choice, quizzes_in_order

store = sys.modules["lossedu.exercises.progress"]
ASKED = questions["mse"]
OLDER = "# lossedu progress: exercise, best state, hints read\n# current: {at}\n{task}\tPASS\t1\n"


def wrong(question):
    return (question.right + 1) % len(question.choices)


def written(own_home, text):
    own_home.mkdir(exist_ok=True)
    (own_home / "progress.txt").write_bytes(text if isinstance(text, bytes) else text.encode())


def test_the_first_choice_is_kept_and_no_other():
    assert count("mse") == Count(0, 0, len(ASKED)) and first_choice(ASKED[0]) is None
    keep_choice(ASKED[0], wrong(ASKED[0]))
    keep_choice(ASKED[0], ASKED[0].right)
    keep_choice(ASKED[1], ASKED[1].right)
    keep_choice(ASKED[1], wrong(ASKED[1]))
    assert count("mse") == Count(1, 2, len(ASKED)) and str(count("mse")) == f"2 of {len(ASKED)} questions answered"
    for question in ASKED:
        keep_choice(question, question.right)
    assert str(count("mse")) == f"{len(ASKED) - 1} of {len(ASKED)} right at the first try"
    keep_choice(questions["mae"][0], 0)
    forget_choices("mse")
    assert count("mse").answered == 0 and count("mae").answered == 1


def test_it_stands_beside_the_rest_in_lines_that_older_versions_take_for_comments(own_home):
    tasks = list(exercises.values())
    written(own_home, OLDER.format(at=tasks[3].name, task=tasks[0].name))
    keep_choice(ASKED[0], ASKED[0].right)
    store.write(tasks[1], store.Entry("RAISED", 2))
    store.stay_at(tasks[5])
    lines = (own_home / "progress.txt").read_text("utf8").splitlines()
    assert lines[0] == OLDER.splitlines()[0] and f"# current: {tasks[5].name}" in lines
    assert [line for line in lines if not line.startswith("#")] == sorted(
        [f"{tasks[0].name}\tPASS\t1", f"{tasks[1].name}\tRAISED\t2"])
    assert sum(line.startswith("# current: ") for line in lines) == 1 and len(lines) == 5
    assert count("mse").right == 1


def test_what_a_newer_version_keeps_is_not_lost(own_home):
    written(own_home, "# of another kind: a name: b\t1.5 2\n# current: gone\n")
    keep_choice(ASKED[0], 0)
    store.stay_at(next(iter(exercises.values())))
    assert store.noted("of another kind") == {"a name: b": "1.5 2"}


@pytest.mark.parametrize("line", [
    b"# first choice: {text}", b"# first choice: {text}\t", b"# first choice: {text}\tno choice of it",
    b"# first choice: {text}\t{right}\tmore", b"# first choice:\t{right}", b"#first choice: {text}\t{right}",
    b"# first choice: another question\t{right}", b"# FIRST: {text}\t{right}", b"#", b"# : \t", b"\xff\xfe{text}"])
def test_a_damaged_line_is_a_question_that_was_not_answered(own_home, line):
    question = ASKED[0]
    right = question.choices[question.right][0].encode()
    written(own_home, line.replace(b"{text}", question.text.encode()).replace(b"{right}", right) + b"\n")
    assert count("mse") == Count(0, 0, len(ASKED))
    keep_choice(question, question.right)
    assert count("mse") == Count(1, 1, len(ASKED))


def test_no_text_of_a_question_breaks_its_line(own_home):
    for asked in questions.values():
        for number, question in enumerate(asked):
            keep_choice(question, number % len(question.choices))
    for page, asked in questions.items():
        assert [first_choice(question) for question in asked] == [
            number % len(question.choices) for number, question in enumerate(asked)], page


def test_a_disk_that_cannot_be_written_costs_the_memory_alone(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("LOSSEDU_HOME", str(tmp_path / "file"))
    keep_choice(ASKED[0], 0)
    assert count("mse").answered == 0


def test_progress_shows_each_page_and_the_share_of_its_quiz():
    keep_choice(ASKED[0], ASKED[0].right)
    keep_choice(ASKED[1], wrong(ASKED[1]))
    shown = progress()
    lines = str(shown).splitlines()[1:-1]
    assert [line.split()[0] for line in lines] == quizzes_in_order()
    assert [line.split()[0] for line in lines if "quiz" in line] == ["mse"]
    assert next(line for line in lines if "quiz" in line).endswith(f"quiz 1/{len(ASKED)}")
    assert shown.html.count(f">quiz 1/{len(ASKED)}</text>") == 1
