"""What the tests of the terminal share: a folder of the test's own, and answers in it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RIGHT = "import numpy as np\n\n\ndef squared_error_mean(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to work in, a progress file of its own, and the package of this tree in every process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("LOSSEDU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOSSEDU_LANG", "en")
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


@pytest.fixture
def right():
    return RIGHT


@pytest.fixture
def save(here):
    """Write a file of answers into the folder."""
    def write(text: str | bytes, name: str = "mse.py") -> Path:
        file = here / "exercises" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return write
