"""Concept questions of a page: each choice has its reason, and the page itself says which is right.

Questions live with their page's exercises:

    ask("mse", "What is the unit of an MSE of prices in dollars?",
        right=("dollars squared", "Residuals are dollars, and squaring squares the unit."),
        wrong=[("dollars", "That is the unit of the RMSE."), ("none", "Only ratios have no unit.")])
"""

from dataclasses import dataclass, field
from hashlib import sha256
from html import escape

from lossedu.language import say

questions: dict[str, list["Question"]] = {}

# Without this line a choice's reason would stay hidden where the book's stylesheet is not loaded.
SHOW_CHOSEN = "<style>.le-choice input:checked ~ .le-reason { display: block; }</style>"


@dataclass(frozen=True)
class Question:
    """One question; `choices` are (text, reason, is right) in an order that gives nothing away."""

    text: str
    choices: tuple = field(repr=False)

    @property
    def right(self):
        """Place of the right choice, counted from 0."""
        return [is_right for _, _, is_right in self.choices].index(True)


def ask(page, text, *, right, wrong):
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

    def __repr__(self):
        lines = []
        for number, question in enumerate(questions[self.page], 1):
            lines.append(f"{number}. {say(question.text)}")
            lines += [f"   {letter}) {say(text)}" for letter, (text, _, _) in zip("abcdef", question.choices)]
        return "\n".join(lines)

    def _repr_html_(self):
        asked = "".join(question_html(self.page, number, question)
                        for number, question in enumerate(questions[self.page], 1))
        return f'<form class="le-quiz">{SHOW_CHOSEN}{asked}</form>'


def question_html(page, number, question):
    """One question as a group of radio buttons; a choice's reason shows when it is chosen."""
    group = f"quiz-{page}-{number}"
    rows = ""
    for letter, (text, reason, is_right) in zip("abcdef", question.choices):
        verdict = say("Right.") if is_right else say("No.")
        rows += (f'<div class="le-choice"><input type="radio" name="{group}" id="{group}{letter}">'
                 f'<label for="{group}{letter}">{escape(say(text))}</label>'
                 f'<p class="le-reason {"le-right" if is_right else "le-not"}" hidden>'
                 f"<strong>{escape(verdict)}</strong> {escape(say(reason))}</p></div>")
    return f"<fieldset><legend>{number}. {escape(say(question.text))}</legend>{rows}</fieldset>"


def quiz(page) -> Quiz:
    """The quiz of a page.

    Raises
    ------
    KeyError
        When the page has none.
    """
    if page not in questions:
        raise KeyError(f"there is no quiz for the page {page!r}; there is one for {', '.join(sorted(questions))}.")
    return Quiz(page)
