"""The session without a terminal: every key and every event, and what is on the screen after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lossedu.exercises.judge import Verdict
from lossedu.exercises.page import course_order
from lossedu.grading.local import Checked
from lossedu.terminal.answers import Place
from lossedu.terminal.keys import END
from lossedu.terminal.session import (
    CHECK,
    HINT,
    QUIT,
    RESET,
    Hinted,
    Judged,
    Key,
    Saved,
    State,
    Taken,
    opened,
    screen,
    step,
    view,
)
from lossedu.terminal.words import BAR, MOST_PRINTED, bar, clean

TASKS = tuple(course_order()[:5])
PLACE = Place(Path("exercises/x.py"), line=7)


def state(current=0, passed=(), **more):
    states = {task.name: "PASS" if n in passed else "NOT ATTEMPTED" for n, task in enumerate(TASKS)}
    return State(TASKS, states, None if current is None else TASKS[current], **{"place": PLACE, **more})


def judged(state, reached, *sentences, printed="", error=""):
    verdict = Verdict(state.current.name, reached, sentences, int(reached == "PASS"), 1)
    return step(state, Judged(PLACE, Checked(verdict, printed, error)))


def text(state, rows=30):
    return "\n".join(line.text for line in view(state, rows))


def test_it_opens_with_a_check_of_the_current_exercise():
    opening = opened(TASKS, {task.name: "NOT ATTEMPTED" for task in TASKS}, TASKS[0])
    assert opening.wants == CHECK
    assert "Checking" in text(opening) and TASKS[0].name in text(opening) and "0 of 5" in text(opening)


def test_a_right_answer_moves_on_and_says_so():
    after = judged(state(passed=[1]), "PASS", "Right on all 5 checks.")
    assert after.current is TASKS[2] and after.wants == CHECK and after.checked is None
    assert after.states[TASKS[0].name] == "PASS"
    assert f"{TASKS[0].name}: PASS. Right on all 5 checks." in text(after) and "2 of 5" in text(after)


def test_right_answers_in_a_row_are_all_told():
    after = judged(judged(state(), "PASS", "Right."), "PASS", "Right.")
    assert after.current is TASKS[2] and [note.partition(":")[0] for note in after.notes] == [
        TASKS[0].name, TASKS[1].name]
    assert judged(after, "NOT ATTEMPTED").notes == after.notes
    assert judged(after, "WRONG VALUE").notes == ()


def test_a_wrong_answer_stays_and_shows_everything():
    after = judged(state(), "RAISED", "Your function raised it", printed="a line\n\x1b[2Jb\x07",
                   error="  File x, line 3")
    assert after.current is TASKS[0] and after.wants == "" and after.states[TASKS[0].name] == "RAISED"
    shown = text(after)
    for part in ("RAISED (0/1)", "Your function raised it", "  File x, line 3", "a line", "b", "exercises/x.py:7"):
        assert part in shown
    assert "\x1b" not in shown and "\x07" not in shown


def test_a_flood_of_prints_is_cut():
    shown = text(judged(state(), "WRONG VALUE", printed="\n".join(f"line {n}." for n in range(500))))
    assert f"line {MOST_PRINTED - 1}." in shown and f"line {MOST_PRINTED}." not in shown
    assert f"{500 - MOST_PRINTED} more lines" in shown
    assert len(clean("x" * 10**6)) < 10**4


def test_an_exercise_that_was_passed_before_does_not_move_on():
    after = judged(state(current=1, passed=[1]), "PASS", "Right.")
    assert after.current is TASKS[1] and "Right." in text(after)
    assert judged(state(current=1, passed=[1]), "WRONG VALUE").states[TASKS[1].name] == "PASS"


def test_a_starter_is_asked_for_in_words_of_a_terminal():
    shown = text(judged(state(), "NOT ATTEMPTED", "Write your answer in place of the dots, then run the cell again."))
    assert "save the file" in shown and "cell" not in shown
    assert judged(state(), "MISSING").states[TASKS[0].name] == "NOT ATTEMPTED"


def test_a_file_that_cannot_be_read_costs_nothing_else():
    after = step(state(), Judged(PLACE, why="exercises/x.py cannot be read: it is empty"))
    assert after.current is TASKS[0] and after.wants == "" and "it is empty" in text(after)
    assert step(after, Saved()).wants == CHECK


def test_saving_checks_again():
    assert step(state(), Saved()).wants == CHECK
    assert step(state(current=None), Saved()).wants == ""


def test_a_hint_stays_until_the_next_exercise():
    asked = step(state(), Key("h"))
    assert asked.wants == HINT
    hinted = step(asked, Hinted("Hint 1 of 2: square first"))
    assert "square first" in text(hinted)
    assert "square first" in text(judged(hinted, "WRONG VALUE"))
    assert "square first" not in text(judged(hinted, "PASS"))


def test_next_goes_round_to_what_is_not_passed():
    assert step(state(passed=[1]), Key("n")).current is TASKS[2]
    assert step(state(current=4, passed=[0]), Key("n")).current is TASKS[1]
    assert step(state(current=3, passed=[0, 1, 2, 4]), Key("n")).current is TASKS[3]
    assert step(state(), Key("n")).wants == CHECK


def test_reset_asks_and_only_yes_takes_back():
    asked = step(state(), Key("r"))
    assert asked.mode == "reset" and asked.wants == "" and "(y/n)" in text(asked)
    for key in ("n", "q", "\r", "escape", "Y"):
        refused = step(asked, Key(key))
        assert refused.wants == "" and refused.mode == "exercise" and "Nothing was changed." in text(refused)
    assert step(asked, Key("y")).wants == RESET
    taken = step(step(state(current=1, passed=[1]), Key("r")), Key("y"))
    done = step(taken, Taken(("Back.",)))
    assert done.wants == CHECK and done.states[TASKS[1].name] == "NOT ATTEMPTED" and "Back." in text(done)
    assert step(taken, Taken(("No.",), done=False)).states[TASKS[1].name] == "PASS"


def test_the_list_chooses_an_exercise():
    listed = step(state(current=1, passed=[0]), Key("l"))
    assert all(task.name in text(listed) for task in TASKS) and "PASS" in text(listed)
    assert f"> {TASKS[1].name}" in text(listed)
    assert step(step(listed, Key("down")), Key("\r")).current is TASKS[2]
    assert step(step(listed, Key("k")), Key("\n")).current is TASKS[0]
    back = step(listed, Key("l"))
    assert back.mode == "exercise" and back.current is TASKS[1] and back.wants == ""
    top = listed
    for _ in range(9):
        top = step(top, Key("up"))
    assert top.cursor == 0
    for _ in range(9):
        top = step(top, Key("j"))
    assert top.cursor == 4


def test_a_long_list_shows_what_is_chosen():
    tasks = tuple(course_order())
    every = State(tasks, {task.name: "NOT ATTEMPTED" for task in tasks}, tasks[0], mode="list")
    for cursor in (0, 1, 60, len(tasks) - 1):
        for rows in (3, 24, 50, 500):
            lines = screen(replace(every, cursor=cursor), rows)
            assert sum(f"> {tasks[cursor].name} " in line.text for line in lines) == 1
            assert len(lines) <= max(rows, 12)


def test_the_end_of_the_course():
    end = judged(state(current=4, passed=[0, 1, 2, 3]), "PASS")
    assert end.current is None and end.wants == "" and "every exercise" in text(end) and "5 of 5" in text(end)
    for key in ("h", "n", "r", "x"):
        assert step(end, Key(key)).wants == "" and step(end, Key(key)).mode == "exercise"
    assert step(step(end, Key("l")), Key("\r")).current is TASKS[0]


@pytest.mark.parametrize("mode", ["exercise", "list"])
def test_q_and_the_end_of_input_quit(mode):
    assert step(state(mode=mode), Key("q")).wants == QUIT
    assert step(state(mode=mode), Key(END)).wants == QUIT
    assert step(state(mode="reset"), Key(END)).wants == QUIT


def test_other_keys_do_nothing():
    for key in ("x", "up", "\r", "é", "escape", " "):
        assert step(state(), Key(key)) == state()


def test_the_bar_is_full_at_the_end_alone():
    for of in (1, 5, 127):
        for passed in range(of + 1):
            drawn = bar(passed, of).text.partition("]")[0][1:]
            assert len(drawn) == BAR and (drawn == "#" * BAR) == (passed == of)


def test_chinese(monkeypatch):
    monkeypatch.setenv("LOSSEDU_LANG", "zh")
    assert "提示" in text(state()) and "已通过 0/5 题" in text(state())
