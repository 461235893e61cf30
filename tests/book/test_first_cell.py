"""What a reader is told in the first cell of a page, when something that the page needs is missing or too old."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tools.notebooks import notebooks
from tools.pages import ROOT


def runs(python: str) -> bool:
    """Whether there is such a Python, and not only a name that leads to none."""
    return shutil.which(python) is not None and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def first_cell(file) -> str:
    cells = json.loads(file.read_text("utf8"))["cells"]
    return next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def last_words(code: str, python: str = sys.executable) -> str:
    """The last line of the error that ends a new interpreter."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    ended = subprocess.run([python, "-c", code], env=environment, capture_output=True, text=True)
    assert ended.returncode == 1, ended.stdout
    return ended.stderr.strip().splitlines()[-1]


PAGE = first_cell(ROOT / "book/en/regression/mse.ipynb")


@pytest.mark.parametrize(("before", "said"), [
    ("import sys; sys.version_info = (3, 9, 18, 'final', 0)",
     "ImportError: lossedu needs Python 3.11 or newer, and this is 3.9: choose another kernel"),
    ("import numpy; numpy.__version__ = '1.26.4'",
     "ImportError: lossedu needs NumPy 2 or newer, and this is 1.26.4: pip install --upgrade numpy"),
    ("import sys; sys.modules['matplotlib'] = None",
     "ImportError: lossedu draws with matplotlib, which is not installed here: pip install matplotlib"),
], ids=["an old Python", "an old NumPy", "no matplotlib"])
def test_the_first_cell_says_what_is_missing(before, said):
    assert last_words(f"{before}\n{PAGE}").startswith(said)


def test_numpy_itself_may_be_missing():
    said = last_words("import sys; sys.modules['numpy'] = None; import lossedu")
    assert said == "ImportError: lossedu computes with NumPy, which is not installed here: pip install numpy"


def test_a_python_that_is_really_old_can_read_the_words():
    old = next(filter(runs, (f"python3.{minor}" for minor in (10, 9, 8, 7, 6))), None)
    if old is None:
        pytest.skip("no Python older than 3.11 is installed here")
    assert "lossedu needs Python 3.11 or newer" in last_words("import lossedu", old)


@pytest.mark.parametrize("module", ["torch", "tensorflow"])
def test_a_framework_page_says_how_to_get_the_framework(module):
    file = ROOT / f"book/en/practice/{'pytorch' if module == 'torch' else module}.ipynb"
    said = last_words(f"import sys; sys.modules['{module}'] = None\n{first_cell(file)}")
    assert f"which is not installed here: pip install {module}" in said


HELP = '# A module is missing? In the folder of lossedu: pip install -e ".[book]"'  # every shell takes these quotes


@pytest.mark.parametrize("file", notebooks(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_the_first_line_helps_who_has_no_lossedu(file):
    """Someone who downloaded the page alone, or opened it in another folder, cannot be helped by lossedu itself."""
    assert first_cell(file).startswith(HELP + "\n")
