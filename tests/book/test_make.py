"""`make` installs once, counts nothing half-made as installed, and says in words what is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from book.pages import ROOT

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("make"), reason="needs make and a POSIX shell to stand in for Python"
)

# Stands in for python3: makes an environment that holds itself, notes each call, and fails where it is told to.
PYTHON = """#!/bin/sh
echo "$*" >> "$LOG"
case "$*" in
  *version_info*) exit ${OLD:-0} ;;
  *ensurepip*) exit ${NO_VENV:-0} ;;
  --version) echo "Python 3.9.2" ;;
  "-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"-r requirements.txt"*) exit ${NO_NETWORK:-0} ;;
esac
"""


@pytest.fixture
def make(tmp_path):
    """Run a target of the Makefile in an empty clone, with a stand-in for Python."""
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python-stand-in"
    python.write_text(PYTHON, "utf8")
    python.chmod(0o755)
    log = tmp_path / "log"

    def run(target, **failures):
        log.write_text("", "utf8")
        environment = {**os.environ, "LOG": str(log), **failures}
        done = subprocess.run(
            ["make", target, f"PYTHON={python}"], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout, log.read_text("utf8")

    return run


def test_the_second_run_does_not_install_again(make):
    code, _, calls = make("book")
    assert code == 0
    assert "-m pip install" in calls and "--no-deps -e ." in calls and "-m book.build" in calls
    code, _, calls = make("book")
    assert (code, calls.split("\n")) == (0, ["-m book.build", ""])


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ("OLD", "lossedu needs Python 3.11, 3.12 or 3.13, and this is Python 3.9.2"),
        ("NO_VENV", "sudo apt-get install python3-venv"),
        ("NO_NETWORK", "could not install the packages of requirements.txt: is there a network?"),
    ],
)
def test_a_failure_is_told_in_words_and_tried_again(make, failure, words):
    code, said, calls = make("book", **{failure: "1"})
    assert code != 0
    assert words in said
    assert "book.build" not in calls
    code, _, calls = make("book")
    assert code == 0
    assert "-r requirements.txt" in calls
