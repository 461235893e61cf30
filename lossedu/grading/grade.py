"""From one submission to its results: run each exercise in a sandbox, and judge its answers outside."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import lru_cache
from itertools import islice
from typing import TypeAlias, TypeVar

import numpy as np

from lossedu.exercises.evidence import Outcome
from lossedu.exercises.exercise import find_exercise
from lossedu.exercises.judge import Verdict, judge
from lossedu.exercises.types import Call
from lossedu.grading import channel
from lossedu.grading.collect import Submission
from lossedu.grading.record import Result, seed_for
from lossedu.grading.sandbox import Limits, Sandbox, SandboxFailure

Work: TypeAlias = tuple[Submission, Sequence[str], str, str, Limits]  # the arguments of `grade`
Tag = TypeVar("Tag")  # whatever tells whose work it is


@lru_cache(maxsize=256)
def secret_calls(name: str, seed: str) -> list[Call]:
    """The secret inputs of an exercise, drawn once."""
    return find_exercise(name).calls(seed_for(seed, name))


def grade(submission: Submission, names: Sequence[str], seed: str, isolation: str, limits: Limits) -> list[Result]:
    """Results of one submission in the exercises of these names.

    Parameters
    ----------
    submission : Submission
    names : sequence of str
        Exercises to grade.
    seed : str
        The secret that inputs are drawn from.
    isolation : {"bubblewrap", "trust"}
    limits : Limits

    Returns
    -------
    list of dict
        One for each exercise; state "" where the grader failed, which is nobody's wrong answer.
    """
    results = []
    try:
        with Sandbox(submission.cells, isolation, limits) as sandbox:
            for name in names:
                start = time.monotonic()
                calls = secret_calls(name, seed)
                report = sandbox.run(name, calls, find_exercise(name).starter)
                verdict = judged(name, seed, channel.outcomes(report, len(calls)))
                results.append(result(submission.digest, isolation, verdict, time.monotonic() - start))
    except (SandboxFailure, OSError) as error:
        failed = [Verdict(name, "", (str(error),), 0, find_exercise(name).points) for name in names[len(results):]]
        results += [result(submission.digest, isolation, verdict) for verdict in failed]
    return results


def unreadable(name: str, seed: str, why: str) -> Verdict:
    """The verdict on an exercise of a submission that could not be read."""
    return judged(name, seed, [Outcome(state="UNREADABLE", detail=why)] * len(secret_calls(name, seed)))


def judged(name: str, seed: str, outcomes: list[Outcome]) -> Verdict:
    """The verdict, with no secret in its sentences; state "" when judging itself failed."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return judge(find_exercise(name), secret_calls(name, seed), outcomes, secret=True)
    except Exception as error:  # a fault of ours must not look like one of the student's
        return Verdict(name, "", (f"{type(error).__name__}: {error}",), 0, find_exercise(name).points)


def result(digest: str, isolation: str, verdict: Verdict, seconds: float = 0.0) -> Result:
    """A verdict as the record keeps it."""
    return {"digest": digest, "exercise": verdict.name, "version": find_exercise(verdict.name).version,
            "isolation": isolation, "state": verdict.state, "points": verdict.points, "of": verdict.max_points,
            "mistake": verdict.mistake, "diagnosis": verdict.diagnosis, "sentences": list(verdict.sentences),
            "seconds": round(seconds, 3)}


def on_this_machine(work: Iterable[tuple[Tag, Work]], jobs: int) -> Iterator[tuple[Tag, list[Result]]]:
    """Do each `(tag, arguments of grade)` of `work`, `jobs` at a time, and yield tag and results as they come.

    Work is taken as it is needed, so a large class needs no more memory than a small one.
    """
    left = iter(work)
    running: dict[Future[list[Result]], Tag] = {}
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while True:
                for tag, arguments in islice(left, 2 * jobs - len(running)):
                    running[pool.submit(grade, *arguments)] = tag
                if not running:
                    return
                for done in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(done), results_of(done)
        finally:
            pool.shutdown(cancel_futures=True)


def results_of(done: Future[list[Result]]) -> list[Result]:
    """What a job brought; nothing, for it to be graded another time, when it broke."""
    try:
        return done.result()
    except Exception as error:
        warnings.warn(f"a submission was not graded: {type(error).__name__}: {error}", stacklevel=2)
        return []
