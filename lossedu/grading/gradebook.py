"""The gradebook as CSV, and a text for each student."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from lossedu.grading.classroom import Row
from lossedu.language import translate


def write_csv(path: Path, rows: Sequence[Row], names: Sequence[str]) -> None:
    """One line a student: points in all and in each exercise, then the state of each. Blank where the grader failed.

    Parameters
    ----------
    path : pathlib.Path
    rows : sequence of Row
    names : sequence of str
        Exercises, in the order of the columns.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\r\n")
    # Other programs read these heads, so they are the same in every language.
    table.writerow(["student", "points", *names, *(f"{name}: state" for name in names), "note"])
    for row in rows:
        results = [row.results[name] for name in names]
        table.writerow([harmless(row.student), row.points if row.complete else "",
                        *(r["points"] if r["state"] else "" for r in results), *(r["state"] for r in results),
                        harmless(row.problem)])
    # The mark at the start tells spreadsheets that names are in UTF-8.
    replace(path, text.getvalue().encode("utf-8-sig"))


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> harmless("=cmd()"), harmless("Ana")
    ("'=cmd()", 'Ana')
    """
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text


def write_feedback(folder: Path, rows: Sequence[Row]) -> None:
    """One text a student, named like the student as far as file names allow."""
    folder.mkdir(exist_ok=True)
    for row in rows:
        name = quote(row.student, safe=" @+,")[:120]
        if name != row.student:
            name += "-" + hashlib.sha256(row.student.encode()).hexdigest()[:8]
        replace(folder / f"{name}.txt", feedback(row).encode())


def feedback(row: Row) -> str:
    """What a student reads."""
    parts = [f"{r['exercise']}: {translate(r['state'])} ({r['points']}/{r['of']})\n"
             + "".join(f"  {line}\n" for s in r["sentences"] for line in s.splitlines())
             for r in row.results.values()]
    return "\n".join(parts)


def replace(path: Path, data: bytes) -> None:
    """Write beside, then rename: nobody reads half a file."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    os.replace(beside, path)
