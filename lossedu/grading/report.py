"""Statistics of a class, and a page that shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, TypeAlias

from lossedu.exercises.exercise import find_exercise
from lossedu.grading.classroom import Row
from lossedu.grading.gradebook import replace
from lossedu.grading.record import Result
from lossedu.language import current_language, translate

Statistics: TypeAlias = dict[str, Any]  # counts by name; see `statistics`

WIDTH, LABEL, BAR = 640, 220, 18


def statistics(rows: Sequence[Row], names: Sequence[str]) -> Statistics:
    """What can be counted: points, states and mistakes of each exercise.

    Parameters
    ----------
    rows : sequence of Row
    names : sequence of str
        Exercises.

    Returns
    -------
    dict
        `students`, `complete` (how many have every verdict), `points` (of each of these), `possible`, and for each
        exercise `passed`, `judged`, `states` and `mistakes`, the latter two with their counts, most frequent first.
        A mistake that is on no list is counted under the sentence that tells its cause.
    """
    exercises = {}
    for name in names:
        results = [row.results[name] for row in rows if row.results[name]["state"]]
        exercises[name] = {
            "passed": sum(r["state"] == "PASS" for r in results), "judged": len(results),
            "states": dict(Counter(r["state"] for r in results).most_common()),
            "mistakes": dict(Counter(cause for r in results if (cause := cause_of(r))).most_common())}
    points = sorted(row.points for row in rows if row.complete)
    return {"students": len(rows), "complete": len(points), "points": points,
            "possible": sum(find_exercise(name).points for name in names), "exercises": exercises}


def cause_of(result: Result) -> str:
    """The known mistake, or the cause that the general rules found; older records hold only the first."""
    return str(result["mistake"] or result.get("diagnosis", ""))


def write_report(path: Path, rows: Sequence[Row], names: Sequence[str], course: str) -> None:
    """A page of its own, in one file: distribution of points, each exercise, the most frequent mistakes."""
    replace(path, report_html(statistics(rows, names), course).encode())


def report_html(numbers: Statistics, course: str) -> str:
    """The page."""
    from lossedu.plot import colour

    title = translate("Grading report")
    style = (f"body{{font:16px/1.5 system-ui,sans-serif;max-width:{WIDTH}px;margin:2rem auto;padding:0 1rem;"
             f"color:{colour('ink')};background:{colour('paper')}}} table{{border-collapse:collapse}} "
             f"td{{padding:.2rem 1rem .2rem 0;vertical-align:top}} td:first-child{{white-space:nowrap}} "
             "svg{max-width:100%;height:auto}")
    failed = numbers["students"] - numbers["complete"]
    head = translate("{n} submissions; {m} possible points.", n=numbers["students"], m=numbers["possible"])
    if failed:
        head += " " + translate("{n} could not be graded in full and are left blank.", n=failed)
    parts = [f"<h1>{escape(title)}</h1><p>{escape(head)}</p><p><small>{escape(course)}</small></p>",
             f"<h2>{escape(translate('Points'))}</h2>", distribution_svg(numbers, colour("data"), colour("muted")),
             f"<h2>{escape(translate('Exercises'))}</h2>", exercises_svg(numbers, colour("gradient"), colour("grid")),
             f"<h2>{escape(translate('Most frequent mistakes'))}</h2>", mistakes_table(numbers),
             f"<h2>{escape(translate('States'))}</h2>", states_table(numbers)]
    return (f'<!doctype html><html lang="{current_language()}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
            f"<style>{style}</style>{''.join(parts)}</html>\n")


def distribution_svg(numbers: Statistics, fill: str, muted: str) -> str:
    """How many students have how many points, in at most 20 columns."""
    most = max(numbers["possible"], 1)
    step = -(-(most + 1) // 20)
    columns = Counter(points // step for points in numbers["points"])
    count, tallest, height = most // step + 1, max(columns.values(), default=1), 160
    wide = WIDTH / count
    drawn = []
    for i in range(count):
        n, x = columns[i], i * wide
        high = n / tallest * height
        label = f"{i * step}" if step == 1 else f"{i * step}–{min((i + 1) * step - 1, most)}"
        drawn.append(f'<rect x="{x + 1:.1f}" y="{20 + height - high:.1f}" width="{wide - 2:.1f}" height="{high:.1f}" '
                     f'fill="{fill}"/><text x="{x + wide / 2:.1f}" y="{height + 36}">{label}</text>'
                     + (f'<text x="{x + wide / 2:.1f}" y="{16 + height - high:.1f}">{n}</text>' if n else ""))
    columns_drawn = f'<g text-anchor="middle" fill="{muted}">{"".join(drawn)}</g>'
    return picture(translate("Students by points"), height + 44, columns_drawn)


def exercises_svg(numbers: Statistics, fill: str, grid: str) -> str:
    """For each exercise the share that passed."""
    drawn = []
    for i, (name, of) in enumerate(numbers["exercises"].items()):
        y, full = i * (BAR + 8), WIDTH - LABEL - 90
        share = of["passed"] / of["judged"] if of["judged"] else 0
        drawn.append(f'<text x="0" y="{y + 14}">{escape(name)}</text>'
                     f'<rect x="{LABEL}" y="{y}" width="{full}" height="{BAR}" fill="{grid}"/>'
                     f'<rect x="{LABEL}" y="{y}" width="{share * full:.1f}" height="{BAR}" fill="{fill}"/>'
                     f'<text x="{LABEL + full + 8}" y="{y + 14}">{of["passed"]} / {of["judged"]}</text>')
    return picture(translate("Students who passed each exercise"), len(drawn) * (BAR + 8), "".join(drawn))


def picture(label: str, height: float, inside: str) -> str:
    """An SVG with its description."""
    return (f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" role="img" aria-label="{escape(label)}" '
            f'font-size="13">{inside}</svg>')


def mistakes_table(numbers: Statistics) -> str:
    """Every known mistake that someone made, most frequent first."""
    made = [(n, of["judged"], name, mistake) for name, of in numbers["exercises"].items()
            for mistake, n in of["mistakes"].items()]
    if not made:
        return f"<p>{escape(translate('No known mistake was made.'))}</p>"
    made.sort(key=lambda each: -each[0])
    rows = "".join(f"<tr><td>{escape(translate('{n} of {all}', n=n, all=of))}</td><td><code>{escape(name)}</code></td>"
                   f"<td>{escape(translate(mistake))}</td></tr>" for n, of, name, mistake in made)
    return f"<table>{rows}</table>"


def states_table(numbers: Statistics) -> str:
    """How each exercise's answers were judged."""
    rows = "".join(f"<tr><td><code>{escape(name)}</code></td><td>"
                   f"{escape(', '.join(f'{translate(state)} {n}' for state, n in of['states'].items()))}</td></tr>"
                   for name, of in numbers["exercises"].items())
    return f"<table>{rows}</table>"
