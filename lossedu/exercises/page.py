"""Which page an exercise or a question belongs to follows from the module that holds it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lossedu.exercises.exercise import Exercise, exercise
from lossedu.exercises.quiz import ask
from lossedu.exercises.types import Function

COURSE = "lossedu.course."


def page_of(module: str) -> str:
    """Return the page that a module of the course belongs to.

    Parameters
    ----------
    module : str
        The full name of a module, its ``__name__``.

    Returns
    -------
    str
        Part and page as the book's table of contents has them.

    Raises
    ------
    ValueError
        If the module is not in the course.

    Examples
    --------
    >>> page_of("lossedu.course.descent.gradient_descent")
    'descent/gradient-descent'
    """
    part, dot, page = module.removeprefix(COURSE).partition(".")
    if not module.startswith(COURSE) or not dot:
        raise ValueError(f"{module} is no page of the course; exercises stand in lossedu/course/<part>/<page>.py")
    return f"{part}/{page}".replace("_", "-")


def on_page(module: str) -> tuple[Callable[..., Callable[[Function], Exercise]], Callable[..., None]]:
    """Return `exercise` and `ask` for the page that a module belongs to.

    Parameters
    ----------
    module : str
        The ``__name__`` of the module that calls.

    Returns
    -------
    exercise : callable
        The decorator `lossedu.exercises.exercise.exercise` without its first argument.
    ask : callable
        The function `lossedu.exercises.quiz.ask` without its first argument.
    """
    chapter = page_of(module).split("/")[1]
    return partial(exercise, chapter), partial(ask, chapter)
