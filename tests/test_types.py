"""A program that uses the package has types: what it imports and what it gets back are known to a type checker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import lossedu
from tools.pages import ROOT

RETURNS = """
from typing import assert_type

from numpy import float64
from numpy.typing import NDArray

from lossedu import Tensor, fit, gradient_check, huber, mse, plot, quiz, triplet
from lossedu.exercises import Verdict, check
from lossedu.fit import History
from lossedu.gradcheck import GradientReport
from lossedu.losses import Huber

prediction = Tensor([2.0])
assert_type(mse([1.0], [2.0]), float)
assert_type(mse([1.0], prediction), Tensor)
assert_type(triplet([[1.0]], [[2.0]], [[2.0]]), float)
assert_type(triplet(Tensor([[1.0]]), [[2.0]], [[2.0]]), Tensor)
assert_type(huber, Huber)
assert_type(huber.delta, float)
assert_type(gradient_check(mse, [1.0], [2.0]), GradientReport)
"""

WRONG = """
from lossedu import Tensor, mse

from lossedu import mes  # has no attribute
mse([1.0], [2.0]).backward()  # has no attribute
mse([1.0], [2.0], weight={})  # No overload variant
mse.delta  # has no attribute
Tensor([1.0]).bakward()  # has no attribute
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the program lies, with what mypy has learned of NumPy: that takes most of the time."""
    return tmp_path_factory.mktemp("types")


def check(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Check a program as an author does who knows nothing of this project's settings."""
    (folder / "program.py").write_text(program, "utf8")
    (folder / "mypy.ini").write_text("[mypy]\nignore_missing_imports = true\n", "utf8")
    return subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache"),
                           "--config-file", str(folder / "mypy.ini"), str(folder / "program.py")],
                          cwd=ROOT, capture_output=True, text=True, encoding="utf8", timeout=300)


def test_every_name_is_known_and_so_is_what_a_loss_returns(folder):
    names = "".join(f"from lossedu import {name}\n" for name in sorted(lossedu.__all__))
    names += "".join(f"from lossedu.losses import {name}\n" for name in sorted(lossedu.losses.__all__))
    done = check(folder, names + RETURNS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_faults_are_named(folder):
    said = check(folder, WRONG).stdout
    for number, line in enumerate(WRONG.splitlines(), 1):
        code, _, fault = line.partition("  # ")
        found = [one for one in said.splitlines() if f"program.py:{number}: error" in one]
        assert bool(found) == bool(fault) and all(fault in one for one in found), (code, said)
