"""Graded exercises: the exercise object, the judge, and one module a chapter."""

from importlib import import_module
from pkgutil import iter_modules

from lossedu.exercises.check import check
from lossedu.exercises.exercise import (
    Exercise,
    Formula,
    exercises,
    find_exercise,
    markdown_prompt,
    markdown_solution,
    starter,
)
from lossedu.exercises.help import hint, progress, solution
from lossedu.exercises.judge import Verdict
from lossedu.exercises.quiz import ask, questions, quiz
from lossedu.exercises.verify import verify

MACHINERY = {"card", "check", "exercise", "help", "judge", "progress", "quiz", "verify"}

# Every other module here is a chapter; importing it enters its exercises into the course.
for _module in iter_modules(__path__):
    if _module.name not in MACHINERY:
        import_module(f"{__name__}.{_module.name}")

__all__ = ["Exercise", "Formula", "Verdict", "ask", "check", "exercises", "find_exercise", "hint", "markdown_prompt",
           "markdown_solution", "progress", "questions", "quiz", "solution", "starter", "verify"]
