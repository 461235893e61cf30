"""More than one machine: a real scheduler, two worker processes, and one of them killed in mid-class."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from lossedu.grading import cluster, command, gradebook
from lossedu.grading.classroom import Row, grade_class
from lossedu.grading.record import Record

ROOT = Path(__file__).resolve().parents[2]
distributed = pytest.importorskip("distributed")


@pytest.fixture
def dask(tmp_path):
    """Address of a scheduler, and its two workers' processes."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}

    def start(*what):
        return subprocess.Popen([sys.executable, "-m", *what], env=environment, cwd=tmp_path,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    file = tmp_path / "scheduler.json"
    scheduler = start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
                      "--no-dashboard", "--dashboard-address", "127.0.0.1:0",  # or another cluster's port is in the way
                      "--scheduler-file", str(file))
    workers = [start("distributed.cli.dask_worker", "--scheduler-file", str(file), "--nworkers", "1", "--nthreads", "2",
                     "--no-dashboard", "--no-nanny", "--host", "127.0.0.1") for _ in range(2)]
    deadline = time.monotonic() + 60
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    address = json.loads(file.read_text())["address"]
    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    yield address, scheduler, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_two_workers_one_of_them_killed_the_same_gradebook(isolation, class_of, tmp_path, right, dask):
    address, _, workers = dask
    names = ["squared_error_mean"]
    wrong = right.replace("np.mean((y", "np.sum((y")
    folder = class_of({f"s{i:03}.py": (wrong if i % 3 else right) + f"# {i}\n" for i in range(200)})
    # Here two submissions tell what all must get: they differ in a comment alone.
    two = tmp_path / "two"
    two.mkdir()
    (two / "right.py").write_text(right)
    (two / "wrong.py").write_text(wrong)
    good, bad = grade_class(two, Record(tmp_path / "here", "s"), names, isolation)
    here = [Row(f"s{i:03}", (bad if i % 3 else good).results) for i in range(200)]

    def kill_one(done, of):
        if done == 50:
            workers[0].kill()

    client = cluster.connect(address)
    there = grade_class(folder, Record(tmp_path / "there", "s"), names, isolation, progress=kill_one,
                        run=partial(cluster.on_cluster, client=client))
    client.close()
    assert workers[0].wait(10) == -9
    for name, rows in (("here", here), ("there", there)):
        gradebook.write_csv(tmp_path / f"{name}.csv", rows, names)
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert sum(row.points for row in there) == 67


def test_a_scheduler_that_is_not_there(isolation, class_of, tmp_path, right, names, monkeypatch):
    monkeypatch.setattr(cluster.connect, "__defaults__", (1,))
    with pytest.raises(command.Refused, match="No scheduler answers"):
        command.grade_folder(class_of({"ann.py": right}), names, tmp_path / "out", scheduler="tcp://127.0.0.1:9",
                             tell=lambda text: None)


def test_a_result_lost_with_its_machine_is_waited_for_again():
    class Lost:  # finished once, then its machine was killed, and another one is at work on it
        status = "lost"
        exception = staticmethod(lambda: None)
        result = staticmethod(lambda: ["graded"])

    assert cluster.results_of(Lost) == ["graded"]


@pytest.mark.parametrize("error", [distributed.comm.CommClosedError("reset"), distributed.CancelledError("gone")])
def test_a_line_that_breaks_while_results_come(isolation, class_of, tmp_path, right, dask, monkeypatch, error):
    def broken(future):
        raise error

    monkeypatch.setattr(cluster, "results_of", broken)
    client = cluster.connect(dask[0])
    with pytest.raises(cluster.NoCluster, match="run the same command again"):
        grade_class(class_of({"ann.py": right}), Record(tmp_path / "out", "s"), ["squared_error_mean"], isolation,
                    run=partial(cluster.on_cluster, client=client))
    client.close()


def test_a_scheduler_that_dies_loses_nothing(isolation, class_of, tmp_path, right, dask):
    address, scheduler, _ = dask
    names = ["squared_error_mean"]
    folder = class_of({f"s{i:03}.py": right + f"# {i}\n" for i in range(60)})
    record = Record(tmp_path / "out", "s")
    client = cluster.connect(address)

    def kill(done, of):
        if done == 20:
            scheduler.kill()

    with pytest.raises(cluster.NoCluster, match="run the same command again"):
        grade_class(folder, record, names, isolation, progress=kill, run=partial(cluster.on_cluster, client=client))
    client.close()
    assert 20 <= len(record.results) < 60
    rows = grade_class(folder, record, names, isolation, jobs=2)
    assert len(rows) == 60 and all(row.points == 1 for row in rows)
