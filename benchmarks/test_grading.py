"""Seconds a submission with three exercises, beside the floor: one limited Python that imports NumPy.

    python -m pytest benchmarks/test_grading.py -n 0 --benchmark-only
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from lossedu.grading.classroom import grade_class
from lossedu.grading.record import Record
from lossedu.grading.sandbox import ENVIRONMENT, NoIsolation, find_isolation, python, site

SUBMISSIONS = 20
NAMES = ("squared_error_mean", "squared_error_gradient", "squared_error_best_constant")

RIGHT = """\
import numpy as np

def squared_error_mean(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)

def squared_error_gradient(y_true, y_pred):
    return 2 * (y_pred - y_true) / len(y_true)

def squared_error_best_constant(y_true):
    return np.mean(y_true)
"""

FLOOR = """\
import resource, sys
sys.path.append(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (6, 6))
import json, numpy
"""


@pytest.fixture
def submissions(tmp_path):
    """A class whose answers are all right."""
    folder = tmp_path / "submissions"
    folder.mkdir()
    for i in range(SUBMISSIONS):
        (folder / f"s{i}.py").write_text(f"{RIGHT}# {i}\n")
    return folder


@pytest.fixture
def isolation():
    """The walls of this machine."""
    try:
        return find_isolation()
    except NoIsolation as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_class(benchmark, submissions, tmp_path, isolation, jobs):
    """Twenty submissions: divide by 20."""
    outs = iter(tmp_path / f"out{i}" for i in range(100))

    def grade():
        return grade_class(submissions, Record(next(outs)), NAMES, isolation, jobs=jobs)

    rows = benchmark.pedantic(grade, rounds=3, iterations=1)
    assert all(row.points == 4 for row in rows)


def test_floor(benchmark):
    """Twenty limited processes that import NumPy and end, one after the other."""
    def start():
        for _ in range(SUBMISSIONS):
            subprocess.run([*python(), "-c", FLOOR, str(site())], env=ENVIRONMENT, check=True)

    benchmark.pedantic(start, rounds=3, iterations=1)


def memory_of_a_class(n: int, folder: Path) -> float:
    """Most MB that the grader of `n` submissions had in memory."""
    for i in range(n):
        path = folder / "submissions" / f"s{i}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{RIGHT}# {i}\n")
    record, isolation = Record(folder / "out"), find_isolation()
    grade_class(folder / "submissions", record, NAMES, isolation, jobs=2)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    # python benchmarks/test_grading.py N FOLDER: the memory of one class, in a process of its own.
    print(f"{memory_of_a_class(int(sys.argv[1]), Path(sys.argv[2])):.0f} MB")
