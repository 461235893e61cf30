"""Graded exercises: the exercise object, the judge and the quiz. What the pages ask stands in `lossedu.course`."""

from typing import TYPE_CHECKING

from lossedu.exercises.check import check
from lossedu.exercises.example import markdown_prompt
from lossedu.exercises.exercise import Exercise, Formula, find_exercise, markdown_solution, starter
from lossedu.exercises.help import hint, progress, solution, thread
from lossedu.exercises.help import next as next
from lossedu.exercises.judge import Verdict
from lossedu.exercises.quiz import Question, ask, quiz
from lossedu.exercises.verify import verify

# Without `next`: an import with a star must not take the place of Python's own.
__all__ = ["Exercise", "Formula", "Verdict", "ask", "check", "exercises", "find_exercise", "hint", "markdown_prompt",
           "markdown_solution", "progress", "questions", "quiz", "solution", "starter", "thread",
           "verify"]


if TYPE_CHECKING:
    from lossedu.exercises.exercise import exercises
    from lossedu.exercises.quiz import questions


def __getattr__(name: str) -> dict[str, Exercise] | dict[str, list[Question]]:
    # The course builds on this package, so it is read when somebody asks for what it holds.
    if name not in ("exercises", "questions"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from lossedu.exercises.exercise import every_exercise
    from lossedu.exercises.quiz import every_question

    return every_exercise() if name == "exercises" else every_question()
