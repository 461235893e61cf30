"""Which page an exercise or a question belongs to follows from its module; the order of the pages is the book's."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from lossedu.exercises.exercise import Exercise, every_exercise, exercise
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


@cache
def pages_in_order() -> tuple[str, ...]:
    """The pages of the book from its table of contents, which an installed package keeps beside the course.

    Returns
    -------
    tuple of str
        Part and page; empty where there is no table of contents, as in the bundle of another grader.
    """
    package = Path(__file__).resolve().parents[1]
    for contents in (package / "course" / "_toc.yml", package.parent / "_toc.yml"):
        if contents.is_file():
            return tuple(dict.fromkeys(re.findall(r"file: book/\w+/(\S+)", contents.read_text("utf-8"))))
    return ()


def course_order() -> list[Exercise]:
    """Every exercise, page by page as the book has them, and on each page from top to bottom."""
    order = {page: number for number, page in enumerate(pages_in_order())}
    return sorted(every_exercise().values(),
                  key=lambda task: order.get(page_of(task.reference.__module__), len(order)))


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
