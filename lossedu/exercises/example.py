"""The example under a prompt: the first of an exercise's visible inputs that is small and round, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lossedu.exercises.claims import unmet
from lossedu.exercises.compare import copied
from lossedu.exercises.exercise import Exercise, Formula, find_exercise, points_text
from lossedu.exercises.thread import said_of
from lossedu.exercises.types import Call
from lossedu.language import translate
from lossedu.sandboxed.codec import as_real_arrays

MOST = 14  # numbers in the arguments: more than a reader takes in at a glance
DIGITS = 4


def whole_prompt(task: Exercise, language: str | None = None) -> str:
    """The task in words, with its example below it, and whether the function is used again.

    Parameters
    ----------
    task : Exercise
    language : str, optional

    Returns
    -------
    str
        Paragraphs in Markdown.
    """
    paragraphs = translate(task.prompt, language), example(task, language), said_of(task, language)
    return "\n\n".join(filter(None, paragraphs))


def markdown_prompt(name: str, language: str = "en") -> str:
    """The exercise's heading, task and example, for a page."""
    task = find_exercise(name)
    return (f'<a id="ex-{task.name.replace("_", "-")}"></a>\n\n'
            f"### {translate('Exercise', language)}: {translate(task.title, language)}\n\n"
            f"*`{task.name}`, {points_text(task.points, language)}.* {whole_prompt(task, language)}")


def example(task: Exercise, language: str | None = None) -> str:
    """One input of an exercise and the answer to it, as a sentence.

    Where any value with some properties is right, one that is wrong is shown with the reason, so that nothing is given
    away.

    Parameters
    ----------
    task : Exercise
    language : str, optional

    Returns
    -------
    str
        Markdown; "" for an exercise whose function takes no arguments.

    Examples
    --------
    >>> from lossedu.exercises import find_exercise
    >>> example(find_exercise("absolute_error_mean"))
    'Example: for `y_true = [1, 2, 4]` and `y_pred = [1.5, 2, 1]` the answer is about `1.167`.'
    """
    call = example_call(task)
    if not call:
        return ""
    given = list_in_words([f"`{name} = {text(value)}`" for name, value in zip(task.parameters, call, strict=True)],
                          language)
    if task.claims:
        sentence, value = next(wrong_answers(task, call))
        return translate("Example: for {given} the answer `{value}` would be wrong. {why}", language, given=given,
                         value=text(value), why=translate(sentence, language))
    with np.errstate(all="ignore"):
        value = task.reference(*copied(call))
    return translate("Example: for {given} the answer is `{value}`." if is_round(value) else
                     "Example: for {given} the answer is about `{value}`.", language, given=given, value=text(value))


def example_call(task: Exercise) -> Call | None:
    """The first small and round input that tells something; where none does, the first small and round one."""
    if not task.parameters:
        return None
    small = [call for call in task.calls() if is_round(call) and len(leaves(call)) <= MOST]
    return next((call for call in small if tells(task, call)), small[0] if small else None)


@np.errstate(all="ignore")
def tells(task: Exercise, call: Call) -> bool:
    """Does each array hold at least two numbers, and is the answer finite and more than zeros?"""
    answer = leaves(as_real_arrays(task.reference(*copied(call))))
    return (all(len(leaves(value)) > 1 for value in call if isinstance(value, np.ndarray))
            and any(answer) and bool(np.isfinite(answer).all()))


def leaves(value: Any) -> list[Any]:
    """The single numbers, texts and formulas of a value."""
    if isinstance(value, np.ndarray):
        return list(value.ravel())
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, (tuple, list)) else [value]


def is_round(value: Any) -> bool:
    """Does `text` show every number of a value whole? Rounding, which differs between processors, does not count."""
    return all(isinstance(part, (str, Formula)) or is_whole(part) or
               abs(float(f"{part:.{DIGITS}g}") - float(part)) <= 1e-12 * abs(float(part)) for part in leaves(value))


def is_whole(number: float) -> bool:
    return isinstance(number, (bool, np.bool_)) or abs(number) < 1e6 and number == int(number)


def text(value: Any) -> str:
    """A value in one line, arrays as lists, each number with at most four digits."""
    match value:
        case tuple():
            return f"({', '.join(map(text, value))}{',' * (len(value) == 1)})"
        case list():
            return f"[{', '.join(map(text, value))}]"
        case np.ndarray():
            return text(value.tolist())
        case bool() | str() | Formula():
            return repr(value)
        case np.generic():
            return text(value.item())
        case _:
            # Because -0.0 + 0 is 0.
            return str(int(value)) if is_whole(value) else f"{value + 0:.{DIGITS}g}"


def wrong_answers(task: Exercise, call: Call) -> Iterator[tuple[str, Any]]:
    """The listed mistakes whose answer does not have what an exercise with claims asks for, and these answers."""
    for sentence, mistake in task.mistakes:
        value = mistake(*copied(call))
        if unmet(task, call, as_real_arrays(value)):
            yield sentence, value


def list_in_words(parts: list[str], language: str | None) -> str:
    """Join parts with commas, and the last with "and"."""
    if len(parts) == 1:
        return parts[0]
    return translate("{parts} and {last}", language, parts=", ".join(parts[:-1]), last=parts[-1])
