"""What a learner chose first in each question of a quiz in the terminal, kept with the progress."""

from __future__ import annotations

from dataclasses import dataclass

from lossedu.exercises.page import pages_in_order
from lossedu.exercises.progress import note, noted
from lossedu.exercises.quiz import Question, count_words, every_question

KIND = "first choice"


@dataclass(frozen=True)
class Count:
    """How far a quiz is: questions that were right at the first try, questions answered, and all questions."""

    right: int
    answered: int
    of: int

    def __str__(self) -> str:
        words = count_words()
        if self.answered < self.of:
            return words["answered"].format(n=self.answered, all=self.of)
        return words["right"].format(n=self.right, all=self.of)


def first_choice(question: Question) -> int | None:
    """The place of what was chosen first, counted from 0, or None; a question that was changed counts as a new one."""
    chosen = noted(KIND).get(question.text)
    return next((place for place, (text, _, _) in enumerate(question.choices) if text == chosen), None)


def keep_choice(question: Question, place: int) -> None:
    """Keep a choice, unless the question was answered before."""
    if first_choice(question) is None:
        note(KIND, {question.text: question.choices[place][0]})


def forget_choices(page: str) -> None:
    """Take a quiz back to the start."""
    note(KIND, {question.text: None for question in every_question()[page]})


def count(page: str) -> Count:
    """How far the quiz of a page is."""
    asked = every_question()[page]
    chosen = [first_choice(question) for question in asked]
    return Count(sum(place == question.right for place, question in zip(chosen, asked)),
                 sum(place is not None for place in chosen), len(asked))


def quizzes_in_order() -> list[str]:
    """The pages that have a quiz, as the book has them."""
    order = {page.rpartition("/")[2]: number for number, page in enumerate(pages_in_order())}
    return sorted(every_question(), key=lambda page: order.get(page, len(order)))
