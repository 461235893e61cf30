"""What every test run needs: notebooks that run this tree's package, and pictures compared by what they show."""

from __future__ import annotations

import os
import re
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import settings

from tools.alike import differences, keep_stored
from tools.notebooks import language_of
from tools.pages import damaged, learned_in, missing

ROOT = Path(__file__).resolve().parent
collect_ignore_glob = ["book/_ext/*"]  # tests/book imports what of these it tests

# The kernels of the notebooks import the tree under test, also where another copy is installed.
os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])

# A learner's own progress and language stay out of the tests, and the tests out of the learner's.
HOME = tempfile.TemporaryDirectory(prefix="lossedu-", ignore_cleanup_errors=True)  # removed when the run ends
os.environ["LOSSEDU_HOME"] = HOME.name
os.environ["LOSSEDU_LANG"] = "en"

# The same examples in every run, and no limit of time on a busy machine.
settings.register_profile("lossedu", deadline=None, derandomize=True)
settings.load_profile("lossedu")


def why_pictures_may_differ() -> str:
    """Return why a picture drawn here may differ from the stored one by more than the last digits, or nothing."""
    locked = re.search(r"^matplotlib==(\S+)", (ROOT / "requirements.txt").read_text("utf8"), re.M)[1]
    here = version("matplotlib")
    return "" if here == locked else f"the stored ones were drawn with matplotlib {locked}, and this is {here}"


def pytest_configure(config) -> None:
    """End with one line where a page is damaged, rather than with a traceback for each test that reads it."""
    if found := damaged():
        raise pytest.UsageError("\n".join(found))


def pytest_report_header() -> str:
    """Say at the top of a run whether pictures are compared, and which pages are left out because somebody learned."""
    reason = why_pictures_may_differ()
    lines = [f"pictures: not compared, because {reason}" if reason else "pictures: compared with the stored ones"]
    if used := learned_in():
        names = ", ".join(file.stem for file in used)
        lines.append(f"pages run or answered here: {names}; they are tested as they were committed. "
                     "Take copies to write in: lossedu start --pages")
    return "\n".join(lines)


def pytest_itemcollected(item) -> None:
    """Compare the pictures of a notebook's cell by what they show, and say in one sentence where they differ."""
    if not hasattr(item, "compare_outputs"):
        return
    letter_by_letter, unlike = item.compare_outputs, why_pictures_may_differ()

    def compare(new, stored, skip_compare=None) -> bool:
        found = [] if unlike else list(differences(stored, new))
        if found:
            item.comparison_traceback = found
            return False
        skipped = (*(skip_compare or item.parent.skip_compare), *(("text/html",) if unlike else ()))
        return letter_by_letter(keep_stored(stored, new), stored, skipped)

    item.compare_outputs = compare
    if item.path in learned_in():
        item.add_marker(pytest.mark.skip(reason="the page was run or answered here; it was tested as it was committed"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Start the kernel of a page, which its first cell does, in the language of the page's edition."""
    with pytest.MonkeyPatch.context() as patch:
        if hasattr(item, "compare_outputs") and item.path.is_relative_to(ROOT / "book"):
            patch.setenv("LOSSEDU_LANG", language_of(item.path))
        return (yield)


def pytest_collection_modifyitems(items) -> None:
    """Skip the pages of a framework that is not installed here; `make test-frameworks` runs them."""
    for item in items:
        if item.path.suffix == ".ipynb" and (framework := missing(item.path)):
            reason = f"{framework} is not installed; make test-frameworks runs this page"
            item.add_marker(pytest.mark.skip(reason=reason))
