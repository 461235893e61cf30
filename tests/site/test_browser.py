"""A browser that is missing, dies or never answers is told in one line, and nothing is left behind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
DEAD = "stop(process_of(browser)); page.goto('about:blank')"
ENDLESS = "page.evaluate('() => { for (;;); }')"
MARK = "LOSSEDU_STARTED_BY"  # in the environment of every process that such a test starts
FINE = "assert page.evaluate('6 * 7') == 42"
TEST = "from conftest import process_of, stop\n\ndef test_it(browser):\n    page = browser.new_page()\n    {}\n"


def told_by(folder, test, **environment):
    """Run one test with the conftest of all tests, with a short limit of time; return what pytest says."""
    helpers = CONFTEST.read_text("utf8").replace("SECONDS = 120", "SECONDS = 4")
    (folder / "conftest.py").write_text(helpers, "utf8")
    (folder / "test_it.py").write_text(TEST.format(test), "utf8")
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "--rootdir", str(folder), "test_it.py"]
    kept = {key: value for key, value in os.environ.items() if key != "CI" and not key.startswith("PYTEST")}
    environment = kept | {MARK: str(folder)} | environment
    outcome = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100)
    return outcome.stdout + outcome.stderr


def left_behind(folder):
    """The processes that were started for a test in that folder and have not ended within five seconds."""
    mark, until = f"{MARK}={folder}\0".encode(), time.monotonic() + 5
    while (left := [file.parent.name for file in Path("/proc").glob("[0-9]*/environ") if mark in text_of(file)]):
        if time.monotonic() > until:
            break
        time.sleep(0.1)
    return left


def text_of(file):
    try:
        return file.read_bytes()
    except OSError:  # it ended, or is another user's
        return b""


@pytest.mark.parametrize(("test", "said"), [
    (FINE, "1 passed"),
    (DEAD, "Chromium died or was stopped after 4 seconds in the middle of a test; run the test again"),
    (ENDLESS, "Chromium died or was stopped after 4 seconds in the middle of a test; run the test again"),
])
def test_a_browser_that_dies_or_never_answers_is_told_in_one_line(browser, tmp_path, test, said):
    told = told_by(tmp_path, test)
    assert said in told
    assert "Traceback" not in told and "TargetClosedError" not in told
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(("environment", "count"), [({}, "1 skipped"), ({"CI": "true"}, "1 error")])
def test_a_missing_browser_is_a_reason_to_skip_and_for_the_judge_to_fail(tmp_path, environment, count):
    told = told_by(tmp_path, FINE, PATH=str(tmp_path), **environment)
    assert count in told and "no Chromium or Chrome is installed" in told and "`make system`" in told
