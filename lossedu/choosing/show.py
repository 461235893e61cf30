"""The guide as a reader sees it: folds to open in a notebook, indented lines in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from lossedu.choosing.guide import GUIDE, LEFT_OUT, PAGES, Advice, Question
from lossedu.language import translate
from lossedu.losses import Loss, catalogue
from lossedu.losses.joint import JointLoss

# Without this line folds inside folds would not be indented where the book's stylesheet is not loaded.
INDENT = "<style>:where(.le-guide details) { padding-inline-start: 1rem; }</style>"


def choose() -> Guide:
    """Find the loss that fits your problem: a guide of questions, answers and losses, each with a reason.

    Returns
    -------
    Guide
        A notebook shows it as folds to open, a terminal as indented text. Links lead from one page of the book
        to the page that teaches a loss.

    Examples
    --------
    >>> print(choose())  # doctest: +ELLIPSIS
    What do you predict?
    - A number.
      What does a miss cost?
      - Too high and too low hurt alike.
        And a large miss?
        ...
        - Twice as large hurts twice as much.
          mae: It asks for the median. Its slope does not shrink: lower the learning rate towards the end.
    ...
    """
    return Guide(GUIDE, LEFT_OUT)


@dataclass(frozen=True)
class Guide:
    """A question with all that follows from its answers, and the losses that are left out."""

    question: Question
    left_out: Sequence[Advice]

    def __repr__(self) -> str:
        return "\n".join([*lines(self.question), translate("Left out, and why"), *advice_lines(self.left_out, "  ")])

    def _repr_html_(self) -> str:
        left_out = fold(translate("Left out, and why"), advice_html(self.left_out))
        return f'<div class="le-guide">{INDENT}{question_html(self.question)}{left_out}</div>'


def lines(question: Question, indent: str = "") -> Iterator[str]:
    """A question, and under each answer what follows from it."""
    yield indent + translate(question.text)
    for answer in question.answers:
        yield f"{indent}- {translate(answer.text)}"
        if isinstance(answer.then, Question):
            yield from lines(answer.then, indent + "  ")
        else:
            yield from advice_lines(answer.then, indent + "  ")


def advice_lines(advice: Sequence[Advice], indent: str) -> Iterator[str]:
    """One line for each piece of advice."""
    for piece in advice:
        names = ", ".join(map(format_loss, piece.losses))
        yield indent + translate("{losses}: {why}", losses=names, why=translate(piece.why))


def format_loss(loss: Loss | JointLoss) -> str:
    """The short name of a loss, or how to make it if it has other parameters."""
    return loss.name if catalogue[loss.name] == loss else repr(loss)


def question_html(question: Question) -> str:
    """A question, and a fold for each answer."""
    folds = (fold(translate(answer.text), question_html(answer.then) if isinstance(answer.then, Question)
                  else advice_html(answer.then)) for answer in question.answers)
    return f"<p><strong>{escape(translate(question.text))}</strong></p>{''.join(folds)}"


def fold(head: str, body: str) -> str:
    """What opens with a click, or with Enter on its head."""
    return f'<details class="le-solution"><summary>{escape(head)}</summary>{body}</details>'


def advice_html(advice: Sequence[Advice]) -> str:
    """A list of losses with their reasons."""
    rows = (translate("{losses}: {why}", losses=", ".join(map(link, piece.losses)), why=escape(translate(piece.why)))
            for piece in advice)
    return f"<ul>{''.join(f'<li>{row}</li>' for row in rows)}</ul>"


def link(loss: Loss | JointLoss) -> str:
    """A loss that leads to the page that teaches it, if any; the book makes its own pages of the notebooks' names."""
    name = escape(format_loss(loss)).replace("_", "_<wbr>")  # a long name may break on a phone
    shown = f"<code>{name}</code>"
    return f'<a href="../{PAGES[loss.name]}.ipynb">{shown}</a>' if loss.name in PAGES else shown
