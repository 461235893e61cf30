"""Gradescope: a zip that its autograder unpacks, and the results.json it reads.

    python -m lossedu.grading.gradescope SUBMISSION RESULTS
"""

from __future__ import annotations

import json
import secrets
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lossedu.exercises.exercise import find_exercise
from lossedu.grading.classroom import Row
from lossedu.grading.collect import Unreadable, read
from lossedu.grading.grade import grade, result, unreadable
from lossedu.grading.gradebook import replace
from lossedu.grading.sandbox import Limits, find_isolation
from lossedu.language import translate

PACKAGE = Path(__file__).parent.parent

SETUP = f"""#!/bin/sh
# Gradescope runs this once, as root, when it builds the image.
set -e
apt-get update && apt-get install -y python3 python3-venv bubblewrap
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install numpy=={np.__version__}
chmod -R go-rwx /autograder/source
"""

RUN = """#!/bin/sh
# Gradescope runs this for each submission, as root. The submission runs as another user, who must not read the answers.
set -e
root="${AUTOGRADER:-/autograder}"
chmod -R go-rwx "$root/source"
mkdir -p "$root/results"
cd "$root/source"
exec "${PYTHON:-$root/venv/bin/python}" -B -m lossedu.grading.gradescope "$root/submission" "$root/results/results.json"
"""


def results(row: Row) -> dict[str, object]:
    """A student's results as Gradescope reads them.

    Parameters
    ----------
    row : Row
        With a verdict in every exercise.

    Returns
    -------
    dict
        Ready for JSON.
    """
    tests = [{"name": f"{r['exercise']}: {translate(find_exercise(r['exercise']).title)}", "score": r["points"],
              "max_score": r["of"], "status": "passed" if r["state"] == "PASS" else "failed",
              "output": "\n".join([translate(r["state"]), *r["sentences"]]), "output_format": "text"}
             for r in row.results.values()]
    return {"score": row.points, "output": row.problem, "visibility": "visible", "tests": tests}


def export(path: Path, names: Sequence[str]) -> None:
    """Write the autograder's zip for some exercises; its secret seed is drawn now.

    Parameters
    ----------
    path : pathlib.Path
    names : sequence of str
        Exercises.
    """
    for name in names:
        find_exercise(name)
    files = {"setup.sh": SETUP, "run_autograder": RUN,
             "assignment.json": json.dumps({"exercises": list(names), "seed": secrets.token_hex(16)}, indent=1)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (0o755 if text.startswith("#!") else 0o600) << 16
            archive.writestr(member, text)
        for file in sorted(PACKAGE.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.write(file, Path("lossedu") / file.relative_to(PACKAGE))


def main(submission: str, to: str) -> None:
    """Grade the one submission; where the grader fails nothing is written, so that no points are lost."""
    assignment = json.loads(Path("assignment.json").read_text(encoding="utf-8"))
    names, seed = assignment["exercises"], assignment["seed"]
    # The container is Gradescope's own wall; where bubblewrap works in it, it is used all the same.
    isolation, problem = find_isolation(trust=True), ""
    try:
        found = grade(read(Path(submission)), names, seed, isolation, Limits())
    except Unreadable as error:
        problem = str(error)
        found = [result("", isolation, unreadable(name, seed, problem)) for name in names]
    failed = [r for r in found if not r["state"]]
    if failed:
        sys.exit("\n".join(["the grader failed:", *(s for r in failed for s in r["sentences"])]))
    row = Row("", {r["exercise"]: r for r in found}, problem)
    replace(Path(to), json.dumps(results(row), ensure_ascii=False, indent=1).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
