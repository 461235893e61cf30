"""Verdict, exercise, hint, solution and progress as small pieces of HTML; the words are made elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from lossedu.exercises.exercise import Exercise
from lossedu.exercises.judge import Verdict
from lossedu.language import translate
from lossedu.plot.style import COLOURS

EDGE = {"le-pass": "gradient", "le-note": "data"}
LOOK = {"PASS": "le-pass", "NOT ATTEMPTED": "le-note"}

# The book's stylesheet gives the colours; the second of each pair serves a notebook without it.
FILL = {"PASS": f"var(--le-gradient, {COLOURS['gradient'][0]})", "NOT ATTEMPTED": "none"}
TRIED = f"var(--le-prediction, {COLOURS['prediction'][0]})"
INK = f"var(--le-muted, {COLOURS['muted'][0]})"

SQUARE = 18
LEFT = 170
QUIZ = 70


def card(look: str, head: str, body: str) -> str:
    """One quiet box whose edge says the verdict in colour; its own styles serve a notebook without the book's."""
    edge = COLOURS[EDGE.get(look, "prediction")][0]
    style = f"border:1px solid #8884;border-left:.3rem solid {edge};border-radius:.375rem;padding:.5rem 1rem"
    return f'<div class="le-verdict {look}" role="status" style="{style}"><p>{head}</p>{body}</div>'


def verdict_html(verdict: Verdict) -> str:
    """State and points, then the sentences in order."""
    sentences = "".join(
        f"<pre>{escape(s)}</pre>" if "\n" in s else f"<p>{escape(s)}</p>" for s in verdict.sentences)
    head = (f"<strong>{escape(translate(verdict.state))}</strong> <code>{escape(verdict.name)}</code> "
            f"{verdict.points}/{verdict.max_points}")
    return card(LOOK.get(verdict.state, "le-wrong"), head, sentences)


def exercise_html(head: str, name: str, prompt: str, code: str) -> str:
    """One exercise: its title, its prompt and the code to begin from."""
    named = f" <code>{escape(name)}</code>" if name else ""
    marked = re.sub("`([^`]+)`", r"<code>\1</code>", escape(prompt))
    body = "".join(f"<p>{part}</p>" for part in marked.split("\n\n") if part)
    body += f'<pre style="overflow-x:auto"><code>{escape(code)}</code></pre>' if code else ""
    return card("le-note", f"<strong>{escape(head)}</strong>{named}", body)


def hint_html(name: str, head: str, text: str) -> str:
    """One hint."""
    return card("le-note", f"<strong>{escape(head)}</strong> <code>{escape(name)}</code>", f"<p>{escape(text)}</p>")


def solution_html(summary: str, code: str) -> str:
    """A solution behind a click."""
    return (f'<details class="le-solution"><summary>{escape(summary)}</summary>'
            f"<pre><code>{escape(code)}</code></pre></details>")


def progress_html(head: str, legend: str, rows: Mapping[str, Sequence[tuple[Exercise, str]]],
                  quizzes: Mapping[str, str]) -> str:
    """One line of squares a chapter: full when passed, half when tried, empty when not; and how far its quiz is."""
    longest = max((len(row) for row in rows.values()), default=0)
    right, height = LEFT + (SQUARE + 4) * longest + 8, (SQUARE + 8) * len(rows)
    width = right + QUIZ
    drawn = "".join(chapter_svg(i, chapter, row) + text_svg(right, i, quizzes.get(chapter, ""))
                    for i, (chapter, row) in enumerate(rows.items()))
    svg = (f'<svg viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{escape(head)}" '
           f'style="max-width:100%;height:auto" font-size="13">{drawn}</svg>')
    return card("le-note", f"<strong>{escape(head)}</strong>", f"{svg}<p>{escape(legend)}</p>")


def chapter_svg(i: int, chapter: str, row: Sequence[tuple[Exercise, str]]) -> str:
    """Label and squares of one chapter."""
    y = i * (SQUARE + 8) + 2
    squares = "".join(square_svg(LEFT + (SQUARE + 4) * j, y, task, state) for j, (task, state) in enumerate(row))
    return text_svg(0, i, chapter) + squares


def text_svg(x: int, i: int, text: str) -> str:
    """Text in the line of one chapter."""
    y = i * (SQUARE + 8) + 16
    return f'<text x="{x}" y="{y}" fill="currentColor">{escape(text)}</text>' if text else ""


def square_svg(x: int, y: int, task: Exercise, state: str) -> str:
    """One exercise; a mark inside says the state without colour, the tooltip in words."""
    tick = f'<path d="M{x + 4} {y + 9}l4 4 7 -8" fill="none" stroke="#fff" stroke-width="2"/>'
    dot = f'<circle cx="{x + 9}" cy="{y + 9}" r="3" fill="{TRIED}"/>'
    inside = {"PASS": tick, "NOT ATTEMPTED": ""}.get(state, dot)
    return (f'<g><title>{escape(task.name)}: {escape(translate(state))}</title>'
            f'<rect x="{x}" y="{y}" width="{SQUARE}" height="{SQUARE}" rx="3" fill="{FILL.get(state, "none")}" '
            f'stroke="{FILL["PASS"] if state == "PASS" else INK}"/>{inside}</g>')
