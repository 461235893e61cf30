"""Verdicts, sums and progress as lines of text with a style, and a console that prints them on any terminal or pipe."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossedu.exercises.exercise import find_exercise
from lossedu.grading.local import Checked
from lossedu.language import translate

if TYPE_CHECKING:
    from rich.console import Console

STYLE = {"PASS": "green", "NOT ATTEMPTED": "dim"}
QUIET = ("PASS", "NOT ATTEMPTED")
BAR = 40  # characters
MOST_PRINTED = 20  # lines
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # an answer must not move the cursor
PLAIN = {"●": "*", "○": "o", "·": ".", "—": "-", "…": "...", "‘": "'", "’": "'", "“": '"', "”": '"', "½": "1/2"}


@dataclass(frozen=True)
class Line:
    """A line of the screen, and the file that a click on it opens."""

    text: str = ""
    style: str = ""
    file: Path | None = None


def bar(passed: int, of: int) -> Line:
    """How far the learner is, as a bar and in numbers."""
    full = BAR * passed // of
    drawn = "#" * full + (">" if full < BAR else "") + "-" * (BAR - full - 1)
    return Line(f"[{drawn}] " + translate("{n} of {all} exercises", n=passed, all=of))


def verdict_lines(checked: Checked) -> Iterator[Line]:
    """A verdict in full, with what the answer printed and the error with its line."""
    verdict = checked.verdict
    head, *rest = str(verdict).splitlines()
    yield Line(head, STYLE.get(verdict.state, "yellow"))
    if verdict.state == "NOT ATTEMPTED":
        rest = ["  " + translate("Write your answer in place of the dots, and save the file.")]
    yield from (Line(clean(line)) for line in rest)
    if checked.error:
        yield from (Line(), Line(translate("The error in full:")))
        yield from (Line(clean(line)) for line in checked.error.splitlines())
    printed = checked.printed.strip("\n").splitlines()
    if printed:
        yield from (Line(), Line(translate("Your code printed:")))
        yield from (Line("  " + clean(line)) for line in printed[:MOST_PRINTED])
        if len(printed) > MOST_PRINTED:
            yield Line("  " + translate("... and {n} more lines", n=len(printed) - MOST_PRINTED))


def clean(text: str) -> str:
    """Text without the characters that move a cursor or ring a bell, and not longer than a screen is wide and high."""
    return UNPRINTABLE.sub("", text)[:2000]


def summary(found: Sequence[Checked]) -> str:
    """What was reached in a check of several exercises."""
    verdicts = [checked.verdict for checked in found]
    return translate("{n} of {all} exercises passed, {points} of {most} points.",
                     n=sum(verdict.passed for verdict in verdicts), all=len(verdicts),
                     points=sum(verdict.points for verdict in verdicts),
                     most=sum(verdict.max_points for verdict in verdicts))


def all_lines(found: Sequence[Checked]) -> Iterator[Line]:
    """Verdicts as `check` prints them: the wrong ones in full, a single one always."""
    for checked in found:
        lines = verdict_lines(checked)
        if checked.verdict.state in QUIET and len(found) > 1:
            yield next(lines)
        else:
            yield from lines
    if not found:
        yield Line(translate("No function here has the name of an exercise."))


def title(name: str) -> str:
    """An exercise by its name and its title."""
    return f"{name}, {translate(find_exercise(name).title)}"


def show(console: Console, lines: Iterable[Line]) -> None:
    """Print lines; where there is no terminal, or NO_COLOR is set, without links or colours."""
    from rich.padding import Padding
    from rich.text import Text

    for line in lines:
        link = f" link {line.file.resolve().as_uri()}" if line.file else ""
        text = Text(line.text, f"{line.style}{link}".strip())
        indent = len(line.text) - len(line.text.lstrip(" "))
        if indent and not console.soft_wrap:  # a line that is broken keeps its indentation
            console.print(Padding(text[indent:], (0, 0, 0, indent), expand=False))
        else:
            console.print(text)


def make_console() -> Console:
    """A console that neither breaks lines where nobody looks at them, nor colours numbers."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def use_plain_characters() -> None:
    """Let output that cannot hold a character, as a console of Windows in cp1252, show another one and no traceback."""
    codecs.register_error("lossedu.plain", plain)
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="lossedu.plain")
    if reconfigure := getattr(sys.stdin, "reconfigure", None):
        reconfigure(errors="replace")  # what is typed and is no text is no answer either


def plain(error: UnicodeError) -> tuple[str, int]:
    """Replace what cannot be encoded by something like it, or by a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(letter, "?") for letter in error.object[error.start:error.end]), error.end
