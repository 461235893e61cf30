"""Grading on more than one machine: submissions go to the workers of a running Dask cluster."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from lossedu.exercises.exercise import find_exercise
from lossedu.grading.collect import Submission
from lossedu.grading.grade import Tag, Work, grade
from lossedu.grading.record import Result
from lossedu.grading.sandbox import Limits, NoIsolation, find_isolation
from lossedu.language import translate

if TYPE_CHECKING:
    from distributed import Client, Future, as_completed


class NoCluster(RuntimeError):
    """The cluster cannot be reached or cannot grade; the message says why."""


def connect(address: str, seconds: float = 10) -> Client:
    """A client of the scheduler at an address.

    Raises
    ------
    NoCluster
        When `distributed` is missing, nobody answers, or the cluster has no worker.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise NoCluster(translate("--scheduler needs the package distributed: pip install distributed")) from error
    try:
        client = Client(address, timeout=seconds, set_as_default=False)
    except (OSError, ValueError) as error:
        message = translate("No scheduler answers at {address}. Start one with: dask scheduler", address=address)
        raise NoCluster(message) from error
    if not client.scheduler_info(n_workers=-1)["workers"]:
        client.close()
        raise NoCluster(translate("The scheduler at {address} has no workers. Start some with: dask worker {address}",
                                  address=address))
    return client


def on_cluster(work: Iterable[tuple[Tag, Work]], client: Client) -> Iterator[tuple[Tag, list[Result]]]:
    """Do each `(tag, arguments of grade)` of `work` on the cluster, and yield tag and results as they come.

    A submission whose machine is lost goes to another machine by itself. Work is taken as it is needed.

    Raises
    ------
    NoCluster
        When the scheduler is lost; what was yielded stays graded.
    """
    from distributed import as_completed

    tags: dict[object, Tag] = {}
    busy = 4 * max(1, sum(client.nthreads().values()))
    queue = as_completed(loop=client.loop)
    hand_out = partial(submit, client, iter(work), tags, queue)
    hand_out(busy)
    while tags:
        future = next(queue)
        tag = tags.pop(future.key)
        with report_lost_scheduler():
            if future.status == "cancelled" or client.status != "running":
                raise ConnectionError
            results = results_of(future)
        yield tag, results
        hand_out(1)


@contextmanager
def report_lost_scheduler() -> Iterator[None]:
    """Turn the errors of a lost connection to the scheduler into `NoCluster`, with a message that says what to do."""
    from distributed import CancelledError
    from distributed.client import ClosedClientError

    try:
        yield
    except (OSError, CancelledError, ClosedClientError) as error:
        message = translate("The scheduler was lost. What is graded is kept; run the same command again to go on.")
        raise NoCluster(message) from error


def submit(client: Client, work: Iterator[tuple[Tag, Work]], tags: dict[object, Tag], queue: as_completed,
           n: int) -> None:
    """Hand out the next `n` submissions."""
    for tag, arguments in islice(work, n):
        names = arguments[1]
        versions = {name: find_exercise(name).version for name in names}
        # Grading gives the same result anywhere, but a sandbox is not shared, so results are not reused by key.
        with report_lost_scheduler():
            future = client.submit(grade_there, versions, *arguments, pure=False, retries=1)
        tags[future.key] = tag
        queue.add(future)


def results_of(future: Future[list[Result]]) -> list[Result]:
    """What a machine brought; nothing, for it to be graded another time, when it failed."""
    error = future.exception()  # waits, too, for what was lost with its machine and is done once more by another
    if error is None:
        results: list[Result] = future.result()
        return results
    warnings.warn(f"a submission was not graded: {type(error).__name__}: {error}", stacklevel=2)
    return []


def grade_there(versions: dict[str, str], submission: Submission, names: Sequence[str], seed: str, isolation: str,
                limits: Limits) -> list[Result]:
    """On the other machine: make sure that it judges the same course behind the same walls, then grade."""
    if find_isolation(isolation == "trust") != isolation:
        raise NoIsolation(f"this machine offers another isolation than {isolation}")
    for name, version in versions.items():
        if find_exercise(name).version != version:
            raise NoCluster(f"this machine has another version of the exercise {name}")
    return grade(submission, names, seed, isolation, limits)
