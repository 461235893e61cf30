"""What a learner may ask for: the next exercise, the next hint, the folded solution, a picture of the progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lossedu.exercises import progress as store
from lossedu.exercises.card import exercise_html, hint_html, progress_html, solution_html
from lossedu.exercises.example import whole_prompt
from lossedu.exercises.exercise import Exercise, every_exercise, find_exercise, points_text, starter
from lossedu.exercises.first_tries import Count, count, quizzes_in_order
from lossedu.exercises.page import course_order
from lossedu.exercises.thread import LAST, PARTS, cell_of, names_outside, parts
from lossedu.exercises.types import Function
from lossedu.language import translate


class TextAndHtml:
    """Text that shows itself as HTML in a notebook and as itself elsewhere; a solution also has its `code`."""

    def __init__(self, text: str, html: str, code: str = "") -> None:
        self.text, self.html, self.code = text, html, code

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.html


def next() -> TextAndHtml:
    """The next exercise: the one at which you are, or the first after it that you have not passed.

    Call it as ``lossedu.next()``. No import with a star brings it, because Python has a ``next`` of its own.

    Returns
    -------
    TextAndHtml
        Prompt and starter, as a card in a notebook and as text elsewhere. Its `code` is a cell to begin from, which
        runs in an empty notebook too.

    Examples
    --------
    >>> import lossedu
    >>> task = lossedu.next()
    >>> "def " in task.code and "check(" in task.code
    True
    """
    task = current_exercise()
    if task is None:
        return all_passed()
    head = f"{translate(task.title)} ({points_text(task.points)})"
    prompt = whole_prompt(task)
    code = f"import numpy as np\n\nfrom lossedu import check\n\n\n{starter(task.name)}"
    return TextAndHtml("\n\n".join([f"{task.name}: {head}", prompt, code]),
                       exercise_html(head, task.name, prompt, code), code)


def all_passed() -> TextAndHtml:
    """What is said where there is no exercise left."""
    text = translate("You have passed every exercise of the course.")
    return TextAndHtml(text, exercise_html(text, "", "", ""))


def current_exercise() -> Exercise | None:
    """The exercise at which the learner is, or the first after it that is not passed; None when all are.

    Where no session in a terminal has kept it, the learner is at the last exercise of the book that was tried.
    """
    tasks = course_order()
    states = {task.name: store.entry(task).state for task in tasks}
    kept = store.current()
    at = max((i for i, task in enumerate(tasks)
              if (task.name == kept if kept in states else states[task.name] != "NOT ATTEMPTED")), default=0)
    return first_open(tasks[at:] + tasks[:at], states)


def first_open(tasks: Iterable[Exercise], states: Mapping[str, str]) -> Exercise | None:
    """The first of some exercises that is not passed."""
    for task in tasks:
        if states[task.name] != "PASS":
            return task
    return None


def named_or_current(name: str | Function | Exercise | None) -> Exercise | None:
    """The exercise of that name; without a name the one at which the learner is, or None when all are passed."""
    return current_exercise() if name is None else find_exercise(name)


def hint(name: str | Function | Exercise | None = None) -> TextAndHtml:
    """The next hint for an exercise: one at each call, in order; after the last the first again.

    Parameters
    ----------
    name : str or callable, optional
        The exercise, or your function of that name; by default the exercise that `lossedu.next()` shows.

    Returns
    -------
    TextAndHtml
        A card in a notebook, text elsewhere.

    Raises
    ------
    KeyError
        When there is no such exercise.
    """
    task = named_or_current(name)
    if task is None:
        return all_passed()
    number, text = next_hint(task)
    head = translate("Hint {n} of {all}", n=number, all=len(task.hints))
    return TextAndHtml(f"{task.name}: {head}\n  {text}", hint_html(task.name, head, text))


def next_hint(task: Exercise) -> tuple[int, str]:
    """Number and text of the hint whose turn it is, and remember that it was read."""
    old = store.entry(task)
    number = old.hints % len(task.hints) + 1
    store.write(task, store.Entry(old.state, number))
    return number, translate(task.hints[number - 1])


def solution(name: str | Function | Exercise | None = None) -> TextAndHtml:
    """The solution of an exercise, folded: a click opens it.

    Parameters
    ----------
    name : str or callable, optional
        The exercise, or your function of that name; by default the exercise that `lossedu.next()` shows.

    Returns
    -------
    TextAndHtml
        Folded in a notebook. Elsewhere ``print(solution(name).code)`` prints it.

    Raises
    ------
    KeyError
        When there is no such exercise.
    """
    task = named_or_current(name)
    if task is None:
        return all_passed()
    summary = (translate("Solution") if store.entry(task).state == "PASS" else
               translate("Show the solution? You have not passed this exercise yet."))
    text = f'{summary}\n  print(solution("{task.name}").code)'
    return TextAndHtml(text, solution_html(summary, task.solution), task.solution)


def thread(borrow: bool = False) -> TextAndHtml:
    """Your own functions of earlier pages that make a network, as the code of one cell.

    Each of them is an exercise of its own, and the source of your answer is kept when it passes. In the last exercise
    of the thread, ``your_own_network``, you train with them. lossedu never runs what is kept; you do, with the cell.

    Parameters
    ----------
    borrow : bool
        Whether the solution takes the place of each part that is not there; the code says so.

    Returns
    -------
    TextAndHtml
        Which parts are there, then the code; its `code` is the cell alone.

    Examples
    --------
    >>> import lossedu
    >>> "def softmax_rows" in lossedu.thread(borrow=True).code
    True
    """
    there = {task.name: store.kept_answer(task) for task in parts()}
    why = {task.name: why_not_there(task, there[task.name]) for task in parts()}
    lines, sources = [], []
    for task in parts():
        if not why[task.name]:
            lines.append(translate("{name}: your own", name=task.name))
            sources.append(there[task.name])
            continue
        lines.append(f"{task.name}: {why[task.name]}")
        if borrow:
            lines[-1] += " " + translate("The solution stands in its place.")
            sources.append(f"# {translate('Borrowed from the solution.')}\n{task.solution}")
    if any(why.values()) and not borrow:
        lines.append(translate("Until then, `lossedu.thread(borrow=True)` puts the solutions in the places of the "
                               "missing parts."))
    lines.append(translate("Put this into one cell, and go on with `{last}` below it.", last=LAST))
    head = translate("The parts of your network: {n} of {all} are your own",
                     n=sum(not reason for reason in why.values()), all=len(why))
    code = cell_of(sources)
    return TextAndHtml("\n".join([head, *lines, "", code]), exercise_html(head, "", "\n\n".join(lines), code), code)


def why_not_there(task: Exercise, source: str) -> str:
    """Why a part is not the learner's own yet, and what to do; "" if it is."""
    if not source and store.entry(task).state != "PASS":
        return translate("not passed yet ({page}, {points}).", page=task.chapter, points=points_text(task.points))
    if not source:
        return translate("passed, but its source is not kept. Check it once more, written with def in a cell or a "
                         "file.")
    if outside := names_outside(source) - set(PARTS):
        return translate("it uses names from outside of itself, {names}, so it cannot be carried alone. Bring them "
                         "into the function and check it once more.", names=", ".join(sorted(outside)))
    return ""


def progress() -> TextAndHtml:
    """How far you are in the whole course: a picture in a notebook, lines of text elsewhere.

    Beside the exercises of a page stands how many questions of its quiz were right at the first try in the terminal,
    in ``lossedu quiz``. What you open in the book or in a notebook is counted there, because Python cannot see a click.

    Returns
    -------
    TextAndHtml
    """
    rows = course()
    earned = sum(task.points for row in rows.values() for task, state in row if state == "PASS")
    total = sum(task.points for task in every_exercise().values())
    head = translate("{n} of {all} points", n=earned, all=total)
    quizzes = {page: quiz_text(count(page)) for page in quizzes_in_order()}
    width = max(map(len, rows.values()))
    lines = []
    for page, row in rows.items():
        marks = "".join(MARKS.get(state, "○") for _, state in row)
        lines.append(f"{page:<20} {marks:<{width}}  {quizzes.get(page, '')}".rstrip())
    legend = translate("● passed  ○ tried  · not tried  quiz: right at the first try")
    return TextAndHtml("\n".join([head, *lines, legend]), progress_html(head, legend, rows, quizzes))


MARKS = {"PASS": "●", "NOT ATTEMPTED": "·"}


def quiz_text(reached: Count) -> str:
    """A quiz in a list: "" while no question is answered."""
    return translate("quiz {n}/{all}", n=reached.right, all=reached.of) if reached.answered else ""


def course() -> dict[str, list[tuple[Exercise, str]]]:
    """The pages that ask something, as the book has them, each with its exercises and the state reached."""
    rows: dict[str, list[tuple[Exercise, str]]] = {page: [] for page in quizzes_in_order()}
    for task in course_order():
        rows.setdefault(task.chapter, []).append((task, store.entry(task).state))
    return rows
