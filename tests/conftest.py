"""The browser that the tests share: the system's Chromium or Chrome, with a limit of time for each test."""

import contextlib
import os
import shutil
import signal
import threading

import pytest

# The headless shell is the same engine without the windows of a desktop, and a page takes a third less time in it.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
# Drawing inside the one process, and with one thread: with a browser on each core, more of either only wait.
SWITCHES = ["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--num-raster-threads=1",
            "--disable-background-networking"]
SECONDS = 120  # for one test in the browser; the slowest takes a tenth of it
MISSING = "no Chromium or Chrome is installed, so nothing was tried in a browser; install one with `make system`"
NO_PLAYWRIGHT = "playwright is not installed, so nothing was tried in a browser; install it with `make test`"
DIED = (f"Chromium died or was stopped after {SECONDS} seconds in the middle of a test; run the test again, "
        "and if it happens again, free some memory or renew Chromium with `make system`")


def give_up(reason):
    """Skip where a learner tests; fail where the tests are the judge."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser():
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        give_up(MISSING)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        give_up(NO_PLAYWRIGHT)
    with sync_playwright() as library:
        browser = library.chromium.launch(executable_path=program, args=SWITCHES, timeout=60_000)
        yield browser
        browser.close()


def process_of(browser):
    """The id of the browser's own process; its children end with it."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return next(process["id"] for process in processes if process["type"] == "browser")


def stop(process):
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Stop a browser that does not answer, since Playwright would wait for it without a limit, and say that it died."""
    browser = item.funcargs.get("browser")
    if browser is None:
        return (yield)
    if not browser.is_connected():
        pytest.fail(DIED, pytrace=False)
    limit = threading.Timer(SECONDS, stop, [process_of(browser)])
    limit.start()
    try:
        return (yield)
    except Exception:
        if browser.is_connected():
            raise
        pytest.fail(DIED, pytrace=False)
    finally:
        limit.cancel()
