"""Concept questions of a page: each choice opens to its reason, and the page itself says which is right.

A choice is a closed fold, because folds are all that a notebook program leaves closed in a page that was just opened:
it takes scripts, styles and the attribute `hidden` out until the page is run. The folds of one question close each
other. In the book, and in a notebook that was run, `quiz.js` announces the reason to those who listen, and counts which
questions were right at the first try. The count stays in the reader's browser, because the Python of a notebook cannot
see a click; `lossedu quiz` asks the same questions in a terminal, and keeps its own count with the progress.

Questions stand with their page's exercises:

    ask("What is the unit of an MSE of prices in dollars?",
        right=("dollars squared", "Residuals are dollars, and squaring squares the unit."),
        wrong=[("dollars", "That is the unit of the RMSE."), ("none", "Only ratios have no unit.")])
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from importlib import import_module
from pathlib import Path

from lossedu.language import translate
from lossedu.plot.style import COLOURS

questions: dict[str, list[Question]] = {}

LETTERS = "abcdef"
# The edge of a reason where the book's stylesheet is not loaded; a program that strips styles leaves the words.
EDGE = "margin:.2em 0 .6em 1.2em;padding-left:.6em;border-left:3px solid"


@dataclass(frozen=True)
class Question:
    """One question; `choices` are (text, reason, is right) in an order that gives nothing away."""

    text: str
    choices: tuple[tuple[str, str, bool], ...] = field(repr=False)

    @property
    def right(self) -> int:
        """Place of the right choice, counted from 0."""
        return [is_right for _, _, is_right in self.choices].index(True)


def ask(page: str, text: str, *, right: tuple[str, str], wrong: Sequence[tuple[str, str]]) -> None:
    """Add a question to a page's quiz.

    Parameters
    ----------
    page : str
    text : str
        The question.
    right : (str, str)
        The right choice and why it is right.
    wrong : list of (str, str)
        Wrong choices, and what each gets wrong.
    """
    choices = [(*right, True), *((*choice, False) for choice in wrong)]
    if not wrong or not all(words.strip() for choice in choices for words in choice[:2]):
        raise ValueError(f"the question {text!r} needs a wrong choice, and a reason for every choice.")
    shuffled = sorted(choices, key=lambda choice: sha256((text + choice[0]).encode()).digest())
    questions.setdefault(page, []).append(Question(text, tuple(shuffled)))


@dataclass(frozen=True)
class Quiz:
    """The questions of one page, as the notebook shows them."""

    page: str

    def __repr__(self) -> str:
        lines = []
        for number, question in enumerate(questions[self.page], 1):
            lines.append(f"{number}. {translate(question.text)}")
            lines += [f"   {letter}) {translate(text)}" for letter, (text, _, _) in zip(LETTERS, question.choices)]
        right = [f"{number}{LETTERS[question.right]}" for number, question in enumerate(questions[self.page], 1)]
        return "\n".join([*lines, "", f"{translate('Answers')}: {', '.join(right)}"])

    def _repr_html_(self) -> str:
        asked = "".join(question_html(self.page, number, question)
                        for number, question in enumerate(questions[self.page], 1))
        name = escape(translate("Quiz"))
        # The mark lets the script be taken out where the page is stored; the book loads it once.
        return (f'<section class="le-quiz" aria-label="{name}">\n{asked}{answers_html(self.page)}</section>'
                f'<script data-inline="quiz">{script()}</script>')


def question_html(page: str, number: int, question: Question) -> str:
    """One question; each choice is a fold that holds its reason, and opening one closes the others."""
    rows = ""
    for letter, (text, reason, is_right) in zip(LETTERS, question.choices):
        rows += (f'<details class="le-choice" name="quiz-{page}-{number}">'
                 f"<summary>{letter}) {escape(translate(text))}</summary>{reason_html(reason, is_right)}</details>\n")
    head = f"<p><strong>{number}. {escape(translate(question.text))}</strong></p>"
    return f'<div class="le-question" style="margin-top:1em">{head}\n{rows}</div>\n'


def reason_html(reason: str, is_right: bool) -> str:
    """Whether a choice is right, and why."""
    look, role = ("le-right", "gradient") if is_right else ("le-not", "prediction")
    verdict = translate("Right.") if is_right else translate("No.")
    return (f'<p class="le-reason {look}" style="{EDGE} {COLOURS[role][0]}">'
            f"<strong>{escape(verdict)}</strong> {escape(translate(reason))}</p>")


def answers_html(page: str) -> str:
    """The right choices at the end, for paper, where nothing opens."""
    rows = ""
    for number, question in enumerate(questions[page], 1):
        text, reason, _ = question.choices[question.right]
        answer = f"{number}. {LETTERS[question.right]}) {translate(text)}"
        rows += f"<p><strong>{escape(answer)}</strong> {escape(translate(reason))}</p>\n"
    head = f"<summary>{escape(translate('Answers'))}</summary>"
    return f'<details class="le-answers" style="margin-top:1em">{head}\n{rows}</details>\n'


def script(language: str | None = None) -> str:
    """Return the program that counts and announces in every quiz of a page, with its words in a language."""
    table = json.dumps({**count_words(language), "start_again": translate("Start again", language)}, ensure_ascii=False)
    return f"(() => {{\nconst words = {table};\n{Path(__file__).with_suffix('.js').read_text('utf8')}}})();\n"


def count_words(language: str | None = None) -> dict[str, str]:
    """Return what is said of a quiz while questions are left, and afterwards."""
    return {"answered": translate("{n} of {all} questions answered", language),
            "right": translate("{n} of {all} right at the first try", language)}


def every_question() -> dict[str, list[Question]]:
    """The questions of the course, by page; the pages that hold them are read when somebody asks for them."""
    import_module("lossedu.course")
    return questions


def quiz(page: str) -> Quiz:
    """The quiz of a page.

    Raises
    ------
    KeyError
        When the page has none.
    """
    if page not in every_question():
        raise KeyError(f"there is no quiz for the page {page!r}; there is one for {', '.join(sorted(questions))}.")
    return Quiz(page)
