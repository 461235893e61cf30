"""The quiz of a page in a terminal or a pipe: one question after the other, each until its answer is right."""

from __future__ import annotations

import sys
from contextlib import suppress
from difflib import get_close_matches
from typing import TYPE_CHECKING
from unicodedata import normalize

from lossedu.exercises.first_tries import count, first_choice, forget_choices, keep_choice, quizzes_in_order
from lossedu.exercises.help import current_exercise
from lossedu.exercises.quiz import LETTERS, Question, every_question
from lossedu.language import translate
from lossedu.terminal.words import Line, make_console, show

if TYPE_CHECKING:
    from rich.console import Console

LEAVE = "q"


class NoQuiz(LookupError):
    """There is no quiz of that name; the message names the nearest."""


def quiz_named(name: str) -> str:
    """The page of a quiz, named with or without its part of the book.

    Raises
    ------
    NoQuiz
        When there is none.
    """
    wanted = name.replace("_", "-").rpartition("/")[2]
    if wanted in every_question():
        return wanted
    near = get_close_matches(wanted, every_question(), n=3, cutoff=0.4)
    advice = (translate("Did you mean {names}?", names=", ".join(near)) if near else
              translate("`lossedu list` names them all."))
    raise NoQuiz(translate("There is no quiz for a page named {name}. {advice}", name=repr(name), advice=advice))


def current_quiz() -> str:
    """The page at which the learner is, or the first after it whose quiz has questions that are not answered."""
    pages, task = quizzes_in_order(), current_exercise()
    at = pages.index(task.chapter) if task and task.chapter in pages else 0
    return next((page for page in pages[at:] + pages[:at] if not is_done(page)), pages[at])


def is_done(page: str) -> bool:
    """Whether every question of a page is answered."""
    return count(page).answered == count(page).of


def ask_quiz(page: str) -> None:
    """Ask what is not answered yet, or all of it once more; Ctrl-C and the end of input leave, and nothing is lost."""
    console = make_console()
    with suppress(KeyboardInterrupt, EOFError):
        show(console, [Line(f"{page}: {count(page)}", "bold")])
        if not is_done(page) or starts_again(page):
            asked = enumerate(every_question()[page], 1)
            all(ask(console, number, question) for number, question in asked if first_choice(question) is None)
    show(console, [Line(), Line(str(count(page)), "bold")])
    if is_done(page) and not is_done(following := current_quiz()):
        show(console, [Line(translate("The next quiz: lossedu quiz {page}", page=following))])


def starts_again(page: str) -> bool:
    """Ask whether to forget the answers."""
    if again := input(translate("Start again") + "? (y/n) ").strip().lower() == "y":
        forget_choices(page)
    return again


def ask(console: Console, number: int, question: Question) -> bool:
    """Ask one question until the answer is right; False when the learner leaves."""
    letters = LETTERS[:len(question.choices)]
    show(console, [Line(), Line(f"{number}. {translate(question.text)}", "bold")])
    show(console, [Line(f"   {letter}) {translate(text)}") for letter, (text, _, _) in zip(letters, question.choices)])
    while (typed := read_letter(letters)) != LEAVE:
        if len(typed) != 1 or typed not in letters:
            show(console, [Line("   " + translate("Please type one of the letters {letters}, or q to leave.",
                                                  letters=", ".join(letters)))])
            continue
        place = letters.index(typed)
        keep_choice(question, place)
        _, reason, is_right = question.choices[place]
        verdict, style = (translate("Right."), "green") if is_right else (translate("No."), "yellow")
        show(console, [Line(f"   {verdict} {translate(reason)}", style)])
        if is_right:
            return True
    return False


def read_letter(letters: str) -> str:
    """What is typed; the wide letters of a Chinese keyboard count as letters, and so does "b)"."""
    typed = input(translate("Your answer ({letters}; q leaves):", letters=", ".join(letters)) + " ")
    if not sys.stdin.isatty():
        print(typed)  # a terminal shows what is typed, and a pipe does not
    return normalize("NFKC", typed).strip().lower().rstrip(".)")
