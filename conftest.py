"""What every test run needs: notebooks that run this tree's package, and figures compared where they can be."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent
collect_ignore_glob = ["book/*.py", "book/_ext/*"]  # tests/book imports what of these it tests

# The kernels of the notebooks import the tree under test, also where another copy is installed.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])

# A learner's own progress and language stay out of the tests, and the tests out of the learner's.
HOME = tempfile.TemporaryDirectory(prefix="lossedu-", ignore_cleanup_errors=True)  # removed when the run ends
os.environ["LOSSEDU_HOME"] = HOME.name
os.environ["LOSSEDU_LANG"] = "en"

# The same examples in every run, and no limit of time on a busy machine.
settings.register_profile("lossedu", deadline=None, derandomize=True)
settings.load_profile("lossedu")


def why_figures_may_differ() -> str:
    """Return why a figure drawn here may differ from the stored one in its last digits, or an empty string."""
    if sys.platform != "linux":
        return f"stored figures were drawn on Linux, this is {sys.platform}"
    pins = (ROOT / "requirements.txt").read_text("utf8")
    for name in ("matplotlib", "numpy"):
        locked = re.search(rf"^{name}==(\S+)", pins, re.M)[1]
        if version(name) != locked:
            return f"stored figures were drawn with {name} {locked}, this is {version(name)}"
    return ""


def pytest_report_header() -> str:
    """Say at the top of a run whether figures are compared."""
    reason = why_figures_may_differ()
    return f"figures: not compared, {reason}" if reason else "figures: compared byte by byte with the stored ones"


def pytest_collectstart(collector) -> None:
    """Leave figures out of the comparison of a notebook with its stored outputs where they may differ."""
    if hasattr(collector, "skip_compare") and why_figures_may_differ():
        collector.skip_compare += ("image/svg+xml", "text/html")  # an explorer holds a still picture


def pytest_collection_modifyitems(items) -> None:
    """Skip the pages of a framework that is not installed here; `make test-frameworks` runs them."""
    from book.pages import missing

    for item in items:
        if item.path.suffix == ".ipynb" and (framework := missing(item.path)):
            reason = f"{framework} is not installed; make test-frameworks runs this page"
            item.add_marker(pytest.mark.skip(reason=reason))
