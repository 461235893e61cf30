"""What the grading tests share: three small exercises of the course and their answers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from lossedu.grading.sandbox import Limits, NoIsolation, find_isolation

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

# Generous limits for a machine that others use too: a slow start must not look like a loop without end.
LIMITS = Limits(wall=8, cpu=4)


@pytest.fixture(scope="session")
def isolation():
    """The walls of this machine; without them strangers' code is not run."""
    try:
        return find_isolation()
    except NoIsolation as error:
        # Where bubblewrap itself works, walls that do not hold are a fault of ours and no reason to skip.
        works = shutil.which("bwrap") and not subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"]).returncode
        (pytest.fail if works else pytest.skip)(str(error))


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOSSEDU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOSSEDU_LANG", "en")


@pytest.fixture
def names():
    return NAMES


@pytest.fixture
def right():
    return RIGHT


@pytest.fixture
def limits():
    return LIMITS


def notebook(*cells: str, kind: str = "code", version: int = 4) -> str:
    """A notebook as Jupyter would save it."""
    made = [{"cell_type": kind, "source": cell.splitlines(keepends=True), "metadata": {}} for cell in cells]
    return json.dumps({"nbformat": version, "nbformat_minor": 5, "metadata": {}, "cells": made})


@pytest.fixture
def make_notebook():
    return notebook


@pytest.fixture
def class_of(tmp_path):
    """A folder of submissions from texts by file name."""
    def make(files: dict[str, str]) -> Path:
        folder = tmp_path / "submissions"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return make
