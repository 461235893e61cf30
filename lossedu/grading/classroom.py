"""A whole class: what there is to grade, what is graded already, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from lossedu.exercises.exercise import find_exercise
from lossedu.grading import collect
from lossedu.grading.grade import Work, grade, on_this_machine, result, unreadable
from lossedu.grading.record import Record, Result, key
from lossedu.grading.sandbox import Limits
from lossedu.language import translate

__all__ = ["Row", "grade", "grade_class"]

Tag: TypeAlias = tuple[collect.Entry, str]  # a submission and its digest
Runner: TypeAlias = Callable[[Iterable[tuple[Tag, Work]]], Iterator[tuple[Tag, list[Result]]]]


@dataclass(frozen=True)
class Row:
    """One student's line in the gradebook.

    Attributes
    ----------
    student : str
    results : dict of str to dict
        By exercise; state "" where the grader failed.
    problem : str
        Why nothing was graded, or "".
    """

    student: str
    results: dict[str, Result]
    problem: str = ""

    @property
    def complete(self) -> bool:
        """True when every exercise has a verdict, so that the points may be added up."""
        return bool(self.results) and all(r["state"] for r in self.results.values())

    @property
    def points(self) -> int:
        """Points earned."""
        return sum(r["points"] for r in self.results.values())


def grade_class(folder: Path, record: Record, names: Sequence[str], isolation: str, limits: Limits | None = None,
                jobs: int = 1, progress: Callable[[int, int], object] = lambda done, of: None,
                run: Runner | None = None) -> list[Row]:
    """Grade every submission of a folder that the record does not hold yet.

    Parameters
    ----------
    folder : pathlib.Path
        One file or folder for each student.
    record : Record
        Keeps each result as soon as it is there; what it holds already is not graded again.
    names : sequence of str
        Exercises to grade.
    isolation : {"bubblewrap", "trust"}
    limits : Limits, optional
    jobs : int
        Sandboxes open at a time.
    progress : callable, optional
        Called with the number of submissions done, and of all.
    run : callable, optional
        Does the work somewhere else, as `cluster.on_cluster` does; by default on this machine.

    Returns
    -------
    list of Row
        In the order of the students' names.
    """
    found = collect.entries(folder)
    rows: dict[str, Row] = {}
    run = run or partial(on_this_machine, jobs=jobs)
    work = to_do(found, rows, record, names, isolation, limits or Limits())
    progress(0, len(found))
    for (entry, digest), results in run(work):
        record.append([r for r in results if r["state"]])
        failed = {r["exercise"]: r for r in results if not r["state"]}
        rows[entry.student] = Row(entry.student, known(record, digest, names, isolation) | failed)
        progress(len(rows), len(found))
    return [filled(rows[entry.student], names) for entry in found]


def to_do(found: Sequence[collect.Entry], rows: dict[str, Row], record: Record, names: Sequence[str], isolation: str,
          limits: Limits) -> Iterator[tuple[Tag, Work]]:
    """Work for submissions with exercises to grade; the others get their row at once."""
    for entry in found:
        if entry.problem:
            rows[entry.student] = Row(entry.student, {}, entry.problem)
            continue
        try:
            submission = collect.read(entry.path)
        except (collect.Unreadable, OSError) as error:
            verdicts = (unreadable(name, record.seed, str(error)) for name in names)
            results = {verdict.name: result("", isolation, verdict) for verdict in verdicts}
            rows[entry.student] = Row(entry.student, results, str(error))
            continue
        done = known(record, submission.digest, names, isolation)
        missing = [name for name in names if name not in done]
        if missing:
            yield (entry, submission.digest), (submission, missing, record.seed, isolation, limits)
        else:
            rows[entry.student] = Row(entry.student, done)


def known(record: Record, digest: str, names: Sequence[str], isolation: str) -> dict[str, Result]:
    """The results the record holds for a submission, by exercise."""
    keys = {name: key({"digest": digest, "exercise": name, "version": find_exercise(name).version,
                       "isolation": isolation}) for name in names}
    return {name: record.results[k] for name, k in keys.items() if k in record.results}


def filled(row: Row, names: Sequence[str]) -> Row:
    """The row with an empty result for every exercise that the grader failed in."""
    blank = {name: {"exercise": name, "state": "", "points": 0, "of": find_exercise(name).points, "mistake": "",
                    "sentences": [row.problem or translate("The grader failed; grade again.")]} for name in names}
    return Row(row.student, {name: row.results.get(name, blank[name]) for name in names}, row.problem)
