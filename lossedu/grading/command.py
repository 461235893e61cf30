"""What `lossedu grade` does: isolation, record, class, gradebook and report, in this order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from lossedu import __version__
from lossedu.exercises.exercise import find_exercise
from lossedu.grading import cluster, collect, gradebook, report
from lossedu.grading.classroom import Row, grade_class
from lossedu.grading.record import OtherRecord, Record
from lossedu.grading.report import Statistics
from lossedu.grading.sandbox import Limits, NoIsolation, find_isolation
from lossedu.language import translate


class Refused(RuntimeError):
    """Nothing was graded, or not all; the message says why and what to do."""


def grade_folder(submissions: Path, names: Sequence[str], out: Path, jobs: int = 1, scheduler: str | None = None,
                 seed: str | None = None, seconds: float = 10, trust: bool = False,
                 tell: Callable[[str], object] = print) -> Statistics:
    """Grade the submissions of a folder and write record, gradebook, feedback and report into another.

    Parameters
    ----------
    submissions, out : pathlib.Path
    names : sequence of str
        Exercises to grade.
    jobs : int
        Submissions graded at a time.
    scheduler : str, optional
        Address of a Dask scheduler whose workers do the work.
    seed : str, optional
    seconds : float
        Time for one exercise.
    trust : bool
        Grade even where strangers' code cannot be kept in.
    tell : callable, optional
        Called with a line of text for each thing that happens.

    Returns
    -------
    dict
        The statistics of `report.statistics`.

    Raises
    ------
    Refused
        When nothing can be graded, or grading had to stop; what was graded is kept.
    """
    with ExitStack() as stack:
        try:
            collect.entries(submissions)  # a mistyped folder is reported before anything is written
            isolation = find_isolation(trust)
            tell(translate("Isolation: {level}", level=isolation))
            record = Record(out, seed)
            tell_changes(record, names, tell)
            run = None
            if scheduler:
                client = cluster.connect(scheduler)
                stack.callback(client.close)
                run = partial(cluster.on_cluster, client=client)
            progress = stack.enter_context(bar())
            limits = Limits(wall=seconds)
            rows = grade_class(submissions, record, names, isolation, limits, jobs, progress, run)
            write(out, rows, names, isolation)
        except (NoIsolation, OtherRecord, cluster.NoCluster) as error:
            raise Refused(str(error)) from error
        except OSError as error:
            where = f" ({error.filename})" if error.filename else ""
            raise Refused(f"{error.strerror or error}{where}") from error
        except ValueError as error:
            raise Refused(str(error)) from error
    return report.statistics(rows, names)


def write(out: Path, rows: Sequence[Row], names: Sequence[str], isolation: str) -> None:
    """Everything that is made from the rows."""
    gradebook.write_csv(out / "gradebook.csv", rows, names)
    gradebook.write_feedback(out / "feedback", rows)
    report.write_report(out / "report.html", rows, names, f"lossedu {__version__}, {isolation}")


def tell_changes(record: Record, names: Sequence[str], tell: Callable[[str], object]) -> None:
    """Report which exercises have changed since the record was made; their answers are graded again."""
    old = record.versions()
    changed = [name for name in names if name in old and find_exercise(name).version not in old[name]]
    if changed:
        tell(translate("Changed since the last grading, and graded again: {names}", names=", ".join(changed)))


class bar:  # noqa: N801  used like a function
    """A progress bar on a terminal; silence elsewhere."""

    def __enter__(self) -> Callable[[int, int], object]:
        if not sys.stderr.isatty():
            self.shown = None
            return lambda done, of: None
        from rich.console import Console
        from rich.progress import Progress

        self.shown = shown = Progress(console=Console(stderr=True))
        shown.start()
        task = shown.add_task(translate("Grading"), total=None)
        return lambda done, of: shown.update(task, completed=done, total=of)

    def __exit__(self, *_: object) -> None:
        if self.shown:
            self.shown.stop()
