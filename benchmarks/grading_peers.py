"""Write the same three exercises for otter-grader and nbgrader, and time them; see grading_peers.sh."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

N = 3

ANSWERS = {
    "squared_error_mean": ("y_true, y_pred", "np.mean((y_true - y_pred) ** 2)", "[1., 2.], [1., 4.]", "2.0"),
    "squared_error_gradient": (
        "y_true, y_pred", "2 * (y_pred - y_true) / len(y_true)", "[1., 2.], [1., 4.]", "[0., 2.]"),
    "squared_error_best_constant": ("y_true", "np.mean(y_true)", "[1., 2., 6.]", "3.0"),
}


def check_of(name: str) -> str:
    """One assertion."""
    _, _, inputs, right = ANSWERS[name]
    arrays = ", ".join(f"np.array([{part.strip('[] ')}])" for part in inputs.split("], ["))
    return f"np.testing.assert_allclose({name}({arrays}), {right})"


def notebook(path: Path, cells: list[dict]) -> None:
    """A notebook of these cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells}))


def code(number: int, source: str, **metadata: object) -> dict:
    """A code cell."""
    return {"cell_type": "code", "id": f"c{number}", "source": source, "metadata": metadata, "outputs": [],
            "execution_count": None}


def answers() -> list[str]:
    """The sources that a student hands in."""
    return [f"def {name}({arguments}):\n    return {body}" for name, (arguments, body, *_) in ANSWERS.items()]


def otter(work: Path) -> float:
    """Seconds a submission of `otter run`, with tests in its own form."""
    root = work / "otter"
    cells = [code(i, source) for i, source in enumerate(["import numpy as np", *answers()])]
    for i in range(N):
        notebook(root / f"s{i}.ipynb", cells)
    for name in ANSWERS:
        suite = {"scored": True, "setup": "", "teardown": "", "type": "doctest",
                 "cases": [{"code": f">>> {check_of(name)}", "hidden": False, "locked": False}]}
        path = root / "tests" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"test = {({'name': name, 'points': 1, 'suites': [suite]})!r}\n")
    program = work / "otter-grader-env" / "bin" / "otter"
    quietly = {"cwd": root, "check": True, "capture_output": True}
    subprocess.run([program, "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"], **quietly)
    start = time.monotonic()
    for i in range(N):
        subprocess.run([program, "run", "-a", "autograder.zip", f"s{i}.ipynb"], **quietly)
    return (time.monotonic() - start) / N


def nbgrader(work: Path) -> float:
    """Seconds a submission of `nbgrader autograde`."""
    root = work / "nbgrader"
    cells = [code(0, "import numpy as np")]
    for i, (name, source) in enumerate(zip(ANSWERS, answers(), strict=True)):
        common = {"schema_version": 3, "task": False}
        about = common | {"grade_id": name, "locked": False, "solution": True, "grade": False}
        test = common | {"grade_id": f"{name}_test", "locked": True, "solution": False, "grade": True, "points": 1}
        cells += [code(2 * i + 1, source, nbgrader=about), code(2 * i + 2, check_of(name), nbgrader=test)]
    notebook(root / "source" / "mse" / "mse.ipynb", cells)
    for i in range(N):
        notebook(root / "submitted" / f"s{i}" / "mse" / "mse.ipynb", cells)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")
    bin = work / "nbgrader-env" / "bin"
    # It starts alembic by name.
    environment = os.environ | {"PATH": f"{bin}:{os.environ['PATH']}"}
    quietly = {"cwd": root, "check": True, "capture_output": True, "env": environment}
    subprocess.run([bin / "nbgrader", "generate_assignment", "mse", "--force"], **quietly)
    start = time.monotonic()
    subprocess.run([bin / "nbgrader", "autograde", "mse", "--force"], **quietly)
    return (time.monotonic() - start) / N


if __name__ == "__main__":
    for peer in (otter, nbgrader):
        print(f"{peer.__name__}: {peer(Path(sys.argv[1])):.2f} s a submission")
