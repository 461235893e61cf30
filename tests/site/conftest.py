"""The built book of this tree, and a window of the browser without a network to read it in."""

import os
import time

import pytest

from tests.site.current import SECONDS, SITE, build


@pytest.fixture(scope="session")
def site(browser, tmp_path_factory):
    """The folder of the editions. Of several workers the first that comes builds, and the others wait for it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    said = shared / "site.txt"
    try:
        (shared / "site").mkdir()
    except FileExistsError:
        until = time.monotonic() + SECONDS + 10
        while not said.exists() and time.monotonic() < until:
            time.sleep(0.5)
        problem = said.read_text("utf8") if said.exists() else "another worker began to build the book and did not end"
    else:
        problem = build()
        (shared / "new.txt").write_text(problem or "", "utf8")
        (shared / "new.txt").rename(said)  # so that nobody reads half of it
    if problem:
        pytest.fail(problem, pytrace=False)
    return SITE


@pytest.fixture(scope="module")
def window(browser):
    """A window without a network."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True)
    yield context
    context.close()
