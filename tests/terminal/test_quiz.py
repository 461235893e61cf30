"""`lossedu quiz`: the questions of a page in a terminal and in a pipe, and how one leaves them."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from lossedu.cli import app
from lossedu.exercises import questions
from lossedu.exercises.first_tries import count, first_choice, keep_choice, quizzes_in_order
from lossedu.exercises.page import course_order
from lossedu.exercises.progress import Entry, save, stay_at

ASKED = questions["mse"]
N = len(ASKED)
RIGHT = ["abcdef"[question.right] for question in ASKED]
WRONG = ["abcdef"[(question.right + 1) % len(question.choices)] for question in ASKED]


def run(*arguments, answer=""):
    return CliRunner().invoke(app, list(arguments), input=answer)


def typed(*lines):
    return "".join(f"{line}\n" for line in lines)


def test_it_asks_until_each_answer_is_right_and_counts_the_first(here):
    done = run("quiz", "mse", answer=typed("9", "", "zz", WRONG[0], RIGHT[0], *RIGHT[1:]))
    assert done.exit_code == 0 and done.stdout.count("Please type one of the letters a, b, c") == 3
    for question in ASKED:
        assert question.text in done.stdout and question.choices[question.right][1] in done.stdout
    assert f"No. {ASKED[0].choices[(ASKED[0].right + 1) % 3][1]}" in done.stdout
    assert f"{N - 1} of {N} right at the first try" in done.stdout and count("mse").right == N - 1
    assert f"The next quiz: lossedu quiz {quizzes_in_order()[3]}" not in done.stdout  # that is this one
    assert "The next quiz: lossedu quiz " in done.stdout


@pytest.mark.parametrize("way", [str.upper, lambda letter: f" {letter}) ", lambda letter: chr(ord(letter) + 0xFEE0)])
def test_a_letter_may_be_typed_in_several_ways(here, way):
    run("quiz", "mse", answer=typed(*map(way, RIGHT)))
    assert count("mse").right == N


@pytest.mark.parametrize("end", ["", "q\n"])
def test_what_is_left_is_asked_the_next_time(here, end):
    first = run("quiz", "mse", answer=typed(WRONG[0]) + end)
    assert first.exit_code == 0 and first.stdout.rstrip().endswith(f"1 of {N} questions answered")
    second = run("quiz", "regression/mse", answer=typed(*RIGHT[1:]))
    assert ASKED[0].text not in second.stdout and f"{N - 1} of {N} right" in second.stdout


def test_the_whole_quiz_again_only_when_one_says_so(here):
    for question in ASKED:
        keep_choice(question, (question.right + 1) % 3)
    for no in ("", "n\n", "\n"):
        done = run("quiz", "mse", answer=no)
        assert done.exit_code == 0 and ASKED[0].text not in done.stdout and count("mse").answered == N
    assert f"{N} of {N} right" in run("quiz", "mse", answer=typed("y", *RIGHT)).stdout


def test_without_a_name_it_is_the_quiz_of_the_page_where_one_is(here):
    task = next(task for task in course_order() if task.chapter == "huber")
    stay_at(task)
    assert run("quiz").stdout.startswith("huber: 0 of")
    for question in questions["huber"]:
        keep_choice(question, 0)
    following = quizzes_in_order()[quizzes_in_order().index("huber") + 1]
    assert run("quiz").stdout.startswith(f"{following}: 0 of")
    save({task.name: Entry("PASS") for task in course_order()}, {})
    assert run("quiz").stdout.startswith(f"{quizzes_in_order()[0]}: 0 of")


def test_after_the_last_question_of_the_course_there_is_no_next_quiz(here):
    for asked in questions.values():
        for question in asked:
            keep_choice(question, question.right)
    done = run("quiz", answer="n\n")
    assert done.exit_code == 0 and "right at the first try" in done.stdout and "next quiz" not in done.stdout


def test_a_wrong_name_is_told(here):
    done = run("quiz", "hubert")
    assert done.exit_code == 2 and "'hubert'. Did you mean huber" in done.output


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_in_a_real_pipe_whatever_comes_through_it(here, encoding):
    raw = b"\xff\xfe\n" + typed(*RIGHT).encode()
    done = subprocess.run([sys.executable, "-m", "lossedu.cli", "quiz", "mse"], input=raw, capture_output=True,
                          env=os.environ | {"PYTHONIOENCODING": encoding})
    assert done.returncode == 0 and done.stderr == b"" and b"\x1b" not in done.stdout
    assert f"{N} of {N} right at the first try".encode() in done.stdout


def test_the_lists_show_how_far_each_quiz_is(here):
    keep_choice(ASKED[0], ASKED[0].right)
    keep_choice(ASKED[1], (ASKED[1].right + 1) % 3)
    table = run("list").stdout
    assert table.count("Quiz") == len(questions) and f"1/{N}" in table
    assert run("list", "mse").stdout.count("Quiz") == 1 and "Quiz" not in run("list", "squared_error_mean").stdout
    kept = json.loads(run("progress", "--json").stdout)["quizzes"]
    assert kept["mse"] == {"right": 1, "answered": 2, "of": N} and list(kept) == quizzes_in_order()
    assert first_choice(ASKED[1]) is not None


@pytest.mark.parametrize("command", ["hint", "solution"])
def test_hint_and_solution_without_a_name_are_those_of_the_current_exercise(here, command):
    task = course_order()[4]
    stay_at(task)
    done = run(command, *(["--yes"] if command == "solution" else []))
    assert done.exit_code == 0 and task.name in done.output
    assert (task.hints[0] if command == "hint" else task.solution.rstrip()) in done.stdout
    save({task.name: Entry("PASS") for task in course_order()}, {})
    done = run(command)
    assert done.exit_code == 0 and "You have passed every exercise" in done.output
