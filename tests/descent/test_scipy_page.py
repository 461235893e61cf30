"""What the page on the gradient says of SciPy's differences is what SciPy returns."""

import re

import nbformat
import numpy as np
import pytest

from book.pages import ROOT

CELLS = nbformat.read(ROOT / "book" / "en" / "descent" / "gradient.ipynb", as_version=4).cells
BLOCK = re.search(r"```python\n(.*?)```", "\n".join(cell.source for cell in CELLS if "scipy" in cell.source), re.S)[1]


@pytest.fixture(scope="module")
def page():
    """The names that the page has defined where it speaks of SciPy, and those of the block itself."""
    names = {}
    for cell in CELLS:
        if cell.cell_type == "code" and cell.source.startswith(("import numpy", "def ")) and "..." not in cell.source:
            exec(cell.source, names)
    exec(BLOCK, names)
    return names


@pytest.mark.parametrize("line", [line for line in BLOCK.splitlines() if "  #" in line])
def test_scipy_returns_what_the_page_says(line, page):
    call, said = line.split("  #")
    np.testing.assert_allclose(eval(call, page), eval(said), rtol=1e-6, atol=1e-7)
